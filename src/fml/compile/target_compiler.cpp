#include "fml/compile/target_compiler.h"

#include "definition/primitive.h"
#include "fml/compile/transform_signatures.h"
#include "fml/compile/type_lookup.h"
#include "fml/transforms/transforms.h"

namespace paraneo::fml {

using diag::Code;

namespace {

void copy_slot(TargetCode& code, std::uint32_t slot) {
  code.transform = Transform::copy;
  OperandCode operand;
  operand.kind = OperandCode::Kind::slot;
  operand.slot = slot;
  code.operands.push_back(operand);
}

ValueKind way_of(const TargetCode& code) {
  if (code.context == kNone) return ValueKind::variable;
  if (code.resolved.name == 0) return ValueKind::values;                    // of the context itself
  const auto* first = code.operands.empty() ? nullptr : &code.operands[0];  // a wrong map may have
                                                                            // none
  const auto is_variable = first != nullptr && first->kind == OperandCode::Kind::slot;
  switch (code.transform) {
    case Transform::none:
    case Transform::create: return ValueKind::element;
    case Transform::cc:
    case Transform::c:
    case Transform::qty:
    case Transform::id:
    case Transform::cp: return ValueKind::type;
    case Transform::copy:
      if (first != nullptr && first->checked != nullptr) return ValueKind::literal;
      return is_variable ? ValueKind::item : ValueKind::values;
    case Transform::cast:
      return is_variable && code.type != 0 && code.resolved.primitive == code.type
                 ? ValueKind::cast
                 : ValueKind::values;
    default: return ValueKind::values;
  }
}

const ast::Literal* literal_of(const ast::RuleTarget& target, std::size_t i) {
  return i < target.arguments.size() ? std::get_if<ast::Literal>(&target.arguments[i].value)
                                     : nullptr;
}

}  // namespace

TargetCode TargetCompiler::compile(const ast::RuleTarget& target, bool simple,
                                   const RuleCode& rule) {
  TargetCode code;
  code.span = target.span;
  code.list = target.list;
  definition::TypeId type = 0;
  definition::TypeId likely = 0;
  auto role = Variable::Role::target;
  const definition::ElementDef* element = nullptr;
  if (!target.context.empty()) {
    if (const auto* variable = scope_.known(target.context, target.span)) {
      if (variable->role != Variable::Role::target)
        context_.complain(Code::fml_type_mismatch,
                          quoted(target.context) + " is no target: nothing can be written to it",
                          target.span);
      code.context = variable->slot;
      type = variable->type;
      likely = variable->likely;
      if (!target.element.empty())
        type = element_type(context_, *variable, target.element, target.element_span, code.resolved,
                            likely);
      if (variable->type != 0) element = code.resolved.def;
    }
  }
  if (target.list == ast::TargetListMode::share)
    code.share = share(target.list_rule, code.resolved.name);
  if (!target.transform.empty()) {
    type = compile_transform(target, code, type, role);
  } else if (simple) {
    copy_slot(code, rule.sources.back().slot);
  } else if (target.element.empty()) {
    // The context by another name: nothing is written.
    copy_slot(code, code.context);
    code.context = kNone;
  } else {
    code.type = type;
    if (type == 0 && element != nullptr)
      context_.complain(Code::fml_type_mismatch,
                        quoted(target.element) + " can be of several types", target.element_span,
                        "say which: " + std::string(target.context) + "." +
                            std::string(target.element) + " = create('Type')");
  }
  check_literals(code, element != nullptr);
  choose_type(code, code.transform == Transform::cast ? code.type : type);
  code.value_kind = way_of(code);
  code.body = body_of(code.transform);
  if (!target.variable.empty()) {
    code.slot = scope_.add_slot();
    code.variable = target.variable;
    scope_.add({target.variable, code.slot, role, type, type != 0 ? type : likely});
  }
  return code;
}

// What is made, or cast, is of one of the types that the element may have: that one it is.
void TargetCompiler::choose_type(TargetCode& code, definition::TypeId type) const {
  auto& resolved = code.resolved;
  if (type == 0 || resolved.def == nullptr || code.transform == Transform::none) return;
  for (const auto& ref : context_.definitions.types(*resolved.def)) {
    if (code.transform != Transform::cast) {
      if (context_.definitions.is_a(type, ref.type)) resolved.type = type;
    } else if (ref.type == type && context_.definitions.is_primitive(type)) {
      set_primitive(context_.definitions, resolved, type);
    }
  }
}

void TargetCompiler::check_literals(TargetCode& code, bool is_certain) {
  if (code.operands.empty()) return;
  if (code.transform == Transform::copy) {
    auto& operand = code.operands[0];
    if (!check_literal(operand, code.resolved) && is_certain)
      context_.complain(Code::fml_value,
                        quoted(text_of(operand.literal, context_.program->arena).value_or("")) +
                            " is no " +
                            std::string(context_.definitions.type_name(code.resolved.primitive)),
                        code.span);
    return;
  }
  for (std::size_t i = 0; i < code.operands.size(); ++i) {
    auto& operand = code.operands[i];
    operand.resolved =
        context_.program->data_types.place_of_operand(code.transform, i, code.operands.size());
    if (operand.resolved != nullptr) check_literal(operand, *operand.resolved);
  }
}

bool TargetCompiler::check_literal(OperandCode& operand, const ResolvedElement& resolved) {
  if (resolved.primitive == 0 || operand.kind != OperandCode::Kind::literal) return true;
  const auto text = text_of(operand.literal, context_.program->arena).value_or("");
  if (!definition::has_primitive_form(context_.definitions, resolved.primitive, text)) return false;
  auto* checked = element::make_root(context_.program->arena, resolved.primitive);
  checked->name = resolved.def->name;
  checked->def = resolved.index;
  checked->set_value(context_.program->arena.copy(text));
  operand.checked = checked;
  return true;
}

std::uint32_t TargetCompiler::share(std::string_view name, definition::Symbol element) {
  return shares_.try_emplace({name, element}, static_cast<std::uint32_t>(shares_.size()))
      .first->second;
}

definition::TypeId TargetCompiler::compile_transform(const ast::RuleTarget& target,
                                                     TargetCode& code,
                                                     definition::TypeId element_type,
                                                     Variable::Role& role) {
  const auto* info = find_transform(target.transform);
  if (info == nullptr) {
    context_.complain(
        Code::fml_unknown_transform,
        "there is no transform " + std::string(target.transform) + "()", target.span,
        transform_advice(context_.sink, target.transform) +
            "the language has create, copy, append, translate, cc, c, qty, id, cp, cast, dateOp, evaluate and others");
    return 0;
  }
  code.transform = info->transform;
  if (target.arguments.size() < info->arguments_min ||
      target.arguments.size() > info->arguments_max)
    context_.complain(Code::fml_arguments,
                      std::string(info->name) + "() has the wrong number of arguments",
                      target.span);
  for (const auto& argument : target.arguments)
    code.operands.push_back(operands_.operand(argument));
  // What is made without an element has no place in the tree yet; a text stays a value.
  if (code.context == kNone && info->transform != Transform::create &&
      info->result != "CodeableConcept" && info->result != "Coding" && info->result != "Quantity")
    role = Variable::Role::value;
  switch (info->transform) {
    case Transform::create:
      code.type =
          target.arguments.empty() ? element_type : named_type(target, 0, code.resolved.owner);
      return code.type;
    case Transform::cast:
      if (target.arguments.size() > 1) code.type = named_type(target, 1, code.resolved.owner);
      return element_type;
    case Transform::uuid: code.uuid = context_.program->uuid_count++; return element_type;
    case Transform::translate: code.concept_map = concept_map(target); return element_type;
    case Transform::evaluate:
      if (target.arguments.size() == 2) evaluate_operands(target, code);
      return element_type;
    case Transform::cc:
    case Transform::c:
    case Transform::qty:
    case Transform::id:
    case Transform::cp: return context_.definitions.find_type(info->result, code.resolved.owner);
    default: return element_type;
  }
}

definition::TypeId TargetCompiler::named_type(const ast::RuleTarget& target, std::size_t i,
                                              definition::TypeId beside) {
  const auto* literal = literal_of(target, i);
  if (literal != nullptr)
    return type_named(context_, scope_.map(), literal->text, target.arguments[i].span, beside);
  context_.complain(Code::fml_arguments, "a type in quotes must stand here", target.span);
  return 0;
}

const terminology::ConceptMap* TargetCompiler::concept_map(const ast::RuleTarget& target) {
  const auto* literal = literal_of(target, 1);
  if (literal != nullptr)
    return concept_maps_.find(scope_.map(), literal->text, target.arguments[1].span);
  context_.complain(Code::fml_arguments, "the concept map's URL in quotes must stand here",
                    target.span);
  return nullptr;
}

void TargetCompiler::evaluate_operands(const ast::RuleTarget& target, TargetCode& code) {
  const auto* variable = std::get_if<ast::VariableUse>(&target.arguments[0].value);
  const auto* name = variable == nullptr ? nullptr : scope_.find(variable->name);
  const auto type = name == nullptr ? 0 : name->type;
  if (const auto* tree = std::get_if<const syntax::Expression*>(&target.arguments[1].value))
    code.operands[1].expression = operands_.expression(**tree, type);
}

}  // namespace paraneo::fml
