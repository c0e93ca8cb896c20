#include "plain_value.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>

namespace paraneo::plain {

Node& Node::add(std::string child_name, std::string child_type,
                std::optional<std::string> child_value) {
  auto& child = *children.emplace_back(std::make_unique<Node>());
  child.name = std::move(child_name);
  child.type = std::move(child_type);
  child.value = std::move(child_value);
  return child;
}

const Node* Node::child(std::string_view child_name) const {
  for (const auto& c : children)
    if (c->name == child_name) return c.get();
  return nullptr;
}

std::unique_ptr<Node> copy_of(const Node& original) {
  auto copy = std::make_unique<Node>();
  copy->name = original.name;
  copy->type = original.type;
  copy->is_list = original.is_list;
  copy->is_choice = original.is_choice;
  copy->value = original.value;
  for (const auto& child : original.children) copy->children.push_back(copy_of(*child));
  return copy;
}

namespace {

void name_children(Node& parent) {
  std::map<std::string, int> counts;
  for (const auto& child : parent.children) {
    child->path = parent.path + "." + child->name;
    if (child->is_list) child->path += "[" + std::to_string(counts[child->name]++) + "]";
    name_children(*child);
  }
}

std::string json_text(const Node& node) {
  const auto raw = node.type == "boolean" || node.type == "integer" || node.type == "decimal";
  if (raw) return *node.value;
  std::string out = "\"";
  for (const char c : *node.value) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

bool is_empty(const Node& node) {
  return !node.value && std::all_of(node.children.begin(), node.children.end(),
                                    [](const auto& child) { return is_empty(*child); });
}

std::string object(const Node& node, bool is_root);

// The values of one name: JSON's member, and its sibling for what primitives have besides a value.
std::string members(const std::vector<const Node*>& all) {
  const auto& first = *all[0];
  auto name = first.name;
  if (first.is_choice) {
    name += first.type;
    name[first.name.size()] =
        static_cast<char>(std::toupper(static_cast<unsigned char>(name[first.name.size()])));
  }
  std::string values, extras;
  bool has_values = false, has_extras = false;
  for (const auto* child : all) {
    const auto comma = child == &first ? "" : ",";
    const auto has_extra =
        is_primitive(child->type) && std::any_of(child->children.begin(), child->children.end(),
                                                 [](const auto& c) { return !is_empty(*c); });
    values += comma + (!is_primitive(child->type) ? object(*child, is_a(child->type, "Resource"))
                       : child->value             ? json_text(*child)
                                                  : "null");
    extras += comma + (has_extra ? object(*child, false) : "null");
    has_values = has_values || child->value || !is_primitive(child->type);
    has_extras = has_extras || has_extra;
  }
  const auto wrapped = [&](const std::string& text) {
    return first.is_list ? "[" + text + "]" : text;
  };
  std::string out;
  if (has_values) out = "\"" + name + "\":" + wrapped(values);
  if (has_extras) out += (out.empty() ? "\"_" : ",\"_") + name + "\":" + wrapped(extras);
  return out;
}

std::string object(const Node& node, bool is_root) {
  std::vector<std::vector<const Node*>> by_name;
  for (const auto& child : node.children) {
    if (is_empty(*child)) continue;
    if (by_name.empty() || by_name.back()[0]->name != child->name) by_name.emplace_back();
    by_name.back().push_back(child.get());
  }
  std::string out = is_root ? "\"resourceType\":\"" + node.type + "\"" : "";
  for (const auto& all : by_name) out += (out.empty() ? "" : ",") + members(all);
  return "{" + out + "}";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// Case does not count, and one white space is as good as another; two are not one.
std::string folded(const std::string& text) {
  auto out = cased(text, false);
  replace_all(out, "\u00a0", " ");
  return out;
}

// In mg; none for what is no mass.
std::optional<Decimal> in_mg(const Value& quantity) {
  if (quantity.text == "mg") return quantity.number;
  if (quantity.text == "g") return quantity.number.times(Decimal(1000));
  return std::nullopt;
}

std::optional<int> sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

std::optional<int> order_of_quantities(const Value& a, const Value& b) {
  if (a.text == b.text && a.calendar == b.calendar) return sign(a.number <=> b.number);
  if (a.calendar || b.calendar) throw Unsupported("calendar units");
  const auto x = in_mg(a);
  const auto y = in_mg(b);
  if (x && y) return sign(*x <=> *y);
  return std::nullopt;  // '1' and 'mg'
}

bool equivalent_decimals(const Decimal& a, const Decimal& b) {
  const auto scale = std::min(a.normalized().scale(), b.normalized().scale());
  return a.rounded(scale) == b.rounded(scale);
}

// All children, a primitive's id and extensions and its value among them.
bool equal_nodes(const Node& a, const Node& b) {
  if (&a == &b) return true;
  if (a.value.has_value() != b.value.has_value() || a.children.size() != b.children.size())
    return false;
  if (a.value && equal(system(Value::of(a)), system(Value::of(b))) != true) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    if (a.children[i]->name != b.children[i]->name || !equal_nodes(*a.children[i], *b.children[i]))
      return false;
  return true;
}

bool equivalent_nodes(const Node& a, const Node& b) {
  if (a.value.has_value() != b.value.has_value()) return false;
  if (a.value && !equivalent(system(Value::of(a)), system(Value::of(b)))) return false;
  // FHIR: Codings by system and code, concepts by a Coding that both have, all else without ids.
  const auto same = [&](std::string_view name) {
    const auto *x = a.child(name), *y = b.child(name);
    return x != nullptr && y != nullptr ? equivalent_nodes(*x, *y) : x == y;
  };
  if (a.type == "Coding" && b.type == "Coding") return same("system") && same("code");
  if (a.type == "CodeableConcept" && b.type == "CodeableConcept")
    return std::any_of(a.children.begin(), a.children.end(), [&](const auto& x) {
      return x->type == "Coding" &&
             std::any_of(b.children.begin(), b.children.end(), [&](const auto& y) {
               return y->type == "Coding" && equivalent_nodes(*x, *y);
             });
    });
  std::vector<const Node*> rest;
  for (const auto& child : b.children)
    if (child->name != "id") rest.push_back(child.get());
  for (const auto& child : a.children) {
    if (child->name == "id") continue;
    const auto found = std::find_if(rest.begin(), rest.end(), [&](const Node* other) {
      return other->name == child->name && equivalent_nodes(*child, *other);
    });
    if (found == rest.end()) return false;
    rest.erase(found);
  }
  return rest.empty();
}

}  // namespace

void name_paths(Node& root) {
  root.path = root.type;
  name_children(root);
}

std::string to_json(const Node& root) { return object(root, true); }

bool is_primitive(std::string_view type) {
  return !type.empty() && type[0] >= 'a' && type[0] <= 'z';
}

bool is_a(std::string_view type, std::string_view ancestor) {
  static const std::map<std::string_view, std::string_view> kParents = {
      {"Patient", "DomainResource"},
      {"Bundle", "Resource"},
      {"DomainResource", "Resource"},
      {"code", "string"},
      {"id", "string"}};
  while (type != ancestor) {
    const auto parent = kParents.find(type);
    if (parent != kParents.end()) type = parent->second;
    else if (type == "Resource" || type == "Element") return false;
    else type = "Element";
  }
  return true;
}

Value Value::of(const Node& node) {
  Value out;
  out.kind = Kind::node;
  out.node = &node;
  return out;
}

Value Value::of_boolean(bool boolean) {
  Value out;
  out.boolean = boolean;
  return out;
}

Value Value::of_integer(std::int64_t integer) {
  Value out;
  out.kind = Kind::integer;
  out.integer = integer;
  return out;
}

Value Value::of_long(std::int64_t integer) {
  auto out = of_integer(integer);
  out.kind = Kind::long_integer;
  return out;
}

Value Value::of_string(std::string text) {
  Value out;
  out.kind = Kind::string;
  out.text = std::move(text);
  return out;
}

Value Value::of_decimal(const Decimal& number) {
  Value out;
  out.kind = Kind::decimal;
  out.number = number;
  return out;
}

Value Value::of_date_time(const DateTime& date_time) {
  Value out;
  out.kind = Kind::date_time;
  out.date_time = date_time;
  return out;
}

Value Value::of_quantity(const Decimal& number, std::string unit, bool calendar) {
  Value out;
  out.kind = Kind::quantity;
  out.number = number;
  out.text = std::move(unit);
  out.calendar = calendar;
  return out;
}

Value system(const Value& value) {
  if (value.kind != Value::Kind::node) return value;
  const auto& node = *value.node;
  if (node.type == "Quantity") {
    const auto* number = node.child("value");
    const auto* code = node.child("code");
    if (number == nullptr || !number->value) return value;
    // How FHIR's other forms of a quantity are read is not for this interpreter to say.
    for (const auto* other : {"comparator", "system", "unit"})
      if (node.child(other) != nullptr) throw Unsupported("quantity");
    return Value::of_quantity(*Decimal::parse(*number->value), code == nullptr ? "1" : *code->value,
                              false);
  }
  if (!node.value) return value;
  if (node.type == "boolean") return Value::of_boolean(*node.value == "true");
  if (node.type == "integer") return Value::of_integer(std::stoll(*node.value));
  if (node.type == "decimal") return Value::of_decimal(*Decimal::parse(*node.value));
  if (node.type == "date") return Value::of_date_time(*DateTime::parse_date(*node.value));
  if (node.type == "dateTime") return Value::of_date_time(*DateTime::parse_date_time(*node.value));
  return Value::of_string(*node.value);
}

bool says_nothing(const Value& value) {
  if (value.kind != Value::Kind::node) return false;
  if (is_primitive(value.node->type)) return !value.node->value;
  const auto* number = value.node->child("value");
  return value.node->type == "Quantity" && (number == nullptr || !number->value);
}

std::string type_name(const Value& value) {
  switch (value.kind) {
    case Value::Kind::node: return "FHIR." + value.node->type;
    case Value::Kind::boolean: return "System.Boolean";
    case Value::Kind::integer: return "System.Integer";
    case Value::Kind::long_integer: return "System.Long";
    case Value::Kind::decimal: return "System.Decimal";
    case Value::Kind::string: return "System.String";
    case Value::Kind::quantity: return "System.Quantity";
    case Value::Kind::date_time: break;
  }
  if (value.is_time()) return "System.Time";
  return value.date_time.kind == DateTime::Kind::date ? "System.Date" : "System.DateTime";
}

std::optional<std::string> text_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::node: return std::nullopt;
    case Value::Kind::boolean: return value.boolean ? "true" : "false";
    case Value::Kind::integer:
    case Value::Kind::long_integer: return std::to_string(value.integer);
    case Value::Kind::decimal: return value.number.text();
    case Value::Kind::string: return value.text;
    case Value::Kind::date_time: return value.date_time.text();
    case Value::Kind::quantity: break;
  }
  if (!value.calendar) return value.number.text() + " '" + value.text + "'";
  return value.number.text() + " " + value.text + (value.number == Decimal(1) ? "" : "s");
}

Truth equal(const Value& left, const Value& right) {
  auto a = system(left);
  auto b = system(right);
  // Only what has no value is left a node here, and what is complex.
  if ((says_nothing(a) || says_nothing(b)) &&
      !(a.kind == Value::Kind::node && b.kind == Value::Kind::node))
    return std::nullopt;
  numbers_as_quantities(a, b);
  if (a.is_number() && b.is_number()) return a.as_decimal() == b.as_decimal();
  if (a.kind != b.kind || a.is_time() != b.is_time()) return false;
  std::optional<int> compared;
  switch (a.kind) {
    case Value::Kind::boolean: return a.boolean == b.boolean;
    case Value::Kind::string: return a.text == b.text;
    case Value::Kind::node: return equal_nodes(*a.node, *b.node);
    case Value::Kind::date_time: compared = a.date_time.compare(b.date_time); break;
    default: compared = order_of_quantities(a, b); break;
  }
  return compared ? Truth(*compared == 0) : std::nullopt;
}

Truth equal(const List& a, const List& b) {
  if (a.empty() || b.empty()) return std::nullopt;
  if (a.size() != b.size()) return false;
  Truth all = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto one = equal(a[i], b[i]);
    if (one == false) return false;
    if (!one) all = std::nullopt;
  }
  return all;
}

bool equivalent(const Value& left, const Value& right) {
  auto a = system(left);
  auto b = system(right);
  numbers_as_quantities(a, b);
  if (a.is_number() && b.is_number()) return equivalent_decimals(a.as_decimal(), b.as_decimal());
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Value::Kind::boolean: return a.boolean == b.boolean;
    case Value::Kind::string: return folded(a.text) == folded(b.text);
    case Value::Kind::node: return equivalent_nodes(*a.node, *b.node);
    case Value::Kind::date_time: return a.date_time.same(b.date_time);
    default: break;
  }
  if (a.text == b.text && a.calendar == b.calendar) return equivalent_decimals(a.number, b.number);
  throw Unsupported("quantities in different units");
}

bool equivalent(const List& a, const List& b) {
  if (a.size() != b.size()) return false;
  std::vector<bool> used(b.size());
  return std::all_of(a.begin(), a.end(), [&](const Value& value) {
    for (std::size_t i = 0; i < b.size(); ++i)
      if (!used[i] && equivalent(value, b[i])) return used[i] = true, true;
    return false;
  });
}

bool contains(const List& list, const Value& value) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Value& other) { return equal(other, value) == true; });
}

List distinct(const List& list) {
  List out;
  for (const auto& value : list)
    if (!contains(out, value)) out.push_back(value);
  return out;
}

void numbers_as_quantities(Value& a, Value& b) {
  for (auto* value : {&a, &b}) {
    const auto& other = value == &a ? b : a;
    if (value->is_number() && other.kind == Value::Kind::quantity)
      *value = Value::of_quantity(value->as_decimal(), "1", false);
  }
}

std::string cased(std::string text, bool upper) {
  // The one letter beyond ASCII that the generator knows.
  const std::string small = "\u00e4", large = "\u00c4";
  replace_all(text, upper ? small : large, upper ? large : small);
  for (auto& c : text) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::optional<int> order(Value a, Value b) {
  numbers_as_quantities(a, b);
  if (a.is_number() && b.is_number()) return sign(a.as_decimal() <=> b.as_decimal());
  if (a.kind == Value::Kind::string && b.kind == a.kind) return sign(a.text <=> b.text);
  if (a.kind == Value::Kind::date_time && b.kind == a.kind && a.is_time() == b.is_time())
    return a.date_time.compare(b.date_time);
  if (a.kind == Value::Kind::quantity && b.kind == a.kind) return order_of_quantities(a, b);
  throw Failure("no order");
}

}  // namespace paraneo::plain
