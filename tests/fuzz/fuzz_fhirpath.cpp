// Any text: an expression that prints back to itself and can be evaluated, or a message.
#include "fhirpath/fhirpath.h"
#include "fuzz.h"
#include "json/read.h"
#include "syntax/parse_expression.h"

namespace {

using namespace paraneo;

struct Input {
  Input() {
    diag::Sink sink;
    element = fhir::read_json(fhir::Definitions::builtin(), *json::read(source, arena, {}, sink), source, {}, arena, sink);
  }
  Source source{"patient", R"({"resourceType":"Patient","id":"p","active":true,"name":[{"family":"A","given":["x","y"]}],"birthDate":"2003-10","multipleBirthInteger":2})"};
  Arena arena;
  const fhir::Element* element = nullptr;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Input input;
  static const fhirpath::Engine engine(fhir::Definitions::builtin());
  const auto limits = fuzz::limits();
  const Source source{"fuzz", fuzz::text(data, size)};
  Arena arena;
  diag::Sink sink;
  const auto* tree = syntax::parse_expression(source, arena, limits, sink);
  fuzz::require((tree == nullptr) == !sink.ok());
  if (tree == nullptr) return 0;
  const Source printed{"printed", syntax::print(*tree)};
  const auto* again = syntax::parse_expression(printed, arena, limits, sink);
  if (again != nullptr) fuzz::require(syntax::print(*again) == printed.text);
  const auto program = engine.compile(*tree, {}, sink);
  if (program == nullptr) return 0;
  const fhirpath::Environment environment{arena, limits, std::nullopt, nullptr, nullptr, {}};
  static_cast<void>(engine.evaluate(*program, fhirpath::Collection(fhirpath::Item::of(input.element)), environment));
  return 0;
}
