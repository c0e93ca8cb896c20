// Entry point: compile(). One pass collects the maps that belong together and their groups, a
// second compiles the rules of each group with its scope of variables.
#include "fml/compile.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>

#include "fhir/primitive.h"
#include "fml/bind_names.h"
#include "fml/equivalence.h"
#include "fml/scoped_names.h"
#include "fml/suggest.h"
#include "json/compact.h"

namespace paraneo::fml {
namespace {

using diag::Code;
using fhirpath::Item;

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

std::string transform_advice(std::string_view name) {
  const auto near = closest(name, kTransforms, [](const TransformInfo& info) { return info.name; });
  return near.empty() ? "" : did_you_mean(near) + " ";
}

enum class Role : std::uint8_t { source, target, value };

struct Name {
  std::string_view name;
  std::uint32_t slot = 0;
  Role role = Role::source;
  fhir::TypeId type = 0;    // 0: not known before the run
  fhir::TypeId likely = 0;  // what a caller passes, where nothing says the type: good for speed only
};

struct GroupRef {
  const ast::Map* map = nullptr;
  const ast::Group* group = nullptr;
};

class MapCompiler {
 public:
  MapCompiler(const ast::Map& map, const Library& library, const fhirpath::Engine& engine, diag::Sink& sink)
      : main_(map), library_(library), engine_(engine), definitions_(engine.definitions()), sink_(sink),
        program_(std::make_shared<Program>()) {
    program_->data_types = DataTypes(definitions_);
  }

  std::shared_ptr<const Program> compile() {
    const auto errors = sink_.errors();
    collect(main_, {});
    for (const auto* map : maps_) make_concept_maps(*map);
    for (std::uint32_t i = 0; i < refs_.size(); ++i) declare(i);
    for (std::uint32_t i = 0; i < refs_.size(); ++i) define(i);
    if (program_->groups.empty()) complain(Code::fml_unknown_group, "the map has no group", main_.span);
    else program_->entry = 0;
    if (sink_.errors() != errors) return nullptr;
    return program_;
  }

 private:
  void complain(Code code, std::string message, Span span, std::string advice = {}) {
    sink_.report(code, std::move(message), span, {}, std::move(advice));
  }
  static std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

  // The map, then its imports; each map once.
  void collect(const ast::Map& map, std::vector<const ast::Map*> path) {
    if (std::find(path.begin(), path.end(), &map) != path.end()) return;
    if (std::find(maps_.begin(), maps_.end(), &map) != maps_.end()) return;
    maps_.push_back(&map);
    for (const auto& group : map.groups) {
      if (!group_of_.try_emplace({&map, group.name}, static_cast<std::uint32_t>(refs_.size())).second)
        complain(Code::fml_duplicate, "the group " + quoted(group.name) + " is there twice", group.span);
      refs_.push_back({&map, &group});
    }
    path.push_back(&map);
    for (const auto& import : map.imports) {
      const auto found = library_.matching(import.url);
      if (found.empty())
        complain(Code::fml_unknown_map, "the map " + quoted(import.url) + " is not loaded", import.span,
                 "load it with --ig, or check the URL");
      for (const auto* imported : found) {
        if (std::find(path.begin(), path.end(), imported) != path.end()) {
          complain(Code::fml_import_cycle, "the maps import one another in a circle", import.span,
                   "move what both need into a third map");
          continue;
        }
        collect(*imported, path);
      }
    }
  }

  void make_concept_maps(const ast::Map& map) {
    for (const auto& inline_map : map.concept_maps) {
      std::vector<terminology::ConceptMap::Row> rows;
      std::set<std::pair<std::string_view, std::string_view>> seen;
      for (const auto& row : inline_map.rows) {
        if (!translates(row.equivalence)) continue;
        if (!seen.insert({row.source_system, row.source_code}).second)
          complain(Code::concept_map_ambiguous, "the code " + quoted(row.source_code) + " is mapped twice", row.span,
                   "keep the row that is right");
        rows.push_back({{row.source_system, row.source_code, {}}, {row.target_system, row.target_code, {}}});
      }
      auto& made = program_->concept_maps.emplace_back(inline_map.id, rows);
      for (const auto prefix : inline_map.unmapped)
        for (const auto& p : inline_map.prefixes)
          if (p.name == prefix) made.keep_unmapped(p.system);
      inline_maps_[{&map, inline_map.id}] = &made;
    }
  }

  // Types and parameters, so that calls can be checked in any order.
  void declare(std::uint32_t index) {
    const auto& [map, group] = refs_[index];
    auto& code = program_->groups.emplace_back();
    code.name = group->name;
    code.span = group->span;
    for (const auto& parameter : group->parameters) {
      const auto type = parameter.type.empty() ? 0 : type_named(*map, parameter.type, parameter.span);
      code.parameters.push_back({parameter.mode, type, type});
    }
    if (group->type_mode == ast::TypeMode::none || code.parameters.size() != 2) return;
    program_->type_groups.try_emplace({code.parameters[0].type, code.parameters[1].type}, index);
    if (group->type_mode == ast::TypeMode::type_and_types)
      program_->source_type_groups.try_emplace(code.parameters[0].type, index);
  }

  // By alias, by name, by URL.
  fhir::TypeId type_named(const ast::Map& map, std::string_view name, Span span) {
    for (const auto& structure : map.structures) {
      if (structure.alias != name && structure.url != name) continue;
      if (const auto type = definitions_.find_type(structure.url); type != 0) return type;
      complain(Code::fml_unknown_type, "the definition " + std::string(structure.url) + " is not loaded", structure.span,
               "load it with --ig");
      return 0;
    }
    const auto type = definitions_.find_type(name);
    if (type == 0)
      complain(Code::fml_unknown_type, "there is no type " + quoted(name), span, type_advice(map, name) + "name it with: uses \"URL\" alias " + std::string(name) + " as source");
    return type;
  }

  std::string type_advice(const ast::Map& map, std::string_view name) const {
    auto near = closest(name, map.structures, [](const ast::Structure& s) { return s.alias; });
    if (near.empty()) {
      std::vector<std::string_view> types;
      for (fhir::TypeId id = 1; id < definitions_.type_count(); ++id) types.push_back(definitions_.type_name(id));
      near = closest(name, types, [](std::string_view t) { return t; });
    }
    return near.empty() ? "" : did_you_mean(near) + " ";
  }

  void define(std::uint32_t index) {
    const auto& [map, group] = refs_[index];
    map_ = map;
    names_.leave(0);
    slots_ = 0;
    auto& code = program_->groups[index];
    for (std::size_t i = 0; i < group->parameters.size(); ++i) {
      const auto& parameter = group->parameters[i];
      names_.add({parameter.name, slots_++, parameter.mode == ast::InputMode::source ? Role::source : Role::target,
                        code.parameters[i].type, code.parameters[i].likely});
    }
    if (!group->extends.empty()) {
      code.base = group_named(group->extends, group->span);
      if (code.base != kNone && program_->groups[code.base].parameters.size() != code.parameters.size())
        complain(Code::fml_arguments, "the extended group has other parameters", group->span);
    }
    for (const auto& constant : map->constants) {
      auto value = expression(*constant.value, 0, false);
      program_->groups[index].constants.emplace_back(slots_, std::move(value));
      names_.add({constant.name, slots_++, Role::value, 0, 0});
    }
    auto rules = compile_rules(group->rules);
    program_->groups[index].rules = std::move(rules);
    program_->groups[index].slot_count = slots_;
  }

  std::uint32_t group_named(std::string_view name, Span span) {
    if (const auto own = group_of_.find({map_, name}); own != group_of_.end()) return own->second;
    for (const auto* map : maps_)
      if (const auto found = group_of_.find({map, name}); found != group_of_.end()) return found->second;
    complain(Code::fml_unknown_group, "there is no group " + quoted(name), span, group_advice(name));
    return kNone;
  }

  std::string group_advice(std::string_view name) const {
    if (const auto* map = library_.with_group(name); map != nullptr)
      return "the map " + std::string(map->url) + " has it: imports " + quoted(map->url);
    const auto near = closest(name, group_of_, [](const auto& entry) { return entry.first.second; });
    return near.empty() ? "define it, or import the map that has it" : did_you_mean(near);
  }

  const Name* name_of(std::string_view name) const { return names_.find(name); }

  const Name* known(std::string_view name, Span span) {
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
    if (const auto near = closest(name, names_, [](const Name& n) { return n.name; }); !near.empty()) advice = did_you_mean(near) + " " + advice;
    complain(Code::fml_unknown_variable, "there is no variable " + quoted(name), span, advice);
    return nullptr;
  }

  std::vector<RuleCode> compile_rules(const std::vector<ast::Rule>& rules) {
    std::vector<RuleCode> out;
    for (const auto& rule : rules) {
      const auto scope = names_.size();
      out.push_back(compile_rule(rule));
      names_.leave(scope);
    }
    return out;
  }

  RuleCode compile_rule(const ast::Rule& rule) {
    RuleCode code;
    code.name = rule.name;
    code.id = program_->rule_count++;
    code.simple = rule.simple;
    code.span = rule.span;
    for (const auto& source : rule.sources) {
      for (auto& step : source_steps(source)) code.sources.push_back(compile_source(step));
    }
    for (const auto& target : rule.targets) {
      const auto steps = target_steps(target);
      for (std::size_t i = 0; i < steps.size(); ++i)
        code.targets.push_back(compile_target(steps[i], rule.simple && i + 1 == steps.size(), code));
    }
    code.rules = compile_rules(rule.rules);
    for (const auto& dependent : rule.dependents) code.calls.push_back(compile_call(dependent));
    return code;
  }

  // "s.a.b as v" is "s.a as x, x.b as v", with a variable that nobody can name.
  std::vector<ast::RuleSource> source_steps(const ast::RuleSource& source) {
    std::vector<ast::RuleSource> steps;
    auto last = source;
    for (auto dot = last.element.find('.'); dot != std::string_view::npos; dot = last.element.find('.')) {
      ast::RuleSource step;
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

  std::vector<ast::RuleTarget> target_steps(const ast::RuleTarget& target) {
    std::vector<ast::RuleTarget> steps;
    auto last = target;
    for (auto dot = last.element.find('.'); dot != std::string_view::npos; dot = last.element.find('.')) {
      ast::RuleTarget step;
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

  std::string_view hidden_name() { return program_->arena.copy(" " + std::to_string(++hidden_names_)); }

  SourceCode compile_source(const ast::RuleSource& source) {
    SourceCode code;
    code.span = source.span;
    code.list = source.list;
    code.min = source.min.value_or(0);
    code.max = source.max.value_or(fhir::kUnbounded);
    fhir::TypeId type = 0;
    fhir::TypeId likely = 0;
    if (const auto* context = known(source.context, source.span)) {
      code.context = context->slot;
      type = context->type;
      likely = context->likely;
      if (!source.element.empty()) type = element_type(*context, source.element, source.element_span, code.place, likely);
    }
    if (!source.type.empty()) type = likely = code.type = type_named(*map_, source.type, source.span);
    code.slot = slots_++;
    if (source.default_value != nullptr) code.default_value = expression(*source.default_value, 0);
    // The variable is visible to its own conditions.
    names_.add({source.variable, code.slot, Role::source, type, likely});
    if (source.where != nullptr) code.where = expression(*source.where, type);
    if (source.check != nullptr) code.check = expression(*source.check, type);
    if (source.log != nullptr) code.log = expression(*source.log, type);
    const auto is_unconditional = source.default_value == nullptr && source.where == nullptr && source.check == nullptr && source.log == nullptr;
    code.plain = is_unconditional && source.type.empty() && code.min == 0 &&
                 code.max == fhir::kUnbounded && code.list == ast::SourceListMode::all;
    return code;
  }

  bool open_type(fhir::TypeId type) const {
    return type == 0 || definitions_.type(type).abstract || definitions_.elements(type).empty();
  }

  // Checks that the type has the element; the type of its value where there is only one.
  fhir::TypeId element_type(const Name& context, std::string_view name, Span span, Place& place, fhir::TypeId& likely) {
    place = place_of(definitions_, context.likely, name);
    likely = 0;
    if (context.type != 0 && definitions_.is_primitive(context.type) && name == "value") return likely = context.type;
    if (place.def != nullptr) {
      const auto types = definitions_.types(*place.def);
      likely = types.size() == 1 ? types[0].type : 0;
      return context.type == 0 ? 0 : likely;
    }
    if (place.name == 0 || !open_type(context.type)) unknown_element(context.type, name, span);
    return 0;
  }

  void unknown_element(fhir::TypeId type, std::string_view name, Span span) {
    std::string advice;
    for (const auto& member : definitions_.members(type))
      if (definitions_.name(member.json_name) == name && definitions_.element_at(member.element).choice)
        advice = "the element is " + quoted(definitions_.name(definitions_.element_at(member.element).name)) + ", of type " +
                 std::string(definitions_.type_name(member.type));
    if (advice.empty() && type != 0) {
      const auto near = closest(name, definitions_.elements(type), [&](const auto& e) { return definitions_.name(e.name); });
      advice = (near.empty() ? "" : did_you_mean(near) + " ") + "it has: ";
      const auto begin = advice.size();
      for (const auto& e : definitions_.elements(type))
        advice += (advice.size() > begin ? ", " : "") + std::string(definitions_.name(e.name));
    }
    complain(Code::fml_unknown_element,
             (type == 0 ? "nothing" : std::string(definitions_.type_name(type))) + " has no element " + quoted(name), span, advice);
  }

  TargetCode compile_target(const ast::RuleTarget& target, bool simple, const RuleCode& rule_code) {
    TargetCode code;
    code.span = target.span;
    code.list = target.list;
    fhir::TypeId type = 0;
    fhir::TypeId likely = 0;
    auto role = Role::target;
    const fhir::ElementDef* element = nullptr;
    if (!target.context.empty()) {
      if (const auto* context = known(target.context, target.span)) {
        if (context->role != Role::target)
          complain(Code::fml_type_mismatch, quoted(target.context) + " is no target: nothing can be written to it", target.span);
        code.context = context->slot;
        type = element_type(*context, target.element, target.element_span, code.place, likely);
        if (context->type != 0) element = code.place.def;
      }
    }
    if (target.list == ast::TargetListMode::share) code.share = share(target.list_rule);
    if (!target.transform.empty()) {
      type = compile_transform(target, code, type, role);
    } else if (simple) {
      code.transform = Transform::copy;
      OperandCode operand;
      operand.kind = OperandCode::Kind::slot;
      operand.slot = rule_code.sources.back().slot;
      code.operands.push_back(operand);
    } else {
      code.type = type;
      if (type == 0 && element != nullptr)
        complain(Code::fml_type_mismatch, quoted(target.element) + " can be of several types", target.element_span,
                 "say which: " + std::string(target.context) + "." + std::string(target.element) + " = create('Type')");
    }
    check_literals(code, element != nullptr);
    code.way = way_of(code);
    if (!target.variable.empty()) {
      code.slot = slots_++;
      names_.add({target.variable, code.slot, role, type, type != 0 ? type : likely});
    }
    return code;
  }

  static Way way_of(const TargetCode& code) {
    if (code.context == kNone) return Way::variable;
    switch (code.transform) {
      case Transform::none: case Transform::create: return Way::element;
      case Transform::cc: case Transform::c: case Transform::qty: case Transform::id: case Transform::cp: return Way::type;
      case Transform::copy:
        if (code.operands.empty()) return Way::values;
        if (code.operands[0].checked_for != 0) return Way::literal;
        return code.operands[0].kind == OperandCode::Kind::slot ? Way::item : Way::values;
      default: return Way::values;
    }
  }

  // A literal is held to the form of its element once, here.
  void check_literals(TargetCode& code, bool is_certain) {
    if (code.operands.empty()) return;
    if (code.transform == Transform::copy) {
      auto& operand = code.operands[0];
      if (!check_literal(operand, code.place) && is_certain)
        complain(Code::fml_value, quoted(text_of(operand.literal, program_->arena).value_or("")) + " is no " +
                     std::string(definitions_.type_name(code.place.primitive)), code.span);
      return;
    }
    for (std::size_t i = 0; i < code.operands.size(); ++i)
      if (const auto* place = program_->data_types.place_of_operand(code.transform, i, code.operands.size()))
        check_literal(code.operands[i], *place);
  }

  // False when it is a literal that the place cannot take.
  bool check_literal(OperandCode& operand, const Place& place) {
    if (place.primitive == 0 || operand.kind != OperandCode::Kind::literal) return true;
    const auto text = text_of(operand.literal, program_->arena).value_or("");
    if (!fhir::has_primitive_form(definitions_, place.primitive, text)) return false;
    operand.checked = text;
    operand.checked_for = place.primitive;
    operand.literal.plain = json::is_plain(text);
    return true;
  }

  std::uint32_t share(std::string_view name) {
    for (std::uint32_t i = 0; i < share_names_.size(); ++i)
      if (share_names_[i] == name) return i;
    share_names_.push_back(name);
    return static_cast<std::uint32_t>(share_names_.size() - 1);
  }

  // Fills the code and returns the type of the result, 0 where it is not certain.
  fhir::TypeId compile_transform(const ast::RuleTarget& target, TargetCode& code, fhir::TypeId element_type, Role& role) {
    const auto* info = find_transform(target.transform);
    if (info == nullptr) {
      complain(Code::fml_unknown_transform, "there is no transform " + std::string(target.transform) + "()", target.span,
               transform_advice(target.transform) + "the language has create, copy, append, translate, cc, c, qty, id, cp, cast, dateOp, evaluate and others");
      return 0;
    }
    code.transform = info->transform;
    if (target.arguments.size() < info->arguments_min || target.arguments.size() > info->arguments_max)
      complain(Code::fml_arguments, std::string(info->name) + "() has the wrong number of arguments", target.span);
    for (const auto& argument : target.arguments) code.operands.push_back(operand(argument));
    // What is made without an element has no place in the tree yet; a text stays a value.
    if (code.context == kNone && info->transform != Transform::create && info->result != "CodeableConcept" &&
        info->result != "Coding" && info->result != "Quantity")
      role = Role::value;
    switch (info->transform) {
      case Transform::create:
        code.type = target.arguments.empty() ? element_type : named_type(target, 0);
        return code.type;
      case Transform::cast:
        if (target.arguments.size() > 1) code.type = named_type(target, 1);
        return element_type;
      case Transform::uuid: code.uuid = program_->uuid_count++; return element_type;
      case Transform::translate:
        code.concept_map = concept_map(target);
        return element_type;
      case Transform::evaluate:
        if (target.arguments.size() == 2) evaluate_operands(target, code);
        return element_type;
      case Transform::cc: case Transform::c: case Transform::qty: case Transform::id: case Transform::cp:
        return definitions_.find_type(info->result);
      default: return element_type;
    }
  }

  static const ast::Literal* literal_of(const ast::RuleTarget& target, std::size_t i) {
    return i < target.arguments.size() ? std::get_if<ast::Literal>(&target.arguments[i].value) : nullptr;
  }

  fhir::TypeId named_type(const ast::RuleTarget& target, std::size_t i) {
    const auto* literal = literal_of(target, i);
    if (literal != nullptr) return type_named(*map_, literal->text, target.arguments[i].span);
    complain(Code::fml_arguments, "a type in quotes must stand here", target.span);
    return 0;
  }

  const terminology::ConceptMap* concept_map(const ast::RuleTarget& target) {
    const auto* literal = literal_of(target, 1);
    if (literal == nullptr) {
      complain(Code::fml_arguments, "the concept map's URL in quotes must stand here", target.span);
      return nullptr;
    }
    const auto url = literal->text;
    if (url.starts_with('#')) {
      if (const auto own = inline_maps_.find({map_, url.substr(1)}); own != inline_maps_.end()) return own->second;
    } else if (const auto* loaded = library_.concept_maps().find(url)) {
      return loaded;
    }
    complain(Code::fml_unknown_concept_map, "the concept map " + quoted(url) + " is not loaded", target.arguments[1].span);
    return nullptr;
  }

  // evaluate(variable, expression): the variable is the expression's input.
  void evaluate_operands(const ast::RuleTarget& target, TargetCode& code) {
    const auto* variable = std::get_if<ast::VariableUse>(&target.arguments[0].value);
    const auto* name = variable == nullptr ? nullptr : name_of(variable->name);
    const auto type = name == nullptr ? 0 : name->type;
    if (const auto* tree = std::get_if<const syntax::Expression*>(&target.arguments[1].value))
      code.operands[1].expression = expression(**tree, type);
  }

  OperandCode operand(const ast::Argument& argument) {
    OperandCode code;
    if (const auto* literal = std::get_if<ast::Literal>(&argument.value)) {
      code.literal = item_of(*literal);
    } else if (const auto* variable = std::get_if<ast::VariableUse>(&argument.value)) {
      code.kind = OperandCode::Kind::slot;
      if (const auto* name = known(variable->name, argument.span)) code.slot = name->slot;
    } else {
      code.kind = OperandCode::Kind::expression;
      code.expression = expression(*std::get<const syntax::Expression*>(argument.value), 0, false);
    }
    return code;
  }

  Item item_of(const ast::Literal& literal) {
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
      default: return Item::of_string(arena.copy(literal.text), json::is_plain(literal.text));
    }
  }

  void collect_names(const syntax::Expression& e, std::vector<std::string_view>& names) const {
    if (e.kind == syntax::ExpressionKind::variable && name_of(e.text) != nullptr &&
        std::find(names.begin(), names.end(), e.text) == names.end())
      names.push_back(e.text);
    for (const auto* operand : e.operands) collect_names(*operand, names);
  }

  // `has_context`: it runs on an item; else all that it can read are variables.
  ExpressionCode expression(const syntax::Expression& written, fhir::TypeId context, bool has_context = true) {
    const auto is_variable = [this](std::string_view name) { return name_of(name) != nullptr; };
    const auto& tree = bind_names(written, {is_variable, definitions_, has_context, context}, program_->arena);
    std::vector<std::string_view> names;
    collect_names(tree, names);
    ExpressionCode code;
    for (const auto name : names) code.slots.push_back(name_of(name)->slot);
    code.program = engine_.compile(tree, {context, names}, sink_);
    return code;
  }

  CallCode compile_call(const ast::Dependent& dependent) {
    CallCode code;
    code.span = dependent.span;
    code.group = group_named(dependent.group, dependent.span);
    for (const auto& argument : dependent.arguments) code.operands.push_back(operand(argument));
    if (code.group == kNone) return code;
    const auto& group = program_->groups[code.group];
    if (group.parameters.size() != code.operands.size()) {
      complain(Code::fml_arguments, "the group " + quoted(dependent.group) + " takes " + std::to_string(group.parameters.size()) +
                   " arguments, not " + std::to_string(code.operands.size()), dependent.span);
      return code;
    }
    for (std::size_t i = 0; i < dependent.arguments.size(); ++i)
      check_argument(program_->groups[code.group].parameters[i], dependent.arguments[i]);
    return code;
  }

  void check_argument(ParameterCode& parameter, const ast::Argument& argument) {
    const auto* variable = std::get_if<ast::VariableUse>(&argument.value);
    const auto* name = variable == nullptr ? nullptr : name_of(variable->name);
    if (name == nullptr) return;
    if (parameter.mode == ast::InputMode::target && name->role != Role::target)
      complain(Code::fml_type_mismatch, quoted(name->name) + " is no target", argument.span);
    if (parameter.likely == 0) parameter.likely = name->likely;
    if (parameter.type == 0 || name->type == 0 || open_type(name->type)) return;
    if (!definitions_.is_a(name->type, parameter.type) && !definitions_.is_a(parameter.type, name->type))
      complain(Code::fml_type_mismatch, quoted(name->name) + " is of type " + std::string(definitions_.type_name(name->type)) +
                   ", the group takes " + std::string(definitions_.type_name(parameter.type)), argument.span);
  }

  const ast::Map& main_;
  const Library& library_;
  const fhirpath::Engine& engine_;
  const fhir::Definitions& definitions_;
  diag::Sink& sink_;
  std::shared_ptr<Program> program_;
  std::vector<const ast::Map*> maps_;
  std::vector<GroupRef> refs_;  // in the order of program_->groups
  std::map<std::pair<const ast::Map*, std::string_view>, std::uint32_t> group_of_;
  std::map<std::pair<const ast::Map*, std::string_view>, const terminology::ConceptMap*> inline_maps_;
  std::vector<std::string_view> share_names_;

  // Of the group that is being compiled.
  const ast::Map* map_ = nullptr;
  std::uint32_t hidden_names_ = 0;
  ScopedNames<Name> names_;
  std::uint32_t slots_ = 0;
};

}  // namespace

namespace {

// Each * of the pattern stands for any text.
bool matches(std::string_view text, std::string_view pattern) {
  const auto first = pattern.find('*');
  if (first == std::string_view::npos) return text == pattern;
  if (!text.starts_with(pattern.substr(0, first))) return false;
  text.remove_prefix(first);
  pattern.remove_prefix(first + 1);
  for (auto star = pattern.find('*'); star != std::string_view::npos; star = pattern.find('*')) {
    const auto found = text.find(pattern.substr(0, star));
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + star);
    pattern.remove_prefix(star + 1);
  }
  return text.ends_with(pattern);
}

}  // namespace

const ast::Map* Library::find(std::string_view url) const {
  for (const auto* map : maps_)
    if (map->url == url || map->name == url) return map;
  return nullptr;
}

const ast::Map* Library::with_group(std::string_view name) const {
  for (const auto* map : maps_)
    for (const auto& group : map->groups)
      if (group.name == name) return map;
  return nullptr;
}

std::vector<const ast::Map*> Library::matching(std::string_view pattern) const {
  std::vector<const ast::Map*> out;
  for (const auto* map : maps_)
    if (matches(map->url, pattern)) out.push_back(map);
  return out;
}

std::shared_ptr<const Program> compile(const ast::Map& map, const Library& library, const fhirpath::Engine& engine,
                                       diag::Sink& sink) {
  return MapCompiler(map, library, engine, sink).compile();
}

}  // namespace paraneo::fml
