#include "fml/compile/operand_compiler.h"

#include <algorithm>

#include "fml/compile/bind_names.h"
#include "fml/compile/transform_signatures.h"
#include "json/compact.h"

namespace paraneo::fml {

using diag::Code;
using fhirpath::Item;

namespace {

Item item_of(const ast::Literal& literal, Arena& arena) {
  using Kind = ast::Literal::Kind;
  switch (literal.kind) {
    case Kind::boolean: return Item::of_boolean(literal.text == "true");
    case Kind::integer:
    case Kind::decimal:
      if (const auto number = Decimal::parse(literal.text)) {
        const auto integer = literal.kind == Kind::integer ? number->to_integer() : std::nullopt;
        return integer ? Item::of_integer(*integer) : Item::of(arena, *number);
      }
      return Item::of_string(arena.copy(literal.text));
    default: return Item::of_string(arena.copy(literal.text));
  }
}

}  // namespace

OperandCode OperandCompiler::operand(const ast::Argument& argument) {
  OperandCode code;
  if (const auto* literal = std::get_if<ast::Literal>(&argument.value)) {
    code.literal = item_of(*literal, context_.program->arena);
  } else if (const auto* variable = std::get_if<ast::VariableUse>(&argument.value)) {
    code.kind = OperandCode::Kind::slot;
    if (const auto* name = scope_.known(variable->name, argument.span)) code.slot = name->slot;
  } else if (const auto* call = std::get<const syntax::Expression*>(argument.value);
             is_transform_call(*call)) {
    context_.complain(
        Code::fml_arguments,
        std::string(call->text) + "() is a transform: it cannot stand inside of another",
        argument.span,
        "give its value a name before: " + std::string(call->text) + "(...) as x, ...");
  } else {
    code.kind = OperandCode::Kind::expression;
    code.expression = expression(*std::get<const syntax::Expression*>(argument.value), 0, false);
  }
  return code;
}

void OperandCompiler::collect_names(const syntax::Expression& e,
                                    std::vector<std::string_view>& names) const {
  if (e.kind == syntax::ExpressionKind::variable && scope_.find(e.text) != nullptr &&
      std::find(names.begin(), names.end(), e.text) == names.end())
    names.push_back(e.text);
  for (const auto* operand : e.operands) collect_names(*operand, names);
}

ExpressionCode OperandCompiler::expression(const syntax::Expression& written,
                                           definition::TypeId type, bool has_context) {
  const auto is_variable = [this](std::string_view name) { return scope_.find(name) != nullptr; };
  const auto& tree = bind_names(written, {is_variable, context_.definitions, has_context, type},
                                context_.program->arena);
  std::vector<std::string_view> names;
  collect_names(tree, names);
  ExpressionCode code;
  for (const auto name : names) code.slots.push_back(scope_.find(name)->slot);
  code.program = context_.engine.compile(tree, {type, names}, context_.sink);
  return code;
}

}  // namespace paraneo::fml
