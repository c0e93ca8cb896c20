#include "fml/compile/program.h"

#include <initializer_list>

#include "definition/primitive.h"
#include "format/json.h"

namespace paraneo::fml {

ResolvedElement resolve_element(const definition::Definitions& definitions,
                                definition::TypeId owner, std::string_view name) {
  ResolvedElement resolved;
  resolved.name = definitions.find_symbol(name);
  resolved.owner = owner;
  resolved.def = definitions.element(owner, resolved.name);
  if (resolved.def == nullptr) return resolved;
  resolved.index = definitions.index_of(*resolved.def);
  resolved.many = resolved.def->max > 1;
  if (resolved.def->type_count != 1) return resolved;
  resolved.type = definitions.types(*resolved.def)[0].type;
  if (definitions.is_primitive(resolved.type)) set_primitive(definitions, resolved, resolved.type);
  return resolved;
}

void set_primitive(const definition::Definitions& definitions, ResolvedElement& resolved,
                   definition::TypeId type) {
  resolved.primitive = type;
  resolved.form = definitions.type(type).primitive;
}

namespace {

// The types of a release stand for those of the same names of the others.
template <class Map, class Key, class Alike>
std::uint32_t found(const Map& groups, const Key& key, bool has_releases, const Alike& alike) {
  if (const auto exact = groups.find(key); exact != groups.end()) return exact->second;
  if (has_releases)
    for (const auto& [types, group] : groups)
      if (alike(types)) return group;
  return kNone;
}

}  // namespace

// "This group is a default mapping group for the specified types" and, with type+, "for the primary
// source type" (StructureMap.group.typeMode): where the element's type is open, it is the latter
// that says it.
Program::Default Program::default_group(const definition::Definitions& definitions,
                                        definition::TypeId from,
                                        const definition::ElementDef& def) const {
  const auto types = definitions.types(def);
  const auto has_releases = definitions.has_several_releases();
  Default by_source;
  by_source.group = found(source_type_groups, from, has_releases,
                          [&](auto type) { return definitions.is_named_alike(type, from); });
  if (by_source.group != kNone) by_source.type = groups[by_source.group].parameters[1].type;
  Default by_types;
  for (const auto& ref : types) {
    if (by_source.group != kNone && types.size() > 1 && ref.type != 0 &&
        definitions.is_named_alike(ref.type, by_source.type))
      return {by_source.group, ref.type};
    const auto group =
        found(type_groups, std::pair(from, ref.type), has_releases, [&](const auto& pair) {
          return definitions.is_named_alike(pair.first, from) &&
                 definitions.is_named_alike(pair.second, ref.type);
        });
    // Of several, that which keeps the type; else the first.
    const auto is_better = by_types.group == kNone || definitions.is_named_alike(ref.type, from);
    if (group != kNone && is_better) by_types = {group, ref.type};
  }
  return by_types.group != kNone ? by_types : by_source;
}

DataTypes::DataTypes(const definition::Definitions& definitions) {
  const auto type = [&](std::string_view name) { return definitions.find_type(name); };
  const auto resolved = [&](definition::TypeId owner, std::string_view name) {
    return resolve_element(definitions, owner, name);
  };
  codeable_concept = type("CodeableConcept");
  concept_coding = resolved(codeable_concept, "coding");
  concept_text = resolved(codeable_concept, "text");
  coding = type("Coding");
  coding_system = resolved(coding, "system");
  coding_code = resolved(coding, "code");
  coding_display = resolved(coding, "display");
  quantity = type("Quantity");
  quantity_value = resolved(quantity, "value");
  quantity_comparator = resolved(quantity, "comparator");
  quantity_unit = resolved(quantity, "unit");
  quantity_system = resolved(quantity, "system");
  quantity_code = resolved(quantity, "code");
  identifier = type("Identifier");
  identifier_system = resolved(identifier, "system");
  identifier_value = resolved(identifier, "value");
  identifier_type = resolved(identifier, "type");
  contact_point = type("ContactPoint");
  contact_system = resolved(contact_point, "system");
  contact_value = resolved(contact_point, "value");
  value = definitions.find_symbol("value");
  id = definitions.find_symbol("id");
}

const ResolvedElement* DataTypes::place_of_operand(Transform transform, std::size_t index,
                                                   std::size_t count) const {
  const auto nth = [&](std::initializer_list<const ResolvedElement*> places) {
    return index < places.size() ? places.begin()[index] : nullptr;
  };
  switch (transform) {
    case Transform::cc:
      if (count == 1) return &concept_text;
      [[fallthrough]];
    case Transform::c: return nth({&coding_system, &coding_code, &coding_display});
    case Transform::qty:
      return count == 1 ? nullptr
                        : nth({&quantity_value, &quantity_unit, &quantity_system, &quantity_code});
    case Transform::id: return nth({&identifier_system, &identifier_value, &coding_code});
    case Transform::cp: return count == 1 ? nullptr : nth({&contact_system, &contact_value});
    default: return nullptr;
  }
}

}  // namespace paraneo::fml
