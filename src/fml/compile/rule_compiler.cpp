#include "fml/compile/rule_compiler.h"

#include "fml/compile/type_lookup.h"

namespace paraneo::fml {

using diag::Code;

std::vector<RuleCode> RuleCompiler::compile(const std::vector<ast::Rule>& rules) {
  std::vector<RuleCode> out;
  for (const auto& rule : rules) {
    const auto mark = scope_.mark();
    out.push_back(compile(rule));
    scope_.leave(mark);
  }
  return out;
}

RuleCode RuleCompiler::compile(const ast::Rule& rule) {
  RuleCode code;
  code.name = rule.name;
  code.id = context_.program->rule_count++;
  code.simple = rule.simple;
  code.span = rule.span;
  for (const auto& source : rule.sources) {
    for (auto& step : path_steps(source)) code.sources.push_back(sources_.compile(step));
  }
  for (const auto& target : rule.targets) {
    const auto steps = path_steps(target);
    for (std::size_t i = 0; i < steps.size(); ++i)
      code.targets.push_back(
          targets_.compile(steps[i], rule.simple && i + 1 == steps.size(), code));
  }
  code.rules = compile(rule.rules);
  for (const auto& dependent : rule.dependents) code.calls.push_back(compile_call(dependent));
  return code;
}

// "a.b.c" as one step for each name, each from a variable that nobody can write.
template <class Part>
std::vector<Part> RuleCompiler::path_steps(const Part& part) {
  std::vector<Part> steps;
  auto last = part;
  for (auto dot = last.element.find('.'); dot != std::string_view::npos;
       dot = last.element.find('.')) {
    Part step;
    step.context = last.context;
    step.element = last.element.substr(0, dot);
    step.variable = last.context = scope_.hidden_name();
    step.span = last.span;
    step.element_span = last.element_span;
    last.element.remove_prefix(dot + 1);
    steps.push_back(step);
  }
  steps.push_back(last);
  return steps;
}

CallCode RuleCompiler::compile_call(const ast::Dependent& dependent) {
  CallCode code;
  code.span = dependent.span;
  code.group = groups_.named(scope_.map(), dependent.group, dependent.span);
  for (const auto& argument : dependent.arguments)
    code.operands.push_back(operands_.operand(argument));
  if (code.group == kNone) return code;
  const auto& group = context_.program->groups[code.group];
  if (group.parameters.size() != code.operands.size()) {
    context_.complain(Code::fml_arguments,
                      "the group " + quoted(dependent.group) + " takes " +
                          std::to_string(group.parameters.size()) + " arguments, not " +
                          std::to_string(code.operands.size()),
                      dependent.span);
    return code;
  }
  for (std::size_t i = 0; i < dependent.arguments.size(); ++i)
    check_argument(context_.program->groups[code.group].parameters[i], dependent.arguments[i]);
  return code;
}

void RuleCompiler::check_argument(ParameterCode& parameter, const ast::Argument& argument) {
  const auto* variable = std::get_if<ast::VariableUse>(&argument.value);
  const auto* name = variable == nullptr ? nullptr : scope_.find(variable->name);
  if (name == nullptr) return;
  if (parameter.mode == ast::InputMode::target && name->role != Variable::Role::target)
    context_.complain(Code::fml_type_mismatch, quoted(name->name) + " is no target", argument.span);
  if (parameter.likely == 0) parameter.likely = name->likely;
  if (parameter.type == 0 || name->type == 0 || is_open_type(context_.definitions, name->type))
    return;
  if (!context_.definitions.is_a_named(name->type, parameter.type) &&
      !context_.definitions.is_a_named(parameter.type, name->type))
    context_.complain(Code::fml_type_mismatch,
                      quoted(name->name) + " is of type " +
                          std::string(context_.definitions.type_name(name->type)) +
                          ", the group takes " +
                          std::string(context_.definitions.type_name(parameter.type)),
                      argument.span);
}

}  // namespace paraneo::fml
