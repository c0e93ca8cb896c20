// Any text: a map that compiles and runs, or a message.
#include "fml/compile.h"
#include "fml/parse.h"
#include "fml/run.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  static const fhirpath::Engine engine(fhir::Definitions::builtin());
  const auto limits = fuzz::limits();
  const Source source{"fuzz", fuzz::text(data, size)};
  diag::Sink sink;
  const auto map = fml::parse(source, limits, sink);
  fuzz::require((map == nullptr) == !sink.ok());
  if (map == nullptr) return 0;
  fml::Library library;
  library.add(*map);
  const auto program = fml::compile(*map, library, engine, sink);
  if (program == nullptr) return 0;
  Arena arena;
  const auto patient = fhir::Definitions::builtin().find_type("Patient");
  auto* from = fhir::make_root(arena, patient);
  auto* to = fhir::make_root(arena, patient);
  fml::run(*program, engine, *from, std::span(&to, 1), {arena, limits, sink, "fuzz", std::nullopt, nullptr});
  return 0;
}
