#include "fml/compile/bind_names.h"

#include <algorithm>
#include <array>

namespace paraneo::fml {
namespace {

using syntax::Expression;
using Kind = syntax::ExpressionKind;

// Functions that run their parameters on each item of their input.
constexpr std::array<std::string_view, 11> kLambdas = {
    "where", "select", "all", "exists",         "repeat",   "aggregate",
    "trace", "sort",   "any", "defineVariable", "repeatAll"};

class Binder {
 public:
  Binder(const NameScope& scope, Arena& arena) : scope_(scope), arena_(arena) {}

  // The depth is that of the expression, which is limited. `inner`: inside a lambda.
  const Expression& bind(const Expression& e, bool inner) {
    if (e.kind == Kind::member && !e.has_focus) {
      if (!scope_.is_variable(e.text) || is_element(e.text, inner)) return e;
      auto* variable = arena_.make<Expression>(e);
      variable->kind = Kind::variable;
      return *variable;
    }
    const auto lambda = e.kind == Kind::call &&
                        std::find(kLambdas.begin(), kLambdas.end(), e.text) != kLambdas.end();
    auto operands = arena_.make_array<const Expression*>(e.operands.size());
    bool changed = false;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const auto is_focus = e.has_focus && i == 0;
      operands[i] =
          is_type(e, i) ? e.operands[i] : &bind(*e.operands[i], inner || (lambda && !is_focus));
      changed = changed || operands[i] != e.operands[i];
    }
    if (!changed) return e;
    auto* copy = arena_.make<Expression>(e);
    copy->operands = operands;
    return *copy;
  }

 private:
  // ofType(Patient), is(Patient), as(Patient): no path but a type.
  static bool is_type(const Expression& e, std::size_t operand) {
    return e.kind == Kind::call && operand + 1 == e.operands.size() &&
           (e.text == "ofType" || e.text == "is" || e.text == "as");
  }

  bool is_element(std::string_view name, bool inner) const {
    const auto symbol = scope_.definitions.find_symbol(name);
    if (inner) return symbol != 0;
    if (!scope_.has_context) return false;
    return scope_.context == 0
               ? symbol != 0
               : symbol != 0 && scope_.definitions.element(scope_.context, symbol) != nullptr;
  }

  const NameScope& scope_;
  Arena& arena_;
};

}  // namespace

const Expression& bind_names(const Expression& expression, const NameScope& scope, Arena& arena) {
  return Binder(scope, arena).bind(expression, false);
}

}  // namespace paraneo::fml
