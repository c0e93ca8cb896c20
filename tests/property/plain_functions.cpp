// Functions over lists (FHIRPath 2.0 5.1 to 5.4, 5.8, 7).
#include <algorithm>

#include "plain_fhirpath.h"

namespace paraneo::plain {
namespace {

bool all_in(const List& some, const List& other) {
  return std::all_of(some.begin(), some.end(), [&](const Value& v) { return contains(other, v); });
}

// allTrue() and its kin: every item up to the one that decides must be a boolean. One without a
// value leaves it open, where no other one decides.
List all_booleans(const List& in, bool all, bool wanted) {
  Truth out = all;
  for (const auto& item : in) {
    const auto value = single(one(item), Value::Kind::boolean);
    if (!value) out = std::nullopt;
    else if ((value->boolean == wanted) != all) return truth(!all);
  }
  return truth(out);
}

void add_children(const Value& item, List& to) {
  if (item.kind != Value::Kind::node) return;
  for (const auto& child : item.node->children) to.push_back(Value::of(*child));
}

std::string type_argument(const syntax::Expression& e) {
  return (e.has_focus ? std::string(e.operands[0]->text) + "." : "") + std::string(e.text);
}

// sum(), min(), max(), avg(): items of one type; one without a value leaves the answer open.
List aggregated(std::string_view name, const List& in) {
  const auto is_sum = name == "sum" || name == "avg";
  List values;
  for (const auto& item : in) {
    const auto value = single(one(item));
    if (!value) return {};
    if (is_sum && !value->is_number() && value->kind != Value::Kind::quantity)
      throw Failure("no number");
    if (!values.empty() && value->kind != values[0].kind) throw Failure("several types");
    values.push_back(*value);
  }
  if (values.empty()) return {};
  auto total = one(values[0]);
  for (std::size_t i = 1; i < values.size() && !total.empty(); ++i) {
    if (is_sum) {
      total = arithmetic("+", total, one(values[i]));
    } else {
      const auto compared = order(total[0], values[i]);
      if (!compared) return {};
      if ((*compared > 0) == (name == "min") && *compared != 0) total = one(values[i]);
    }
  }
  return name != "avg" || total.empty()
             ? total
             : arithmetic("/", total, one(Value::of_integer(static_cast<std::int64_t>(in.size()))));
}

List slice(const List& in, std::int64_t begin, std::int64_t end) {
  const auto size = static_cast<std::int64_t>(in.size());
  begin = std::clamp<std::int64_t>(begin, 0, size);
  end = std::clamp<std::int64_t>(end, begin, size);
  return {in.begin() + begin, in.begin() + end};
}

}  // namespace

std::optional<List> Interpreter::existence(const Expression& e, const List& in, Arguments arguments,
                                           const Scope& scope, const Variables& variables) {
  if (e.text == "empty") return truth(in.empty());
  if (e.text == "exists") {
    if (arguments.empty()) return truth(!in.empty());
    for (std::size_t i = 0; i < in.size(); ++i)
      if (holds(*arguments[0], in[i], i, variables)) return truth(true);
    return truth(false);
  }
  if (e.text == "all") {
    for (std::size_t i = 0; i < in.size(); ++i)
      if (!holds(*arguments[0], in[i], i, variables)) return truth(false);
    return truth(true);
  }
  if (e.text == "allTrue") return all_booleans(in, true, true);
  if (e.text == "anyTrue") return all_booleans(in, false, true);
  if (e.text == "allFalse") return all_booleans(in, true, false);
  if (e.text == "anyFalse") return all_booleans(in, false, false);
  if (e.text == "subsetOf") return truth(all_in(in, inner(*arguments[0], scope, variables)));
  if (e.text == "supersetOf") return truth(all_in(inner(*arguments[0], scope, variables), in));
  if (e.text == "count") return one(Value::of_integer(static_cast<std::int64_t>(in.size())));
  if (e.text == "distinct") return distinct(in);
  if (e.text == "isDistinct") return truth(distinct(in).size() == in.size());
  if (e.text == "not") {
    const auto value = condition(in);
    return value ? truth(!*value) : List{};
  }
  return std::nullopt;
}

std::optional<List> Interpreter::filtering(const Expression& e, const List& in, Arguments arguments,
                                           const Scope& scope, const Variables& variables) {
  List out;
  if (e.text == "where") {
    for (std::size_t i = 0; i < in.size(); ++i)
      if (holds(*arguments[0], in[i], i, variables)) out.push_back(in[i]);
    return out;
  }
  if (e.text == "select") {
    for (std::size_t i = 0; i < in.size(); ++i)
      for (auto& item : for_item(*arguments[0], in[i], i, variables))
        out.push_back(std::move(item));
    return out;
  }
  if (e.text == "sum" || e.text == "avg" || e.text == "min" || e.text == "max")
    return aggregated(e.text, in);
  if (e.text == "repeat") return repeat(in, *arguments[0], variables);
  if (e.text == "aggregate") {
    auto total = arguments.size() > 1 ? inner(*arguments[1], scope, variables) : List{};
    for (std::size_t i = 0; i < in.size(); ++i)
      total =
          inner(*arguments[0], Scope{one(in[i]), static_cast<std::int64_t>(i), total}, variables);
    return total;
  }
  if (e.text == "ofType" || e.text == "as" || e.text == "is") {
    const auto type = type_argument(*arguments[0]);
    if (e.text == "as" && in.size() > 1 && e.has_focus &&
        (e.operands[0]->text == "children" || e.operands[0]->text == "descendants"))
      return selected(in, type, true);
    if (e.text != "ofType" && in.size() > 1) throw Failure("several items");
    if (e.text == "is") return in.empty() ? List{} : truth(has_type(in[0], type));
    return selected(in, type, e.text == "as");
  }
  if (e.text == "iif") {
    if (in.size() > 1) throw Failure("several items");
    // Over nothing, what stands around it goes on.
    const auto branch = in.empty() ? scope : Scope{in, scope.index, scope.total};
    const auto decision = single(inner(*arguments[0], branch, variables), Value::Kind::boolean);
    if (decision && decision->boolean) return inner(*arguments[1], branch, variables);
    return arguments.size() > 2 ? inner(*arguments[2], branch, variables) : List{};
  }
  return std::nullopt;
}

// Level by level; only what was not found before goes on.
List Interpreter::repeat(const List& in, const Expression& projection, const Variables& variables) {
  List out;
  auto todo = in;
  while (!todo.empty()) {
    List next;
    for (std::size_t i = 0; i < todo.size(); ++i) {
      for (const auto& item : for_item(projection, todo[i], i, variables)) {
        step();
        if (contains(out, item)) continue;
        out.push_back(item);
        next.push_back(item);
      }
    }
    todo = next;
  }
  return out;
}

std::optional<List> Interpreter::subsetting(const Expression& e, const List& in,
                                            Arguments arguments, const Scope& scope,
                                            const Variables& variables) {
  const auto size = static_cast<std::int64_t>(in.size());
  if (e.text == "single") {
    if (in.size() > 1) throw Failure("several items");
    return in;
  }
  if (e.text == "first") return slice(in, 0, 1);
  if (e.text == "last") return slice(in, size - 1, size);
  if (e.text == "tail") return slice(in, 1, size);
  if (e.text != "skip" && e.text != "take") return std::nullopt;
  const auto count = single(inner(*arguments[0], scope, variables), Value::Kind::integer);
  if (!count) return List{};
  return e.text == "skip" ? slice(in, count->integer, size) : slice(in, 0, count->integer);
}

std::optional<List> Interpreter::combining(const Expression& e, const List& in, Arguments arguments,
                                           const Scope& scope, const Variables& variables) {
  List out;
  if (e.text == "children") {
    for (const auto& item : in) add_children(item, out);
    return out;
  }
  if (e.text == "descendants") {
    for (const auto& item : in) add_children(item, out);
    for (std::size_t i = 0; i < out.size(); ++i) add_children(Value(out[i]), out);
    return out;
  }
  if (e.text != "union" && e.text != "combine" && e.text != "intersect" && e.text != "exclude")
    return std::nullopt;
  const auto other = inner(*arguments[0], scope, variables);
  if (e.text == "union" || e.text == "combine") {
    out = in;
    out.insert(out.end(), other.begin(), other.end());
    return e.text == "union" ? distinct(out) : out;
  }
  for (const auto& item : in)
    if (contains(other, item) == (e.text == "intersect")) out.push_back(item);
  return e.text == "intersect" ? distinct(out) : out;
}

}  // namespace paraneo::plain
