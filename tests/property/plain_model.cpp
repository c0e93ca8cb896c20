#include "plain_model.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>

namespace paraneo::plain {
namespace {

// A type a line: its elements with their types, * for a list.
constexpr const char* kModel = R"(
Case name:string tags:string* state:code count:integer amount:decimal done:boolean day:date at:dateTime value[x]:string|integer|Quantity|date lead:Case.lead item:Case.item* concept:CodeableConcept* size:Quantity
Case.lead label:string day:date value[x]:string|boolean
Case.item label:string codes:code* size:Quantity notes:string* part:Case.item.part*
Case.item.part label:string n:integer
Patient id:id identifier:Identifier* active:boolean name:HumanName* telecom:ContactPoint* gender:code birthDate:date deceased[x]:boolean|dateTime maritalStatus:CodeableConcept multipleBirth[x]:boolean|integer contact:Patient.contact*
Patient.contact relationship:CodeableConcept* name:HumanName gender:code
Bundle type:code entry:Bundle.entry*
Bundle.entry fullUrl:uri resource:Resource
HumanName use:code text:string family:string given:string*
Quantity value:decimal comparator:code unit:string system:uri code:code
CodeableConcept coding:Coding* text:string
Coding system:uri code:code display:string
Identifier use:code type:CodeableConcept system:uri value:string
ContactPoint system:code value:string
)";

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) out.push_back(part);
  return out;
}

ModelElement parsed(const std::string& text) {
  const auto colon = text.find(':');
  ModelElement out;
  out.name = text.substr(0, colon);
  auto types = text.substr(colon + 1);
  out.is_list = types.ends_with('*');
  if (out.is_list) types.pop_back();
  out.is_choice = out.name.ends_with("[x]");
  if (out.is_choice) out.name.resize(out.name.size() - 3);
  out.types = split(types, '|');
  return out;
}

std::map<std::string, std::vector<ModelElement>> all_types() {
  std::map<std::string, std::vector<ModelElement>> out;
  for (const auto& line : split(kModel, '\n')) {
    const auto words = split(line, ' ');
    for (std::size_t i = 1; i < words.size(); ++i) out[words[0]].push_back(parsed(words[i]));
  }
  return out;
}

std::size_t order_of(const std::string& type, std::string_view name) {
  const auto& all = elements_of(type);
  return static_cast<std::size_t>(
      std::find_if(all.begin(), all.end(), [&](const auto& e) { return e.name == name; }) -
      all.begin());
}

using Texts = std::vector<std::string>;

std::string random_text(const std::string& type, SeededRandom& random) {
  if (type == "boolean") return random.pick(Texts{"true", "false"});
  if (type == "integer") return random.pick(Texts{"0", "1", "2", "-7"});
  if (type == "decimal") return random.pick(Texts{"1.50", "26.0", "0.3", "-2", "1"});
  if (type == "date") return random.pick(Texts{"2003", "2003-10", "2003-10-05"});
  if (type == "dateTime")
    return random.pick(Texts{"2003-10-05T12:30:00Z", "2003-10", "2003-10-05"});
  if (type == "code" || type == "id") return random.pick(Texts{"a", "b", "male", "x-1"});
  if (type == "uri") return random.pick(Texts{"http://s", "http://t", "urn:x"});
  return random.pick(Texts{"a", "b", "x y", " lead", "Käse", "<b>&\"q\"</b>", "5", "2003-10",
                           "<4.5 mg", "male", "05.10.2003"});
}

void fill(Node& node, SeededRandom& random, int depth) {
  if (is_primitive(node.type)) {
    node.value = random_text(node.type, random);
    if (random.chance(10)) node.add("id", "string", "e");
    return;
  }
  const auto& elements = elements_of(node.type);
  for (const auto& element : elements) {
    if (!random.chance(depth == 0 ? 60 : 50)) continue;
    const auto type = random.pick(element.types);
    for (auto n = element.is_list ? 1 + random.below(3) : 1; n > 0; --n) {
      auto child = std::make_unique<Node>();
      child->type = type;
      fill(insert(node, element, std::move(child)), random, depth + 1);
    }
  }
  // An object without members is no FHIR.
  if (!node.children.empty() || depth == 0) return;
  auto child = std::make_unique<Node>();
  child->type = elements[0].types[0];
  fill(insert(node, elements[0], std::move(child)), random, depth + 1);
}

void define(const std::string& type, const std::string& path, std::string& out) {
  for (const auto& element : elements_of(type)) {
    const auto below = path + "." + element.name + (element.is_choice ? "[x]" : "");
    const auto is_backbone = element.types[0].starts_with(type + ".");
    std::string types;
    for (const auto& t : element.types)
      types += (types.empty() ? "" : ",") + std::string("{\"code\":\"") +
               (is_backbone ? "BackboneElement" : t) + "\"}";
    out += ",{\"id\":\"" + below + "\",\"path\":\"" + below + "\",\"min\":0,\"max\":\"" +
           (element.is_list ? "*" : "1") + "\",\"type\":[" + types + "]}";
    if (is_backbone) define(element.types[0], below, out);
  }
}

}  // namespace

const std::vector<ModelElement>& elements_of(const std::string& type) {
  static const auto kTypes = all_types();
  static const std::vector<ModelElement> kOfPrimitive = {{"id", {"string"}, false, false}};
  static const std::vector<ModelElement> kNone;
  const auto found = kTypes.find(type);
  return found != kTypes.end() ? found->second : is_primitive(type) ? kOfPrimitive : kNone;
}

const ModelElement* find_element(const std::string& type, std::string_view name) {
  const auto& all = elements_of(type);
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& e) { return e.name == name; });
  return found == all.end() ? nullptr : &*found;
}

bool is_resource(std::string_view type) { return type == "Patient" || type == "Bundle"; }

bool allows(const ModelElement& element, std::string_view type) {
  const auto& types = element.types;
  return std::find(types.begin(), types.end(), type) != types.end() ||
         (types[0] == "Resource" && is_resource(type));
}

Node& insert(Node& parent, const ModelElement& element, std::unique_ptr<Node> child) {
  child->name = element.name;
  child->is_list = element.is_list;
  child->is_choice = element.is_choice;
  const auto order = order_of(parent.type, element.name);
  const auto after =
      std::find_if(parent.children.begin(), parent.children.end(),
                   [&](const auto& other) { return order_of(parent.type, other->name) > order; });
  return **parent.children.insert(after, std::move(child));
}

std::string case_definition() {
  std::string out =
      R"({"resourceType":"StructureDefinition","url":")" + std::string(kCaseUrl) +
      R"(","name":"Case","kind":"logical","abstract":false,"type":"Case","derivation":"specialization",)"
      R"("baseDefinition":"http://hl7.org/fhir/StructureDefinition/Element","differential":{"element":[{"id":"Case","path":"Case","min":0,"max":"*"})";
  define("Case", "Case", out);
  return out + "]}}";
}

std::unique_ptr<Node> random_case(SeededRandom& random) {
  auto out = std::make_unique<Node>();
  out->name = out->type = "Case";
  fill(*out, random, 0);
  name_paths(*out);
  return out;
}

}  // namespace paraneo::plain
