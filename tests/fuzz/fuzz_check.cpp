// Any text, as an expression and as a map: the checkers say the same each time, and an expression
// that passes the strict check passes the lenient one.
#include "fml/compile/check.h"
#include "fml/compile/compile.h"
#include "fml/text/parse.h"
#include "fuzz.h"
#include "syntax/parse_expression.h"

namespace {

using namespace paraneo;

const fhirpath::Engine& engine() {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  return engine;
}

void same(const diag::Sink& a, const diag::Sink& b) {
  fuzz::require(a.all().size() == b.all().size() && a.errors() == b.errors());
  for (std::size_t i = 0; i < a.all().size(); ++i)
    fuzz::require(a.all()[i].message == b.all()[i].message &&
                  a.all()[i].span.begin == b.all()[i].span.begin);
}

void check_expression(const Source& source, const Limits& limits) {
  Arena arena;
  diag::Sink sink;
  const auto* tree = syntax::parse_expression(source, arena, limits, sink);
  if (tree == nullptr) return;
  for (const auto* type : {"Patient", "Observation", "Bundle", "Resource", "string"}) {
    const auto context = definition::Definitions::builtin().find_type(type);
    diag::Sink strict;
    diag::Sink lenient;
    const auto passes = engine().compile(*tree, {context, {}, true}, strict) != nullptr;
    fuzz::require(passes == strict.ok());
    fuzz::require(!passes || engine().compile(*tree, {context, {}, false}, lenient) != nullptr);
  }
}

void check_map(const Source& source, const Limits& limits) {
  diag::Sink sink;
  const auto map = fml::parse(source, limits, sink);
  if (map == nullptr) return;
  fml::Library library;
  library.add(*map);
  diag::Sink first;
  diag::Sink second;
  for (auto* to : {&first, &second}) {
    const auto errors = to->errors();
    const fml::ast::Map* const maps[] = {map.get()};
    fml::check(maps, library, engine().definitions(), *to);
    fuzz::require(to->errors() == errors);
    fml::compile(*map, library, engine(), *to);
  }
  same(first, second);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto limits = fuzz::limits();
  const Source source{"fuzz", fuzz::text(data, size)};
  check_expression(source, limits);
  check_map(source, limits);
  return 0;
}
