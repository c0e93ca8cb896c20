// Any text: a map that prints to itself in both forms, compiles, is checked and runs, or a message.
#include "fml/check.h"
#include "fml/compile.h"
#include "fml/parse.h"
#include "fml/print.h"
#include "fml/run.h"
#include "fml/structure_map.h"
#include "fuzz.h"

namespace {

using namespace paraneo;

// The text form is stable, and says the same after a way through the other form.
void round_trip(const fml::ast::Map& map, const Limits& limits) {
  const Source printed{"printed", fml::print(map)};
  diag::Sink sink;
  const auto again = fml::parse(printed, limits, sink);
  fuzz::require(again != nullptr && fml::print(*again) == printed.text);
  for (const auto version : {fml::FhirVersion::r4, fml::FhirVersion::r5}) {
    const Source json{"json", fml::to_structure_map(map, version, false)};
    diag::Sink problems;
    const auto back = fml::load_map(json, limits, problems);
    // A resource is stricter: names must be there, nesting is limited.
    if (back == nullptr) continue;
    fuzz::require(fml::to_structure_map(*back, version, false) == json.text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fhirpath::Engine engine(fhir::Definitions::builtin());
  const auto limits = fuzz::limits();
  const Source source{"fuzz", fuzz::text(data, size)};
  diag::Sink sink;
  const auto map = fml::parse(source, limits, sink);
  fuzz::require((map == nullptr) == !sink.ok());
  if (map == nullptr) return 0;
  round_trip(*map, limits);
  fml::Library library;
  library.add(*map);
  fml::check(*map, library, engine.definitions(), sink);
  const auto program = fml::compile(*map, library, engine, sink);
  if (program == nullptr) return 0;
  Arena arena;
  const auto patient = fhir::Definitions::builtin().find_type("Patient");
  auto* from = fhir::make_root(arena, patient);
  auto* to = fhir::make_root(arena, patient);
  fml::run(*program, engine, *from, std::span(&to, 1), {arena, limits, sink, "fuzz", std::nullopt, nullptr});
  return 0;
}
