// A map in C++, as README.md shows it: prints the name that the map gives.
#include <iostream>

#include "diag/render.h"
#include "fml/compile/library.h"
#include "fml/transform.h"
#include "format/json.h"

int main() {
  using namespace paraneo;
  const fhirpath::Engine engine(definition::Definitions::builtin());
  const Limits limits;
  diag::Sink sink;
  fml::Library library;
  const auto* map = library.add({"own.map", R"(map "http://example.org/own" = "own"
    group own(source src : Patient, target tgt : Person) { src.name -> tgt.name; })"},
                                limits, sink);
  const auto transformation =
      map == nullptr ? nullptr : fml::Transformation::make(*map, library, engine, sink);
  if (transformation == nullptr) {
    std::cerr << render(sink, diag::RenderOptions{});
    return 1;
  }
  Arena arena;
  const Source input{"input", R"({"resourceType":"Patient","name":[{"family":"Chalmers"}]})"};
  for (const auto* made :
       transformation->run(input, {arena, limits, sink, input.text, std::nullopt, nullptr}))
    std::cout << format::to_json(transformation->definitions(), *made) << "\n";
  return sink.ok() ? 0 : 1;
}
