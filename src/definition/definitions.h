// What types there are and what elements they have: an index of StructureDefinitions (FHIR R4
// 5.3), flat enough to be copied out of the binary in one piece. Names are interned: a Symbol is a
// small number, and two names are equal when their symbols are.
//
// Releases of FHIR stand side by side: a definition says by its fhirVersion which one it belongs
// to, and a name inside of it means the type of that release. From outside,
// http://hl7.org/fhir/5.0/... and URL|5.0.0 say it ("Canonical URLs of a specific version", FHIR
// R5 2.1.28); without it R4 is meant, unless prefer_release() says otherwise.
//
// Thread-safety: building (add, intern) is single-threaded; a finished Definitions is immutable
// and may be shared.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "definition/json_names.h"
#include "definition/type_names.h"
#include "definition/type_tables.h"
#include "definition/unlinked_types.h"
#include "diag/diagnostic.h"
#include "json/value.h"

namespace paraneo::definition {

class Definitions;

// Definitions::builtin(), which only what is linked with the built-in index may ask for.
const Definitions& built_in_definitions();

// The index of types, elements and names. Immutable while it is shared by threads.
class Definitions {
 public:
  // The index that is built into the binary: FHIR R4 and the case record. Cheap to copy from.
  static const Definitions& builtin() { return built_in_definitions(); }

  // The same for the same name, for ever; of an index under construction.
  Symbol intern(std::string_view name) { return tables_.names.intern(name); }
  // 0 when nothing has that name.
  Symbol find_symbol(std::string_view name) const { return tables_.names.find(name); }
  std::string_view name(Symbol symbol) const { return tables_.names.name(symbol); }
  std::string_view text(std::uint32_t text_id) const { return tables_.names.text(text_id); }
  // The symbol as a JSON member's name, as it is written: "name": in quotes, with the colon.
  // kSlack bytes behind it may be read.
  static constexpr std::size_t kSlack = JsonNames::kSlack;
  std::string_view json_key(Symbol symbol) const { return json_names_.key(symbol); }
  // By the index of an element.
  std::span<const JsonShape> json_shapes() const { return json_names_.shapes(); }
  std::string_view json_key(const JsonShape& shape) const { return json_names_.key(shape); }
  // Of the element with a value of that type, which is one of its own: "valueQuantity" for a
  // choice.
  Symbol json_name(const ElementDef& element, TypeId type) const {
    if (element.choice)
      for (const auto& ref : types(element))
        if (ref.type == type) return ref.json_name;
    return element.name;
  }
  // As values of the type are written.
  static JsonShape::Value json_value(const TypeDef& type) { return json_value_of(type); }
  // The same for the sibling that has a primitive's extensions: "_name":
  std::string_view json_sibling_key(Symbol symbol) const { return json_names_.sibling_key(symbol); }

  // By name ("Patient"), by canonical URL, by backbone path ("Observation.component").
  TypeId find_type(std::string_view name_or_url) const { return type_names_.find(name_or_url); }
  // The same, in the release of `other` where that has it.
  TypeId find_type(std::string_view name_or_url, TypeId other) const;
  // Those of all releases.
  std::vector<TypeId> find_types(std::string_view name) const;
  const TypeDef& type(TypeId id) const { return tables_.types[id]; }
  std::string_view type_name(TypeId id) const { return name(tables_.types[id].name); }
  std::vector<std::string_view> type_names() const;  // of all of them
  std::size_t type_count() const {
    return tables_.types.size();
  }  // ids run from 1 to this, exclusive
  bool is_a(TypeId type, TypeId ancestor) const { return tables_.is_a(type, ancestor); }
  bool has_several_releases() const { return type_names_.release_count() > 1; }
  // One type, or that of another release.
  bool is_named_alike(TypeId a, TypeId b) const {
    return a == b || tables_.types[a].name == tables_.types[b].name;
  }
  // is_a() for an ancestor that is known by its name: of whatever release.
  bool is_a_named(TypeId type, TypeId ancestor) const {
    return is_a(type, ancestor) ||
           (type_names_.release_count() > 1 && is_a(type, find_type(type_name(ancestor), type)));
  }
  // Those of its bases, too, as far as the type has them: inherited ones are repeated.
  std::span<const ElementDef> elements(TypeId type) const {
    return {tables_.elements.data() + tables_.types[type].first_element,
            tables_.types[type].element_count};
  }
  const ElementDef* element(TypeId type, Symbol name) const;  // null when it has none
  const ElementDef& element_at(std::uint32_t index) const { return tables_.elements[index]; }
  std::uint32_t index_of(const ElementDef& e) const {
    return static_cast<std::uint32_t>(&e - tables_.elements.data());
  }
  std::span<const TypeRef> types(const ElementDef& element) const {
    return tables_.types_of(element);
  }
  // The names of the types that a Reference or a canonical may lead to; none: any.
  std::span<const Symbol> targets(const ElementDef& element) const {
    return {tables_.targets.data() + element.first_target, element.target_count};
  }
  // By its name in JSON; null when the type has none.
  const Member* member(TypeId type, std::string_view json_name) const {
    return json_names_.member(tables_, type, json_name);
  }
  std::span<const Member> members(TypeId type) const;
  std::span<const ConstraintDef> constraints(const ElementDef& element) const;
  std::span<const ConstraintDef> constraints(const TypeDef& type) const;

  bool is_primitive(TypeId id) const { return tables_.types[id].kind == TypeKind::primitive; }
  bool is_resource(TypeId id) const { return tables_.types[id].kind == TypeKind::resource; }
  // Can stand alone, with its type in "resourceType": a resource, or the root of a logical model.
  bool is_root(TypeId id) const {
    return is_resource(id) || tables_.types[id].kind == TypeKind::logical;
  }

  // Whether its value is a concept of a logical model of which the definition says what may stand
  // there.
  bool is_place_of_codes(const ElementDef& element) const {
    return element.strength == BindingStrength::extensible && element.binding != 0 &&
           element.type_count > 0 &&
           tables_.types[types(element)[0].type].kind == TypeKind::logical;
  }

  // Adds the type that a StructureDefinition defines (kind primitive-type, complex-type, resource,
  // logical; derivation specialization or none), by its snapshot; a logical model without one by
  // its differential, then its base must be there already. Types that it refers to
  // may be added later: call link() once after the last one. Returns 0, with a diagnostic, when it
  // cannot be used; profiles (derivation constraint) are silently not types: also 0.
  TypeId add(const json::Value& structure_definition, diag::Sink& sink);
  // Whether one of this URL and release was added.
  bool knows(const json::Value& structure_definition) const;
  // What a name without a release means from now on: "5.0" or "5.0.0".
  void prefer_release(std::string_view version) { type_names_.prefer(version); }
  // Resolves references between the types added since the last call.
  void link(diag::Sink& sink);

  // The flat form.
  std::string serialize() const;
  static Definitions deserialize(std::string_view bytes);

 private:
  TypeTables tables_;
  TypeNames type_names_;
  UnlinkedTypes unlinked_;
  JsonNames json_names_;
};

}  // namespace paraneo::definition
