// Elements to canonical JSON, and where an element stands. Entry points: write_json(),
// append_json(), path_of(), pointer_of().
#include <algorithm>

#include "fhir/element.h"
#include "json/compact.h"

namespace paraneo::fhir {
namespace {

Symbol json_name_of(const Definitions& definitions, const Element& element) {
  const auto& def = definitions.element_at(element.def);
  if (!def.choice) return def.name;
  for (const auto& ref : definitions.types(def))
    if (ref.type == element.type) return ref.json_name;
  return def.name;
}

// The two forms of output.
class Compact {
 public:
  explicit Compact(std::string& out) : writer_(out) {}
  void begin(char bracket) { writer_.open(bracket); }
  void end(char bracket) { writer_.close(bracket); }
  void key(const Definitions& definitions, Symbol name) { writer_.key(definitions.json_key(name)); }
  void sibling_key(const Definitions& definitions, Symbol name) { writer_.key(definitions.json_sibling_key(name)); }
  void resource_type(std::string_view type) {
    writer_.key(kResourceTypeKey.substr(0, kResourceTypeKey.find(':') + 1));
    writer_.string(type);
  }
  void string(std::string_view text) { writer_.string(text); }
  void plain_string(std::string_view text) { writer_.plain_string(text); }
  void raw(std::string_view text) { writer_.raw(text); }
  void null() { writer_.null(); }
  void finish() { writer_.finish(); }

 private:
  static constexpr std::string_view kResourceTypeKey = "\"resourceType\":                    ";
  static_assert(kResourceTypeKey.size() >= json::CompactWriter::kKeySlack);
  json::CompactWriter writer_;
};

class Indented {
 public:
  explicit Indented(json::Writer& writer) : writer_(writer) {}
  void begin(char bracket) { bracket == '{' ? writer_.begin_object() : writer_.begin_array(); }
  void end(char bracket) { bracket == '}' ? writer_.end_object() : writer_.end_array(); }
  void key(const Definitions& definitions, Symbol name) { writer_.key(definitions.name(name)); }
  void sibling_key(const Definitions& definitions, Symbol name) { writer_.key("_" + std::string(definitions.name(name))); }
  void resource_type(std::string_view type) {
    writer_.key("resourceType");
    writer_.string(type);
  }
  void string(std::string_view text) { writer_.string(text); }
  void plain_string(std::string_view text) { writer_.string(text); }
  void raw(std::string_view text) { writer_.raw(text); }
  void null() { writer_.null(); }

 private:
  json::Writer& writer_;
};

template <class Out>
class ElementWriter {
 public:
  ElementWriter(const Definitions& definitions, Out& out) : definitions_(definitions), out_(out) {}

  void object(const Element& element) {
    out_.begin('{');
    if (definitions_.is_resource(element.type) || (element.parent == nullptr && definitions_.is_root(element.type)))
      out_.resource_type(definitions_.type_name(element.type));
    children(element);
    out_.end('}');
  }

 private:
  void children(const Element& parent) {
    for (const auto* child = parent.first; child != nullptr;) {
      const auto& def = definitions_.element_at(child->def);
      const auto name = def.choice ? json_name_of(definitions_, *child) : def.name;
      if (def.is_list()) {
        const auto* end = child->next;
        while (end != nullptr && end->def == child->def) end = end->next;
        list(name, *child, end);
        child = end;
      } else {
        single(name, *child);
        child = child->next;
      }
    }
  }

  void single(Symbol name, const Element& element) {
    const auto& type = definitions_.type(element.type);
    if (type.kind != TypeKind::primitive) {
      out_.key(definitions_, name);
      return object(element);
    }
    if (element.has_value) {
      out_.key(definitions_, name);
      value(type, element);
    }
    if (element.first == nullptr) return;
    out_.sibling_key(definitions_, name);
    extras(element);
  }

  // The elements [first, end) of one definition.
  void list(Symbol name, const Element& first, const Element* end) {
    const auto& type = definitions_.type(first.type);
    if (type.kind == TypeKind::primitive) return primitives(name, type, first, end);
    out_.key(definitions_, name);
    out_.begin('[');
    for (const auto* e = &first; e != end; e = e->next) object(*e);
    out_.end(']');
  }

  void primitives(Symbol name, const TypeDef& type, const Element& first, const Element* end) {
    bool any_value = false;
    bool any_child = false;
    for (const auto* e = &first; e != end; e = e->next) {
      any_value = any_value || e->has_value;
      any_child = any_child || e->first != nullptr;
    }
    if (any_value) {
      out_.key(definitions_, name);
      out_.begin('[');
      for (const auto* e = &first; e != end; e = e->next) e->has_value ? value(type, *e) : out_.null();
      out_.end(']');
    }
    if (!any_child) return;
    out_.sibling_key(definitions_, name);
    out_.begin('[');
    for (const auto* e = &first; e != end; e = e->next) e->first == nullptr ? out_.null() : extras(*e);
    out_.end(']');
  }

  // The id and the extensions of a primitive.
  void extras(const Element& element) {
    out_.begin('{');
    children(element);
    out_.end('}');
  }

  void value(const TypeDef& type, const Element& element) {
    if (type.form != JsonForm::string) return out_.raw(element.value());
    element.plain ? out_.plain_string(element.value()) : out_.string(element.value());
  }

  const Definitions& definitions_;
  Out& out_;
};

std::size_t index_in_list(const Element& element) {
  std::size_t index = 0;
  for (const auto* e = element.parent->first; e != &element; e = e->next)
    if (e->def == element.def) ++index;
  return index;
}

}  // namespace

void write_json(const Definitions& definitions, const Element& element, json::Writer& writer) {
  Indented out(writer);
  ElementWriter(definitions, out).object(element);
}

std::string to_json(const Definitions& definitions, const Element& element, bool pretty) {
  std::string text;
  if (pretty) {
    json::Writer writer(text, pretty);
    write_json(definitions, element, writer);
  } else {
    append_json(definitions, element, text);
  }
  return text;
}

void append_json(const Definitions& definitions, const Element& element, std::string& to) {
  Compact out(to);
  ElementWriter(definitions, out).object(element);
  out.finish();
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
