#include "fml/compile/check_rules.h"

#include <algorithm>

#include "diag/counted.h"
#include "fml/compile/copy_types.h"
#include "fml/text/print.h"

namespace paraneo::fml {

using diag::Code;
using diag::Severity;
using namespace ast;

namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string line_of(Span span) {
  return span.source == nullptr
             ? ""
             : " in line " + std::to_string(locate(*span.source, span.begin).line);
}

bool is_never(const syntax::Expression* e) {
  return e != nullptr && ((e->kind == syntax::ExpressionKind::boolean && e->text == "false") ||
                          e->kind == syntax::ExpressionKind::empty);
}

}  // namespace

void RuleChecker::report(Code code, Severity severity, std::string message, Span span,
                         std::string advice) {
  sink_.report({code, severity, std::move(message), span, {}, std::move(advice)});
}

void RuleChecker::warn(Code code, std::string message, Span span, std::string advice) {
  report(code, Severity::warning, std::move(message), span, std::move(advice));
}

definition::TypeId RuleChecker::type_named(std::string_view name) const {
  for (const auto& s : map_.structures)
    if (s.alias == name || s.url == name) return definitions_.find_type(s.url);
  return definitions_.find_type(name);
}

void RuleChecker::group(const Group& g) {
  names_.leave(0);
  levels_.clear();
  writes_.clear();
  for (const auto& p : g.parameters) {
    const auto type = p.type.empty() ? 0 : type_named(p.type);
    names_.add({p.name, p.span, type,
                type == 0 ? std::vector<definition::TypeId>() : std::vector{type}, 0,
                p.mode == InputMode::target, true, false});
    if (p.mode == InputMode::target && type != 0) written_.given.try_emplace(type, p.span);
  }
  rules(g.rules);
  leave(0);
}

void RuleChecker::rules(const std::vector<Rule>& all) {
  std::map<std::string, Span> seen;
  for (const auto& r : all) {
    if (r.rules.empty()) {
      auto text = print(map_, r);
      if (r.named) text.resize(text.rfind('"', text.size() - 3));
      const auto [first, is_new] = seen.try_emplace(text, r.span);
      if (!is_new)
        warn(Code::fml_unreachable, "the same rule stands" + line_of(first->second), r.span,
             "leave one of them out");
    }
    rule(r);
  }
}

void RuleChecker::rule(const Rule& r) {
  const auto scope = names_.size();
  levels_.emplace_back();
  Level level;
  for (const auto& s : r.sources) source(s, level);
  levels_.back() = std::move(level);
  for (const auto& t : r.targets) target(t, r);
  rules(r.rules);
  for (const auto& d : r.dependents)
    for (const auto& a : d.arguments) argument(a);
  levels_.pop_back();
  leave(scope);
}

// Variables that end here.
void RuleChecker::leave(std::size_t scope) {
  for (auto i = scope; i < names_.size(); ++i) {
    const auto& v = names_[i];
    if (v.used || v.name.empty()) continue;
    // A target's variable is there for nothing else; a source has to have one, by the
    // specification.
    const auto severity =
        v.is_target && !v.is_parameter ? Severity::warning : Severity::information;
    report(Code::fml_unused, severity, "the variable " + quoted(v.name) + " is never used", v.span,
           v.is_parameter ? "leave the parameter out, here and in the calls"
                          : "leave out: as " + std::string(v.name));
  }
  names_.leave(scope);
}

RuleChecker::Variable* RuleChecker::use(std::string_view name) {
  auto* found = names_.find(name);
  if (found != nullptr) found->used = true;
  else used_constants_.insert(name);
  return found;
}

// The last element of the path; its type where there is only one.
const definition::ElementDef* RuleChecker::element(definition::TypeId type, std::string_view path,
                                                   definition::TypeId& result) {
  const definition::ElementDef* def = nullptr;
  result = type;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto symbol = definitions_.find_symbol(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
    def = result == 0 || symbol == 0 ? nullptr : definitions_.element(result, symbol);
    result = 0;
    if (def == nullptr) return nullptr;
    const auto types = definitions_.types(*def);
    if (types.size() == 1) result = types[0].type;
  }
  return def;
}

void RuleChecker::source(const RuleSource& s, Level& level) {
  const auto* context = use(s.context);
  definition::TypeId type = context == nullptr ? 0 : context->type;
  const auto* def =
      context == nullptr || s.element.empty() ? nullptr : element(type, s.element, type);
  if (def != nullptr && def->max == 0)
    warn(Code::fml_unreachable, quoted(s.element) + " is never there: the definition forbids it",
         s.element_span, "leave the rule out");
  if (def != nullptr && s.min.value_or(0) > def->max)
    warn(Code::fml_unreachable,
         quoted(s.element) + " is there " + diag::counted(def->max, "time") + " at most", s.span,
         "correct the cardinality");
  if (s.max && *s.max < s.min.value_or(0))
    warn(Code::fml_unreachable, "no number is between these two", s.span,
         "correct the cardinality");
  if (is_never(s.where))
    warn(Code::fml_unreachable, "the condition is never true", s.where->span, "leave the rule out");
  if (!s.type.empty()) {
    const auto wanted = type_named(s.type);
    if (def != nullptr && wanted != 0) {
      const auto types = definitions_.types(*def);
      const auto fits = std::any_of(types.begin(), types.end(), [&](const auto& ref) {
        if (ref.type == 0) return true;
        if (definitions_.is_primitive(wanted)) return definitions_.is_named_alike(ref.type, wanted);
        return definitions_.is_a_named(wanted, ref.type) ||
               definitions_.is_a_named(ref.type, wanted);
      });
      std::string names;
      for (const auto& ref : types)
        names += (names.empty() ? "" : ", ") + std::string(definitions_.type_name(ref.type));
      if (!fits)
        warn(Code::fml_unreachable, quoted(s.element) + " is never a " + std::string(s.type),
             s.span, "it is: " + names);
    }
    type = wanted;
  }
  const auto all = s.list == SourceListMode::all || s.list == SourceListMode::not_first ||
                   s.list == SourceListMode::not_last;
  const auto may_repeat = def != nullptr && def->max > 1 && all && (!s.max || *s.max > 1);
  if (s.where != nullptr || !s.type.empty()) level.conditional = true;
  else if (may_repeat && level.many == nullptr) level.many = &s;
  level.key += std::string(s.context) + "." + std::string(s.element) + ",";
  source_types_ = types_of(s, context, def, s.type.empty() ? 0 : type);
  names_.add({s.variable, s.span, type, source_types_, levels_.size(), false, false, false});
  for (const auto* e : {s.default_value, s.where, s.check, s.log}) expression(e);
}

std::vector<definition::TypeId> RuleChecker::types_of(const RuleSource& s, const Variable* context,
                                                      const definition::ElementDef* def,
                                                      definition::TypeId wanted) const {
  if (!s.type.empty()) return wanted == 0 ? std::vector<definition::TypeId>() : std::vector{wanted};
  if (s.element.empty() && context != nullptr) return context->types;
  std::vector<definition::TypeId> out;
  if (def == nullptr || s.default_value != nullptr) return out;
  for (const auto& ref : definitions_.types(*def)) out.push_back(ref.type);
  return out;
}

// A copy that fails whenever its rule runs.
void RuleChecker::copies(const RuleTarget& t, const Rule& r, const definition::ElementDef& def) {
  const auto* types = &source_types_;
  if (!r.simple) {
    const auto* use = t.transform == "copy" && t.arguments.size() == 1
                          ? std::get_if<VariableUse>(&t.arguments[0].value)
                          : nullptr;
    const auto* variable = use == nullptr ? nullptr : names_.find(use->name);
    if (variable == nullptr) return;
    types = &variable->types;
  } else if (has_default_groups_) {
    return;
  }
  if (may_be_copied(definitions_, *types, def)) return;
  const auto named = [&](const auto& all, const auto& id) {
    std::string out;
    for (const auto& each : all)
      out += (out.empty() ? "" : ", ") + std::string(definitions_.type_name(id(each)));
    return out;
  };
  report(Code::fml_type_mismatch, Severity::error,
         quoted(t.element) + " is no " + named(*types, [](auto type) { return type; }) +
             ": the copy fails whenever the rule runs",
         t.span, "it is: " + named(definitions_.types(def), [](const auto& ref) {
                   return ref.type;
                 }) + "; make it with create() and fill it, or cast the value");
}

void RuleChecker::target(const RuleTarget& t, const Rule& r) {
  definition::TypeId type = 0;
  if (!t.context.empty()) {
    if (auto* context = use(t.context)) {
      const auto* def = element(context->type, t.element, type);
      written_.elements.insert({context->type, t.element.substr(0, t.element.find('.'))});
      const auto makes = t.transform.empty() || t.transform == "create";
      if (def != nullptr && (!makes || r.simple)) written_once(t, *context, *def);
      if (def != nullptr) copies(t, r, *def);
    }
  }
  transform(t, type);
  if (t.transform.empty() && !t.element.empty() && !r.simple && type != 0)
    written_.made.try_emplace(type, t.span);
  for (const auto& a : t.arguments) argument(a);
  if (!t.variable.empty())
    names_.add({t.variable, t.span, type,
                type == 0 ? std::vector<definition::TypeId>() : std::vector{type}, levels_.size(),
                true, false, false});
}

void RuleChecker::transform(const RuleTarget& t, definition::TypeId& type) {
  const auto literal = [&](std::size_t i) -> std::string_view {
    const auto* text =
        i < t.arguments.size() ? std::get_if<Literal>(&t.arguments[i].value) : nullptr;
    return text == nullptr ? std::string_view() : text->text;
  };
  if (t.transform == "create") {
    if (const auto name = literal(0); !name.empty()) type = type_named(name);
    if (type != 0) written_.made.try_emplace(type, t.span);
  } else if (t.transform == "translate") {
    if (const auto id = literal(1); id.starts_with('#')) used_concept_maps_.insert(id.substr(1));
  }
}

// An element that takes one value: does the rule, or do two rules, give it several?
void RuleChecker::written_once(const RuleTarget& t, const Variable& context,
                               const definition::ElementDef& def) {
  if (def.max > 1 || t.element.find('.') != std::string_view::npos) return;
  std::string key;
  bool conditional = false;
  const RuleSource* many = nullptr;
  for (auto i = context.level; i < levels_.size(); ++i) {
    key += levels_[i].key + ";";
    conditional = conditional || levels_[i].conditional;
    if (many == nullptr) many = levels_[i].many;
  }
  if (many != nullptr && !conditional) {
    warn(Code::fml_many_to_one,
         quoted(t.element) + " takes one value, the rule runs for each " + quoted(many->element),
         t.span, "take one with first, last or where, or join them with an expression");
    return;
  }
  if (conditional || t.list != TargetListMode::none) return;
  const auto path =
      std::to_string(context.level) + std::string(context.name) + "." + std::string(t.element);
  const auto [first, is_new] = writes_.try_emplace({path, key}, t.span);
  if (!is_new && context.is_parameter)
    warn(Code::fml_written_twice,
         quoted(t.element) + " is written" + line_of(first->second) +
             " already, from the same source",
         t.span, "leave one of them out");
}

void RuleChecker::argument(const Argument& a) {
  if (const auto* variable = std::get_if<VariableUse>(&a.value)) use(variable->name);
  if (const auto* e = std::get_if<const syntax::Expression*>(&a.value)) expression(*e);
}

void RuleChecker::expression(const syntax::Expression* e) {
  if (e == nullptr) return;
  using Kind = syntax::ExpressionKind;
  if (e->kind == Kind::variable || (e->kind == Kind::member && !e->has_focus)) use(e->text);
  for (const auto* operand : e->operands) expression(operand);
}

}  // namespace paraneo::fml
