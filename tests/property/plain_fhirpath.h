// A plain interpreter of FHIRPath: walks the tree as it was written, over values of its own. It
// shares the parser, decimals and dates with the engine and nothing of its evaluation, so that
// where both agree neither has a mistake that the other does not have too.
#pragma once

#include <map>

#include "plain_value.h"
#include "syntax/expression.h"

namespace paraneo::plain {

using Variables = std::map<std::string, List, std::less<>>;

// What $this, $index and $total are.
struct Scope {
  List focus;
  std::int64_t index = 0;
  List total;
};

class Interpreter {
 public:
  // The result for `input` as %context. Throws Failure and Unsupported.
  static List evaluate(const syntax::Expression& expression, const List& input,
                       const Variables& variables);

 private:
  using Expression = syntax::Expression;
  using Arguments = std::span<const Expression* const>;

  Interpreter(const List& input, const Variables& outer) : input_(input), outer_(outer) {}

  // `variables` grows by what the expression defines.
  List eval(const Expression& e, const Scope& scope, Variables& variables);
  // An argument: what it defines ends with it.
  List inner(const Expression& e, const Scope& scope, const Variables& variables);
  List for_item(const Expression& e, const Value& item, std::size_t index,
                const Variables& variables);
  bool holds(const Expression& e, const Value& item, std::size_t index, const Variables& variables);

  List literal(const Expression& e);
  List variable(const Expression& e, const Variables& variables);
  List member(const Expression& e, const Scope& scope, Variables& variables);
  List index_into(const Expression& e, const Scope& scope, Variables& variables);
  List unary(const Expression& e, const Scope& scope, Variables& variables);
  List binary(const Expression& e, const Scope& scope, const Variables& variables);
  List logical(const Expression& e, const Scope& scope, const Variables& variables);
  List call(const Expression& e, const Scope& scope, Variables& variables);
  // plain_factory.cpp
  List factory(const Expression& e, Arguments arguments, const Scope& scope,
               const Variables& variables);

  // plain_functions.cpp: none when the name is of another family.
  std::optional<List> existence(const Expression& e, const List& in, Arguments arguments,
                                const Scope& scope, const Variables& variables);
  std::optional<List> filtering(const Expression& e, const List& in, Arguments arguments,
                                const Scope& scope, const Variables& variables);
  std::optional<List> subsetting(const Expression& e, const List& in, Arguments arguments,
                                 const Scope& scope, const Variables& variables);
  std::optional<List> combining(const Expression& e, const List& in, Arguments arguments,
                                const Scope& scope, const Variables& variables);
  // plain_strings.cpp
  std::optional<List> strings(const Expression& e, const List& in, Arguments arguments,
                              const Scope& scope, const Variables& variables);
  std::optional<List> values(const Expression& e, const List& in);
  List repeat(const List& in, const Expression& projection, const Variables& variables);

  void step();

  const List& input_;
  const Variables& outer_;
  int steps_ = 0;
};

// What %factory made for the last expression.
void forget_made();
// The item as a System value; none for an empty list. Fails for several.
std::optional<Value> single(const List& list);
std::optional<Value> single(const List& list, Value::Kind kind);
// A list as a condition: one item that is no boolean counts as true.
Truth condition(const List& list);
List one(Value value);
List truth(Truth value);
bool has_type(const Value& value, std::string_view type);
List selected(const List& list, std::string_view type, bool by_value);
List arithmetic(std::string_view op, const List& left, const List& right);

}  // namespace paraneo::plain
