#include "fhirpath/element_maker.h"

#include "definition/primitive.h"

namespace paraneo::fhirpath {
namespace {

// The FHIR type whose values are such (FHIR R4 2.9.1.2, the table of types).
std::string_view fhir_type_of(const Item& value) {
  switch (value.kind) {
    case ItemKind::boolean: return "boolean";
    case ItemKind::integer: return "integer";
    case ItemKind::long_integer: return "integer64";
    case ItemKind::decimal: return "decimal";
    case ItemKind::string: return "string";
    case ItemKind::quantity: return "Quantity";
    case ItemKind::element:
    case ItemKind::type_info: return {};
    case ItemKind::date_time: break;
  }
  return value.date_time->kind == DateTime::Kind::date   ? "date"
         : value.date_time->kind == DateTime::Kind::time ? "time"
                                                         : "dateTime";
}

}  // namespace

bool ElementMaker::fail(std::string message) {
  run_.fail(at_, std::move(message));
  return false;
}

element::Element* ElementMaker::make(std::string_view type) {
  const auto id = definitions_.find_type(type);
  if (id == 0) fail("there is no type " + std::string(type) + " here");
  return id == 0 ? nullptr : make(id);
}

element::Element* ElementMaker::make(definition::TypeId type) {
  if (!run_.work(1)) return nullptr;
  if (!definitions_.type(type).abstract) return element::make_root(run_.arena, type);
  fail(std::string(definitions_.type_name(type)) + " is abstract");
  return nullptr;
}

element::Element* ElementMaker::make_primitive(definition::TypeId type, const Item& value) {
  auto* out = make(type);
  return out != nullptr && fill(*out, value) ? out : nullptr;
}

element::Element* ElementMaker::copy(const Item& item) {
  if (item.is_element()) {
    auto* out = element::make_root(run_.arena, item.element->type);
    element::copy_content(run_.arena, definitions_, *out, *item.element);
    return run_.work(1) ? out : nullptr;
  }
  auto* out = make(fhir_type_of(item));
  return out != nullptr && fill(*out, item) ? out : nullptr;
}

const definition::ElementDef* ElementMaker::find(const element::Element& parent,
                                                 std::string_view name) {
  const auto symbol = definitions_.find_symbol(name);
  const auto* def = symbol == 0 ? nullptr : definitions_.element(parent.type, symbol);
  if (def == nullptr)
    fail(std::string(definitions_.type_name(parent.type)) + " has no element \"" +
         std::string(name) + "\"");
  return def;
}

bool ElementMaker::add(element::Element& parent, std::string_view name, const Collection& values) {
  if (values.empty() || run_.failed()) return !run_.failed();
  if (name == "value" && definitions_.is_primitive(parent.type))
    return values.size() == 1 ? fill(parent, values[0]) : fail("a primitive has one value");
  const auto* def = find(parent, name);
  if (def == nullptr) return false;
  if (values.size() > 1 && def->max <= 1)
    return fail("\"" + std::string(name) + "\" takes one value, there are " +
                std::to_string(values.size()));
  for (const auto& value : values)
    if (!add_one(parent, *def, value)) return false;
  return true;
}

element::Element* ElementMaker::add_new(element::Element& parent, std::string_view name) {
  const auto* def = find(parent, name);
  const auto types =
      def == nullptr ? std::span<const definition::TypeRef>() : definitions_.types(*def);
  if (types.size() != 1 || !run_.work(1)) return nullptr;
  return element::append_child(run_.arena, definitions_, parent, *def, types[0].type);
}

void ElementMaker::remove(element::Element& parent, std::string_view name) {
  const auto symbol = definitions_.find_symbol(name);
  while (auto* child = parent.child(symbol)) element::remove_child(parent, *child);
}

// The type that the value has there: its own, that of its kind, or the only one. 0: none.
definition::TypeId ElementMaker::type_for(const definition::ElementDef& def,
                                          const Item& value) const {
  const auto types = definitions_.types(def);
  const auto is_complex = value.is_element() && !definitions_.is_primitive(value.element->type);
  for (const auto& ref : types)
    if (is_complex && definitions_.is_a(value.element->type, ref.type)) return value.element->type;
  if (is_complex) return 0;
  const auto name =
      value.is_element() ? definitions_.type_name(value.element->type) : fhir_type_of(value);
  for (const auto& ref : types)
    if (definitions_.type_name(ref.type) == name) return ref.type;
  // R4 has no integer of 64 bits.
  for (const auto& ref : types)
    if (value.kind == ItemKind::long_integer && definitions_.type_name(ref.type) == "integer")
      return ref.type;
  return types.size() == 1 && definitions_.is_primitive(types[0].type) ? types[0].type : 0;
}

bool ElementMaker::add_one(element::Element& parent, const definition::ElementDef& def,
                           const Item& value) {
  const auto type = type_for(def, value);
  if (type == 0 || !run_.work(1))
    return fail("\"" + std::string(definitions_.name(def.name)) + "\" of " +
                std::string(definitions_.type_name(parent.type)) + " takes no " +
                run_.engine.type_name(value));
  if (value.is_element() && !definitions_.is_primitive(type)) {
    element::copy_child(run_.arena, definitions_, parent, def, *value.element);
    return true;
  }
  return fill(*element::append_child(run_.arena, definitions_, parent, def, type), value);
}

bool ElementMaker::fill(element::Element& to, const Item& item) {
  if (item.kind == ItemKind::quantity && !definitions_.is_primitive(to.type))
    return fill_quantity(to, *item.quantity);
  std::string_view text;
  if (item.is_element()) {
    const auto& from = *item.element;
    if (!definitions_.is_primitive(from.type))
      return fail(std::string(definitions_.type_name(to.type)) + " takes no " +
                  run_.engine.type_name(item));
    // Its id and extensions go with it.
    for (const auto* child = from.first; child != nullptr; child = child->next)
      if (const auto* def = definitions_.element(to.type, child->name))
        element::copy_child(run_.arena, definitions_, to, *def, *child);
    if (!from.has_value && from.first != nullptr) return true;
    text = from.value();
  } else {
    text = text_of(item, run_.arena).value_or("");
  }
  if (!definition::has_primitive_form(definitions_, to.type, text))
    return fail("\"" + std::string(text.substr(0, 40)) + "\" is no " +
                std::string(definitions_.type_name(to.type)));
  to.set_value(text);
  return true;
}

bool ElementMaker::fill_quantity(element::Element& to, const Quantity& quantity) {
  const auto* system = quantity.calendar ? "http://hl7.org/fhirpath/CodeSystem/calendar-units"
                                         : "http://unitsofmeasure.org";
  return add(to, "value", Item::of(run_.arena, quantity.value)) &&
         add_text(to, "unit", quantity.unit) && add_text(to, "system", system) &&
         add_text(to, "code", quantity.unit);
}

}  // namespace paraneo::fhirpath
