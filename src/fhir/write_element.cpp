// Elements to canonical JSON, and where an element stands. Entry points: write_json(), path_of(),
// pointer_of().
#include <algorithm>

#include "fhir/element.h"

namespace paraneo::fhir {
namespace {

Symbol json_name_of(const Definitions& definitions, const Element& element) {
  const auto& def = definitions.element_at(element.def);
  if (!def.choice) return def.name;
  for (const auto& ref : definitions.types(def))
    if (ref.type == element.type) return ref.json_name;
  return def.name;
}

class ElementWriter {
 public:
  ElementWriter(const Definitions& definitions, json::Writer& writer)
      : definitions_(definitions), writer_(writer) {}

  void object(const Element& element) {
    writer_.begin_object();
    if (definitions_.is_resource(element.type) || (element.parent == nullptr && definitions_.is_root(element.type))) {
      writer_.key("resourceType");
      writer_.string(definitions_.type_name(element.type));
    }
    children(element);
    writer_.end_object();
  }

 private:
  void children(const Element& parent) {
    for (const auto* child = parent.first; child != nullptr;) {
      const auto* end = child->next;
      while (end != nullptr && end->def == child->def) end = end->next;
      member(*child, end);
      child = end;
    }
  }

  // The elements [first, end) of one definition.
  void member(const Element& first, const Element* end) {
    const auto name = definitions_.name(json_name_of(definitions_, first));
    const auto is_list = definitions_.element_at(first.def).is_list();
    if (definitions_.is_primitive(first.type)) return primitives(name, is_list, first, end);
    writer_.key(name);
    if (!is_list) return object(first);
    writer_.begin_array();
    for (const auto* e = &first; e != end; e = e->next) object(*e);
    writer_.end_array();
  }

  void primitives(std::string_view name, bool is_list, const Element& first, const Element* end) {
    bool any_value = false;
    bool any_child = false;
    for (const auto* e = &first; e != end; e = e->next) {
      any_value = any_value || e->has_value;
      any_child = any_child || e->first != nullptr;
    }
    if (any_value) {
      writer_.key(name);
      if (is_list) writer_.begin_array();
      for (const auto* e = &first; e != end; e = e->next) value(*e);
      if (is_list) writer_.end_array();
    }
    if (!any_child) return;
    std::string sibling = "_";
    sibling += name;
    writer_.key(sibling);
    if (is_list) writer_.begin_array();
    for (const auto* e = &first; e != end; e = e->next) {
      if (e->first == nullptr) {
        writer_.null();
      } else {
        writer_.begin_object();
        children(*e);
        writer_.end_object();
      }
    }
    if (is_list) writer_.end_array();
  }

  void value(const Element& element) {
    if (!element.has_value) return writer_.null();
    if (definitions_.type(element.type).form == JsonForm::string) return writer_.string(element.value());
    writer_.raw(element.value());
  }

  const Definitions& definitions_;
  json::Writer& writer_;
};

std::size_t index_in_list(const Element& element) {
  std::size_t index = 0;
  for (const auto* e = element.parent->first; e != &element; e = e->next)
    if (e->def == element.def) ++index;
  return index;
}

}  // namespace

void write_json(const Definitions& definitions, const Element& element, json::Writer& writer) {
  ElementWriter(definitions, writer).object(element);
}

std::string to_json(const Definitions& definitions, const Element& element, bool pretty) {
  std::string out;
  json::Writer writer(out, pretty);
  write_json(definitions, element, writer);
  return out;
}

std::string path_of(const Definitions& definitions, const Element& element) {
  if (element.parent == nullptr) return std::string(definitions.type_name(element.type));
  auto path = path_of(definitions, *element.parent) + "." + std::string(definitions.name(element.name));
  if (definitions.element_at(element.def).is_list())
    path += "[" + std::to_string(index_in_list(element)) + "]";
  return path;
}

std::string pointer_of(const Definitions& definitions, const Element& element) {
  if (element.parent == nullptr) return "";
  auto pointer = pointer_of(definitions, *element.parent) + "/";
  const auto is_extension_of_primitive = definitions.is_primitive(element.parent->type);
  if (is_extension_of_primitive) {
    // The extensions of a primitive stand in its "_" sibling.
    const auto slash = pointer.rfind('/', pointer.size() - 2);
    const auto is_list = definitions.element_at(element.parent->def).is_list();
    const auto name_at = is_list ? pointer.rfind('/', slash - 1) : slash;
    pointer.insert(name_at + 1, "_");
  }
  pointer += definitions.name(json_name_of(definitions, element));
  if (definitions.element_at(element.def).is_list())
    pointer += "/" + std::to_string(index_in_list(element));
  return pointer;
}

}  // namespace paraneo::fhir
