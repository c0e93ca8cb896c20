// Entry point: compile(). One pass collects the maps that belong together and their groups, a
// second compiles the rules of each group with its scope of variables.
#include "fml/compile/compile.h"

#include <algorithm>

#include "fml/compile/map_groups.h"
#include "fml/compile/mentioned_names.h"
#include "fml/compile/rule_compiler.h"
#include "fml/compile/type_lookup.h"

namespace paraneo::fml {

using diag::Code;

namespace {

class MapCompiler {
 public:
  // The first one's first group is where the program begins.
  MapCompiler(std::span<const ast::Map* const> maps, const Library& library,
              const fhirpath::Engine& engine, diag::Sink& sink)
      : mains_(maps), context_(library, engine, sink) {}

  std::shared_ptr<const Program> compile();

 private:
  void check_bases();
  // The group that the group extends takes those of its parameters that have the same names; else
  // the first ones.
  void extend(GroupCode& code, const ast::Group& group, Span span);
  // Types and parameters, so that calls can be checked in any order.
  void declare(const MapGroups::GroupRef& ref, std::uint32_t index);
  void define(const MapGroups::GroupRef& ref, std::uint32_t index);

  const std::span<const ast::Map* const> mains_;
  CompileContext context_;
  MapGroups groups_{context_, mains_};
  MapConceptMaps concept_maps_{context_};
  GroupScope scope_{context_};
  OperandCompiler operands_{context_, scope_};
  RuleCompiler rules_{context_, scope_, groups_, operands_, concept_maps_};
};

// The constants that the group needs; all of them for the first group of a map, for their mistakes.
std::vector<const ast::Constant*> constants_for(const ast::Map& map, const ast::Group& group) {
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

std::shared_ptr<const Program> MapCompiler::compile() {
  const auto errors = context_.sink.errors();
  groups_.collect();
  for (const auto* map : groups_.maps()) concept_maps_.make(*map);
  const auto& refs = groups_.refs();
  for (std::uint32_t i = 0; i < refs.size(); ++i) declare(refs[i], i);
  for (std::uint32_t i = 0; i < refs.size(); ++i) define(refs[i], i);
  check_bases();
  for (const auto* map : mains_)
    if (map->groups.empty() && (map->imports.empty() || context_.program->groups.empty()))
      context_.complain(Code::fml_unknown_group, "the map has no group", map->span);
  if (!context_.program->groups.empty()) context_.program->entry = 0;
  if (context_.sink.errors() != errors) return nullptr;
  return context_.program;
}

// Each group has at most one base, so following it as often as there are groups ends.
void MapCompiler::check_bases() {
  const auto& groups = context_.program->groups;
  for (std::uint32_t i = 0; i < groups.size(); ++i) {
    auto base = groups[i].base;
    for (std::size_t steps = 0; base != kNone && base != i && steps < groups.size(); ++steps)
      base = groups[base].base;
    if (base == i)
      context_.complain(Code::fml_extends_cycle,
                        "the group " + quoted(groups[i].name) + " extends itself by way of " +
                            quoted(groups[groups[i].base].name),
                        groups[i].span, "take one \"extends\" away");
  }
}

void MapCompiler::declare(const MapGroups::GroupRef& ref, std::uint32_t index) {
  const auto& [map, group] = ref;
  auto& code = context_.program->groups.emplace_back();
  code.name = group->name;
  code.span = group->span;
  for (const auto& parameter : group->parameters) {
    const auto type =
        parameter.type.empty() ? 0 : type_named(context_, *map, parameter.type, parameter.span);
    code.parameters.push_back({parameter.mode, type, type});
  }
  if (group->type_mode == ast::TypeMode::none || code.parameters.size() != 2) return;
  context_.program->type_groups.try_emplace({code.parameters[0].type, code.parameters[1].type},
                                            index);
  if (group->type_mode == ast::TypeMode::type_and_types)
    context_.program->source_type_groups.try_emplace(code.parameters[0].type, index);
}

void MapCompiler::define(const MapGroups::GroupRef& ref, std::uint32_t index) {
  const auto& [map, group] = ref;
  scope_.begin(*map);
  auto& code = context_.program->groups[index];
  for (std::size_t i = 0; i < group->parameters.size(); ++i) {
    const auto& parameter = group->parameters[i];
    scope_.add(
        {parameter.name, scope_.add_slot(),
         parameter.mode == ast::InputMode::source ? Variable::Role::source : Variable::Role::target,
         code.parameters[i].type, code.parameters[i].likely});
  }
  if (!group->extends.empty()) {
    code.base = groups_.named(*map, group->extends, group->span);
    if (code.base != kNone) extend(code, *group, group->span);
  }
  for (const auto* constant : constants_for(*map, *group)) {
    auto value = operands_.expression(*constant->value, 0, false);
    const auto slot = scope_.add_slot();
    code.constants.emplace_back(slot, std::move(value));
    scope_.add({constant->name, slot, Variable::Role::value, 0, 0});
  }
  code.rules = rules_.compile(group->rules);
  code.steps = flatten(code.rules, false);
  code.observed_steps = flatten(code.rules, true);
  code.slot_count = scope_.slots_most();
}

void MapCompiler::extend(GroupCode& code, const ast::Group& group, Span span) {
  const auto& wanted = groups_.refs()[code.base].group->parameters;
  const auto& own = group.parameters;
  if (wanted.size() > own.size())
    return context_.complain(Code::fml_arguments, "the extended group has further parameters",
                             span);
  std::vector<std::uint32_t> by_place;
  std::vector<std::uint32_t> by_name;
  for (std::uint32_t i = 0; i < wanted.size(); ++i) {
    const auto same = std::find_if(own.begin(), own.end(), [&](const auto& p) {
      return p.name == wanted[i].name && p.mode == wanted[i].mode;
    });
    if (same != own.end()) by_name.push_back(static_cast<std::uint32_t>(same - own.begin()));
    if (own[i].mode != wanted[i].mode && by_name.size() <= i)
      return context_.complain(Code::fml_arguments, "the extended group has other parameters",
                               span);
    by_place.push_back(i);
  }
  code.base_arguments = by_name.size() == wanted.size() ? by_name : by_place;
}

}  // namespace

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
