#include "fml/program.h"

namespace paraneo::fml {

Place place_of(const fhir::Definitions& definitions, fhir::TypeId owner, std::string_view name) {
  Place place;
  place.name = definitions.find_symbol(name);
  place.owner = owner;
  place.def = definitions.element(owner, place.name);
  if (place.def == nullptr || place.def->type_count != 1) return place;
  const auto type = definitions.types(*place.def)[0].type;
  if (!definitions.is_primitive(type)) return place;
  place.primitive = type;
  place.form = definitions.type(type).primitive;
  return place;
}

DataTypes::DataTypes(const fhir::Definitions& definitions) {
  const auto type = [&](std::string_view name) { return definitions.find_type(name); };
  const auto place = [&](fhir::TypeId owner, std::string_view name) { return place_of(definitions, owner, name); };
  codeable_concept = type("CodeableConcept");
  concept_coding = place(codeable_concept, "coding");
  concept_text = place(codeable_concept, "text");
  coding = type("Coding");
  coding_system = place(coding, "system");
  coding_code = place(coding, "code");
  coding_display = place(coding, "display");
  quantity = type("Quantity");
  quantity_value = place(quantity, "value");
  quantity_comparator = place(quantity, "comparator");
  quantity_unit = place(quantity, "unit");
  quantity_system = place(quantity, "system");
  quantity_code = place(quantity, "code");
  identifier = type("Identifier");
  identifier_system = place(identifier, "system");
  identifier_value = place(identifier, "value");
  identifier_type = place(identifier, "type");
  contact_point = type("ContactPoint");
  contact_system = place(contact_point, "system");
  contact_value = place(contact_point, "value");
  value = definitions.find_symbol("value");
  id = definitions.find_symbol("id");
}

}  // namespace paraneo::fml
