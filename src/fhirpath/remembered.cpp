#include "fhirpath/remembered.h"

#include <algorithm>
#include <array>

namespace paraneo::fhirpath {
namespace {

const Memo::Index& index_of(const Run& run, Memo::Entry& entry, definition::Symbol name) {
  const auto [found, is_new] = entry.indexes.try_emplace(name);
  auto& index = found->second;
  if (!is_new) return index;
  for (std::uint32_t i = 0; i < entry.value.size(); ++i) {
    const auto& item = entry.value[i];
    const auto* child = item.is_element() ? item.element->child(name) : nullptr;
    const auto is_only = child != nullptr && (child->next == nullptr || child->next->name != name);
    const auto text = is_only ? plain_string(run, Item::of(child)) : std::nullopt;
    if (!text) return index;
    index.places[*text].push_back(i);
  }
  index.is_usable = true;
  return index;
}

}  // namespace

Memo::Entry* remembered_entry(const Run& run, const Node& node) {
  if (node.part == kNoPart || run.environment.memo == nullptr) return nullptr;
  const auto& slots = run.program.parts[node.part].variables;
  std::array<const Collection*, kPartVariablesMax> variables{};
  for (std::size_t i = 0; i < slots.size(); ++i) variables[i] = &run.environment.variable(slots[i]);
  return run.environment.memo->find(run.program, node.part,
                                    std::span(variables).first(slots.size()));
}

const std::unordered_set<std::string_view>* strings_of(Run& run, const Node& node) {
  if (node.op == Op::texts) return &run.program.texts[node.slot].strings;
  auto* entry = remembered_entry(run, node);
  if (entry == nullptr || !entry->is_known) return nullptr;
  if (!entry->is_indexed) {
    entry->is_indexed = true;
    for (const auto& item : entry->value) {
      const auto text = plain_string(run, item);
      if (!text) {
        entry->strings.clear();
        break;
      }
      entry->strings.insert(*text);
    }
  }
  return entry->strings.empty() ? nullptr : &entry->strings;
}

std::optional<std::vector<std::uint32_t>> candidates(Run& run, const Node& filter,
                                                     const Collection& in, const Scope& scope) {
  constexpr std::uint32_t kWorthwhile = 8;
  if (in.size() < kWorthwhile) return std::nullopt;
  const auto* condition = &run.program.nodes[run.program.operand(filter, 1)];
  // When the first one is false, the others are not asked.
  while (condition->op == Op::binary && condition->binary == Binary::logical_and)
    condition = &run.program.nodes[run.program.operand(*condition, 0)];
  if (condition->op != Op::binary ||
      (condition->binary != Binary::equal && condition->binary != Binary::in))
    return std::nullopt;
  const auto& name = run.program.nodes[run.program.operand(*condition, 0)];
  const auto& wanted = run.program.nodes[run.program.operand(*condition, 1)];
  if (name.op != Op::root_member || name.type.type != 0 || name.symbol == 0 || !wanted.is_closed)
    return std::nullopt;
  auto* entry = remembered_entry(run, run.program.nodes[run.program.operand(filter, 0)]);
  if (entry == nullptr || !entry->is_known || entry->value.begin() != in.begin())
    return std::nullopt;
  const auto values = run.eval(*condition, 1, scope);
  if (run.failed() || (condition->binary == Binary::equal && values.size() != 1))
    return std::nullopt;
  const auto& index = index_of(run, *entry, name.symbol);
  if (!index.is_usable) return std::nullopt;
  std::vector<std::uint32_t> places;
  for (const auto& value : values) {
    const auto text = plain_string(run, value);
    if (!text) return std::nullopt;
    if (const auto found = index.places.find(*text); found != index.places.end())
      places.insert(places.end(), found->second.begin(), found->second.end());
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace paraneo::fhirpath
