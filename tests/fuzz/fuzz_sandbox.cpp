// Requests to the sandbox, one a line ("METHOD target" and perhaps a body behind it): each has an
// answer, whose body is JSON, and a search that is not understood is refused.
#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fuzz.h"
#include "json/read.h"
#include "sandbox/endpoint.h"
#include "sandbox/query.h"

namespace paraneo::fuzz {
namespace {

constexpr std::size_t kRequestsMax = 20;
constexpr std::size_t kCountMax = 100;

struct FixedClock final : Clock {
  std::int64_t now_ms() const override { return 1'800'000'000'000; }
};
struct Counter final : Random {
  std::uint64_t next() override { return ++at * 0x9e3779b97f4a7c15ULL; }
  std::uint64_t at = 0;
};

std::string_view word_of(std::string_view& line) {
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), word.size() + 1));
  return word;
}

void search(std::string_view target) {
  const auto query = target.find('?');
  if (query == std::string_view::npos) return;
  const auto read = sandbox::parse_search("Observation", target.substr(query + 1), 10, kCountMax);
  require(read || read.error().fault == Fault::usage);
}

void ask(sandbox::Endpoint& endpoint, std::string_view line) {
  const std::string method(word_of(line));
  const std::string target(word_of(line));
  search(target);
  const auto response =
      endpoint.handle({method,
                       "/fhir" + target,
                       {{"Host", "h:1"}, {"Content-Type", "application/fhir+json"}},
                       std::string(line),
                       {}});
  require(response.status >= 200 && response.status < 600);
  if (response.body.empty()) return;
  const Source source{"answer", response.body};
  Arena arena;
  diag::Sink sink;
  require(json::read(source, arena, {}, sink) != nullptr ||
          response.header("Content-Type").find("json") == std::string::npos);
}

}  // namespace
}  // namespace paraneo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  const auto text = fuzz::text(data, size);
  const fuzz::FixedClock clock;
  fuzz::Counter random;
  sandbox::Endpoint endpoint(*sandbox::Store::open(":memory:"), {},
                             definition::Definitions::builtin(), clock, random);
  std::string_view rest = text;
  for (std::size_t i = 0; i < fuzz::kRequestsMax && !rest.empty(); ++i) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    fuzz::ask(endpoint, line);
  }
  return 0;
}
