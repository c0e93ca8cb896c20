// Navigation, variables and operators; plain_arithmetic.cpp, plain_functions.cpp and
// plain_strings.cpp have the rest. Entry point: Interpreter::evaluate().
#include "plain_fhirpath.h"

#include <algorithm>
#include <array>

namespace paraneo::plain {

using Kind = syntax::ExpressionKind;

List one(Value value) { return {std::move(value)}; }
List truth(Truth value) { return value ? one(Value::of_boolean(*value)) : List{}; }

std::optional<Value> single(const List& list) {
  if (list.size() > 1) throw Failure("several items");
  if (list.empty()) return std::nullopt;
  const auto value = system(list[0]);
  return says_nothing(value) ? std::nullopt : std::optional(value);
}

std::optional<Value> single(const List& list, Value::Kind kind) {
  const auto value = single(list);
  if (value && value->kind != kind) throw Failure("another type is needed");
  return value;
}

Truth condition(const List& list) {
  const auto value = single(list);
  if (!value) return std::nullopt;
  return value->kind != Value::Kind::boolean || value->boolean;
}

bool has_type(const Value& value, std::string_view type) {
  const auto in_system = type.starts_with("System.");
  const auto in_fhir = type.starts_with("FHIR.");
  if (in_system) type.remove_prefix(7);
  if (in_fhir) type.remove_prefix(5);
  if (value.kind == Value::Kind::node) return !in_system && is_a(value.node->type, type);
  // Names of FHIR's that begin with a capital are no names of System's, but for Quantity.
  return type_name(value) == "System." + std::string(type) && (!in_fhir || type == "Quantity");
}

// What ofType() and `as` take: primitives of that very type; for `as`, values by their System type,
// too.
List selected(const List& list, std::string_view type, bool by_value) {
  const auto name = type.substr(type.starts_with("FHIR.") ? 5 : 0);
  const auto is_system = type.starts_with("System.") || type == "Integer" || type == "Long" ||
                         type == "Boolean";  // FHIR has no such types
  List out;
  for (const auto& item : list) {
    const auto is_node = item.kind == Value::Kind::node;
    if (is_node && by_value && is_system) {
      if (const auto value = system(item); value.kind != Value::Kind::node && has_type(value, type))
        out.push_back(value);
    } else if (is_node && is_primitive(name) ? item.node->type == name : has_type(item, type)) {
      out.push_back(item);
    }
  }
  return out;
}

List Interpreter::evaluate(const Expression& expression, const List& input,
                           const Variables& variables) {
  Variables known;
  forget_made();
  return Interpreter(input, variables).eval(expression, Scope{input, 0, {}}, known);
}

void Interpreter::step() {
  constexpr int kStepsMax = 200'000;
  if (++steps_ > kStepsMax) throw Unsupported("endless");
}

List Interpreter::inner(const Expression& e, const Scope& scope, const Variables& variables) {
  auto known = variables;
  return eval(e, scope, known);
}

List Interpreter::for_item(const Expression& e, const Value& item, std::size_t index,
                           const Variables& variables) {
  return inner(e, Scope{one(item), static_cast<std::int64_t>(index), {}}, variables);
}

bool Interpreter::holds(const Expression& e, const Value& item, std::size_t index,
                        const Variables& variables) {
  return condition(for_item(e, item, index, variables)) == true;
}

List Interpreter::eval(const Expression& e, const Scope& scope, Variables& variables) {
  step();
  switch (e.kind) {
    case Kind::empty: return {};
    case Kind::variable: return variable(e, variables);
    case Kind::this_item: return scope.focus;
    case Kind::index: return one(Value::of_integer(scope.index));
    case Kind::total: return scope.total;
    case Kind::member: return member(e, scope, variables);
    case Kind::call: return call(e, scope, variables);
    case Kind::indexer: return index_into(e, scope, variables);
    case Kind::unary: return unary(e, scope, variables);
    case Kind::binary: return binary(e, scope, variables);
    case Kind::type_is:
    case Kind::type_as: {
      const auto left = eval(*e.operands[0], scope, variables);
      if (e.kind == Kind::type_as) return selected(left, e.text, true);
      if (left.size() > 1) throw Failure("several items");
      return left.empty() ? List{} : truth(has_type(left[0], e.text));
    }
    default: return literal(e);
  }
}

List Interpreter::literal(const Expression& e) {
  switch (e.kind) {
    case Kind::boolean: return truth(e.text == "true");
    case Kind::string: return one(Value::of_string(std::string(e.text)));
    case Kind::integer: return one(Value::of_integer(std::stoll(std::string(e.text))));
    case Kind::long_integer: return one(Value::of_long(std::stoll(std::string(e.text))));
    case Kind::decimal: return one(Value::of_decimal(*Decimal::parse(e.text)));
    case Kind::date: return one(Value::of_date_time(*DateTime::parse_date(e.text)));
    case Kind::date_time: return one(Value::of_date_time(*DateTime::parse_date_time(e.text)));
    case Kind::time: return one(Value::of_date_time(*DateTime::parse_time(e.text)));
    default: break;
  }
  std::string unit(e.unit);
  if (e.calendar_unit && unit.ends_with('s')) unit.pop_back();
  return one(Value::of_quantity(*Decimal::parse(e.text), unit, e.calendar_unit));
}

List Interpreter::variable(const Expression& e, const Variables& variables) {
  if (e.text == "context" || e.text == "resource") return input_;
  if (const auto found = variables.find(e.text); found != variables.end()) return found->second;
  if (const auto found = outer_.find(e.text); found != outer_.end()) return found->second;
  throw Failure("no such variable");
}

List Interpreter::member(const Expression& e, const Scope& scope, Variables& variables) {
  const auto parents = e.has_focus ? eval(*e.operands[0], scope, variables) : scope.focus;
  List out;
  if (!e.has_focus) {
    // The type of the input may begin a path; `code` is an element, not the type.
    for (const auto& item : parents)
      if (!is_primitive(e.text) && item.kind == Value::Kind::node && is_a(item.node->type, e.text))
        out.push_back(item);
    if (!out.empty()) return out;
  }
  for (const auto& item : parents) {
    if (item.kind == Value::Kind::quantity && e.text == "value")
      out.push_back(Value::of_decimal(item.number));
    if (item.kind == Value::Kind::quantity && e.text == "unit")
      out.push_back(Value::of_string(item.text));
    if (item.kind != Value::Kind::node) continue;
    if (e.text == "value" && item.node->value) out.push_back(system(item));
    for (const auto& child : item.node->children)
      if (child->name == e.text) out.push_back(Value::of(*child));
  }
  return out;
}

List Interpreter::index_into(const Expression& e, const Scope& scope, Variables& variables) {
  const auto list = eval(*e.operands[0], scope, variables);
  const auto index = single(inner(*e.operands[1], scope, variables), Value::Kind::integer);
  if (!index || index->integer < 0 || index->integer >= static_cast<std::int64_t>(list.size()))
    return {};
  return one(list[static_cast<std::size_t>(index->integer)]);
}

List Interpreter::unary(const Expression& e, const Scope& scope, Variables& variables) {
  const auto list = eval(*e.operands[0], scope, variables);
  if (e.text == "+") return list;
  const auto value = single(list);
  if (!value) return {};
  switch (value->kind) {
    case Value::Kind::integer:
      return value->integer == INT64_MIN ? List{} : one(Value::of_integer(-value->integer));
    case Value::Kind::long_integer:
      return value->integer == INT64_MIN ? List{} : one(Value::of_long(-value->integer));
    case Value::Kind::decimal: return one(Value::of_decimal(value->number.negated()));
    case Value::Kind::quantity:
      return one(Value::of_quantity(value->number.negated(), value->text, value->calendar));
    default: throw Failure("no sign");
  }
}

List Interpreter::binary(const Expression& e, const Scope& scope, const Variables& variables) {
  constexpr std::array<std::string_view, 4> kLogical = {"and", "or", "xor", "implies"};
  if (std::find(kLogical.begin(), kLogical.end(), e.text) != kLogical.end())
    return logical(e, scope, variables);
  const auto left = inner(*e.operands[0], scope, variables);
  const auto right = inner(*e.operands[1], scope, variables);
  if (e.text == "=") return truth(equal(left, right));
  if (e.text == "~") return truth(equivalent(left, right));
  if (e.text == "!~") return truth(!equivalent(left, right));
  if (e.text == "!=") {
    const auto same = equal(left, right);
    return same ? truth(!*same) : List{};
  }
  if (e.text == "|") {
    auto both = left;
    both.insert(both.end(), right.begin(), right.end());
    return distinct(both);
  }
  if (e.text == "in" || e.text == "contains") {
    const auto& item = e.text == "in" ? left : right;
    if (item.size() > 1) throw Failure("several items");
    return item.empty() ? List{} : truth(contains(e.text == "in" ? right : left, item[0]));
  }
  if (e.text != "<" && e.text != "<=" && e.text != ">" && e.text != ">=")
    return arithmetic(e.text, left, right);
  const auto a = single(left);
  const auto b = single(right);
  const auto compared = a && b ? order(*a, *b) : std::nullopt;
  if (!compared) return {};
  if (*compared == 0) return truth(e.text.ends_with('='));
  return truth((*compared < 0) == e.text.starts_with('<'));
}

// The right side is looked at only where the left one leaves it open.
List Interpreter::logical(const Expression& e, const Scope& scope, const Variables& variables) {
  const auto a = condition(inner(*e.operands[0], scope, variables));
  if (e.text == "and" && a == false) return truth(false);
  if (e.text == "or" && a == true) return truth(true);
  if (e.text == "implies" && a == false) return truth(true);
  const auto b = condition(inner(*e.operands[1], scope, variables));
  if (e.text == "xor") return a && b ? truth(*a != *b) : List{};
  if (e.text == "and") return b == false ? truth(false) : a ? truth(b) : List{};
  if (b == true) return truth(true);
  return a ? truth(b) : List{};
}

List Interpreter::call(const Expression& e, const Scope& scope, Variables& variables) {
  if (e.has_focus && e.operands[0]->kind == Kind::variable && e.operands[0]->text == "factory")
    return factory(e, e.operands.subspan(1), scope, variables);
  const auto in = e.has_focus ? eval(*e.operands[0], scope, variables) : scope.focus;
  const Arguments arguments = e.operands.subspan(e.has_focus ? 1 : 0);
  if (e.text == "defineVariable") {
    const auto name = single(inner(*arguments[0], scope, variables), Value::Kind::string);
    if (!name) return {};
    const auto is_taken = name->text == "context" || name->text == "resource" ||
                          name->text == "factory" || outer_.contains(name->text) ||
                          variables.contains(name->text);
    if (is_taken) throw Failure("there is such a variable");
    const auto value = arguments.size() > 1
                           ? inner(*arguments[1], Scope{in, scope.index, scope.total}, variables)
                           : in;
    variables[name->text] = value;
    return in;
  }
  for (const auto family :
       {&Interpreter::existence, &Interpreter::filtering, &Interpreter::subsetting,
        &Interpreter::combining, &Interpreter::strings})
    if (const auto out = (this->*family)(e, in, arguments, scope, variables)) return *out;
  if (const auto out = values(e, in)) return *out;
  throw Unsupported("function " + std::string(e.text));
}

}  // namespace paraneo::plain
