// Any JSON: a StructureMap whose text form is a map again, or a message.
#include "diag/render.h"
#include "fml/text/parse.h"
#include "fml/text/print.h"
#include "fml/resource/structure_map.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  const auto limits = fuzz::limits();
  const Source source{"fuzz", fuzz::text(data, size)};
  diag::Sink sink;
  const auto map = fml::load_map(source, limits, sink);
  fuzz::require(map != nullptr || !sink.ok());
  // What a map that is gone owned must not be needed.
  fuzz::require(diag::render(sink, {}).empty() == sink.all().empty());
  if (map == nullptr) return 0;
  const Source printed{"printed", fml::print(*map)};
  diag::Sink again;
  if (const auto back = fml::parse(printed, limits, again)) {
    const Source twice{"twice", fml::print(*back)};
    diag::Sink ignored;
    const auto last = fml::parse(twice, limits, ignored);
    fuzz::require(last != nullptr && fml::print(*last) == twice.text);
  }
  fml::to_structure_map(*map, fml::FhirVersion::r4, true);
  fml::to_structure_map(*map, fml::FhirVersion::r5, false);
  return 0;
}
