#include "fml/observe/coverage.h"

#include <algorithm>

namespace paraneo::fml {
namespace {

using Kind = syntax::ExpressionKind;

void member_names(const syntax::Expression* e, std::vector<std::string>& to) {
  if (e == nullptr) return;
  if (e->kind == Kind::member) to.emplace_back(e->text);
  for (const auto* operand : e->operands) member_names(operand, to);
}

void argument_names(const std::vector<ast::Argument>& arguments, std::vector<std::string>& to) {
  for (const auto& a : arguments)
    if (const auto* e = std::get_if<const syntax::Expression*>(&a.value)) member_names(*e, to);
}

using RulePlace = std::pair<const Source*, std::uint32_t>;

void rule_names(const std::vector<ast::Rule>& rules,
                std::map<RulePlace, std::vector<std::string>>& to) {
  for (const auto& r : rules) {
    auto& names = to[{r.span.source, r.span.begin}];
    for (const auto& s : r.sources)
      for (const auto* e : {s.default_value, s.where, s.check, s.log}) member_names(e, names);
    for (const auto& t : r.targets) argument_names(t.arguments, names);
    for (const auto& d : r.dependents) argument_names(d.arguments, names);
    rule_names(r.rules, to);
  }
}

void by_id(const std::vector<RuleCode>& rules, std::map<RulePlace, std::vector<std::string>>& names,
           std::map<std::uint32_t, std::vector<std::string>>& to) {
  for (const auto& r : rules) {
    if (auto& found = names[{r.span.source, r.span.begin}]; !found.empty()) to[r.id] = found;
    by_id(r.rules, names, to);
  }
}

}  // namespace

std::map<std::uint32_t, std::vector<std::string>> expression_names(const Program& program,
                                                                   const Library& library) {
  std::map<RulePlace, std::vector<std::string>> names;
  for (const auto* map : library.maps())
    for (const auto& g : map->groups) rule_names(g.rules, names);
  std::map<std::uint32_t, std::vector<std::string>> out;
  for (const auto& g : program.groups) by_id(g.rules, names, out);
  return out;
}

Coverage::Coverage(const Program& program, const definition::Definitions& definitions,
                   std::map<std::uint32_t, std::vector<std::string>> names)
    : definitions_(definitions), names_(std::move(names)), rules_(program.rule_count) {
  for (const auto& g : program.groups) add_rules(g.rules, g.name);
}

void Coverage::add_rules(const std::vector<RuleCode>& rules, std::string_view group) {
  for (const auto& r : rules) {
    rules_[r.id] = {&r, group, 0};
    add_rules(r.rules, group);
  }
}

void Coverage::began(const element::Element& source) { source_ = &source; }

void Coverage::fired(const RuleCode& rule, std::span<const fhirpath::Collection> frame) {
  ++rules_[rule.id].fired;
  for (const auto& s : rule.sources)
    for (const auto& item : frame[s.slot])
      if (item.is_element()) taken_.insert(item.element);
}

// A copy of something with children takes them all; what a rule makes is empty yet.
void Coverage::written(const element::Element& target, const fhirpath::Item& source,
                       const RuleCode&) {
  if (source.is_element() && source.element->type == target.type &&
      source.element->first != nullptr && target.first != nullptr)
    copied_.insert(source.element);
}

void Coverage::finish() {
  if (source_ == nullptr) return;
  ++inputs_;
  count(*source_, std::string(definitions_.type_name(source_->type)), false);
  source_ = nullptr;
  taken_.clear();
  copied_.clear();
}

// The depth is that of the input, which is limited.
void Coverage::count(const element::Element& element, const std::string& path, bool taken) {
  for (const auto* child = element.first; child != nullptr; child = child->next) {
    const auto name = path + "." + std::string(definitions_.name(child->name));
    const auto copied = taken || copied_.contains(child);
    auto& field = fields_[name];
    ++field.present;
    if (copied || taken_.contains(child)) ++field.taken;
    count(*child, name, copied);
  }
}

void Coverage::merge(const Coverage& other) {
  for (std::size_t i = 0; i < rules_.size(); ++i) rules_[i].fired += other.rules_[i].fired;
  for (const auto& [name, field] : other.fields_) {
    fields_[name].present += field.present;
    fields_[name].taken += field.taken;
  }
  inputs_ += other.inputs_;
}

void Coverage::name_fields() {
  std::unordered_set<std::string> named;
  for (const auto& rule : rules_)
    if (const auto found =
            rule.code == nullptr || rule.fired == 0 ? names_.end() : names_.find(rule.code->id);
        found != names_.end())
      named.insert(found->second.begin(), found->second.end());
  for (auto& [name, field] : fields_)
    field.named = named.contains(name.substr(name.rfind('.') + 1));
}

}  // namespace paraneo::fml
