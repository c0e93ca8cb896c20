// Elements to canonical JSON. Entry points: write_json(), append_json().
#include <algorithm>
#include <limits>

#include "format/json.h"
#include "json/compact.h"

namespace paraneo::format {
namespace {

definition::Symbol json_name_of(const definition::Definitions& definitions,
                                const element::Element& element) {
  return definitions.json_name(definitions.element_at(element.def), element.type);
}

// A member's name: as Definitions know it, and as it is written.
struct Name {
  definition::Symbol symbol = 0;
  std::string_view key;
};

// The two forms of output. Each call takes the place to write to and gives the next one.
class Compact {
 public:
  using Cursor = json::CompactWriter::Cursor;
  explicit Compact(std::string& out) : writer_(out) {}
  Cursor begin() { return writer_.begin(); }
  Cursor open(Cursor to, char bracket) { return writer_.open(to, bracket); }
  Cursor close(Cursor to, char bracket) { return writer_.close(to, bracket); }
  Cursor key(Cursor to, const definition::Definitions&, const Name& name) {
    return writer_.ready(to, name.key);
  }
  Cursor sibling_key(Cursor to, const definition::Definitions& definitions, const Name& name) {
    return writer_.ready(to, definitions.json_sibling_key(name.symbol));
  }
  Cursor resource_type(Cursor to, std::string_view type) {
    return writer_.string(
        writer_.ready(to, kResourceTypeKey.substr(0, kResourceTypeKey.find(':') + 1)), type);
  }
  Cursor string(Cursor to, std::string_view text) { return writer_.string(to, text); }
  Cursor raw(Cursor to, std::string_view text) { return writer_.raw(to, text); }
  Cursor null(Cursor to) { return writer_.null(to); }
  Cursor raw_member(Cursor to, const definition::Definitions&, const Name& name,
                    std::string_view text) {
    return writer_.raw_member(to, name.key, text);
  }
  void finish(Cursor to) { writer_.finish(to); }

 private:
  static constexpr std::string_view kResourceTypeKey = "\"resourceType\":                    ";
  static_assert(kResourceTypeKey.size() >= json::CompactWriter::kReadySlack);
  json::CompactWriter writer_;
};

class Indented {
 public:
  struct Cursor {};  // the writer knows
  explicit Indented(json::Writer& writer) : writer_(writer) {}
  Cursor begin() { return {}; }
  Cursor open(Cursor to, char bracket) {
    bracket == '{' ? writer_.begin_object() : writer_.begin_array();
    return to;
  }
  Cursor close(Cursor to, char bracket) {
    bracket == '}' ? writer_.end_object() : writer_.end_array();
    return to;
  }
  Cursor key(Cursor to, const definition::Definitions& definitions, const Name& name) {
    writer_.key(definitions.name(name.symbol));
    return to;
  }
  Cursor sibling_key(Cursor to, const definition::Definitions& definitions, const Name& name) {
    writer_.key("_" + std::string(definitions.name(name.symbol)));
    return to;
  }
  Cursor resource_type(Cursor to, std::string_view type) {
    writer_.key("resourceType");
    return string(to, type);
  }
  Cursor string(Cursor to, std::string_view text) {
    writer_.string(text);
    return to;
  }
  Cursor raw(Cursor to, std::string_view text) {
    writer_.raw(text);
    return to;
  }
  Cursor null(Cursor to) {
    writer_.null();
    return to;
  }
  Cursor raw_member(Cursor to, const definition::Definitions& definitions, const Name& name,
                    std::string_view text) {
    return raw(key(to, definitions, name), text);
  }
  void finish(Cursor) {}

 private:
  json::Writer& writer_;
};

template <class Out>
class ElementWriter {
 public:
  using Cursor = typename Out::Cursor;
  ElementWriter(const definition::Definitions& definitions, Out& out)
      : definitions_(definitions), out_(out) {}

  void root(const element::Element& element) {
    const auto begin = out_.begin();
    out_.finish(definitions_.is_root(element.type) ? resource(element, begin)
                                                   : object(element, begin));
  }

 private:
  Cursor object(const element::Element& element, Cursor to) {
    return out_.close(children(element, out_.open(to, '{')), '}');
  }
  Cursor resource(const element::Element& element, Cursor to) {
    to = out_.resource_type(out_.open(to, '{'), definitions_.type_name(element.type));
    return out_.close(children(element, to), '}');
  }

  using Value = definition::JsonShape::Value;

  // What nearly all are is written here; the rest elsewhere, so that this loop keeps to the
  // registers.
  Cursor children(const element::Element& parent, Cursor to) {
    const auto shapes = definitions_.json_shapes();
    for (const auto* child = parent.first; child != nullptr;) {
      const auto& shape = shapes[child->def];
      const auto is_bare_value = !shape.is_list && child->first == nullptr;
      const Name name{child->name, definitions_.json_key(shape)};
      if (shape.value == Value::text && is_bare_value && child->has_value) {
        to = out_.string(out_.key(to, definitions_, name), child->value());
        child = child->next;
      } else if (shape.value == Value::object && !shape.is_list) {
        to = object(*child, out_.key(to, definitions_, name));
        child = child->next;
      } else if (shape.value == Value::object) {
        const auto* end = behind(*child);
        to = objects(name, Value::object, *child, end, to);
        child = end;
      } else {
        const auto* end = shape.is_list ? behind(*child) : child->next;
        to = other_children(shape, *child, end, to);
        child = end;
      }
    }
    return to;
  }

  // The elements [first, end) of one definition.
  [[gnu::noinline]] Cursor other_children(const definition::JsonShape& shape,
                                          const element::Element& first,
                                          const element::Element* end, Cursor to) {
    const auto is_open = shape.value == Value::open;
    const auto name = is_open ? name_of(first) : Name{first.name, definitions_.json_key(shape)};
    const auto value =
        is_open ? definition::Definitions::json_value(definitions_.type(first.type)) : shape.value;
    if (!shape.is_list) return single(name, value, first, to);
    const auto are_objects = value == Value::object || value == Value::resource;
    return are_objects ? objects(name, value, first, end, to)
                       : primitives(name, value, first, end, to);
  }

  Name name_of(const element::Element& element) const {
    const auto symbol = json_name_of(definitions_, element);
    return {symbol, definitions_.json_key(symbol)};
  }

  Cursor single(const Name& name, Value value, const element::Element& element, Cursor to) {
    if (value == Value::object) return object(element, out_.key(to, definitions_, name));
    if (value == Value::resource) return resource(element, out_.key(to, definitions_, name));
    if (element.has_value) {
      if (value == Value::bare) to = out_.raw_member(to, definitions_, name, element.value());
      else to = out_.string(out_.key(to, definitions_, name), element.value());
    }
    if (element.first == nullptr) return to;
    return extras(element, out_.sibling_key(to, definitions_, name));
  }

  // The first sibling of another definition.
  static const element::Element* behind(const element::Element& first) {
    const auto* end = first.next;
    while (end != nullptr && end->def == first.def) end = end->next;
    return end;
  }

  Cursor objects(const Name& name, Value value, const element::Element& first,
                 const element::Element* end, Cursor to) {
    to = out_.open(out_.key(to, definitions_, name), '[');
    for (const auto* e = &first; e != end; e = e->next)
      to = value == Value::object ? object(*e, to) : resource(*e, to);
    return out_.close(to, ']');
  }

  Cursor primitives(const Name& name, Value value, const element::Element& first,
                    const element::Element* end, Cursor to) {
    bool any_value = false;
    bool any_child = false;
    for (const auto* e = &first; e != end; e = e->next) {
      any_value = any_value || e->has_value;
      any_child = any_child || e->first != nullptr;
    }
    if (any_value) {
      to = out_.open(out_.key(to, definitions_, name), '[');
      for (const auto* e = &first; e != end; e = e->next)
        to = e->has_value ? primitive(value, *e, to) : out_.null(to);
      to = out_.close(to, ']');
    }
    if (!any_child) return to;
    to = out_.open(out_.sibling_key(to, definitions_, name), '[');
    for (const auto* e = &first; e != end; e = e->next)
      to = e->first == nullptr ? out_.null(to) : extras(*e, to);
    return out_.close(to, ']');
  }

  // The id and the extensions of a primitive.
  Cursor extras(const element::Element& element, Cursor to) { return object(element, to); }

  Cursor primitive(Value value, const element::Element& element, Cursor to) {
    if (value == Value::bare) return out_.raw(to, element.value());
    return out_.string(to, element.value());
  }

  const definition::Definitions& definitions_;
  Out& out_;
};

}  // namespace

void write_json(const definition::Definitions& definitions, const element::Element& element,
                json::Writer& writer) {
  Indented out(writer);
  ElementWriter(definitions, out).root(element);
}

std::string to_json(const definition::Definitions& definitions, const element::Element& element,
                    bool pretty) {
  std::string text;
  if (pretty) {
    json::Writer writer(text, pretty);
    write_json(definitions, element, writer);
  } else {
    append_json(definitions, element, text);
  }
  return text;
}

void append_json(const definition::Definitions& definitions, const element::Element& element,
                 std::string& to) {
  Compact out(to);
  ElementWriter(definitions, out).root(element);
}

}  // namespace paraneo::format
