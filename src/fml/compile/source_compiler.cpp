#include "fml/compile/source_compiler.h"

#include "fml/compile/type_lookup.h"
#include "fml/text/print.h"

namespace paraneo::fml {

using diag::Code;

namespace {

// The first element of that name that is asked of the expression's own input: parameters of
// functions may have another.
const syntax::Expression* member_named(const syntax::Expression& e, std::string_view name) {
  if (e.kind == syntax::ExpressionKind::member && e.operands.empty() && e.text == name) return &e;
  const auto count = e.kind != syntax::ExpressionKind::call ? e.operands.size()
                     : e.has_focus                          ? 1
                                                            : 0;
  for (std::size_t i = 0; i < count; ++i)
    if (const auto* found = member_named(*e.operands[i], name)) return found;
  return nullptr;
}

}  // namespace

SourceCode SourceCompiler::compile(const ast::RuleSource& source) {
  SourceCode code;
  code.span = source.span;
  code.list = source.list;
  code.min = source.min.value_or(0);
  code.max = source.max.value_or(definition::kUnbounded);
  definition::TypeId type = 0;
  definition::TypeId likely = 0;
  if (const auto* variable = scope_.known(source.context, source.span)) {
    code.context = variable->slot;
    type = variable->type;
    likely = variable->likely;
    if (!source.element.empty())
      type = element_type(context_, *variable, source.element, source.element_span, code.resolved,
                          likely);
  }
  // The type of the release of what is asked.
  if (!source.type.empty())
    type = likely = code.type = type_named(context_, scope_.map(), source.type, source.span,
                                           code.resolved.owner != 0 ? code.resolved.owner : type);
  code.slot = scope_.add_slot();
  if (source.default_value != nullptr)
    code.default_value = operands_.expression(*source.default_value, 0);
  // The variable is visible to its own conditions.
  scope_.add({source.variable, code.slot, Variable::Role::source, type, likely});
  code.where = condition(source, source.where, type);
  code.check = condition(source, source.check, type);
  if (source.check != nullptr) {
    code.check_text =
        context_.program->arena.copy(cut(expression_text(scope_.map(), *source.check)));
    code.check_span = source.check->span;
  }
  code.log = condition(source, source.log, type);
  const auto is_plain = source.default_value == nullptr && source.check == nullptr &&
                        source.log == nullptr && source.type.empty() && code.min == 0 &&
                        code.max == definition::kUnbounded && code.list == ast::SourceListMode::all;
  if (is_plain) code.fast_path = source.where == nullptr ? FastPath::plain : FastPath::where;
  return code;
}

ExpressionCode SourceCompiler::condition(const ast::RuleSource& source,
                                         const syntax::Expression* written,
                                         definition::TypeId type) {
  if (written == nullptr) return {};
  const auto is_unknown =
      !is_open_type(context_.definitions, type) && scope_.find(source.element) == nullptr &&
      context_.definitions.element(type, context_.definitions.find_symbol(source.element)) ==
          nullptr;
  const auto* own = is_unknown ? member_named(*written, source.element) : nullptr;
  if (own == nullptr) return operands_.expression(*written, type);
  // As maps are found that were written for the source's context.
  context_.complain(
      Code::fml_unknown_element,
      "the condition is asked of each " + quoted(source.element) +
          " itself, which has no element of that name",
      own->span,
      "write $this" + (source.variable.empty() ? "" : " or %" + std::string(source.variable)));
  return {};
}

}  // namespace paraneo::fml
