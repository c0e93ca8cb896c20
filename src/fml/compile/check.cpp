// The map as a whole; check_rules.cpp has the rules. Entry point: check().
#include "fml/compile/check.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "fml/compile/check_rules.h"
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

// Of a map that is not loaded, nobody knows.
bool has_default_groups(const Map& map, const Library& library) {
  const auto has_one = [](const Map& each) {
    return std::any_of(each.groups.begin(), each.groups.end(),
                       [](const Group& g) { return g.type_mode != TypeMode::none; });
  };
  return has_one(map) ||
         std::any_of(map.imports.begin(), map.imports.end(), [&](const auto& import) {
           const auto found = library.matching(import.url);
           return found.empty() || std::any_of(found.begin(), found.end(),
                                               [&](const Map* each) { return has_one(*each); });
         });
}

// What all maps do together: their groups, the groups that they call, the elements that they write.
class AllMaps {
 public:
  void add(const Map& map, const Written& written) {
    called_.merge(calls_of(map));
    for (const auto& g : map.groups) groups_.try_emplace(g.name, &g);
    for (const auto& [type, element] : written.elements) written_[element].insert(type);
  }

  bool calls(std::string_view group) const { return called_.contains(group); }
  const Group* group_named(std::string_view name) const {
    const auto found = groups_.find(name);
    return found == groups_.end() ? nullptr : found->second;
  }
  bool writes(const definition::Definitions& definitions, definition::TypeId type,
              std::string_view element) const {
    const auto found = written_.find(element);
    return found != written_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](auto of) {
             return of == 0 || definitions.is_a(type, of) || definitions.is_a(of, type);
           });
  }

 private:
  std::set<std::string_view> called_;
  std::unordered_map<std::string_view, const Group*> groups_;
  std::unordered_map<std::string_view, std::set<definition::TypeId>> written_;  // the types of each
                                                                                // element's name;
                                                                                // 0: not known
};

class MapChecker {
 public:
  MapChecker(const Map& map, const Library& library, const definition::Definitions& definitions,
             diag::Sink& sink)
      : map_(map), library_(library), definitions_(definitions), sink_(sink),
        rules_(map, definitions, has_default_groups(map, library), sink, written_) {
    for (const auto& g : map_.groups) rules_.group(g);
  }
  MapChecker(const MapChecker&) = delete;
  MapChecker& operator=(const MapChecker&) = delete;

  const Written& written() const { return written_; }

  void check(const AllMaps& all) {
    all_ = &all;
    signatures();
    unused_groups();
    unused_imports();
    for (const auto& c : map_.constants) expression(c.value);
    for (const auto& c : map_.constants)
      if (!rules_.used_constants().contains(c.name) && !constants_.contains(c.name))
        warn(Code::fml_unused, "the constant " + quoted(c.name) + " is never used", c.span,
             "leave it out");
    concept_maps(rules_.used_concept_maps());
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
    if (e->kind == Kind::variable || (e->kind == Kind::member && !e->has_focus))
      constants_.insert(e->text);
    for (const auto* operand : e->operands) expression(operand);
  }

  const Group* group_named(std::string_view name) const {
    for (const auto& g : map_.groups)
      if (g.name == name) return &g;
    return all_->group_named(name);
  }

  void signatures() {
    std::map<std::pair<std::string_view, std::string_view>, std::string_view> defaults;
    for (std::size_t i = 0; i < map_.groups.size(); ++i) {
      const auto& g = map_.groups[i];
      if (g.parameters.size() < (i == 0 ? 1U : 2U))
        inform(Code::fml_signature,
               "the group " + quoted(g.name) + " has not both a source and a target", g.span, "");
      if (g.type_mode != TypeMode::none) default_group(g, defaults);
      if (!g.extends.empty()) extended(g);
    }
  }

  void default_group(
      const Group& g,
      std::map<std::pair<std::string_view, std::string_view>, std::string_view>& defaults) {
    const auto& p = g.parameters;
    if (p.size() != 2 || p[0].mode != InputMode::source || p[1].mode != InputMode::target ||
        p[0].type.empty() || p[1].type.empty()) {
      warn(Code::fml_signature, "a default group has a source and a target, both with a type",
           g.span, "as in (source a : A, target b : B) <<types>>");
      return;
    }
    const auto [first, is_new] = defaults.try_emplace({p[0].type, p[1].type}, g.name);
    if (!is_new)
      warn(Code::fml_signature,
           "the group " + quoted(first->second) + " is the default for these types already", g.span,
           "leave out <<types>> of one of them");
  }

  // The same parameters by mode and type; further ones may follow.
  void extended(const Group& g) {
    const auto* base = group_named(g.extends);
    if (base == nullptr) return;
    for (const auto& wanted : base->parameters) {
      const auto there = std::any_of(g.parameters.begin(), g.parameters.end(), [&](const auto& p) {
        return p.name == wanted.name && p.mode == wanted.mode;
      });
      if (!there)
        inform(Code::fml_signature,
               "the group " + quoted(g.extends) + " has the parameter " + quoted(wanted.name) +
                   ", which is not here",
               g.span, "an extending group has the same parameters by mode and name");
    }
  }

  void unused_groups() {
    for (std::size_t i = 1; i < map_.groups.size(); ++i) {
      const auto& g = map_.groups[i];
      if (g.type_mode == TypeMode::none && !all_->calls(g.name))
        warn(Code::fml_unused, "no rule calls the group " + quoted(g.name), g.span,
             "call it, or leave it out");
    }
  }

  void unused_imports() {
    const auto called = calls_of(map_);
    for (const auto& import : map_.imports) {
      const auto found = library_.matching(import.url);
      const auto used = std::any_of(found.begin(), found.end(), [&](const Map* map) {
        return std::any_of(map->groups.begin(), map->groups.end(), [&](const Group& g) {
          return g.type_mode != TypeMode::none || called.contains(g.name);
        });
      });
      if (!found.empty() && !used)
        warn(Code::fml_unused, "no group of " + quoted(import.url) + " is used", import.span,
             "leave the import out");
    }
  }

  void concept_maps(const std::set<std::string_view>& used) {
    for (const auto& m : map_.concept_maps) {
      if (!used.contains(m.id))
        warn(Code::fml_unused, "no rule translates with " + quoted("#" + std::string(m.id)), m.span,
             "leave the concept map out");
      for (const auto& row : m.rows)
        if (!translates(row.equivalence) && row.equivalence != "unmatched")
          inform(Code::fml_unreachable,
                 "the code " + quoted(row.source_code) +
                     " is not translated: the other one does not mean the same",
                 row.span, "if it does, write ==");
    }
  }

  // Required elements of what this map makes that no rule of any map writes.
  void never_written() {
    for (const auto& [type, span] : written_.made) required(type, span, Severity::warning);
    // What came from outside may be filled there.
    for (const auto& [type, span] : written_.given)
      if (!written_.made.contains(type)) required(type, span, Severity::information);
  }

  void required(definition::TypeId type, Span span, Severity severity) {
    const auto touched = std::any_of(written_.elements.begin(), written_.elements.end(),
                                     [&](const auto& e) { return e.first == type; });
    if (!touched || definitions_.is_primitive(type)) return;
    for (const auto& element : definitions_.elements(type)) {
      if (element.min == 0 || all_->writes(definitions_, type, definitions_.name(element.name)))
        continue;
      const auto name = std::string(definitions_.type_name(type)) + "." +
                        std::string(definitions_.name(element.name));
      sink_.report({Code::fml_never_written,
                    severity,
                    "no rule writes " + name + ", which is required",
                    span,
                    {},
                    "write it, or make the element only when there is a value"});
    }
  }

  const Map& map_;
  const Library& library_;
  const definition::Definitions& definitions_;
  diag::Sink& sink_;
  Written written_;
  RuleChecker rules_;
  const AllMaps* all_ = nullptr;
  std::set<std::string_view> constants_;
};

}  // namespace

void check(std::span<const Map* const> maps, const Library& library,
           const definition::Definitions& definitions, diag::Sink& sink) {
  std::deque<MapChecker> checkers;
  AllMaps all;
  for (const auto* map : maps)
    all.add(*map, checkers.emplace_back(*map, library, definitions, sink).written());
  const std::unordered_set<const Map*> known(maps.begin(), maps.end());
  diag::Sink ignored(0);
  for (const auto* other : library.maps())
    if (!known.contains(other))
      all.add(*other, MapChecker(*other, library, definitions, ignored).written());
  for (auto& checker : checkers) checker.check(all);
}

}  // namespace paraneo::fml
