// Targets of rules and their transforms.
#include "fml/map_compiler.h"

#include <array>

#include "definition/primitive.h"
#include "diag/suggest.h"
#include "fhirpath/program.h"
#include "fml/transforms/transforms.h"
#include "format/json.h"

namespace paraneo::fml {

using diag::closest;
using diag::Code;
using diag::did_you_mean;

namespace {

struct TransformInfo {
  std::string_view name;
  Transform transform;
  std::size_t arguments_min;
  std::size_t arguments_max;
  std::string_view result;  // type; empty: depends
};
constexpr std::size_t kMany = 1000;
constexpr std::array<TransformInfo, 23> kTransforms = {{
    {"create", Transform::create, 0, 1, ""},
    {"copy", Transform::copy, 1, 1, ""},
    {"truncate", Transform::truncate, 2, 2, "string"},
    {"escape", Transform::escape, 2, 3, "string"},
    {"cast", Transform::cast, 1, 2, ""},
    {"append", Transform::append, 1, kMany, "string"},
    {"translate", Transform::translate, 2, 3, ""},
    {"reference", Transform::reference, 1, 1, "string"},
    {"uuid", Transform::uuid, 0, 0, "string"},
    {"pointer", Transform::pointer, 1, 1, "string"},
    {"evaluate", Transform::evaluate, 1, 2, ""},
    {"cc", Transform::cc, 1, 3, "CodeableConcept"},
    {"c", Transform::c, 2, 3, "Coding"},
    {"qty", Transform::qty, 1, 4, "Quantity"},
    {"id", Transform::id, 2, 3, "Identifier"},
    {"cp", Transform::cp, 1, 2, "ContactPoint"},
    {"dateOp", Transform::date_op, 1, 3, "string"},
    {"toDate", Transform::to_date, 1, 2, "string"},
    {"toDateTime", Transform::to_date_time, 1, 3, "string"},
    {"toTime", Transform::to_time, 1, 2, "string"},
    {"unixToDate", Transform::unix_to_date, 1, 2, "string"},
    {"unixToDateTime", Transform::unix_to_date_time, 1, 2, "string"},
    {"unixToTime", Transform::unix_to_time, 1, 2, "string"},
}};

const TransformInfo* find_transform(std::string_view name) {
  for (const auto& info : kTransforms)
    if (info.name == name) return &info;
  return nullptr;
}

std::string transform_advice(const diag::Sink& sink, std::string_view name) {
  const auto near =
      closest(sink, name, kTransforms, [](const TransformInfo& info) { return info.name; });
  return near.empty() ? "" : did_you_mean(near) + " ";
}

}  // namespace

bool is_transform_call(const syntax::Expression& e) {
  const auto* info =
      e.kind == syntax::ExpressionKind::call && !e.has_focus ? find_transform(e.text) : nullptr;
  return info != nullptr &&
         (fhirpath::find_function(e.text) == nullptr || e.operands.size() >= info->arguments_min);
}

TargetCode MapCompiler::compile_target(const ast::RuleTarget& target, bool simple,
                                       const RuleCode& rule_code) {
  TargetCode code;
  code.span = target.span;
  code.list = target.list;
  definition::TypeId type = 0;
  definition::TypeId likely = 0;
  auto role = Role::target;
  const definition::ElementDef* element = nullptr;
  if (!target.context.empty()) {
    if (const auto* context = known(target.context, target.span)) {
      if (context->role != Role::target)
        complain(Code::fml_type_mismatch,
                 quoted(target.context) + " is no target: nothing can be written to it",
                 target.span);
      code.context = context->slot;
      type = context->type;
      likely = context->likely;
      if (!target.element.empty())
        type = element_type(*context, target.element, target.element_span, code.place, likely);
      if (context->type != 0) element = code.place.def;
    }
  }
  if (target.list == ast::TargetListMode::share)
    code.share = share(target.list_rule, code.place.name);
  if (!target.transform.empty()) {
    type = compile_transform(target, code, type, role);
  } else if (simple) {
    copy_slot(code, rule_code.sources.back().slot);
  } else if (target.element.empty()) {
    // The context by another name: nothing is written.
    copy_slot(code, code.context);
    code.context = kNone;
  } else {
    code.type = type;
    if (type == 0 && element != nullptr)
      complain(Code::fml_type_mismatch, quoted(target.element) + " can be of several types",
               target.element_span,
               "say which: " + std::string(target.context) + "." + std::string(target.element) +
                   " = create('Type')");
  }
  check_literals(code, element != nullptr);
  choose_type(code, code.transform == Transform::cast ? code.type : type);
  code.way = way_of(code);
  code.body = body_of(code.transform);
  if (!target.variable.empty()) {
    code.slot = slots_++;
    code.variable = target.variable;
    names_.add({target.variable, code.slot, role, type, type != 0 ? type : likely});
  }
  return code;
}

void MapCompiler::copy_slot(TargetCode& code, std::uint32_t slot) {
  code.transform = Transform::copy;
  OperandCode operand;
  operand.kind = OperandCode::Kind::slot;
  operand.slot = slot;
  code.operands.push_back(operand);
}

Way MapCompiler::way_of(const TargetCode& code) {
  if (code.context == kNone) return Way::variable;
  if (code.place.name == 0) return Way::values;                             // of the context itself
  const auto* first = code.operands.empty() ? nullptr : &code.operands[0];  // a wrong map may have
                                                                            // none
  const auto is_variable = first != nullptr && first->kind == OperandCode::Kind::slot;
  switch (code.transform) {
    case Transform::none:
    case Transform::create: return Way::element;
    case Transform::cc:
    case Transform::c:
    case Transform::qty:
    case Transform::id:
    case Transform::cp: return Way::type;
    case Transform::copy:
      if (first != nullptr && first->checked != nullptr) return Way::literal;
      return is_variable ? Way::item : Way::values;
    case Transform::cast:
      return is_variable && code.type != 0 && code.place.primitive == code.type ? Way::cast
                                                                                : Way::values;
    default: return Way::values;
  }
}

// What is made, or cast, is of one of the types that the element may have: that one it is.
void MapCompiler::choose_type(TargetCode& code, definition::TypeId type) {
  auto& place = code.place;
  if (type == 0 || place.def == nullptr || code.transform == Transform::none) return;
  for (const auto& ref : definitions_.types(*place.def)) {
    if (code.transform != Transform::cast) {
      if (definitions_.is_a(type, ref.type)) place.type = type;
    } else if (ref.type == type && definitions_.is_primitive(type)) {
      set_primitive(definitions_, place, type);
    }
  }
}

void MapCompiler::check_literals(TargetCode& code, bool is_certain) {
  if (code.operands.empty()) return;
  if (code.transform == Transform::copy) {
    auto& operand = code.operands[0];
    if (!check_literal(operand, code.place) && is_certain)
      complain(Code::fml_value,
               quoted(text_of(operand.literal, program_->arena).value_or("")) + " is no " +
                   std::string(definitions_.type_name(code.place.primitive)),
               code.span);
    return;
  }
  for (std::size_t i = 0; i < code.operands.size(); ++i) {
    auto& operand = code.operands[i];
    operand.place = program_->data_types.place_of_operand(code.transform, i, code.operands.size());
    if (operand.place != nullptr) check_literal(operand, *operand.place);
  }
}

bool MapCompiler::check_literal(OperandCode& operand, const Place& place) {
  if (place.primitive == 0 || operand.kind != OperandCode::Kind::literal) return true;
  const auto text = text_of(operand.literal, program_->arena).value_or("");
  if (!definition::has_primitive_form(definitions_, place.primitive, text)) return false;
  operand.checked =
      format::make_ready(program_->arena, definitions_, *place.def, place.primitive, text);
  operand.literal.known = operand.checked->known;
  return true;
}

std::uint32_t MapCompiler::share(std::string_view name, definition::Symbol element) {
  return shares_.try_emplace({name, element}, static_cast<std::uint32_t>(shares_.size()))
      .first->second;
}

definition::TypeId MapCompiler::compile_transform(const ast::RuleTarget& target, TargetCode& code,
                                                  definition::TypeId element_type, Role& role) {
  const auto* info = find_transform(target.transform);
  if (info == nullptr) {
    complain(
        Code::fml_unknown_transform,
        "there is no transform " + std::string(target.transform) + "()", target.span,
        transform_advice(sink_, target.transform) +
            "the language has create, copy, append, translate, cc, c, qty, id, cp, cast, dateOp, evaluate and others");
    return 0;
  }
  code.transform = info->transform;
  if (target.arguments.size() < info->arguments_min ||
      target.arguments.size() > info->arguments_max)
    complain(Code::fml_arguments, std::string(info->name) + "() has the wrong number of arguments",
             target.span);
  for (const auto& argument : target.arguments) code.operands.push_back(operand(argument));
  // What is made without an element has no place in the tree yet; a text stays a value.
  if (code.context == kNone && info->transform != Transform::create &&
      info->result != "CodeableConcept" && info->result != "Coding" && info->result != "Quantity")
    role = Role::value;
  switch (info->transform) {
    case Transform::create:
      code.type = target.arguments.empty() ? element_type : named_type(target, 0, code.place.owner);
      return code.type;
    case Transform::cast:
      if (target.arguments.size() > 1) code.type = named_type(target, 1, code.place.owner);
      return element_type;
    case Transform::uuid: code.uuid = program_->uuid_count++; return element_type;
    case Transform::translate: code.concept_map = concept_map(target); return element_type;
    case Transform::evaluate:
      if (target.arguments.size() == 2) evaluate_operands(target, code);
      return element_type;
    case Transform::cc:
    case Transform::c:
    case Transform::qty:
    case Transform::id:
    case Transform::cp: return definitions_.find_type(info->result, code.place.owner);
    default: return element_type;
  }
}

const ast::Literal* MapCompiler::literal_of(const ast::RuleTarget& target, std::size_t i) {
  return i < target.arguments.size() ? std::get_if<ast::Literal>(&target.arguments[i].value)
                                     : nullptr;
}

definition::TypeId MapCompiler::named_type(const ast::RuleTarget& target, std::size_t i,
                                           definition::TypeId beside) {
  const auto* literal = literal_of(target, i);
  if (literal != nullptr) return type_named(*map_, literal->text, target.arguments[i].span, beside);
  complain(Code::fml_arguments, "a type in quotes must stand here", target.span);
  return 0;
}

const terminology::ConceptMap* MapCompiler::concept_map(const ast::RuleTarget& target) {
  const auto* literal = literal_of(target, 1);
  if (literal == nullptr) {
    complain(Code::fml_arguments, "the concept map's URL in quotes must stand here", target.span);
    return nullptr;
  }
  const auto url = literal->text;
  if (url.starts_with('#')) {
    if (const auto own = inline_maps_.find({map_, url.substr(1)}); own != inline_maps_.end())
      return own->second;
  } else if (const auto* loaded = library_.concept_maps().find(url)) {
    check_concept_map(*loaded);
    return loaded;
  }
  complain(Code::fml_unknown_concept_map, "the concept map " + quoted(url) + " is not loaded",
           target.arguments[1].span);
  return nullptr;
}

// What a concept map may say, but no translation can follow.
void MapCompiler::check_concept_map(const terminology::ConceptMap& map) {
  if (!checked_concept_maps_.insert(&map).second) return;
  for (const auto& twice : map.ambiguities())
    complain(Code::concept_map_ambiguous,
             "the code " + quoted(twice.code) + " is mapped twice to " +
                 (twice.to_system.empty() ? "one system" : std::string(twice.to_system)),
             twice.span,
             "keep one row as equivalent; give the other a narrower or wider equivalence");
}

void MapCompiler::evaluate_operands(const ast::RuleTarget& target, TargetCode& code) {
  const auto* variable = std::get_if<ast::VariableUse>(&target.arguments[0].value);
  const auto* name = variable == nullptr ? nullptr : name_of(variable->name);
  const auto type = name == nullptr ? 0 : name->type;
  if (const auto* tree = std::get_if<const syntax::Expression*>(&target.arguments[1].value))
    code.operands[1].expression = expression(**tree, type);
}

}  // namespace paraneo::fml
