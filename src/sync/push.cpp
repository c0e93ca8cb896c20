#include "sync/push.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace paraneo::sync {
namespace {

// Nobody goes on with a push: the next one asks the server.
class NothingKept final : public store::Ledger {
 public:
  template <class T>
  using Rows = Result<std::vector<T>>;

  Result<void> apply(const std::vector<store::Change>&) override { return {}; }
  Result<std::optional<store::RecordRow>> record(const std::string&) override {
    return std::optional<store::RecordRow>();
  }
  Result<std::optional<store::RecordRow>> record_with_content(const std::string&,
                                                              const std::string&) override {
    return std::optional<store::RecordRow>();
  }
  Rows<std::string> records_at(const std::string&, const std::string&) override {
    return std::vector<std::string>();
  }
  Result<void> each_record(const std::string&,
                           const std::function<void(const store::RecordRow&)>&) override {
    return {};
  }
  Rows<store::ResourceRow> resources(const std::string&) override {
    return std::vector<store::ResourceRow>();
  }
  Rows<std::string> records_on_the_way() override { return std::vector<std::string>(); }
  Rows<store::DeadLetter> letters() override { return std::vector<store::DeadLetter>(); }
  Rows<store::Conflict> conflicts() override { return std::vector<store::Conflict>(); }
  Result<std::optional<store::Held>> held(const std::string&) override {
    return std::optional<store::Held>();
  }
  Rows<store::Held> released(const std::string&, const std::string&, std::size_t) override {
    return std::vector<store::Held>();
  }
  Result<store::Counts> counts() override { return store::Counts(); }
  Rows<store::SourceRow> sources() override { return std::vector<store::SourceRow>(); }
  Result<std::string> cursor(const std::string&) override { return std::string(); }
  Rows<store::AuditRow> audit(std::size_t) override { return std::vector<store::AuditRow>(); }
};

RunOptions run_options(const PushOptions& options) {
  constexpr unsigned kConflictTriesMax = 7;  // after the first
  RunOptions run;
  run.base = options.base;
  run.conflict = OnConflict::ours;
  run.concurrency_max = options.groups_open_max;
  run.adapts = false;  // how many at a time is said by who pushes
  run.transaction_entries_max = options.transaction_entries_max > 0
                                    ? options.transaction_entries_max
                                    : std::numeric_limits<std::size_t>::max();
  run.apart_entries_max = options.group_entries_max;
  run.conflict_tries_max = kConflictTriesMax;
  run.deletion_tries_max = kConflictTriesMax;
  run.retried_below = true;
  run.refused_again = true;
  run.only_new = options.only_new;
  run.words = options.words;
  run.limits = options.limits;
  return run;
}

RecordUpdate refusal(const Error& error) {
  RecordUpdate update;
  update.place = error.where;
  update.delivery = Delivery::apart;
  update.refusal = error.what;
  update.error = error;
  return update;
}

Operation operation_of(rest::PushEntry&& entry) {
  Operation operation;
  operation.effect = entry.write == rest::Write::remove ? Effect::remove : Effect::put;
  operation.entry = std::move(entry);
  return operation;
}

}  // namespace

Push::Push(const PushOptions& options, PushSource source, const Clock& clock, Random& random)
    : source_(std::move(source)), ledger_(std::make_unique<NothingKept>()),
      run_(std::make_unique<Run>(
          run_options(options), *ledger_, [this] { return next_update(); }, clock, random)) {}

Push::~Push() = default;

Result<std::optional<RecordUpdate>> Push::next_update() {
  while (updates_.empty()) {
    auto item = source_();
    if (!item) return std::optional(refusal(item.error()));
    if (!*item) return std::optional<RecordUpdate>();
    for (const auto& error : (*item)->refused) updates_.push_back(refusal(error));
    if ((*item)->transaction && !(*item)->entries.empty()) {
      updates_.emplace_back();
      updates_.back().delivery = Delivery::whole;
    }
    for (auto& entry : (*item)->entries) {
      if (!(*item)->transaction) {
        updates_.emplace_back();
        updates_.back().delivery = Delivery::apart;
      }
      updates_.back().operations.push_back(operation_of(std::move(entry)));
    }
  }
  auto update = std::move(updates_.front());
  updates_.pop_front();
  return std::optional(std::move(update));
}

}  // namespace paraneo::sync
