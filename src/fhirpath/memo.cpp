#include "fhirpath/memo.h"

#include <algorithm>

#include "fhirpath/run.h"

namespace paraneo::fhirpath {
namespace {

bool is_plain(const Collection& list) {
  return std::none_of(list.begin(), list.end(), [](const Item& item) { return item.is_element(); });
}

}  // namespace

Memo::Entry* Memo::find(const Program& program, std::uint32_t part,
                        std::span<const Collection* const> variables) {
  auto& entries = entries_[&program];
  if (entries.empty()) entries.resize(program.parts.size());
  auto& entry = entries[part];
  std::size_t lists = 0;
  for (const auto* variable : variables) {
    if (variable->size() == 1) {
      if (!variable->only().is_element() || variable->only().element != root_) return nullptr;
      continue;
    }
    // An empty one may be filled later.
    if (variable->empty()) return nullptr;
    if (entry.is_known) {
      if (lists >= entry.lists.size()) return nullptr;
      const auto& before = entry.lists[lists++];
      if (before.data() != variable->begin() || before.size() != variable->size()) return nullptr;
      continue;
    }
    if (!is_plain(*variable)) return nullptr;
    if (lists == entry.lists.size()) entry.lists.emplace_back();
    entry.lists[lists++] = {variable->begin(), variable->size()};
  }
  return &entry;
}

Collection Run::remembered(std::uint32_t index, const Scope& scope) {
  const auto& node = program.nodes[index];
  auto* entry = remembered_entry(node);
  if (entry == nullptr) return eval_now(node, scope);
  if (entry->is_known) return entry->value;
  const auto& outer = environment;
  const Environment within{outer.memo->arena(), outer.limits,    outer.now,    outer.resource,
                           outer.root_resource, outer.variables, outer.places, outer.terminology,
                           outer.profiles,      outer.trace,     outer.budget, nullptr};
  Run inner(engine, program, input_, within);
  inner.bytes_before_ = within.arena.used_bytes();
  auto value = inner.eval_now(node, scope);
  if (inner.failed()) {
    if (!error_) {
      error_ = inner.error_;
      error_span_ = inner.error_span_;
      steps_free_ = 0;
    }
    return {};
  }
  if (!work(inner.steps_)) return {};
  entry->is_known = true;
  return entry->value = value;
}

Memo::Entry* Run::remembered_entry(const Node& node) {
  if (node.part == kNoPart || environment.memo == nullptr) return nullptr;
  const auto& slots = program.parts[node.part].variables;
  std::array<const Collection*, kPartVariablesMax> variables{};
  for (std::size_t i = 0; i < slots.size(); ++i) variables[i] = &environment.variable(slots[i]);
  return environment.memo->find(program, node.part, std::span(variables).first(slots.size()));
}

const std::unordered_set<std::string_view>* Run::strings_of(const Node& node) {
  auto* entry = remembered_entry(node);
  if (entry == nullptr || !entry->is_known) return nullptr;
  if (!entry->is_indexed) {
    entry->is_indexed = true;
    for (const auto& item : entry->value) {
      const auto text = plain_string(*this, item);
      if (!text) {
        entry->strings.clear();
        break;
      }
      entry->strings.insert(*text);
    }
  }
  return entry->strings.empty() ? nullptr : &entry->strings;
}

const Memo::Index& Run::index_of(Memo::Entry& entry, definition::Symbol name) const {
  const auto [found, is_new] = entry.indexes.try_emplace(name);
  auto& index = found->second;
  if (!is_new) return index;
  for (std::uint32_t i = 0; i < entry.value.size(); ++i) {
    const auto& item = entry.value[i];
    const auto* child = item.is_element() ? item.element->child(name) : nullptr;
    const auto is_only = child != nullptr && (child->next == nullptr || child->next->name != name);
    const auto text = is_only ? plain_string(*this, Item::of(child)) : std::nullopt;
    if (!text) return index;
    index.places[*text].push_back(i);
  }
  index.is_usable = true;
  return index;
}

std::optional<std::vector<std::uint32_t>> Run::candidates(const Node& filter, const Collection& in,
                                                          const Scope& scope) {
  constexpr std::uint32_t kWorthwhile = 8;
  if (in.size() < kWorthwhile) return std::nullopt;
  const auto* condition = &program.nodes[program.operand(filter, 1)];
  // When the first one is false, the others are not asked.
  while (condition->op == Op::binary && condition->binary == Binary::logical_and)
    condition = &program.nodes[program.operand(*condition, 0)];
  if (condition->op != Op::binary ||
      (condition->binary != Binary::equal && condition->binary != Binary::in))
    return std::nullopt;
  const auto& name = program.nodes[program.operand(*condition, 0)];
  const auto& wanted = program.nodes[program.operand(*condition, 1)];
  if (name.op != Op::root_member || name.type.type != 0 || name.symbol == 0 || !wanted.is_closed)
    return std::nullopt;
  auto* entry = remembered_entry(program.nodes[program.operand(filter, 0)]);
  if (entry == nullptr || !entry->is_known || entry->value.begin() != in.begin())
    return std::nullopt;
  const auto values = eval(*condition, 1, scope);
  if (failed() || (condition->binary == Binary::equal && values.size() != 1)) return std::nullopt;
  const auto& index = index_of(*entry, name.symbol);
  if (!index.is_usable) return std::nullopt;
  std::vector<std::uint32_t> places;
  for (const auto& value : values) {
    const auto text = plain_string(*this, value);
    if (!text) return std::nullopt;
    if (const auto found = index.places.find(*text); found != index.places.end())
      places.insert(places.end(), found->second.begin(), found->second.end());
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace paraneo::fhirpath
