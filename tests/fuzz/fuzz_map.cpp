// Any text: a map that prints to itself in both forms, compiles, and runs over any resource to the
// same output each time; or a message.
#include "diag/render.h"
#include "fml/compile/compile.h"
#include "fml/text/parse.h"
#include "fml/text/print.h"
#include "fml/run/run.h"
#include "fml/resource/structure_map.h"
#include "format/json.h"
#include "two_parts.h"

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

// Into the types of the entry group; twice the same.
void run(const fml::Program& program, const fhirpath::Engine& engine, fuzz::TwoParts& parts,
         const Limits& limits) {
  const auto& definitions = engine.definitions();
  std::string outputs[2];
  for (auto& output : outputs) {
    Arena arena;
    diag::Sink messages;
    std::vector<element::Element*> targets;
    for (const auto& parameter : program.groups[program.entry].parameters) {
      if (parameter.mode != fml::ast::InputMode::target) continue;
      const auto known = parameter.type != 0 && !definitions.is_primitive(parameter.type);
      targets.push_back(
          element::make_root(arena, known ? parameter.type : definitions.find_type("Patient")));
    }
    fml::run(program, engine, *parts.read(arena, limits), targets,
             {arena, limits, messages, "fuzz", std::nullopt, nullptr});
    for (const auto* target : targets) output += format::to_json(definitions, *target) + "\n";
    output += diag::render(messages, {});
  }
  fuzz::require(outputs[0] == outputs[1]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  const auto limits = fuzz::limits();
  fuzz::TwoParts parts(fuzz::text(data, size));
  diag::Sink sink;
  const auto map = fml::parse(parts.subject, limits, sink);
  fuzz::require((map == nullptr) == !sink.ok());
  if (map == nullptr) return 0;
  round_trip(*map, limits);
  fml::Library library;
  library.add(*map);
  const auto program = fml::compile(*map, library, engine, sink);
  if (program == nullptr) return 0;
  run(*program, engine, parts, limits);
  return 0;
}
