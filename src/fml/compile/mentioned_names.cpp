#include "fml/compile/mentioned_names.h"

namespace paraneo::fml {
namespace {

void add_mentioned(const std::vector<ast::Argument>& arguments, Names& to) {
  for (const auto& argument : arguments) {
    if (const auto* use = std::get_if<ast::VariableUse>(&argument.value)) to.insert(use->name);
    if (const auto* tree = std::get_if<const syntax::Expression*>(&argument.value))
      fml::add_mentioned(**tree, to);
  }
}

// Rules nest no deeper than the parser lets them.
void add_mentioned(const ast::Rule& rule, Names& to) {
  for (const auto& source : rule.sources) {
    to.insert(source.context);
    for (const auto* expression : {source.default_value, source.where, source.check, source.log})
      if (expression != nullptr) fml::add_mentioned(*expression, to);
  }
  for (const auto& target : rule.targets) {
    to.insert(target.context);
    add_mentioned(target.arguments, to);
  }
  for (const auto& inner : rule.rules) add_mentioned(inner, to);
  for (const auto& dependent : rule.dependents) add_mentioned(dependent.arguments, to);
}

}  // namespace

void add_mentioned(const syntax::Expression& expression, Names& to) {
  using Kind = syntax::ExpressionKind;
  if (expression.kind == Kind::variable ||
      (expression.kind == Kind::member && !expression.has_focus))
    to.insert(expression.text);
  for (const auto* operand : expression.operands) add_mentioned(*operand, to);
}

void add_mentioned(const ast::Group& group, Names& to) {
  for (const auto& rule : group.rules) add_mentioned(rule, to);
}

}  // namespace paraneo::fml
