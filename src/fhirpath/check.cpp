// Follows the types through an expression as far as they are certain. Entry point: check().
#include "fhirpath/check.h"

#include <algorithm>
#include <array>
#include <string>

#include "diag/suggest.h"
#include "fhirpath/program.h"

namespace paraneo::fhirpath {
namespace {

using syntax::Expression;
using Kind = syntax::ExpressionKind;

// Functions whose result has the items of their input.
constexpr std::array<std::string_view, 13> kSameItems = {
    "defineVariable", "where",    "first",   "last",      "tail",  "skip", "take",
    "single",         "distinct", "exclude", "intersect", "trace", "sort"};
// Functions whose arguments are evaluated with each item of the input as $this.
constexpr std::array<std::string_view, 10> kLambdas = {
    "defineVariable", "trace",  "where",     "all",  "exists",
    "select",         "repeat", "repeatAll", "sort", "aggregate"};
// Functions that depend on the order of their input.
constexpr std::array<std::string_view, 5> kOrdered = {"first", "last", "tail", "skip", "take"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

class Checker {
 public:
  Checker(const Engine& engine, bool strict, diag::Sink& sink)
      : engine_(engine), definitions_(engine.definitions()), strict_(strict), sink_(sink) {}

  StaticType of(const Expression& e, const StaticType& input) {
    switch (e.kind) {
      case Kind::this_item: return input;
      case Kind::member: return member(e, input);
      case Kind::call: return call(e, input);
      case Kind::indexer: {
        of(*e.operands[1], input);
        auto focus = of(*e.operands[0], input);
        need_order(e, focus, "[]");
        return focus;
      }
      case Kind::type_as: of(*e.operands[0], input); return named(e.text);
      case Kind::binary: return binary(e, input);
      default:
        for (const auto* operand : e.operands) of(*operand, input);
        return {};
    }
  }

 private:
  void need_order(const Expression& e, const StaticType& focus, std::string_view what) {
    if (!strict_ || !focus.unordered) return;
    sink_.report(
        diag::Code::fhirpath_order,
        std::string(what) + " depends on an order that children() and descendants() do not have",
        e.span);
  }

  StaticType named(std::string_view name) {
    if (name.starts_with("FHIR.")) name.remove_prefix(5);
    const auto types = definitions_.find_types(name);
    return types.empty() ? StaticType{} : StaticType{false, types};
  }

  StaticType binary(const Expression& e, const StaticType& input) {
    auto left = of(*e.operands[0], input);
    const auto right = of(*e.operands[1], input);
    if (e.text != "|" || left.open || right.open) return {};
    left.types.insert(left.types.end(), right.types.begin(), right.types.end());
    return left;
  }

  // Another type may stand behind these: a resource, an extension's value, a contained thing.
  bool is_open_type(definition::TypeId type) const {
    return definitions_.type(type).abstract || definitions_.elements(type).empty();
  }

  StaticType member(const Expression& e, const StaticType& input) {
    if (!e.has_focus) {
      const auto is_type_name = !e.text.empty() && e.text[0] >= 'A' && e.text[0] <= 'Z';
      if (is_type_name && definitions_.find_type(e.text) != 0) return named(e.text);
      return children(e, input);
    }
    return children(e, of(*e.operands[0], input));
  }

  StaticType children(const Expression& e, const StaticType& parents) {
    const auto symbol = definitions_.find_symbol(e.text);
    if (parents.open || parents.types.empty()) {
      if (engine_.is_only_json(symbol)) no_element(e, symbol);
      return {true, {}, parents.unordered};
    }
    StaticType out{false, {}, parents.unordered};
    bool found = false;
    for (const auto parent : parents.types) {
      if (is_open_type(parent)) return {};
      if (definitions_.is_primitive(parent) && symbol == engine_.value_symbol())
        return {true, {}, parents.unordered};
      const auto* element = symbol == 0 ? nullptr : definitions_.element(parent, symbol);
      if (element == nullptr) continue;
      found = true;
      for (const auto& ref : definitions_.types(*element)) {
        if (ref.type == 0 || definitions_.type(ref.type).abstract) out.open = true;
        out.types.push_back(ref.type);
      }
    }
    if (!found) unknown(e, parents);
    return out;
  }

  void unknown(const Expression& e, const StaticType& parents) {
    const auto parent = parents.types.front();
    auto advice = choice_advice(parent, definitions_.find_symbol(e.text));
    const auto near = closest_element(e.text, parents);
    if (advice.empty() && !near.empty()) advice = diag::did_you_mean(near);
    sink_.report(diag::Code::fhirpath_unknown_element,
                 std::string(definitions_.type_name(parent)) + " has no element \"" +
                     std::string(e.text) + "\"",
                 name_span(e), {}, std::move(advice));
  }

  // Of no type: JSON's name of a choice, which would be empty whatever the input is.
  void no_element(const Expression& e, definition::Symbol json_name) {
    std::string advice;
    for (definition::TypeId type = 1; type < definitions_.type_count() && advice.empty(); ++type)
      advice = choice_advice(type, json_name);
    sink_.report(diag::Code::fhirpath_unknown_element,
                 "no type has an element \"" + std::string(e.text) + "\": it is a name of JSON",
                 name_span(e), {}, std::move(advice));
  }

  static Span name_span(const Expression& e) {
    auto span = e.span;
    if (span.end >= e.text.size())
      span.begin = span.end - static_cast<std::uint32_t>(e.text.size());
    return span;
  }

  std::string choice_advice(definition::TypeId type, definition::Symbol json_name) const {
    for (const auto& member : definitions_.members(type)) {
      const auto& element = definitions_.element_at(member.element);
      if (!element.choice || member.json_name != json_name) continue;
      return "write " + std::string(definitions_.name(element.name)) + ".ofType(" +
             std::string(definitions_.type_name(member.type)) + ")";
    }
    return {};
  }

  std::string_view closest_element(std::string_view name, const StaticType& parents) const {
    std::vector<std::string_view> known;
    for (const auto parent : parents.types)
      for (const auto& element : definitions_.elements(parent))
        known.push_back(definitions_.name(element.name));
    return diag::closest(sink_, name, known, [](std::string_view n) { return n; });
  }

  StaticType call(const Expression& e, const StaticType& input) {
    const auto focus = e.has_focus ? of(*e.operands[0], input) : input;
    if (among(kOrdered, e.text)) need_order(e, focus, std::string(e.text) + "()");
    if (e.text == "children" || e.text == "descendants") return {true, {}, true};
    const auto arguments = e.operands.subspan(e.has_focus ? 1 : 0);
    if (e.text == "ofType" || e.text == "as" || e.text == "is") {
      if (arguments.empty() || e.text == "is") return {};
      return named(arguments[0]->text);
    }
    // The compiler says that there is no such function; what its arguments are about, nobody knows.
    if (find_function(e.text) == nullptr && e.text != "defineVariable") return {};
    StaticType last;
    for (const auto* argument : arguments) {
      const auto is_name =
          argument == arguments[0] && (e.text == "trace" || e.text == "defineVariable");
      last = of(*argument, among(kLambdas, e.text) && !is_name ? focus : input);
    }
    if (among(kSameItems, e.text)) return focus;
    if (e.text == "select") return last;
    if (e.text == "extension") return named("Extension");
    return {};
  }

  const Engine& engine_;
  const definition::Definitions& definitions_;
  bool strict_;
  diag::Sink& sink_;
};

}  // namespace

StaticType check(const Engine& engine, const Expression& expression, definition::TypeId context,
                 bool strict, diag::Sink& sink) {
  StaticType input;
  if (context != 0 && !engine.definitions().type(context).abstract) input = {false, {context}};
  return Checker(engine, strict, sink).of(expression, input);
}

}  // namespace paraneo::fhirpath
