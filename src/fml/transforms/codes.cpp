// translate(value, map, output): codes by ConceptMap. The value is a code, a Coding or a
// CodeableConcept. Where it comes from the target side of the map, the map is read backwards.
#include <optional>
#include <vector>

#include "fml/transforms/transforms.h"

namespace paraneo::fml {
namespace {

using terminology::Code;

std::string_view text_child(const Runner& runner, const element::Element& element,
                            std::string_view name) {
  const auto* child = element.child(runner.engine.definitions().find_symbol(name));
  return child == nullptr ? std::string_view() : child->value();
}

// The item's text where it is a bare code.
std::optional<std::string_view> bare_code(const Runner& runner, const Item& item) {
  if (!item.is_element())
    return item.kind == fhirpath::ItemKind::string ? std::optional(item.string()) : std::nullopt;
  const auto& element = *item.element;
  return element.has_value && runner.engine.definitions().is_primitive(element.type)
             ? std::optional(element.value())
             : std::nullopt;
}

// The codes that the value has.
void codes_of(const Runner& runner, const Item& item, std::vector<Code>& to) {
  if (const auto code = bare_code(runner, item)) {
    to.push_back({{}, *code, {}});
    return;
  }
  const auto& definitions = runner.engine.definitions();
  if (!item.is_element() || definitions.is_primitive(item.element->type)) return;
  const auto& element = *item.element;
  const auto coding = definitions.find_symbol("coding");
  bool has_codings = false;
  for (const auto* c = element.first; c != nullptr; c = c->next) {
    if (c->name != coding || definitions.is_primitive(c->type)) continue;
    has_codings = true;
    to.push_back({text_child(runner, *c, "system"), text_child(runner, *c, "code"), {}});
  }
  if (!has_codings && !text_child(runner, element, "code").empty())
    to.push_back({text_child(runner, element, "system"), text_child(runner, element, "code"), {}});
}

void look_up(const terminology::ConceptMap& map, const Code& code,
             std::vector<const Code*>& found) {
  found.clear();
  const auto backwards =
      !code.system.empty() && !map.has_source(code.system) && map.has_target(code.system);
  if (backwards) map.reverse(code.system, code.code, found);
  else map.translate(code.system, code.code, found);
  // Read backwards, one code may have come from several: then none of them is right.
  if (backwards && found.size() > 1) found.clear();
}

// What the map says of a code that none of its rows has: it stays, it becomes a fixed one, or
// another map knows.
void look_up_unmapped(const Runner& runner, const terminology::ConceptMap& map, const Code& code,
                      std::vector<const Code*>& found) {
  constexpr int kMapsMax = 16;  // they may name one another in a circle
  const auto* asked = &map;
  for (int i = 0; i < kMapsMax && asked != nullptr && found.empty() &&
                  !asked->mentions(code.system, code.code);
       ++i) {
    using Mode = terminology::ConceptMap::Unmapped::Mode;
    const auto* unmapped = asked->unmapped(code.system);
    if (unmapped == nullptr) return;
    if (unmapped->mode == Mode::provided) {
      if (asked->keeps(code.system, code.code)) found.push_back(&code);
      return;
    }
    if (unmapped->mode == Mode::fixed) return found.push_back(&unmapped->fixed);
    asked = runner.program.loaded_concept_maps->find(unmapped->url);
    if (asked != nullptr) asked->translate(code.system, code.code, found);
  }
}

element::Element* coding_of(Runner& runner, const Code& code, const Span& span) {
  const auto& types = runner.program.data_types;
  auto* coding = runner.writer.detached(types.coding);
  for (const auto& [resolved, text] : {std::pair(&types.coding_system, code.system),
                                       {&types.coding_code, code.code},
                                       {&types.coding_display, code.display}})
    if (!text.empty()) runner.writer.write(*coding, *resolved, Item::of_string(text), span);
  return coding;
}

// The element that a code stands in: where it was put together, what the group is about.
const element::Element* resolve_element(const Item& item, Frame frame) {
  if (item.is_element()) return item.element;
  return !frame.empty() && !frame[0].empty() && frame[0][0].is_element() ? frame[0][0].element
                                                                         : nullptr;
}

Collection translated(Runner& runner, const TargetCode& code, const Collection& value,
                      std::string_view output, Frame frame) {
  auto& [codes, answers, found] = runner.found;
  found.clear();
  codes.clear();
  // A code that stays is one of the answers, so that all are kept until the end.
  for (const auto& item : value) codes_of(runner, item, codes);
  const auto is_each = codes.size() == value.size();
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const auto& one = codes[i];
    look_up(*code.concept_map, one, answers);
    if (answers.empty()) look_up_unmapped(runner, *code.concept_map, one, answers);
    // Without an element it is a question; only where an answer would be written is one missing.
    if (answers.empty() && code.context != kNone && runner.environment.observer != nullptr)
      runner.environment.observer->unmapped(*code.concept_map, one,
                                            resolve_element(value[is_each ? i : 0], frame));
    found.insert(found.end(), answers.begin(), answers.end());
  }
  if (found.empty()) return {};
  auto& arena = runner.environment.arena;
  if (output == "CodeableConcept") {
    const auto& types = runner.program.data_types;
    auto* concept_value = runner.writer.detached(types.codeable_concept);
    for (const auto* answer : found)
      runner.writer.write(*concept_value, types.concept_coding,
                          Item::of(coding_of(runner, *answer, code.span)), code.span);
    return Collection(Item::of(concept_value));
  }
  Collection out;
  // A concept map need not say the displays, nor a system.
  const auto add = [&](std::string_view text) {
    if (!text.empty()) out.push(arena, Item::of_string(text));
  };
  for (const auto* answer : found) {
    if (output == "Coding" || output == "coding")
      out.push(arena, Item::of(coding_of(runner, *answer, code.span)));
    else if (output == "system") add(answer->system);
    else if (output == "display") add(answer->display);
    else add(answer->code);
  }
  // A single code is asked for: the first answer; Codings go to a list.
  return output == "Coding" || output == "coding" || out.empty() ? out : out.slice(0, 1);
}

}  // namespace

Collection translate(Runner& runner, const TargetCode& code, Frame frame) {
  const auto value = runner.value(code.operands[0], frame, code.span);
  const auto output = code.operands.size() > 2 ? runner.text(code.operands[2], frame, code.span)
                                               : std::string_view("code");
  // Nearly always a code is asked for a code, and has one.
  if (value.size() == 1 && output == "code") {
    const auto asked = bare_code(runner, value[0]);
    const auto* answer = asked ? code.concept_map->only_translation(*asked) : nullptr;
    if (answer != nullptr && !answer->code.empty())
      return Collection(Item::of_string(answer->code));
  }
  return translated(runner, code, value, output, frame);
}

}  // namespace paraneo::fml
