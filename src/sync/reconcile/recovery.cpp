#include "sync/reconcile/recovery.h"

#include <utility>

namespace paraneo::sync {
namespace {

Task task_of(store::ResourceRow&& row) {
  Task task;
  const auto slash = row.target.find('/');
  task.operation.entry.type = row.target.substr(0, slash);
  task.operation.entry.id = row.target.substr(slash + 1);
  task.operation.effect = !row.intent_hash.empty()  ? Effect::put
                          : row.intent_body.empty() ? Effect::remove
                                                    : Effect::retract;
  task.operation.hash = row.intent_hash;
  task.operation.entry.resource = row.intent_body;
  task.operation.known = std::move(row);
  return task;
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
    unit->update.record = std::move(records_.front());
    records_.pop_front();
    auto rows = ledger_.resources(unit->update.record);
    if (!rows) return rows.error();
    for (auto& row : *rows)
      if (is_in_flight(row)) unit->tasks.push_back(task_of(std::move(row)));
    entries += unit->tasks.size();
    group->units.push_back(std::move(unit));
  }
  return group;
}

}  // namespace paraneo::sync
