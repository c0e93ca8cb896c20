// StructureDefinitions of types, logical models among them, one a line: whatever they say, loading
// ends, and what was loaded comes back from its flat form.
#include "definition/definitions.h"
#include "fuzz.h"
#include "json/read.h"

namespace {

using namespace paraneo;

void look_at(const definition::Definitions& definitions, definition::TypeId type) {
  for (const auto& element : definitions.elements(type)) {
    definitions.types(element);
    definitions.targets(element);
    definitions.constraints(element);
    definitions.text(element.binding);
    fuzz::require(definitions.element(type, element.name) != nullptr);
  }
  for (const auto& member : definitions.members(type))
    fuzz::require(definitions.member(type, definitions.name(member.json_name)) != nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto limits = fuzz::limits();
  limits.json_values_max = 20'000;
  auto definitions = definition::Definitions::builtin();
  diag::Sink sink;
  std::vector<definition::TypeId> types;
  const auto text = fuzz::text(data, size);
  std::size_t begin = 0;
  Arena arena;
  while (begin <= text.size() && types.size() < 50) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const Source line{"fuzz", text.substr(begin, end - begin)};
    begin = end + 1;
    const auto* json = json::read(line, arena, limits, sink);
    if (json == nullptr) continue;
    if (const auto type = definitions.add(*json, sink); type != 0) types.push_back(type);
  }
  definitions.link(sink);
  for (const auto type : types) look_at(definitions, type);
  if (types.empty()) return 0;
  const auto flat = definitions.serialize();
  const auto again = definition::Definitions::deserialize(flat);
  fuzz::require(again.serialize() == flat && again.type_count() == definitions.type_count());
  return 0;
}
