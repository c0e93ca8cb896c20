// Rules: their sources, variables, operands and calls.
#include "fml/map_compiler.h"

#include <algorithm>

#include "diag/suggest.h"
#include "fml/bind_names.h"
#include "fml/print.h"
#include "json/compact.h"

namespace paraneo::fml {

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

using diag::closest;
using diag::Code;
using diag::did_you_mean;
using fhirpath::Item;

const MapCompiler::Name* MapCompiler::known(std::string_view name, Span span) {
  const auto* found = name_of(name);
  if (found != nullptr) return found;
  std::string advice = "in scope: ";
  constexpr std::size_t kCharsMax = 200;
  for (const auto& n : names_) {
    if (n.name.empty() || n.name[0] == ' ') continue;
    advice += (advice.size() > 10 ? ", " : "") + std::string(n.name);
    if (advice.size() < kCharsMax) continue;
    advice += ", ...";
    break;
  }
  if (const auto near = closest(sink_, name, names_, [](const Name& n) { return n.name; });
      !near.empty())
    advice = did_you_mean(near) + " " + advice;
  complain(Code::fml_unknown_variable, "there is no variable " + quoted(name), span, advice);
  return nullptr;
}

std::vector<RuleCode> MapCompiler::compile_rules(const std::vector<ast::Rule>& rules) {
  std::vector<RuleCode> out;
  for (const auto& rule : rules) {
    const auto scope = names_.size();
    const auto slots = slots_;
    out.push_back(compile_rule(rule));
    names_.leave(scope);
    slots_most_ = std::max(slots_most_, slots_);
    slots_ = slots;
  }
  return out;
}

RuleCode MapCompiler::compile_rule(const ast::Rule& rule) {
  RuleCode code;
  code.name = rule.name;
  code.id = program_->rule_count++;
  code.simple = rule.simple;
  code.span = rule.span;
  for (const auto& source : rule.sources) {
    for (auto& step : path_steps(source)) code.sources.push_back(compile_source(step));
  }
  for (const auto& target : rule.targets) {
    const auto steps = path_steps(target);
    for (std::size_t i = 0; i < steps.size(); ++i)
      code.targets.push_back(compile_target(steps[i], rule.simple && i + 1 == steps.size(), code));
  }
  code.rules = compile_rules(rule.rules);
  for (const auto& dependent : rule.dependents) code.calls.push_back(compile_call(dependent));
  return code;
}

// "a.b.c" as one step for each name, each from a variable that nobody can write.
template <class Part>
std::vector<Part> MapCompiler::path_steps(const Part& part) {
  std::vector<Part> steps;
  auto last = part;
  for (auto dot = last.element.find('.'); dot != std::string_view::npos;
       dot = last.element.find('.')) {
    Part step;
    step.context = last.context;
    step.element = last.element.substr(0, dot);
    step.variable = last.context = hidden_name();
    step.span = last.span;
    step.element_span = last.element_span;
    last.element.remove_prefix(dot + 1);
    steps.push_back(step);
  }
  steps.push_back(last);
  return steps;
}

std::string_view MapCompiler::hidden_name() {
  return program_->arena.copy(" " + std::to_string(++hidden_names_));
}

SourceCode MapCompiler::compile_source(const ast::RuleSource& source) {
  SourceCode code;
  code.span = source.span;
  code.list = source.list;
  code.min = source.min.value_or(0);
  code.max = source.max.value_or(definition::kUnbounded);
  definition::TypeId type = 0;
  definition::TypeId likely = 0;
  if (const auto* context = known(source.context, source.span)) {
    code.context = context->slot;
    type = context->type;
    likely = context->likely;
    if (!source.element.empty())
      type = element_type(*context, source.element, source.element_span, code.place, likely);
  }
  // The type of the release of what is asked.
  if (!source.type.empty())
    type = likely = code.type = type_named(*map_, source.type, source.span,
                                           code.place.owner != 0 ? code.place.owner : type);
  code.slot = slots_++;
  if (source.default_value != nullptr) code.default_value = expression(*source.default_value, 0);
  // The variable is visible to its own conditions.
  names_.add({source.variable, code.slot, Role::source, type, likely});
  code.where = condition(source, source.where, type);
  code.check = condition(source, source.check, type);
  if (source.check != nullptr) {
    code.check_text = program_->arena.copy(cut(expression_text(*map_, *source.check)));
    code.check_span = source.check->span;
  }
  code.log = condition(source, source.log, type);
  const auto is_plain = source.default_value == nullptr && source.check == nullptr &&
                        source.log == nullptr && source.type.empty() && code.min == 0 &&
                        code.max == definition::kUnbounded && code.list == ast::SourceListMode::all;
  if (is_plain) code.manner = source.where == nullptr ? Manner::plain : Manner::where;
  return code;
}

ExpressionCode MapCompiler::condition(const ast::RuleSource& source,
                                      const syntax::Expression* written, definition::TypeId type) {
  if (written == nullptr) return {};
  const auto is_unknown =
      !open_type(type) && name_of(source.element) == nullptr &&
      definitions_.element(type, definitions_.find_symbol(source.element)) == nullptr;
  const auto* own = is_unknown ? member_named(*written, source.element) : nullptr;
  if (own == nullptr) return expression(*written, type);
  // As maps are found that were written for the source's context.
  complain(Code::fml_unknown_element,
           "the condition is asked of each " + quoted(source.element) +
               " itself, which has no element of that name",
           own->span,
           "write $this" + (source.variable.empty() ? "" : " or %" + std::string(source.variable)));
  return {};
}

bool MapCompiler::open_type(definition::TypeId type) const {
  return type == 0 || definitions_.type(type).abstract || definitions_.elements(type).empty();
}

definition::TypeId MapCompiler::element_type(const Name& context, std::string_view name, Span span,
                                             Place& place, definition::TypeId& likely) {
  place = place_of(definitions_, context.likely, name);
  likely = 0;
  if (context.type != 0 && definitions_.is_primitive(context.type) && name == "value")
    return likely = context.type;
  if (place.def != nullptr) {
    const auto types = definitions_.types(*place.def);
    likely = types.size() == 1 ? types[0].type : 0;
    return context.type == 0 ? 0 : likely;
  }
  const auto is_unknown =
      place.name == 0 || !open_type(context.type) || engine_.is_only_json(place.name);
  if (is_unknown) unknown_element(context.type, name, span);
  return 0;
}

std::string MapCompiler::choice_advice(definition::TypeId type, std::string_view json_name) const {
  for (const auto& member : definitions_.members(type)) {
    const auto& element = definitions_.element_at(member.element);
    if (element.choice && definitions_.name(member.json_name) == json_name)
      return "the element is " + quoted(definitions_.name(element.name)) + ", of type " +
             std::string(definitions_.type_name(member.type));
  }
  return {};
}

void MapCompiler::unknown_element(definition::TypeId type, std::string_view name, Span span) {
  auto advice = choice_advice(type, name);
  for (definition::TypeId other = 1;
       type == 0 && advice.empty() && other < definitions_.type_count(); ++other)
    advice = choice_advice(other, name);
  if (advice.empty() && type != 0) {
    const auto near = closest(sink_, name, definitions_.elements(type),
                              [&](const auto& e) { return definitions_.name(e.name); });
    advice = (near.empty() ? "" : did_you_mean(near) + " ") + "it has: ";
    const auto begin = advice.size();
    for (const auto& e : definitions_.elements(type))
      advice += (advice.size() > begin ? ", " : "") + std::string(definitions_.name(e.name));
  }
  complain(Code::fml_unknown_element,
           (type == 0 ? "no type has an element "
                      : std::string(definitions_.type_name(type)) + " has no element ") +
               quoted(name),
           span, advice);
}

CallCode MapCompiler::compile_call(const ast::Dependent& dependent) {
  CallCode code;
  code.span = dependent.span;
  code.group = group_named(dependent.group, dependent.span);
  for (const auto& argument : dependent.arguments) code.operands.push_back(operand(argument));
  if (code.group == kNone) return code;
  const auto& group = program_->groups[code.group];
  if (group.parameters.size() != code.operands.size()) {
    complain(Code::fml_arguments,
             "the group " + quoted(dependent.group) + " takes " +
                 std::to_string(group.parameters.size()) + " arguments, not " +
                 std::to_string(code.operands.size()),
             dependent.span);
    return code;
  }
  for (std::size_t i = 0; i < dependent.arguments.size(); ++i)
    check_argument(program_->groups[code.group].parameters[i], dependent.arguments[i]);
  return code;
}

void MapCompiler::check_argument(ParameterCode& parameter, const ast::Argument& argument) {
  const auto* variable = std::get_if<ast::VariableUse>(&argument.value);
  const auto* name = variable == nullptr ? nullptr : name_of(variable->name);
  if (name == nullptr) return;
  if (parameter.mode == ast::InputMode::target && name->role != Role::target)
    complain(Code::fml_type_mismatch, quoted(name->name) + " is no target", argument.span);
  if (parameter.likely == 0) parameter.likely = name->likely;
  if (parameter.type == 0 || name->type == 0 || open_type(name->type)) return;
  if (!definitions_.is_a_named(name->type, parameter.type) &&
      !definitions_.is_a_named(parameter.type, name->type))
    complain(Code::fml_type_mismatch,
             quoted(name->name) + " is of type " + std::string(definitions_.type_name(name->type)) +
                 ", the group takes " + std::string(definitions_.type_name(parameter.type)),
             argument.span);
}

OperandCode MapCompiler::operand(const ast::Argument& argument) {
  OperandCode code;
  if (const auto* literal = std::get_if<ast::Literal>(&argument.value)) {
    code.literal = item_of(*literal);
  } else if (const auto* variable = std::get_if<ast::VariableUse>(&argument.value)) {
    code.kind = OperandCode::Kind::slot;
    if (const auto* name = known(variable->name, argument.span)) code.slot = name->slot;
  } else if (const auto* call = std::get<const syntax::Expression*>(argument.value);
             is_transform_call(*call)) {
    complain(Code::fml_arguments,
             std::string(call->text) + "() is a transform: it cannot stand inside of another",
             argument.span,
             "give its value a name before: " + std::string(call->text) + "(...) as x, ...");
  } else {
    code.kind = OperandCode::Kind::expression;
    code.expression = expression(*std::get<const syntax::Expression*>(argument.value), 0, false);
  }
  return code;
}

Item MapCompiler::item_of(const ast::Literal& literal) {
  using Kind = ast::Literal::Kind;
  auto& arena = program_->arena;
  switch (literal.kind) {
    case Kind::boolean: return Item::of_boolean(literal.text == "true");
    case Kind::integer:
    case Kind::decimal:
      if (const auto number = Decimal::parse(literal.text)) {
        const auto integer = literal.kind == Kind::integer ? number->to_integer() : std::nullopt;
        return integer ? Item::of_integer(*integer) : Item::of(arena, *number);
      }
      return Item::of_string(arena.copy(literal.text));
    default: return Item::of_string(arena.copy(literal.text), json::known_of(literal.text));
  }
}

void MapCompiler::collect_names(const syntax::Expression& e,
                                std::vector<std::string_view>& names) const {
  if (e.kind == syntax::ExpressionKind::variable && name_of(e.text) != nullptr &&
      std::find(names.begin(), names.end(), e.text) == names.end())
    names.push_back(e.text);
  for (const auto* operand : e.operands) collect_names(*operand, names);
}

ExpressionCode MapCompiler::expression(const syntax::Expression& written,
                                       definition::TypeId context, bool has_context) {
  const auto is_variable = [this](std::string_view name) { return name_of(name) != nullptr; };
  const auto& tree =
      bind_names(written, {is_variable, definitions_, has_context, context}, program_->arena);
  std::vector<std::string_view> names;
  collect_names(tree, names);
  ExpressionCode code;
  for (const auto name : names) code.slots.push_back(name_of(name)->slot);
  code.program = engine_.compile(tree, {context, names}, sink_);
  return code;
}

}  // namespace paraneo::fml
