// The rules of a group. Internal to this folder.
#pragma once

#include <vector>

#include "fml/compile/map_groups.h"
#include "fml/compile/source_compiler.h"
#include "fml/compile/target_compiler.h"

namespace paraneo::fml {

// Mistakes are reported. Not thread-safe.
class RuleCompiler {
 public:
  // Everything must outlive it.
  RuleCompiler(CompileContext& context, GroupScope& scope, MapGroups& groups,
               OperandCompiler& operands, MapConceptMaps& concept_maps)
      : context_(context), scope_(scope), groups_(groups), operands_(operands),
        sources_(context, scope, operands), targets_(context, scope, operands, concept_maps) {}

  // In order; mistakes are in the context's sink, and the rule goes on as far as it can.
  std::vector<RuleCode> compile(const std::vector<ast::Rule>& rules);

 private:
  RuleCode compile(const ast::Rule& rule);
  template <class Part>
  std::vector<Part> path_steps(const Part& part);
  CallCode compile_call(const ast::Dependent& dependent);
  void check_argument(ParameterCode& parameter, const ast::Argument& argument);

  CompileContext& context_;
  GroupScope& scope_;
  MapGroups& groups_;
  OperandCompiler& operands_;
  SourceCompiler sources_;
  TargetCompiler targets_;
};

}  // namespace paraneo::fml
