#include "sync/feed_worker.h"

#include <utility>

namespace paraneo::sync {
namespace {

constexpr int kFirstWaitMs = 300;
constexpr int kNextWaitMs = 50;

void add(IntakeCounts& all, const IntakeCounts& one) {
  all.records += one.records;
  all.untouched += one.untouched;
  all.waiting += one.waiting;
  all.changed += one.changed;
  all.refused += one.refused;
  all.vanished += one.vanished;
}

}  // namespace

FeedWorker::FeedWorker(FeedWorkerOptions options, KeptLedger& ledger, Make make, Open open,
                       FeedNews news, Stopped stopped)
    : options_(std::move(options)), ledger_(ledger), make_(std::move(make)), open_(std::move(open)),
      news_(std::move(news)), stopped_(std::move(stopped)),
      known_(ledger, options_.intake.source, options_.feed), batch_(options_.batch) {}

Result<void> FeedWorker::open() {
  auto feed = open_([this](std::int32_t partition) { return known_.cursor(partition); });
  if (!feed) return feed.error();
  feed_ = std::move(*feed);
  auto unread = known_.unread(*feed_);
  if (!unread) return unread.error();
  for (const auto& lost : unread->lost) news_.lost(lost);
  unread_ = std::move(unread->ranges);
  return {};
}

Worker::Action FeedWorker::next() {
  switch (step_) {
    case Step::begin: return begin();
    case Step::read: return Action::read;
    case Step::claim: return claim();
    case Step::send: return Action::send;
    case Step::wait: step_ = Step::send_again; return Action::wait;
    case Step::send_again: return stopped_() ? end({true, {}, false}) : send();
    case Step::ended: step_ = Step::begin; return Action::end;
  }
  return Action::end;
}

Worker::Action FeedWorker::begin() {
  has_dealt_ = !batch_.empty();
  has_waited_ = false;
  round_ = {};
  if (has_dealt_) return claim();
  auto held = ledger_->released(options_.intake.source, {}, options_.batch.messages_max);
  if (!held) return end({false, held.error(), false});
  if (!held->empty()) {
    has_dealt_ = true;
    left_.clear();
    for (auto& each : *held) left_.push_back(change_of(std::move(each)));
    return send();
  }
  const auto over = all_is_done();
  if (!over) return end({false, over.error(), false});
  is_over_ = *over;
  if (is_over_) return end({});
  step_ = Step::read;
  return Action::read;
}

Result<bool> FeedWorker::all_is_done() const {
  if (options_.for_ever) return false;
  for (std::size_t i = 0; i < unread_.size(); ++i) {
    const auto at = known_.cursor(static_cast<std::int32_t>(i));
    if (!at) return at.error();
    if (unread_[i].high > unread_[i].low && at->value_or(0) < unread_[i].high) return false;
  }
  return true;
}

void FeedWorker::read() {
  auto gathered = gather();
  if (!gathered) {
    // Read again by a new reader: this one may have been told to begin nowhere.
    batch_.clear();
    feed_.reset();
  }
  end(gathered ? Ended() : Ended{false, gathered.error(), false});
  step_ = Step::ended;
}

Result<void> FeedWorker::gather() {
  if (!feed_)
    if (auto opened = open(); !opened) return opened;
  while (!batch_.is_full() && !stopped_()) {
    news_.waiting();
    auto message = known_.poll(*feed_, batch_.has_messages() ? kNextWaitMs : kFirstWaitMs);
    if (!message) return message.error();
    if (!*message) return {};
    batch_.take(std::move(**message));
  }
  return {};
}

Worker::Action FeedWorker::claim() {
  if (has_waited_ && stopped_()) return end({});
  const auto claimed = batch_.claim(*ledger_, known_);
  if (!claimed) return end({false, claimed.error(), false});
  if (!*claimed) {
    has_waited_ = true;
    step_ = Step::claim;
    return Action::wait;
  }
  auto changes = batch_.pending(known_);
  if (!changes) return end({false, changes.error(), false});
  left_ = std::move(*changes);
  return left_.empty() ? finish() : send();
}

Worker::Action FeedWorker::send() {
  updates_ = left_.size();
  intake_.emplace(options_.intake, *ledger_, std::move(left_), make_);
  step_ = Step::send;
  return Action::send;
}

// What other workers have in hand comes again, until none is left, whoever did it.
void FeedWorker::sent(const RunReport& run, bool all) {
  sync::add(report_, run);
  sync::add(round_, run);
  add(counts_, intake_->counts());
  left_ = intake_->take_deferred();
  intake_.reset();
  auto how = ended_with(run, all);
  if (how.well() && !left_.empty() && left_.size() <= report_.unsettled) how.partly = true;
  if (how.well() && !left_.empty()) {
    step_ = Step::wait;
    return;
  }
  if (how.well()) finish();
  else end(std::move(how));
  step_ = Step::ended;
}

Worker::Action FeedWorker::finish() {
  if (batch_.empty()) return end({});
  auto passed = pass_cursor();
  return end(passed ? Ended() : Ended{false, passed.error(), false});
}

Result<void> FeedWorker::pass_cursor() {
  if (auto passed = batch_.pass(*ledger_, known_); !passed) return passed;
  if (const auto told = feed_->commit(batch_.next()); !told) news_.not_committed(told.error());
  batch_.clear();
  return {};
}

Worker::Action FeedWorker::end(Ended how) {
  ended_ = std::move(how);
  step_ = Step::begin;
  left_.clear();
  if (has_dealt_)
    if (auto done = ledger_->give_up(); !done && ended_.well()) ended_.error = done.error();
  return Action::end;
}

}  // namespace paraneo::sync
