// Expressions and the arguments of transforms and calls. Internal to this folder.
#pragma once

#include "fml/compile/compile_context.h"
#include "fml/compile/group_scope.h"

namespace paraneo::fml {

// Mistakes are reported. Not thread-safe.
class OperandCompiler {
 public:
  OperandCompiler(CompileContext& context, GroupScope& scope) : context_(context), scope_(scope) {}

  // What is wrong is in the context's sink; the operand is usable nevertheless.
  OperandCode operand(const ast::Argument& argument);
  // `type`: of the item that it runs on. `has_context`: there is one; else all that it can read are
  // variables.
  ExpressionCode expression(const syntax::Expression& written, definition::TypeId type,
                            bool has_context = true);

 private:
  void collect_names(const syntax::Expression& e, std::vector<std::string_view>& names) const;

  CompileContext& context_;
  GroupScope& scope_;
};

}  // namespace paraneo::fml
