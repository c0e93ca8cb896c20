// The map as a whole; check_rules.cpp has the rules. Entry point: check().
#include "fml/check.h"

#include <algorithm>

#include "fml/check_rules.h"
#include "fml/equivalence.h"

namespace paraneo::fml {
namespace {

using diag::Code;
using diag::Severity;
using namespace ast;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

void collect_calls(const std::vector<Rule>& rules, std::set<std::string_view>& to) {
  for (const auto& r : rules) {
    for (const auto& d : r.dependents) to.insert(d.group);
    collect_calls(r.rules, to);
  }
}

std::set<std::string_view> calls_of(const Map& map) {
  std::set<std::string_view> out;
  for (const auto& g : map.groups) {
    collect_calls(g.rules, out);
    if (!g.extends.empty()) out.insert(g.extends);
  }
  return out;
}

class MapChecker {
 public:
  MapChecker(const Map& map, const Library& library, const definition::Definitions& definitions, diag::Sink& sink)
      : map_(map), library_(library), definitions_(definitions), sink_(sink) {}

  void check() {
    RuleChecker rules(map_, definitions_, sink_, written_);
    for (const auto& g : map_.groups) rules.group(g);
    signatures();
    unused_groups();
    unused_imports();
    for (const auto& c : map_.constants) expression(c.value);
    for (const auto& c : map_.constants)
      if (!rules.used_constants().contains(c.name) && !constants_.contains(c.name))
        warn(Code::fml_unused, "the constant " + quoted(c.name) + " is never used", c.span, "leave it out");
    concept_maps(rules.used_concept_maps());
    never_written();
  }

 private:
  void warn(Code code, std::string message, Span span, std::string advice) {
    sink_.report({code, Severity::warning, std::move(message), span, {}, std::move(advice)});
  }
  void inform(Code code, std::string message, Span span, std::string advice) {
    sink_.report({code, Severity::information, std::move(message), span, {}, std::move(advice)});
  }

  // Constants that constants name.
  void expression(const syntax::Expression* e) {
    using Kind = syntax::ExpressionKind;
    if (e->kind == Kind::variable || (e->kind == Kind::member && !e->has_focus)) constants_.insert(e->text);
    for (const auto* operand : e->operands) expression(operand);
  }

  const Group* group_named(std::string_view name) const {
    const auto in = [&](const Map& map) -> const Group* {
      for (const auto& g : map.groups)
        if (g.name == name) return &g;
      return nullptr;
    };
    if (const auto* own = in(map_)) return own;
    const auto* map = library_.with_group(name);
    return map == nullptr ? nullptr : in(*map);
  }

  void signatures() {
    std::map<std::pair<std::string_view, std::string_view>, std::string_view> defaults;
    for (std::size_t i = 0; i < map_.groups.size(); ++i) {
      const auto& g = map_.groups[i];
      if (g.parameters.size() < (i == 0 ? 1U : 2U))
        inform(Code::fml_signature, "the group " + quoted(g.name) + " has not both a source and a target", g.span, "");
      if (g.type_mode != TypeMode::none) default_group(g, defaults);
      if (!g.extends.empty()) extended(g);
    }
  }

  void default_group(const Group& g, std::map<std::pair<std::string_view, std::string_view>, std::string_view>& defaults) {
    const auto& p = g.parameters;
    if (p.size() != 2 || p[0].mode != InputMode::source || p[1].mode != InputMode::target || p[0].type.empty() || p[1].type.empty()) {
      warn(Code::fml_signature, "a default group has a source and a target, both with a type", g.span, "as in (source a : A, target b : B) <<types>>");
      return;
    }
    const auto [first, is_new] = defaults.try_emplace({p[0].type, p[1].type}, g.name);
    if (!is_new) warn(Code::fml_signature, "the group " + quoted(first->second) + " is the default for these types already", g.span, "leave out <<types>> of one of them");
  }

  // The same parameters by mode and type; further ones may follow.
  void extended(const Group& g) {
    const auto* base = group_named(g.extends);
    if (base == nullptr) return;
    for (const auto& wanted : base->parameters) {
      const auto there = std::any_of(g.parameters.begin(), g.parameters.end(), [&](const auto& p) { return p.name == wanted.name && p.mode == wanted.mode; });
      if (!there)
        inform(Code::fml_signature, "the group " + quoted(g.extends) + " has the parameter " + quoted(wanted.name) + ", which is not here", g.span,
               "an extending group has the same parameters by mode and name");
    }
  }

  void unused_groups() {
    std::set<std::string_view> called = calls_of(map_);
    for (const auto* other : library_.maps())
      if (other != &map_) called.merge(calls_of(*other));
    for (std::size_t i = 1; i < map_.groups.size(); ++i) {
      const auto& g = map_.groups[i];
      if (g.type_mode == TypeMode::none && !called.contains(g.name))
        warn(Code::fml_unused, "no rule calls the group " + quoted(g.name), g.span, "call it, or leave it out");
    }
  }

  void unused_imports() {
    const auto called = calls_of(map_);
    for (const auto& import : map_.imports) {
      const auto found = library_.matching(import.url);
      const auto used = std::any_of(found.begin(), found.end(), [&](const Map* map) {
        return std::any_of(map->groups.begin(), map->groups.end(), [&](const Group& g) { return g.type_mode != TypeMode::none || called.contains(g.name); });
      });
      if (!found.empty() && !used) warn(Code::fml_unused, "no group of " + quoted(import.url) + " is used", import.span, "leave the import out");
    }
  }

  void concept_maps(const std::set<std::string_view>& used) {
    for (const auto& m : map_.concept_maps) {
      if (!used.contains(m.id)) warn(Code::fml_unused, "no rule translates with " + quoted("#" + std::string(m.id)), m.span, "leave the concept map out");
      for (const auto& row : m.rows)
        if (!translates(row.equivalence) && row.equivalence != "unmatched")
          inform(Code::fml_unreachable, "the code " + quoted(row.source_code) + " is not translated: the other one does not mean the same", row.span,
                 "if it does, write ==");
    }
  }

  // Required elements of what this map makes that no rule of any map writes.
  void never_written() {
    auto all = written_;
    diag::Sink ignored;
    for (const auto* other : library_.maps()) {
      if (other == &map_) continue;
      RuleChecker rules(*other, definitions_, ignored, all);
      for (const auto& g : other->groups) rules.group(g);
    }
    for (const auto& [type, span] : written_.made) required(all, type, span, Severity::warning);
    // What came from outside may be filled there.
    for (const auto& [type, span] : written_.given)
      if (!written_.made.contains(type)) required(all, type, span, Severity::information);
  }

  void required(const Written& all, definition::TypeId type, Span span, Severity severity) {
    const auto touched = std::any_of(written_.elements.begin(), written_.elements.end(), [&](const auto& e) { return e.first == type; });
    if (!touched || definitions_.is_primitive(type)) return;
    for (const auto& element : definitions_.elements(type)) {
      if (element.min == 0 || is_written(all, type, definitions_.name(element.name))) continue;
      const auto name = std::string(definitions_.type_name(type)) + "." + std::string(definitions_.name(element.name));
      sink_.report({Code::fml_never_written, severity, "no rule writes " + name + ", which is required", span, {},
                    "write it, or make the element only when there is a value"});
    }
  }

  bool is_written(const Written& all, definition::TypeId type, std::string_view element) const {
    return std::any_of(all.elements.begin(), all.elements.end(), [&](const auto& e) {
      return e.second == element && (e.first == 0 || definitions_.is_a(type, e.first) || definitions_.is_a(e.first, type));
    });
  }

  const Map& map_;
  const Library& library_;
  const definition::Definitions& definitions_;
  diag::Sink& sink_;
  Written written_;
  std::set<std::string_view> constants_;
};

}  // namespace

void check(const Map& map, const Library& library, const definition::Definitions& definitions, diag::Sink& sink) {
  MapChecker(map, library, definitions, sink).check();
}

}  // namespace paraneo::fml
