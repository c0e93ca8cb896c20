// Entry point: compile(). One pass collects the maps that belong together and their groups, a
// second compiles the rules of each group with its scope of variables.
#include "fml/map_compiler.h"

#include <algorithm>
#include <set>

#include "diag/suggest.h"
#include "fml/equivalence.h"
#include "fml/mentioned_names.h"

namespace paraneo::fml {

using diag::closest;
using diag::Code;
using diag::did_you_mean;

std::shared_ptr<const Program> MapCompiler::compile() {
  const auto errors = sink_.errors();
  collect();
  for (const auto* map : maps_) make_concept_maps(*map);
  for (std::uint32_t i = 0; i < refs_.size(); ++i) declare(i);
  for (std::uint32_t i = 0; i < refs_.size(); ++i) define(i);
  check_bases();
  for (const auto* map : mains_)
    if (map->groups.empty() && (map->imports.empty() || program_->groups.empty()))
      complain(Code::fml_unknown_group, "the map has no group", map->span);
  if (!program_->groups.empty()) program_->entry = 0;
  if (sink_.errors() != errors) return nullptr;
  return program_;
}

// Maps may import one another, as HL7's own do with wildcards.
void MapCompiler::collect() {
  std::unordered_set<const ast::Map*> known(mains_.begin(), mains_.end());
  std::unordered_set<std::string_view> followed;
  maps_.assign(mains_.begin(), mains_.end());
  for (std::size_t i = 0; i < maps_.size(); ++i) {
    const auto& map = *maps_[i];
    for (const auto& group : map.groups) {
      const auto index = static_cast<std::uint32_t>(refs_.size());
      if (!group_of_.try_emplace({&map, group.name}, index).second)
        complain(Code::fml_duplicate, "the group " + quoted(group.name) + " is there twice",
                 group.span);
      groups_named_[group.name].push_back(index);
      refs_.push_back({&map, &group});
    }
    for (const auto& import : map.imports) {
      const auto& found = imported(import.url);
      if (found.empty())
        complain(Code::fml_unknown_map, "the map " + quoted(import.url) + " is not loaded",
                 import.span, "load it with --ig, or check the URL");
      if (!followed.insert(import.url).second) continue;
      for (const auto* other : found)
        if (known.insert(other).second) maps_.push_back(other);
    }
  }
}

const std::vector<const ast::Map*>& MapCompiler::imported(std::string_view url) {
  const auto [found, is_new] = imported_.try_emplace(url);
  if (is_new) found->second = library_.matching(url);
  return found->second;
}

bool MapCompiler::reaches(const ast::Map& other) {
  // Of one map, all that is there was imported by it. So it is taken to be of one that nobody asked
  // for.
  if (mains_.size() == 1 || std::find(mains_.begin(), mains_.end(), map_) == mains_.end())
    return true;
  if (reached_from_ != map_) {
    reached_from_ = map_;
    reached_ = {map_};
    std::unordered_set<std::string_view> followed;
    std::vector<const ast::Map*> todo = {map_};
    for (std::size_t i = 0; i < todo.size(); ++i)
      for (const auto& import : todo[i]->imports) {
        if (!followed.insert(import.url).second) continue;
        for (const auto* map : imported(import.url))
          if (reached_.insert(map).second) todo.push_back(map);
      }
  }
  return reached_.contains(&other);
}

// Each group has at most one base, so following it as often as there are groups ends.
void MapCompiler::check_bases() {
  const auto& groups = program_->groups;
  for (std::uint32_t i = 0; i < groups.size(); ++i) {
    auto base = groups[i].base;
    for (std::size_t steps = 0; base != kNone && base != i && steps < groups.size(); ++steps)
      base = groups[base].base;
    if (base == i)
      complain(Code::fml_extends_cycle,
               "the group " + quoted(groups[i].name) + " extends itself by way of " +
                   quoted(groups[groups[i].base].name),
               groups[i].span, "take one \"extends\" away");
  }
}

void MapCompiler::make_concept_maps(const ast::Map& map) {
  for (const auto& inline_map : map.concept_maps) {
    std::vector<terminology::ConceptMap::Row> rows;
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& row : inline_map.rows) {
      if (!translates(row.equivalence)) continue;
      if (!seen.insert({row.source_system, row.source_code}).second)
        complain(Code::concept_map_ambiguous,
                 "the code " + quoted(row.source_code) + " is mapped twice", row.span,
                 "keep the row that is right");
      rows.push_back(
          {{row.source_system, row.source_code, {}}, {row.target_system, row.target_code, {}}});
    }
    auto& made = program_->concept_maps.emplace_back(inline_map.id, rows);
    for (const auto prefix : inline_map.unmapped)
      for (const auto& p : inline_map.prefixes)
        if (p.name == prefix) made.add_unmapped({.system = p.system});
    inline_maps_[{&map, inline_map.id}] = &made;
  }
}

void MapCompiler::declare(std::uint32_t index) {
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

definition::TypeId MapCompiler::type_named(const ast::Map& map, std::string_view name, Span span,
                                           definition::TypeId beside) {
  for (const auto& structure : map.structures) {
    if (structure.alias != name && structure.url != name) continue;
    if (const auto type = definitions_.find_type(structure.url); type != 0) return type;
    complain(Code::fml_unknown_type,
             "the definition " + std::string(structure.url) + " is not loaded", structure.span,
             "load it with --ig");
    return 0;
  }
  const auto type = definitions_.find_type(name, beside);
  if (type == 0)
    complain(Code::fml_unknown_type, "there is no type " + quoted(name), span,
             type_advice(map, name) + "name it with: uses \"URL\" alias " + std::string(name) +
                 " as source");
  return type;
}

std::string MapCompiler::type_advice(const ast::Map& map, std::string_view name) const {
  auto near = closest(sink_, name, map.structures, [](const ast::Structure& s) { return s.alias; });
  if (near.empty())
    near = closest(sink_, name, definitions_.type_names(), [](std::string_view t) { return t; });
  return near.empty() ? "" : did_you_mean(near) + " ";
}

void MapCompiler::define(std::uint32_t index) {
  const auto& [map, group] = refs_[index];
  map_ = map;
  names_.leave(0);
  slots_ = slots_most_ = 0;
  auto& code = program_->groups[index];
  for (std::size_t i = 0; i < group->parameters.size(); ++i) {
    const auto& parameter = group->parameters[i];
    names_.add({parameter.name, slots_++,
                parameter.mode == ast::InputMode::source ? Role::source : Role::target,
                code.parameters[i].type, code.parameters[i].likely});
  }
  if (!group->extends.empty()) {
    code.base = group_named(group->extends, group->span);
    if (code.base != kNone) extend(code, *group, group->span);
  }
  for (const auto* constant : constants_for(*map, *group)) {
    auto value = expression(*constant->value, 0, false);
    code.constants.emplace_back(slots_, std::move(value));
    names_.add({constant->name, slots_++, Role::value, 0, 0});
  }
  code.rules = compile_rules(group->rules);
  code.steps = flatten(code.rules, false);
  code.observed_steps = flatten(code.rules, true);
  code.slot_count = std::max(slots_, slots_most_);
}

void MapCompiler::extend(GroupCode& code, const ast::Group& group, Span span) {
  const auto& wanted = refs_[code.base].group->parameters;
  const auto& own = group.parameters;
  if (wanted.size() > own.size())
    return complain(Code::fml_arguments, "the extended group has further parameters", span);
  std::vector<std::uint32_t> by_place;
  std::vector<std::uint32_t> by_name;
  for (std::uint32_t i = 0; i < wanted.size(); ++i) {
    const auto same = std::find_if(own.begin(), own.end(), [&](const auto& p) {
      return p.name == wanted[i].name && p.mode == wanted[i].mode;
    });
    if (same != own.end()) by_name.push_back(static_cast<std::uint32_t>(same - own.begin()));
    if (own[i].mode != wanted[i].mode && by_name.size() <= i)
      return complain(Code::fml_arguments, "the extended group has other parameters", span);
    by_place.push_back(i);
  }
  code.base_arguments = by_name.size() == wanted.size() ? by_name : by_place;
}

std::vector<const ast::Constant*> MapCompiler::constants_for(const ast::Map& map,
                                                             const ast::Group& group) const {
  std::vector<const ast::Constant*> out;
  if (map.constants.empty()) return out;
  Names needed;
  add_mentioned(group, needed);
  const auto is_first = &group == &map.groups.front();
  // From the last to the first: one needs those before it.
  for (auto constant = map.constants.rbegin(); constant != map.constants.rend(); ++constant) {
    if (!is_first && !needed.contains(constant->name)) continue;
    add_mentioned(*constant->value, needed);
    out.push_back(&*constant);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::uint32_t MapCompiler::group_named(std::string_view name, Span span) {
  if (const auto own = group_of_.find({map_, name}); own != group_of_.end()) return own->second;
  if (const auto named = groups_named_.find(name); named != groups_named_.end())
    for (const auto index : named->second)
      if (reaches(*refs_[index].map)) return index;
  complain(Code::fml_unknown_group, "there is no group " + quoted(name), span, group_advice(name));
  return kNone;
}

std::string MapCompiler::group_advice(std::string_view name) const {
  if (const auto* map = library_.with_group(name); map != nullptr)
    return "the map " + std::string(map->url) + " has it: imports " + quoted(map->url);
  const auto near =
      closest(sink_, name, group_of_, [](const auto& entry) { return entry.first.second; });
  return near.empty() ? "define it, or import the map that has it" : did_you_mean(near);
}

std::shared_ptr<const Program> compile(const ast::Map& map, const Library& library,
                                       const fhirpath::Engine& engine, diag::Sink& sink) {
  const ast::Map* const maps[] = {&map};
  return MapCompiler(maps, library, engine, sink).compile();
}

void check_types(std::span<const ast::Map* const> maps, const Library& library,
                 const fhirpath::Engine& engine, diag::Sink& sink) {
  if (!maps.empty()) MapCompiler(maps, library, engine, sink).compile();
}

}  // namespace paraneo::fml
