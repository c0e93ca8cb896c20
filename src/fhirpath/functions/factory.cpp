// %factory (FHIR R5 2.1.9.3, "Type Factory"): what makes instances of FHIR's types.
#include "definition/primitive.h"
#include "fhirpath/element_maker.h"
#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

// The elements that a type's constructor takes, in the order of its parameters.
struct Constructor {
  std::string_view type;
  std::array<std::string_view, 7> elements;
};
constexpr Constructor kConstructors[] = {
    {"Extension", {"url", "value"}},
    {"Identifier", {"system", "value", "use", "type"}},
    {"HumanName", {"family", "given", "prefix", "suffix", "text", "use"}},
    {"ContactPoint", {"system", "value", "use"}},
    {"Address", {"line", "city", "state", "postalCode", "country", "use", "type"}},
    {"Quantity", {"system", "code", "value", "unit"}},
    {"Coding", {"system", "code", "display", "version"}},
    {"CodeableConcept", {"coding", "text"}},
};

Collection of(const element::Element* made) {
  return made == nullptr ? Collection() : Collection(Item::of(made));
}

Collection constructed(Run& run, const Node& node, const Collection&, const Scope& scope) {
  ElementMaker maker(run, node);
  auto* out = maker.make(node.function->name);
  for (const auto& constructor : kConstructors) {
    if (constructor.type != node.function->name) continue;
    for (std::uint32_t i = 1; i < node.operand_count && out != nullptr; ++i)
      if (!maker.add(*out, constructor.elements[i - 1], run.eval(node, i, scope))) return {};
  }
  return of(out);
}

// %factory.code('final', extensions).
Collection primitive(Run& run, const Node& node, const Collection&, const Scope& scope) {
  ElementMaker maker(run, node);
  const auto value = node.operand_count > 1 ? run.eval(node, 1, scope) : Collection();
  if (value.size() > 1) return too_many(run, node, value);
  auto* out =
      value.empty() ? maker.make(node.type.type) : maker.make_primitive(node.type.type, value[0]);
  if (out == nullptr ||
      (node.operand_count > 2 && !maker.add(*out, "extension", run.eval(node, 2, scope))))
    return {};
  return of(out);
}

Collection create(Run& run, const Node& node, const Collection&, const Scope&) {
  return of(ElementMaker(run, node).make(node.type.type));
}

// A copy of the instance; null where there is none, or after failing.
element::Element* instance_of(Run& run, const Node& node, const Scope& scope, ElementMaker& maker) {
  const auto instance = run.eval(node, 1, scope);
  if (instance.size() > 1) too_many(run, node, instance);
  return instance.size() == 1 && !run.failed() ? maker.copy(instance[0]) : nullptr;
}

Collection with_extension(Run& run, const Node& node, const Collection&, const Scope& scope) {
  ElementMaker maker(run, node);
  auto* out = instance_of(run, node, scope, maker);
  auto* extension = out == nullptr ? nullptr : maker.make("Extension");
  if (extension == nullptr || !maker.add(*extension, "url", run.eval(node, 2, scope)) ||
      !maker.add(*extension, "value", run.eval(node, 3, scope)))
    return {};
  return maker.add(*out, "extension", Item::of(extension)) ? of(out) : Collection();
}

// "Any existing value(s) for the named property will be deleted."
Collection with_property(Run& run, const Node& node, const Collection&, const Scope& scope) {
  ElementMaker maker(run, node);
  auto* out = instance_of(run, node, scope, maker);
  const auto name = out == nullptr ? std::nullopt : run.string(node, run.eval(node, 2, scope));
  if (!name) return {};
  maker.remove(*out, *name);
  return maker.add(*out, *name, run.eval(node, 3, scope)) ? of(out) : Collection();
}

constexpr Function kFunctions[] = {
    {"Extension", 0, 2, constructed},
    {"Identifier", 0, 4, constructed},
    {"HumanName", 0, 6, constructed},
    {"ContactPoint", 0, 3, constructed},
    {"Address", 0, 7, constructed},
    {"Quantity", 0, 4, constructed},
    {"Coding", 0, 4, constructed},
    {"CodeableConcept", 0, 2, constructed},
    {"create", 1, 1, create},
    {"withExtension", 3, 3, with_extension},
    {"withProperty", 3, 3, with_property},
};
constexpr Function kPrimitive = {"primitive", 0, 2, primitive};

}  // namespace

std::span<const Function> factory_functions() { return kFunctions; }
const Function& primitive_constructor() { return kPrimitive; }

}  // namespace paraneo::fhirpath
