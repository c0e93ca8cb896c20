// %factory (FHIR R5 2.1.9.3), for the types that random expressions make.
#include <algorithm>
#include <deque>
#include <map>

#include "definition/primitive.h"
#include "plain_fhirpath.h"

namespace paraneo::plain {
namespace {

using Texts = std::vector<std::string>;

// Elements in their order, with their types, * for a list; and the order of the constructor's
// parameters.
struct Made {
  Texts elements, parameters;
};
const std::map<std::string, Made, std::less<>>& types() {
  static const std::map<std::string, Made, std::less<>> kTypes = {
      {"Extension", {{"url:uri", "value:*any"}, {"url", "value"}}},
      {"HumanName",
       {{"use:code", "text:string", "family:string", "given:string*", "prefix:string*",
         "suffix:string*"},
        {"family", "given", "prefix", "suffix", "text", "use"}}},
      {"Coding",
       {{"system:uri", "version:string", "code:code", "display:string"},
        {"system", "code", "display", "version"}}},
      {"CodeableConcept", {{"coding:Coding*", "text:string"}, {"coding", "text"}}},
      {"Quantity",
       {{"value:decimal", "unit:string", "system:uri", "code:code"},
        {"system", "code", "value", "unit"}}},
  };
  return kTypes;
}

// What was made lives until the next expression.
std::deque<std::unique_ptr<Node>>& store() {
  thread_local std::deque<std::unique_ptr<Node>> nodes;
  return nodes;
}

Node& made(const std::string& type) {
  auto& node = *store().emplace_back(std::make_unique<Node>());
  node.name = node.type = type;
  return node;
}

void set_value(Node& to, const Value& value) {
  std::optional<std::string> text;
  if (value.kind == Value::Kind::node) {
    if (!is_primitive(value.node->type)) throw Failure("no primitive");
    for (const auto& child : value.node->children) to.children.push_back(copy_of(*child));
    if (!value.node->value && !value.node->children.empty()) return;
    text = value.node->value;
  } else {
    text = text_of(value);
  }
  const auto& definitions = definition::Definitions::builtin();
  if (!text || !definition::has_primitive_form(definitions, definitions.find_type(to.type), *text))
    throw Failure("another form");
  to.value = text;
}

// The FHIR type of a value that may be of any.
std::string type_of(const Value& value) {
  static const std::map<std::string, std::string> kTypes = {
      {"System.Boolean", "boolean"},   {"System.Integer", "integer"},
      {"System.Long", "integer"},      {"System.Decimal", "decimal"},
      {"System.String", "string"},     {"System.Date", "date"},
      {"System.DateTime", "dateTime"}, {"System.Time", "time"},
      {"System.Quantity", "Quantity"}};
  return value.kind == Value::Kind::node ? value.node->type : kTypes.at(type_name(value));
}

// Parts of elements and resources are no values of extensions.
bool can_be_extended(const std::string& type) {
  static const Texts kNone = {"HumanName", "Coding", "CodeableConcept", "Quantity"};
  return is_primitive(type) || std::find(kNone.begin(), kNone.end(), type) != kNone.end();
}

std::unique_ptr<Node> converted(const std::string& wanted, const Value& value) {
  const auto type = wanted == "*any" ? type_of(value) : wanted;
  if (wanted == "*any" && !can_be_extended(type)) throw Failure("no value of an extension");
  auto out = std::make_unique<Node>();
  if (value.kind == Value::Kind::quantity && type == "Quantity") {
    out->add("value", "decimal", value.number.text());
    out->add("unit", "string", value.text);
    out->add("system", "uri",
             value.calendar ? "http://hl7.org/fhirpath/CodeSystem/calendar-units"
                            : "http://unitsofmeasure.org");
    out->add("code", "code", value.text);
  } else if (value.kind == Value::Kind::node && !is_primitive(type)) {
    if (value.node->type != type) throw Failure("another type");
    out = copy_of(*value.node);
  } else {
    out->type = type;
    if (!is_primitive(type)) throw Failure("no primitive");
    set_value(*out, value);
  }
  out->type = type;
  return out;
}

// Further children of that name, in the place that the type gives them.
void add(Node& to, const std::string& name, const List& values) {
  if (values.empty()) return;
  if (is_primitive(to.type) && name == "value") {
    if (values.size() > 1) throw Failure("several values");
    return set_value(to, values[0]);
  }
  auto elements = types().contains(to.type) ? types().find(to.type)->second.elements : Texts();
  elements.insert(elements.begin(), {"id:string", "extension:Extension*"});
  const auto place = [&](const std::string& wanted) {
    return std::find_if(elements.begin(), elements.end(),
                        [&](const std::string& e) { return e.starts_with(wanted + ":"); }) -
           elements.begin();
  };
  const auto at = static_cast<std::size_t>(place(name));
  if (at == elements.size()) throw Failure("no such element");
  auto type = elements[at].substr(name.size() + 1);
  const auto is_list = type.ends_with('*');
  if (is_list) type.pop_back();
  if (!is_list && values.size() > 1) throw Failure("several values");
  for (const auto& value : values) {
    auto child = converted(type, value);
    child->name = name;
    child->is_list = is_list;
    child->is_choice = type == "*any";
    const auto after = std::find_if(to.children.begin(), to.children.end(), [&](const auto& other) {
      return place(other->name) > static_cast<std::ptrdiff_t>(at);
    });
    to.children.insert(after, std::move(child));
  }
}

List done(Node& node) {
  name_paths(node);
  return one(Value::of(node));
}

}  // namespace

void forget_made() { store().clear(); }

List Interpreter::factory(const Expression& e, Arguments arguments, const Scope& scope,
                          const Variables& variables) {
  const auto argument = [&](std::size_t i) {
    return i < arguments.size() ? inner(*arguments[i], scope, variables) : List{};
  };
  if (e.text == "withProperty" || e.text == "withExtension") {
    const auto instance = argument(0);
    if (instance.size() > 1) throw Failure("several items");
    if (instance.empty()) return {};
    const auto type = type_of(instance[0]);
    if (!is_primitive(type) && !types().contains(type)) throw Unsupported("instances of " + type);
    auto& out = *store().emplace_back(instance[0].kind == Value::Kind::node
                                          ? copy_of(*instance[0].node)
                                          : converted("*any", instance[0]));
    out.name = out.type;
    out.is_list = out.is_choice = false;
    if (e.text == "withExtension") {
      auto& extension = made("Extension");
      add(extension, "url", argument(1));
      add(extension, "value", argument(2));
      add(out, "extension", one(Value::of(extension)));
      return done(out);
    }
    const auto name = single(argument(1), Value::Kind::string);
    if (!name) return {};
    std::erase_if(out.children, [&](const auto& child) { return child->name == name->text; });
    add(out, name->text, argument(2));
    return done(out);
  }
  auto& out = made(std::string(e.text));
  if (is_primitive(e.text)) {
    add(out, "value", argument(0));
    add(out, "extension", argument(1));
    return done(out);
  }
  const auto& parameters = types().find(e.text)->second.parameters;
  for (std::size_t i = 0; i < arguments.size(); ++i) add(out, parameters[i], argument(i));
  return done(out);
}

}  // namespace paraneo::plain
