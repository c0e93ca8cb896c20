#include "definition/definitions.h"

#include "definition/flat_tables.h"
#include "definition/load_definition.h"

namespace paraneo::definition {

TypeId Definitions::find_type(std::string_view name_or_url, TypeId other) const {
  return other == 0 ? type_names_.find(name_or_url)
                    : type_names_.find(name_or_url, tables_.types[other].release);
}

std::vector<TypeId> Definitions::find_types(std::string_view name) const {
  std::vector<TypeId> all;
  for (std::size_t release = 0; release < type_names_.release_count(); ++release)
    if (const auto found = type_names_.find_in(static_cast<std::uint8_t>(release), name);
        found != 0)
      all.push_back(found);
  return all;
}

bool Definitions::knows(const json::Value& structure_definition) const {
  return type_names_.knows(structure_definition.text_of("fhirVersion"),
                           structure_definition.text_of("url"));
}

const ElementDef* Definitions::element(TypeId type, Symbol name) const {
  for (const auto& element : elements(type))
    if (element.name == name) return &element;
  return nullptr;
}

std::span<const Member> Definitions::members(TypeId id) const {
  const auto& type = tables_.types[id];
  return std::span(tables_.members).subspan(type.first_member, type.member_count);
}

std::vector<std::string_view> Definitions::type_names() const {
  std::vector<std::string_view> names;
  for (TypeId id = 1; id < type_count(); ++id) names.push_back(type_name(id));
  return names;
}

std::span<const ConstraintDef> Definitions::constraints(const ElementDef& element) const {
  return std::span(tables_.constraints).subspan(element.first_constraint, element.constraint_count);
}

std::span<const ConstraintDef> Definitions::constraints(const TypeDef& type) const {
  return std::span(tables_.constraints).subspan(type.first_constraint, type.constraint_count);
}

TypeId Definitions::add(const json::Value& structure_definition, diag::Sink& sink) {
  return load_definition({tables_, type_names_, unlinked_}, structure_definition, sink);
}

void Definitions::link(diag::Sink& sink) {
  unlinked_.link(tables_, type_names_, sink);
  json_names_.make(tables_);
}

std::string Definitions::serialize() const { return flat(tables_); }

Definitions Definitions::deserialize(std::string_view bytes) {
  Definitions out;
  out.tables_ = tables_of(bytes);
  out.unlinked_.take_as_linked(out.tables_);
  out.type_names_.add_all(out.tables_);
  out.json_names_.make(out.tables_);
  return out;
}

}  // namespace paraneo::definition
