// FHIR R4's additions to FHIRPath (FHIR R4 2.9.1): extension, hasValue, getValue,
// resolve, checkModifiers.
#include <algorithm>

#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

std::string_view child_text(Run& run, const element::Element& element, std::string_view name) {
  const auto* child = element.child(run.engine.definitions().find_symbol(name));
  return child == nullptr ? std::string_view() : child->value();
}

Collection extension(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto url = run.string(node, run.eval(node, 1, scope));
  if (!url) return {};
  Collection all;
  for (const auto& item : in)
    append_children(run, item, run.engine.definitions().find_symbol("extension"), all);
  Collection out;
  for (const auto& item : all)
    if (child_text(run, *item.element, "url") == *url) out.push(run.arena, item);
  return out;
}

bool has_value(const Collection& in) {
  return in.size() == 1 && (!in[0].is_element() || in[0].element->has_value);
}

Collection has_value_function(Run& run, const Node&, const Collection& in, const Scope&) {
  return run.of(has_value(in));
}

Collection get_value(Run& run, const Node&, const Collection& in, const Scope&) {
  return has_value(in) ? run.of(run.value(in[0])) : Collection();
}

const element::Element* resource_of(Run& run, const element::Element* element, bool outermost) {
  const element::Element* found = nullptr;
  for (; element != nullptr; element = element->parent) {
    if (!run.engine.definitions().is_resource(element->type)) continue;
    found = element;
    if (!outermost) break;
  }
  return found;
}

// In the resource (contained) and in the bundle around it; nothing is fetched.
const element::Element* resolved(Run& run, const element::Element& from,
                                 std::string_view reference) {
  const auto& definitions = run.engine.definitions();
  const auto contained = definitions.find_symbol("contained");
  if (reference.starts_with('#')) {
    for (const auto* holder = resource_of(run, &from, false); holder != nullptr;
         holder = resource_of(run, holder->parent, false)) {
      if (reference.size() == 1) return holder;
      for (const auto* c = holder->first; c != nullptr; c = c->next)
        if (c->name == contained && child_text(run, *c, "id") == reference.substr(1)) return c;
    }
    return nullptr;
  }
  const auto* bundle = resource_of(run, &from, true);
  if (bundle == nullptr || definitions.type_name(bundle->type) != "Bundle") return nullptr;
  for (const auto* entry = bundle->first; entry != nullptr; entry = entry->next) {
    const auto* resource = entry->child(definitions.find_symbol("resource"));
    if (resource == nullptr) continue;
    const auto full = child_text(run, *entry, "fullUrl");
    if (!full.empty() && full == reference) return resource;
    const auto local = std::string(definitions.type_name(resource->type)) + "/" +
                       std::string(child_text(run, *resource, "id"));
    if (local == reference) return resource;
  }
  return nullptr;
}

// A string is no part of any data: it is looked for from the input of the expression.
Collection resolve(Run& run, const Node&, const Collection& in, const Scope&) {
  const auto& input = run.input();
  Collection out;
  for (const auto& item : in) {
    const auto& from = item.is_element() || input.empty() ? item : input[0];
    if (!from.is_element()) continue;
    std::string_view reference;
    if (item.is_element())
      reference = item.element->has_value ? item.element->value()
                                          : child_text(run, *item.element, "reference");
    else if (item.kind == ItemKind::string) reference = item.string();
    if (reference.empty()) continue;
    if (const auto* found = resolved(run, *from.element, reference))
      out.push(run.arena, Item::of(found));
  }
  return out;
}

// Whether one of the arguments is the URL (FHIR R4 2.9.1.5), or has it between commas
// (R5 2.1.9.1.5.9).
bool is_understood(Run& run, const Collection& known, std::string_view url) {
  for (const auto& item : known) {
    for (auto rest = plain_string(run, item).value_or(""); !rest.empty();) {
      const auto end = std::min(rest.find(','), rest.size());
      auto part = rest.substr(0, end);
      while (part.starts_with(' ')) part.remove_prefix(1);
      if (part == url || rest == url) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

// An error when there is a modifier extension other than those that the caller understands.
Collection check_modifiers(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  Collection known;
  for (std::uint32_t i = 1; i < node.operand_count; ++i)
    known.append(run.arena, run.eval(node, i, scope));
  Collection modifiers;
  for (const auto& item : in)
    append_children(run, item, run.engine.definitions().find_symbol("modifierExtension"),
                    modifiers);
  for (const auto& modifier : modifiers) {
    const auto url = child_text(run, *modifier.element, "url");
    if (is_understood(run, known, url)) continue;
    run.fail(node, "the modifier extension " + std::string(url) + " is not understood here");
    return {};
  }
  return run.failed() ? Collection() : in;
}

constexpr Function kFunctions[] = {
    {"extension", 1, 1, extension},
    {"hasValue", 0, 0, has_value_function},
    {"getValue", 0, 0, get_value},
    {"resolve", 0, 0, resolve},
    {"checkModifiers", 0, kAnyNumber, check_modifiers},
};

}  // namespace

std::span<const Function> fhir_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
