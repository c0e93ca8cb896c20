// The left side of a rule. Internal to this folder.
#pragma once

#include "fml/compile/compile_context.h"
#include "fml/compile/group_scope.h"
#include "fml/compile/operand_compiler.h"

namespace paraneo::fml {

// Mistakes are reported. Not thread-safe.
class SourceCompiler {
 public:
  SourceCompiler(CompileContext& context, GroupScope& scope, OperandCompiler& operands)
      : context_(context), scope_(scope), operands_(operands) {}

  // Its variable is added to the scope.
  SourceCode compile(const ast::RuleSource& source);

 private:
  ExpressionCode condition(const ast::RuleSource& source, const syntax::Expression* written,
                           definition::TypeId type);

  CompileContext& context_;
  GroupScope& scope_;
  OperandCompiler& operands_;
};

}  // namespace paraneo::fml
