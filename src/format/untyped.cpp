// Entry points: UntypedModel::learn(), UntypedModel::read(). Depth is bounded by the JSON reader.
#include "format/untyped.h"

#include <limits>
#include <utility>
#include <vector>

#include "json/read.h"
#include "json/write.h"

namespace paraneo::format {
namespace {

constexpr std::string_view kRoot = "Untyped";
constexpr std::string_view kAnything = "Value";  // an abstract type

// A System type and FHIR's that has its values.
struct SystemType {
  std::string_view name;
  std::string_view base;
};
constexpr SystemType kSystemTypes[] = {
    {"String", "string"}, {"Integer", "integer"}, {"Decimal", "decimal"}, {"Boolean", "boolean"}};

bool can_be_said(std::string_view name) {
  return !name.empty() && name.find_first_of(".[]:") == std::string_view::npos;
}

// FHIRPath's integers are those of 32 bits.
bool is_integer(std::string_view number) {
  constexpr std::size_t kDigitsMax = 9;
  return number.find_first_of(".eE") == std::string_view::npos && number.size() <= kDigitsMax;
}

std::string_view system_type(const json::Value& value) {
  if (value.kind == json::Kind::boolean) return "Boolean";
  if (value.kind == json::Kind::number) return is_integer(value.text()) ? "Integer" : "Decimal";
  return "String";
}

void add_definition(definition::Definitions& to, const std::string& text) {
  const Source source{"model", text};
  Arena arena;
  diag::Sink sink;
  if (const auto* definition = json::read(
          source, arena, Limits{.json_depth_max = std::numeric_limits<std::uint32_t>::max()}, sink))
    to.add(*definition, sink);
}

void add_type(definition::Definitions& to, std::string_view kind, const std::string& url,
              const std::string& name, const std::string& base) {
  add_definition(to, R"({"resourceType":"StructureDefinition","abstract":)" +
                         std::string(name == kAnything ? "true" : "false") + R"(,"url":")" + url +
                         R"(","kind":")" + std::string(kind) + R"(","type":")" + name +
                         (base.empty() ? "" : R"(","baseDefinition":")" + base) +
                         R"(","snapshot":{"element":[{"path":")" + name + R"("}]}})");
}

// All that a path needs to know of values.
void add_basic_types(definition::Definitions& to) {
  const std::string fhir = "http://hl7.org/fhir/StructureDefinition/";
  add_type(to, "complex-type", fhir + std::string(kAnything), std::string(kAnything), "");
  for (const auto& type : kSystemTypes) {
    const std::string base(type.base);
    add_type(to, "primitive-type", fhir + base, base, "");
    add_type(to, "primitive-type", "http://hl7.org/fhirpath/System." + std::string(type.name),
             std::string(type.name), fhir + base);
  }
}

}  // namespace

struct UntypedModel::Shape {
  std::map<std::string, Shape, std::less<>> members;
  std::vector<std::string> order;  // in which they came first
  bool is_list = false;
  bool is_object = false;
  std::string_view primitive;  // the System type of what is no object; empty: there was none
  bool has_several = false;    // of these

  bool operator==(const Shape&) const = default;
};

UntypedModel::UntypedModel() : root_(std::make_unique<Shape>()) {}
UntypedModel::~UntypedModel() = default;

bool UntypedModel::learn(const json::Value& value) {
  Shape shape;
  extend(shape, value);
  if (definitions_ != nullptr && shape == *root_) return false;
  *root_ = std::move(shape);
  define();
  return true;
}

void UntypedModel::extend(Shape& shape, const json::Value& value) {
  if (value.is_array()) {
    shape.is_list = true;
    for (const auto& item : value.items()) extend(shape, item);
  } else if (value.is_object()) {
    shape.is_object = true;
    for (const auto& member : value.members()) {
      if (!can_be_said(member.name)) continue;
      auto found = shape.members.find(member.name);
      if (found == shape.members.end()) {
        found = shape.members.emplace(member.name, Shape{}).first;
        shape.order.emplace_back(member.name);
      }
      extend(found->second, member.value);
    }
  } else if (value.kind != json::Kind::null) {
    const auto type = system_type(value);
    shape.has_several = shape.has_several || (!shape.primitive.empty() && shape.primitive != type);
    shape.primitive = type;
  }
}

void UntypedModel::define() {
  auto made = std::make_unique<definition::Definitions>();
  add_basic_types(*made);
  define_object(*made, std::string(kRoot), *root_);
  diag::Sink sink;
  made->link(sink);
  definitions_ = std::move(made);
}

// The type of an object is called by its path.
void UntypedModel::define_object(definition::Definitions& to, const std::string& path,
                                 const Shape& shape) {
  std::string text;
  json::Writer writer(text);
  const auto member = [&](std::string_view name, std::string_view value) {
    writer.key(name);
    writer.string(value);
  };
  writer.begin_object();
  member("resourceType", "StructureDefinition");
  member("url", "https://paraneo.github.io/fhir/StructureDefinition/" + path);
  member("kind", path == kRoot ? "logical" : "complex-type");
  member("type", path);
  writer.key("snapshot");
  writer.begin_object();
  writer.key("element");
  writer.begin_array();
  writer.begin_object();
  member("path", path);
  writer.end_object();
  for (const auto& name : shape.order) {
    const auto& child = shape.members.at(name);
    const auto own = path + "." + name;
    const auto is_mixed = child.has_several || (child.is_object && !child.primitive.empty());
    writer.begin_object();
    member("path", own);
    member("max", child.is_list ? "*" : "1");
    writer.key("type");
    writer.begin_array();
    writer.begin_object();
    member("code", is_mixed                  ? kAnything
                   : child.is_object         ? own
                   : child.primitive.empty() ? "String"
                                             : child.primitive);
    writer.end_object();
    writer.end_array();
    writer.end_object();
    if (child.is_object) define_object(to, own, child);
  }
  writer.end_array();
  writer.end_object();
  writer.end_object();
  add_definition(to, text);
}

namespace {

class UntypedReader {
 public:
  UntypedReader(const definition::Definitions& definitions, const Source& source, Arena& arena,
                diag::Sink& sink)
      : definitions_(definitions), source_(source), arena_(arena), sink_(sink) {}

  void members(element::Element& parent, const json::Value& object) {
    for (const auto& member : object.members()) {
      const auto* known =
          can_be_said(member.name) ? definitions_.member(parent.type, member.name) : nullptr;
      if (known != nullptr) {
        add(parent, definitions_.element_at(known->element), member.value);
        continue;
      }
      const auto end = member.name_offset + static_cast<std::uint32_t>(member.name.size()) + 2;
      sink_.report(
          diag::Code::fhir_unknown_element,
          "the name \"" + std::string(member.name) + "\" cannot be part of a path; it is left out",
          {&source_, member.name_offset, end}, {}, "names have no dots, colons and brackets");
    }
  }

 private:
  void add(element::Element& parent, const definition::ElementDef& def, const json::Value& value) {
    if (value.kind == json::Kind::null) return;
    if (value.is_array()) {
      for (const auto& item : value.items()) add(parent, def, item);
      return;
    }
    const auto type =
        value.is_object()
            ? definitions_.find_type(std::string(definitions_.type_name(parent.type)) + "." +
                                     std::string(definitions_.name(def.name)))
            : definitions_.find_type(system_type(value));
    auto* element = element::append_child(arena_, definitions_, parent, def, type);
    element->offset = value.offset;
    if (value.is_object()) members(*element, value);
    else
      element->set_value(value.kind == json::Kind::boolean ? (value.truth ? "true" : "false")
                                                           : value.text());
  }

  const definition::Definitions& definitions_;
  const Source& source_;
  Arena& arena_;
  diag::Sink& sink_;
};

}  // namespace

void UntypedModel::write(const element::Element& element, json::Writer& writer) const {
  const auto form = definitions_->type(element.type).form;
  if (definitions_->is_primitive(element.type))
    return form == definition::JsonForm::string ? writer.string(element.value())
                                                : writer.raw(element.value());
  writer.begin_object();
  for (const auto* child = element.first; child != nullptr;) {
    const auto* end = child->next;
    while (end != nullptr && end->def == child->def) end = end->next;
    const auto is_list = definitions_->element_at(child->def).is_list();
    writer.key(definitions_->name(child->name));
    if (is_list) writer.begin_array();
    for (; child != end; child = child->next) write(*child, writer);
    if (is_list) writer.end_array();
  }
  writer.end_object();
}

element::Element* UntypedModel::read(const json::Value& value, const Source& source, Arena& arena,
                                     diag::Sink& sink) const {
  if (!value.is_object()) return nullptr;
  auto* root = element::make_root(arena, definitions_->find_type(kRoot));
  root->offset = value.offset;
  UntypedReader(*definitions_, source, arena, sink).members(*root, value);
  return root;
}

}  // namespace paraneo::format
