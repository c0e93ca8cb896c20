// Any expression over any resource: the same result each time, or the same error.
#include "fhirpath/fhirpath.h"
#include "syntax/parse_expression.h"
#include "two_parts.h"

namespace {

using namespace paraneo;
using fhirpath::Collection;
using fhirpath::Item;

std::string text(const fhirpath::Engine& engine, const Result<Collection>& result, Arena& arena) {
  if (!result) return result.error().what;
  std::string out;
  for (const auto& item : *result) {
    const auto value = engine.system_value(item, arena);
    out += engine.type_name(item) + " " + std::string(text_of(value, arena).value_or("")) + "\n";
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  const auto limits = fuzz::limits();
  fuzz::TwoParts parts(fuzz::text(data, size));
  Arena arena;
  diag::Sink sink;
  const auto* tree = syntax::parse_expression(parts.subject, arena, limits, sink);
  const auto program = tree == nullptr ? nullptr : engine.compile(*tree, {}, sink);
  if (program == nullptr) return 0;
  const Collection input(Item::of(parts.read(arena, limits)));
  const auto now = DateTime::parse_date_time("2003-10-05T12:00:00.000Z");
  const fhirpath::Environment environment{arena, limits, now, nullptr, nullptr, {}};
  const auto first = text(engine, engine.evaluate(*program, input, environment), arena);
  const auto second = text(engine, engine.evaluate(*program, input, environment), arena);
  fuzz::require(first == second);
  engine.describe(*program);
  return 0;
}
