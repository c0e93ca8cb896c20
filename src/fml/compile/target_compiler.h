// The right side of a rule, and its transform. Internal to this folder.
#pragma once

#include <map>

#include "fml/compile/compile_context.h"
#include "fml/compile/group_scope.h"
#include "fml/compile/map_concept_maps.h"
#include "fml/compile/operand_compiler.h"

namespace paraneo::fml {

// Mistakes are reported. Not thread-safe.
class TargetCompiler {
 public:
  // Everything must outlive it.
  TargetCompiler(CompileContext& context, GroupScope& scope, OperandCompiler& operands,
                 MapConceptMaps& concept_maps)
      : context_(context), scope_(scope), operands_(operands), concept_maps_(concept_maps) {}

  // `simple`: without a transform, it takes what the rule's last source has. Its variable is added
  // to the scope.
  TargetCode compile(const ast::RuleTarget& target, bool simple, const RuleCode& rule);

 private:
  void choose_type(TargetCode& code, definition::TypeId type) const;
  // A literal is held to the form of its element once, here.
  void check_literals(TargetCode& code, bool is_certain);
  // False when it is a literal that the place cannot take.
  bool check_literal(OperandCode& operand, const ResolvedElement& resolved);
  // Of the element: rules for another one may use the name as well.
  std::uint32_t share(std::string_view name, definition::Symbol element);
  // Fills the code and returns the type of the result, 0 where it is not certain.
  definition::TypeId compile_transform(const ast::RuleTarget& target, TargetCode& code,
                                       definition::TypeId element_type, Variable::Role& role);
  definition::TypeId named_type(const ast::RuleTarget& target, std::size_t i,
                                definition::TypeId beside);
  const terminology::ConceptMap* concept_map(const ast::RuleTarget& target);
  // evaluate(variable, expression): the variable is the expression's input.
  void evaluate_operands(const ast::RuleTarget& target, TargetCode& code);

  CompileContext& context_;
  GroupScope& scope_;
  OperandCompiler& operands_;
  MapConceptMaps& concept_maps_;
  std::map<std::pair<std::string_view, definition::Symbol>, std::uint32_t> shares_;
};

}  // namespace paraneo::fml
