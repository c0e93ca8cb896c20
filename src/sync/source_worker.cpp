#include "sync/source_worker.h"

#include <utility>

namespace paraneo::sync {
namespace {

// A text without a record's name is a dead letter of its last reading only.
Result<void> forget_nameless_letters(store::Ledger& ledger, const std::string& source) {
  auto letters = ledger.letters();
  if (!letters) return letters.error();
  std::vector<store::Change> changes;
  for (const auto& letter : *letters) {
    if (letter.source != source) continue;
    const auto row = ledger.record(letter.record);
    if (!row) return row.error();
    if (!*row) changes.emplace_back(store::RemoveDeadLetter{letter.record});
  }
  return changes.empty() ? Result<void>() : ledger.apply(changes);
}

}  // namespace

SourceWorker::SourceWorker(SourceWorkerOptions options, KeptLedger& ledger, RecordSource& source,
                           Make make, Stopped stopped)
    : options_(std::move(options)), ledger_(ledger), source_(source), make_(std::move(make)),
      stopped_(std::move(stopped)) {}

Worker::Action SourceWorker::next() {
  switch (step_) {
    case Step::begin:
      if (auto begun = begin(); !begun) return end({false, begun.error()});
      step_ = Step::read;
      return Action::read;
    case Step::read: return Action::read;
    case Step::send: return Action::send;
    case Step::look_again: return pass_.well() ? look_again() : end(pass_);
    case Step::waited:
      if (stopped_()) return end({});
      step_ = Step::read;
      return Action::read;
  }
  return Action::end;
}

Result<void> SourceWorker::begin() {
  report_ = {};
  counts_ = {};
  another_leads_ = false;
  return forget_nameless_letters(*ledger_, options_.intake.source);
}

void SourceWorker::read() {
  const auto sends = survey_source();
  pass_ = sends ? Ended() : Ended{false, sends.error()};
  step_ = sends && *sends ? Step::send : Step::look_again;
}

// Whether anything is to be sent.
Result<bool> SourceWorker::survey_source() {
  auto& intake = options_.intake;
  const auto leads = ledger_->claim(store::claim_on_source(intake.source));
  if (!leads) return leads.error();
  intake.leads = *leads;
  intake.claims = false;
  intake.notes_places = true;
  intake.before = nullptr;
  if (auto ready = source_.rewind(); !ready) return ready.error();
  Intake first(intake, *ledger_, source_, make_);
  const auto seen = survey(first, *ledger_);
  if (!seen) return seen.error();
  counts_ = seen->counts;
  if (const auto stop = refused_by(options_.guards, *seen)) return *stop;
  const auto doubtful = ledger_->records_on_the_way();
  if (!doubtful) return doubtful.error();
  if (seen->updates == 0 && doubtful->empty()) return false;
  updates_ = seen->updates;
  first_ = first.reading();
  first_.updates_max = updates_max(*seen, options_.guards.change_share_max);
  if (auto ready = source_.rewind(); !ready) return ready.error();
  intake.claims = true;
  intake.notes_places = false;
  intake.before = &first_;
  second_.emplace(intake, *ledger_, source_, make_);
  return true;
}

void SourceWorker::sent(const RunReport& run, bool all) {
  add(report_, run);
  const auto& now = second_->counts();
  counts_.deferred = now.deferred;
  counts_.incomplete = counts_.incomplete || now.incomplete;
  counts_.vanished_late = now.vanished_late;
  counts_.moved_late = now.moved_late;
  pass_ = ended_with(run, all);
  if (pass_.well())
    if (auto moved = moved_on(now, options_.guards.shrink_share_max)) pass_ = {false, moved};
  second_.reset();
  step_ = Step::look_again;
}

// With several workers: until what the others had is done, whoever did it, and until nobody but us
// or one that is at it decides what vanished.
Worker::Action SourceWorker::look_again() {
  if (stopped_()) return end({});
  if (counts_.deferred > report_.unsettled) {
    step_ = Step::waited;
    return Action::wait;
  }
  if (options_.intake.leads) return end({});
  const auto leads = ledger_->claim(store::claim_on_source(options_.intake.source));
  another_leads_ = leads && !*leads;
  if (!leads || !*leads) return end({});
  step_ = Step::read;
  return Action::read;
}

Worker::Action SourceWorker::end(Ended how) {
  ended_ = std::move(how);
  step_ = Step::begin;
  if (auto done = ledger_->give_up(); !done && ended_.well()) ended_.error = done.error();
  return Action::end;
}

}  // namespace paraneo::sync
