#include "sync/ledger_rows.h"

namespace paraneo::sync {

Result<void> LedgerRows::open() {
  const auto sources = ledger_.sources();
  if (!sources) return sources.error();
  for (const auto& source : *sources)
    if (auto read = ledger_.each_record(
            source.name, [&](const store::RecordRow& row) { records_.push_back(row.name); });
        !read)
      return read;
  return {};
}

Result<std::optional<store::ResourceRow>> LedgerRows::next() {
  while (rows_.empty()) {
    if (at_ == records_.size()) return std::optional<store::ResourceRow>();
    auto rows = ledger_.resources(records_[at_++]);
    if (!rows) return rows.error();
    rows_ = std::move(*rows);
  }
  auto row = std::move(rows_.back());
  rows_.pop_back();
  return std::optional(std::move(row));
}

Result<void> let_run_decide(store::Ledger& ledger, store::ResourceRow row, Deviation deviation) {
  auto record = ledger.record(row.record);
  if (!record) return record.error();
  if (!*record) return {};
  row.version.clear();
  // It is ours to delete, or to mark as entered in error, once more.
  const bool retracts_again =
      deviation == Deviation::returned ||
      (deviation == Deviation::changed && row.state == store::ResourceState::retracted);
  if (retracts_again) row.state = store::ResourceState::confirmed;
  (*record)->content_hash.clear();
  if (retracts_again && store::is_gone((*record)->state))
    (*record)->state = store::RecordState::active;
  return ledger.apply({std::move(row), std::move(**record)});
}

}  // namespace paraneo::sync
