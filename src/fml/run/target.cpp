#include "fml/run/target.h"

#include <algorithm>
#include <utility>

#include "definition/primitive.h"
#include "element/message_place.h"
#include "element/path.h"

namespace paraneo::fml {
namespace {

using diag::Code;
using fhirpath::Item;
using fhirpath::ItemKind;

constexpr std::uint32_t kDetached = kNone;

bool is_within(const element::Element& element, const element::Element& tree) {
  for (const auto* e = &element; e != nullptr; e = e->parent)
    if (e == &tree) return true;
  return false;
}

}  // namespace

void TargetWriter::complain(Code code, std::string message, const element::Element* at,
                            const Span& span, std::string advice) {
  environment_.sink.report(code, std::move(message), span,
                           at == nullptr ? "" : path_for(environment_.sink, definitions_, *at),
                           std::move(advice));
}

element::Element* TargetWriter::detached(definition::TypeId type) {
  auto* element = element::make_root(environment_.arena, type);
  element->def = kDetached;
  return noted(element);
}

bool TargetWriter::is_detached(const element::Element& element) { return element.def == kDetached; }

const definition::ElementDef* TargetWriter::find_definition(const element::Element& parent,
                                                            const ResolvedElement& resolved,
                                                            const Span& span) {
  const auto* def = definitions_.element(parent.type, resolved.name);
  if (def == nullptr)
    complain(Code::fml_unknown_element,
             std::string(definitions_.type_name(parent.type)) + " has no element \"" +
                 std::string(definitions_.name(resolved.name)) + "\"",
             &parent, span);
  return def;
}

element::Element* TargetWriter::only_child(element::Element& parent,
                                           const definition::ElementDef& def) const {
  if (def.max > 1) return nullptr;
  // Children stand in the order of their definitions, and most come in that order.
  const auto index = definitions_.index_of(def);
  if (parent.last == nullptr || parent.last->def < index) return nullptr;
  for (auto* c = parent.first; c != nullptr && c->def <= index; c = c->next)
    if (c->def == index) return c;
  return nullptr;
}

element::Element* TargetWriter::find_child(element::Element& parent,
                                           const ResolvedElement& resolved, definition::TypeId type,
                                           const Span& span) {
  const auto* def = definition(parent, resolved, span);
  if (def == nullptr) return nullptr;
  const auto types = definitions_.types(*def);
  if (type == 0 && types.size() == 1) type = types[0].type;
  if (type == 0) {
    complain(Code::fml_value, "the element can be of several types", &parent, span,
             "say which with create('Type')");
    return nullptr;
  }
  if (auto* there = only_child(parent, *def);
      there != nullptr && there->type == allowed(parent, *def, type))
    return there;
  return replaced(parent, resolved, type, span);
}

element::Element* TargetWriter::append_value(element::Element& parent,
                                             const ResolvedElement& resolved, const Item& item) {
  if (resolved.primitive == 0 || !comes_last(parent, resolved)) return nullptr;
  if (item.is_element()) {
    const auto& from = *item.element;
    if (!from.has_value || from.first != nullptr) return nullptr;
    return append_formed(parent, resolved, from.value());
  }
  return item.kind == ItemKind::string ? append_formed(parent, resolved, item.string()) : nullptr;
}

// Where the text has the form of the element's type; null otherwise.
element::Element* TargetWriter::append_formed(element::Element& parent,
                                              const ResolvedElement& resolved,
                                              std::string_view text) {
  if (!definition::has_form(resolved.form, text)) return nullptr;
  auto* element = append_last(parent, resolved, resolved.primitive);
  element->set_value(text);
  return element;
}

// The item as the content of an element that is there: "t = (expression)".
element::Element* TargetWriter::write_into(element::Element& to, const Item& item,
                                           const Span& span) {
  if (definitions_.is_primitive(to.type) &&
      (!item.is_element() || definitions_.is_primitive(item.element->type))) {
    assign(to, item, span);
    return &to;
  }
  if (!item.is_element() || !definitions_.is_named_alike(to.type, item.element->type)) {
    complain(Code::fml_value,
             "a " + engine_.type_name(item) + " cannot be written to a " +
                 std::string(definitions_.type_name(to.type)),
             &to, span);
    return nullptr;
  }
  if (to.first != nullptr)
    complain(Code::fml_overwritten, "the element is written twice; the second value stays", &to,
             span);
  to.first = to.last = nullptr;
  has_copies_ = true;
  if (meter_.has_room(span)) copy_content(to, *item.element, span);
  return &to;
}

element::Element* TargetWriter::write_other(element::Element& parent,
                                            const ResolvedElement& resolved, const Item& item,
                                            const Span& span) {
  if (resolved.name == 0) return write_into(parent, item, span);
  if (resolved.name == program_.data_types.value && definitions_.is_primitive(parent.type)) {
    assign(parent, item, span);
    return &parent;
  }
  const auto* def = definition(parent, resolved, span);
  if (def == nullptr) return nullptr;
  const auto is_complex = item.is_element() && !definitions_.is_primitive(item.element->type);
  if (is_complex) return write_complex(parent, *def, *item.element, span);
  const auto type = def == resolved.def && resolved.primitive != 0 ? resolved.primitive
                                                                   : primitive_type(*def, item);
  return write_primitive(parent, *def, type, item, span);
}

element::Element* TargetWriter::overwrite_checked(element::Element& parent,
                                                  const ResolvedElement& resolved,
                                                  const element::Element& checked,
                                                  const Span& span) {
  if (parent.type != resolved.owner)
    return write(parent, resolved, Item::of_string(checked.value()), span);
  auto* element = emptied(parent, *resolved.def, resolved.primitive, span);
  element->set_value(checked.value());
  return element;
}

element::Element* TargetWriter::write_cast(element::Element& parent,
                                           const ResolvedElement& resolved, const Item& item,
                                           const Span& span) {
  element::Element value;
  value.type = resolved.primitive;
  if (!assign(value, item, span) || !value.has_value) return nullptr;
  auto* element = emptied(parent, *resolved.def, resolved.primitive, span);
  element->set_value(value.value());
  return element;
}

element::Element* TargetWriter::replaced(element::Element& parent, const ResolvedElement& resolved,
                                         definition::TypeId type, const Span& span) {
  const auto* def = definition(parent, resolved, span);
  const auto fitting = def == nullptr ? 0 : make_room(parent, *def, type, span);
  return fitting == 0
             ? nullptr
             : noted(append_child(environment_.arena, definitions_, parent, *def, fitting));
}

definition::TypeId TargetWriter::allowed(const element::Element& parent,
                                         const definition::ElementDef& def,
                                         definition::TypeId type) const {
  const auto types = definitions_.types(def);
  const auto fits = [&](definition::TypeId t) {
    return std::any_of(types.begin(), types.end(),
                       [&](const auto& ref) { return definitions_.is_a(t, ref.type); });
  };
  if (fits(type)) return type;
  const auto other = definitions_.find_type(definitions_.type_name(type), parent.type);
  return fits(other) ? other : 0;
}

definition::TypeId TargetWriter::make_room(element::Element& parent,
                                           const definition::ElementDef& def,
                                           definition::TypeId type, const Span& span) {
  const auto fitting = allowed(parent, def, type);
  if (fitting == 0) {
    complain(Code::fml_value,
             "a " + std::string(definitions_.type_name(type)) + " cannot be written to \"" +
                 std::string(definitions_.name(def.name)) + "\"",
             &parent, span);
    return 0;
  }
  if (auto* there = only_child(parent, def); there != nullptr) {
    complain(Code::fml_overwritten, "the element is written twice; the second value stays", there,
             span);
    remove_child(parent, *there);
  }
  return fitting;
}

// What this map made without a place gets one, so that variables that hold it go on writing there.
// All else is copied as it is now: a tree may become a part of itself.
element::Element* TargetWriter::write_complex(element::Element& parent,
                                              const definition::ElementDef& def,
                                              const element::Element& original, const Span& span) {
  const auto type = allowed(parent, def, original.type);
  const auto moves = type == original.type && is_detached(original) && !is_within(parent, original);
  auto* item = moves ? const_cast<element::Element*>(&original)
                     : copied(original, type == 0 ? original.type : type, span);
  if (item == nullptr || make_room(parent, def, original.type, span) == 0) return nullptr;
  append_child(environment_.arena, definitions_, parent, def, *item);
  return item;
}

// A rule that copies the whole target doubles it: no look between steps is soon enough.
element::Element* TargetWriter::copied(const element::Element& original, definition::TypeId type,
                                       const Span& span) {
  if (!meter_.has_room(span)) return nullptr;
  has_copies_ = true;
  auto* copy = element::make_root(environment_.arena, type);
  copy_content(*copy, original, span);
  return copy;
}

// Into the same type; or into the type of that name in another release of FHIR, element by element.
void TargetWriter::copy_content(element::Element& to, const element::Element& original,
                                const Span& span) {
  if (to.type == original.type)
    return element::copy_content(environment_.arena, definitions_, to, original);
  if (original.has_value) to.set_value(original.value());
  for (const auto* c = original.first; c != nullptr; c = c->next) {
    const auto* def = find_definition(to, ResolvedElement{.name = c->name}, span);
    if (def == nullptr) continue;
    auto type = definitions_.types(*def).size() == 1 ? definitions_.types(*def)[0].type : 0;
    if (type == 0 || definitions_.type(type).kind != definition::TypeKind::backbone)
      type = make_room(to, *def, c->type, span);
    if (type != 0)
      copy_content(*append_child(environment_.arena, definitions_, to, *def, type), *c, span);
  }
}

// The type that a primitive value gets: the only one, its own, or the one that fits its kind.
definition::TypeId TargetWriter::primitive_type(const definition::ElementDef& def,
                                                const Item& item) const {
  const auto types = definitions_.types(def);
  if (types.size() == 1) return types[0].type;
  if (item.is_element())
    for (const auto& ref : types)
      if (definitions_.type(ref.type).name == definitions_.type(item.element->type).name)
        return ref.type;
  const auto kind = item.is_element() ? engine_.kind_of(item.element->type) : item.kind;
  const auto of_kind = [&](ItemKind wanted) -> definition::TypeId {
    for (const auto& ref : types) {
      if (!definitions_.is_primitive(ref.type) || engine_.kind_of(ref.type) != wanted) continue;
      if (wanted == ItemKind::string && definitions_.type_name(ref.type) != "string") continue;
      return ref.type;
    }
    return 0;
  };
  const auto type = of_kind(kind);
  // R4 has no integer of 64 bits.
  return type == 0 && kind == ItemKind::long_integer ? of_kind(ItemKind::integer) : type;
}

element::Element* TargetWriter::write_primitive(element::Element& parent,
                                                const definition::ElementDef& def,
                                                definition::TypeId type, const Item& item,
                                                const Span& span) {
  if (type == 0 || !definitions_.is_primitive(type)) {
    complain(Code::fml_value,
             "a " + engine_.type_name(item) + " cannot be written to \"" +
                 std::string(definitions_.name(def.name)) + "\"",
             &parent, span, "make the element with create('Type') and fill it");
    return nullptr;
  }
  // The value is held to its form before it takes the place of another.
  element::Element value;
  value.type = type;
  if (!assign(value, item, span)) return nullptr;
  auto* element = emptied(parent, def, type, span);
  if (value.has_value) element->set_value(value.value());
  // A primitive's extensions go with its value.
  if (item.is_element())
    for (const auto* c = item.element->first; c != nullptr; c = c->next) {
      has_copies_ = true;
      const auto* child_def = definitions_.element(type, c->name);
      if (auto* other = only_child(*element, *child_def)) remove_child(*element, *other);
      const auto child_type = allowed(*element, *child_def, c->type);
      copy_content(
          *append_child(environment_.arena, definitions_, *element, *child_def, child_type), *c,
          span);
    }
  return element;
}

// The element that takes a primitive value: a new one, or the one that is there, without what
// belonged to a value that it had.
element::Element* TargetWriter::emptied(element::Element& parent, const definition::ElementDef& def,
                                        definition::TypeId type, const Span& span) {
  auto* there = only_child(parent, def);
  if (there == nullptr) return append_child(environment_.arena, definitions_, parent, def, type);
  if (there->has_value || there->type != type)
    complain(Code::fml_overwritten, "the element is written twice; the second value stays", there,
             span);
  if (there->type != type) {
    remove_child(parent, *there);
    return append_child(environment_.arena, definitions_, parent, def, type);
  }
  if (there->has_value) there->first = there->last = nullptr;
  return there;
}

void TargetWriter::remove_empty(std::span<element::Element* const> roots) const {
  const auto all_filled =
      !has_copies_ && std::none_of(made_.begin(), made_.end(),
                                   [](const auto* element) { return element->empty(); });
  if (all_filled) return;
  for (auto* root : roots) element::remove_empty(*root);
}

bool TargetWriter::assign(element::Element& to, const Item& item, const Span& span) {
  std::string_view text;
  if (item.is_element()) {
    const auto& from = *item.element;
    if (!from.has_value) return from.first != nullptr;
    text = from.value();
  } else {
    text = text_of(item, environment_.arena).value_or("");
  }
  if (!definition::has_primitive_form(definitions_, to.type, text)) {
    complain(Code::fml_value,
             text.empty() ? "there is no value"
                          : "the value is no " + std::string(definitions_.type_name(to.type)),
             &to, span);
    return false;
  }
  to.set_value(text);
  return true;
}

}  // namespace paraneo::fml
