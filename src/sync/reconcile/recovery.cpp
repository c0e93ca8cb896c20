#include "sync/reconcile/recovery.h"

#include <utility>

namespace paraneo::sync {
namespace {

Slot slot_of(store::ResourceRow&& row) {
  Slot slot;
  const auto slash = row.target.find('/');
  slot.want.entry.type = row.target.substr(0, slash);
  slot.want.entry.id = row.target.substr(slash + 1);
  slot.want.act = !row.intent_hash.empty()  ? Act::put
                  : row.intent_body.empty() ? Act::remove
                                            : Act::retract;
  slot.want.hash = row.intent_hash;
  slot.want.entry.resource = row.intent_body;
  slot.want.known = std::move(row);
  return slot;
}

}  // namespace

Result<void> Recovery::find() {
  const auto names = ledger_.records_on_the_way();
  if (!names) return names.error();
  for (const auto& name : *names) {
    const auto ours = ledger_.claim(store::claim_on_record(name));
    if (!ours) return ours.error();
    if (*ours) records_.push_back(name);
  }
  return {};
}

Result<std::unique_ptr<Group>> Recovery::next(std::size_t entries_max) {
  auto group = std::make_unique<Group>();
  group->recovery = true;
  std::size_t entries = 0;
  while (!records_.empty() && entries < entries_max) {
    auto unit = std::make_unique<Unit>();
    unit->work.record = std::move(records_.front());
    records_.pop_front();
    auto rows = ledger_.resources(unit->work.record);
    if (!rows) return rows.error();
    for (auto& row : *rows)
      if (is_on_the_way(row)) unit->slots.push_back(slot_of(std::move(row)));
    entries += unit->slots.size();
    group->units.push_back(std::move(unit));
  }
  return group;
}

}  // namespace paraneo::sync
