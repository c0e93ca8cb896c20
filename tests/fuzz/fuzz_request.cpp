// A hostile bundle and hostile replies: each request that push, pull, a bulk export or a login
// makes of them is one request of the method that was meant, without a line of somebody else's, and
// the token goes to its own server only.
//
// The input: a text to push, then behind lines of three dashes the replies, in turn: a line with
// the status, headers, an empty line, the body. \r and \n in a header stand for CR and LF.
#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "fetch/bulk.h"
#include "fetch/pull.h"
#include "fuzz.h"
#include "rest/oauth.h"
#include "rest/request_head.h"
#include "rest/url.h"
#include "sync/push.h"

namespace paraneo::fuzz {
namespace {

const std::string kBase = "https://fhir.test/r4";
constexpr int kRequestsMax = 60;

struct FixedRandom final : Random {
  std::uint64_t next() override { return 7; }
};
struct FixedClock final : Clock {
  std::int64_t now_ms() const override { return 1'800'000'000'000; }
};

std::vector<std::string> split(std::string_view text, std::string_view line) {
  std::vector<std::string> parts;
  for (auto at = text.find(line); at != std::string_view::npos; at = text.find(line)) {
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + line.size());
  }
  parts.emplace_back(text);
  return parts;
}

std::string unescaped(std::string text) {
  for (const auto& [word, c] : {std::pair("\\r", '\r'), std::pair("\\n", '\n')})
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
      text.replace(at, 2, 1, c);
  return text;
}

rest::Response read_response(const std::string& text) {
  rest::Response response;
  const auto empty = text.find("\n\n");
  const auto lines = split(text.substr(0, empty), "\n");
  std::from_chars(lines[0].data(), lines[0].data() + lines[0].size(), response.status);
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (const auto colon = lines[i].find(": "); colon != std::string::npos)
      response.headers.push_back(
          {lines[i].substr(0, colon), unescaped(lines[i].substr(colon + 2))});
  if (empty != std::string::npos) response.body = text.substr(empty + 2);
  return response;
}

// What goes over the wire, read as a server would.
void check_bytes(const std::string& head, const rest::Request& request, const std::string& target,
                 std::size_t headers) {
  require(head.ends_with("\r\n\r\n") && head.find("\r\n\r\n") == head.size() - 4);
  const auto lines = split(std::string_view(head).substr(0, head.size() - 4), "\r\n");
  require(lines[0] == std::string(rest::name_of(request.method)) + " " + target + " HTTP/1.1");
  require(std::count(lines[0].begin(), lines[0].end(), ' ') == 2);
  static const std::set<std::string> kOurs = {"Host",          "Accept",        "Content-Type",
                                              "Cache-Control", "Prefer",        "If-Match",
                                              "If-None-Exist", "Authorization", "Content-Length"};
  require(lines.size() == headers + 3);  // request line, Host, Content-Length
  std::set<std::string> names;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    require(std::none_of(lines[i].begin(), lines[i].end(),
                         [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; }));
    if (i == 0) continue;
    const auto name = lines[i].substr(0, lines[i].find(':'));
    require(kOurs.contains(name) && names.insert(name).second);
    if (name == "Content-Length")
      require(lines[i] == "Content-Length: " + std::to_string(request.body.size()));
    if (name == "Host")
      require(lines[i] == "Host: " + rest::authority_of(rest::split_url(request.url)->origin));
  }
}

void check(rest::Request request, const std::string& token, bool login) {
  const auto address = rest::split_url(request.url);
  if (!address) return;  // the client refuses it
  const bool ours = address->origin == rest::split_url(kBase)->origin;
  require(ours || request.anonymous || login);
  require(!request.anonymous || address->origin.tls);
  if (ours && !login && !request.anonymous)
    request.headers.push_back({"Authorization", "Bearer " + token});
  const auto head = rest::request_head({rest::name_of(request.method), address->target,
                                        rest::authority_of(address->origin), request.body.size()},
                                       request.headers);
  if (head) check_bytes(*head, request, address->target, request.headers.size());
}

struct Replies {
  std::vector<std::string> texts;
  std::string token;
  std::size_t at = 0;

  void drive(rest::Machine& machine) {
    for (int i = 0; i < kRequestsMax; ++i) {
      const auto task = machine.next();
      if (!task) return;
      check(task->request, token, false);
      auto response = read_response(texts[at++ % texts.size()]);
      if (task->sink != nullptr && response.status == 200) {
        const auto body = std::exchange(response.body, {});
        auto taken = task->sink->begin();
        if (taken) taken = task->sink->take(body);
        if (!taken) {
          machine.finished(task->id, taken.error());
          continue;
        }
      }
      machine.finished(task->id, rest::classify(std::move(response), 0));
    }
  }
};

class NoDisk final : public fetch::BulkFiles {
 public:
  Result<void> begin(const fetch::BulkFile& file) override {
    require(file.name.find('/') == std::string::npos && file.name.ends_with(".ndjson"));
    return {};
  }
  Result<void> write(std::string_view) override { return {}; }
  Result<void> keep() override { return {}; }
  Result<void> remove(const std::string&) override { return {}; }
};

void push(const std::string& text, Replies& replies) {
  sync::PushOptions options;
  options.base = kBase;
  FixedRandom random;
  const FixedClock clock;
  bool given = false;
  sync::Push machine(
      options,
      [&]() -> Result<std::optional<rest::PushItem>> {
        if (std::exchange(given, true)) return std::optional<rest::PushItem>();
        auto item = rest::plan_push({"bundle", text}, limits());
        if (!item) return item.error();
        return std::optional(std::move(*item));
      },
      clock, random);
  replies.drive(machine);
}

void pull(Replies& replies) {
  const FixedClock clock;
  for (const bool patient : {false, true}) {
    fetch::PullOptions options;
    options.base = kBase;
    options.since = "2026-01-01T00:00:00Z";
    options.deletions = true;
    if (patient) options.patients = {"p"};
    fetch::Pull machine(
        options, [](auto, auto, auto) { return Result<void>(); },
        [](auto, auto) { return Result<void>(); }, clock, clock);
    replies.drive(machine);
  }
}

void bulk(Replies& replies) {
  const FixedClock clock;
  fetch::BulkOptions options;
  options.base = kBase;
  NoDisk disk;
  std::string state;
  fetch::Bulk machine(
      options, disk,
      [&](const fetch::BulkState& now) {
        state = fetch::write_state(now);
        require(fetch::read_bulk_state(state, "state").has_value());
        return Result<void>();
      },
      clock);
  replies.drive(machine);
}

}  // namespace
}  // namespace paraneo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  auto parts = fuzz::split(fuzz::text(data, size), "\n---\n");
  fuzz::Replies replies{{parts.begin() + (parts.size() > 1 ? 1 : 0), parts.end()}, "secret"};
  // A token server is hostile, too.
  for (const auto& text : replies.texts) {
    const auto response = fuzz::read_response(text);
    if (const auto url = rest::read_token_url(response, "u"))
      fuzz::check(rest::secret_request(*url, "scope", "id", "secret"), {}, true);
    if (const auto token = rest::read_token(response, "u", 0, false)) replies.token = token->value;
  }
  fuzz::push(parts[0], replies);
  fuzz::pull(replies);
  fuzz::bulk(replies);
  return 0;
}
