// paraneo sync run on a topic of Kafka: batch after batch. What is read is done before the ledger's
// cursor passes it; Kafka is told afterwards.
//
// Two workers may have read the same messages for a while (a group takes a partition away from a
// member that seems dead, and that one does not know yet). So a batch is worked on under a claim on
// its partitions, and what lies before the cursor, read under that claim, is passed over: each
// message is dealt with once, and those of a partition in their order.
#include <algorithm>
#include <chrono>

#include "cli/server/traffic_summary.h"
#include "cli/sync/known_topic.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/log.h"
#include "cli/terminal/notify.h"
#include "sync/change_intake.h"

namespace paraneo::cli {
namespace {

using sync::FeedChange;

constexpr std::size_t kBatchMessages = 500;
constexpr std::size_t kBatchBytes = std::size_t{32} << 20;
constexpr int kFirstWaitMs = 300;
constexpr int kNextWaitMs = 50;

struct Batch {
  std::vector<kafka::Message> messages;
  std::map<std::int32_t, std::int64_t> next;  // of each partition: the offset after the batch
};

class Topic {
 public:
  Topic(const SyncFlags& flags, const Session& session, SyncJob& job, Connected& connected)
      : flags_(flags), session_(session), job_(job), connected_(connected),
        traffic_(connected.client), topic_(flags, job) {}

  int run() {
    if (auto opened = open(); !opened) return report(opened.error());
    if (flags_.watch_s > 0) notify_systemd("READY=1");
    int code = kDone;
    bool ended = false;
    while (!stop_asked() && !ended) {
      const auto ready = job_.keep_ledger(flags_, connected_.base);
      code = ready ? take_up_held() : report(ready.error());
      if (code == kDone) {
        const auto over = is_over();
        if (!over) return report(over.error());
        ended = *over;
        if (!ended) code = step();
      }
      if (code == kDone) continue;
      if (flags_.watch_s <= 0) break;
      notify_systemd("STATUS=the last batch ended with code " + std::to_string(code));
      wait_unless_stopped(flags_.watch_s);
    }
    if (flags_.watch_s > 0) notify_systemd("STOPPING=1");
    return finish(code, ended);
  }

 private:
  Result<void> open() {
    auto consumer = kafka::Consumer::open(
        flags_.kafka, [this](std::int32_t partition) { return topic_.cursor(partition); });
    if (!consumer) return consumer.error();
    consumer_ = std::move(*consumer);
    auto unread = topic_.unread(*consumer_);
    if (!unread) return unread.error();
    unread_ = std::move(*unread);
    return {};
  }

  // With --once: when all that the topic had at the beginning is done, whichever worker did it.
  Result<bool> is_over() {
    if (flags_.watch_s > 0) return false;
    for (std::size_t i = 0; i < unread_.size(); ++i) {
      const auto at = topic_.cursor(static_cast<std::int32_t>(i));
      if (!at) return at.error();
      if (unread_[i].high > unread_[i].low && at->value_or(0) < unread_[i].high) return false;
    }
    return true;
  }

  // What a person let go on with `sync retry`; it is older than what the topic says next.
  int take_up_held() {
    while (batch_.next.empty() && !stop_asked()) {
      auto held = job_.ledger->released(job_.intake.source, {}, kBatchMessages);
      if (!held) return report(held.error());
      if (held->empty()) break;
      std::vector<FeedChange> left;
      for (auto& each : *held) left.push_back(sync::change_of(std::move(each)));
      if (const int code = timed([&] { return settle(std::move(left)); }); code != kDone)
        return code;
    }
    return kDone;
  }

  // A batch that is not done is gone on with before the next one is read.
  int step() {
    if (batch_.next.empty())
      if (auto gathered = gather(); !gathered) {
        // Read again by a new consumer: this one may have been told to begin nowhere.
        batch_ = {};
        consumer_.reset();
        return report(gathered.error());
      }
    if (batch_.next.empty()) return kDone;
    return timed([this] { return settle_batch(); });
  }

  template <class Work>
  int timed(const Work& work) {
    const auto begin = std::chrono::steady_clock::now();
    int code = work();
    if (auto ended = job_.ledger->give_up(); !ended && code == kDone) code = report(ended.error());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    keep_results(flags_, job_, done_, counts_, seconds.count(), code);
    return code;
  }

  Result<void> gather() {
    if (!consumer_)
      if (auto opened = open(); !opened) return opened;
    std::size_t bytes = 0;
    while (batch_.messages.size() < kBatchMessages && bytes < kBatchBytes && !stop_asked()) {
      feed_watchdog();
      auto message = topic_.poll(*consumer_, batch_.messages.empty() ? kFirstWaitMs : kNextWaitMs);
      if (!message) return message.error();
      if (!*message) return {};
      const auto offset = (*message)->offset;
      auto& next = batch_.next[(*message)->partition];
      next = std::max(next, (*message)->is_end ? offset : offset + 1);
      if ((*message)->is_end) continue;
      bytes += (*message)->value ? (*message)->value->size() : 0;
      batch_.messages.push_back(std::move(**message));
    }
    return {};
  }

  int settle_batch() {
    while (true) {
      const auto claimed = claim_partitions();
      if (!claimed) return report(claimed.error());
      if (*claimed) break;
      wait_unless_stopped(kOthersWorkSeconds);
      if (stop_asked()) return kDone;
    }
    auto changes = pending();
    if (!changes) return report(changes.error());
    const int code = settle(sync::last_of_each(std::move(*changes)));
    return code == kDone ? pass_cursor() : code;
  }

  // Until none is left, whoever did it.
  int settle(std::vector<FeedChange> left) {
    bool begun = false;
    while (!left.empty()) {
      if (begun) wait_unless_stopped(kOthersWorkSeconds);
      if (begun && stop_asked()) return kPartly;
      begun = true;
      if (const int code = pass(left); code != kDone) return code;
      if (!left.empty() && left.size() <= done_.unsettled) return kPartly;
    }
    return kDone;
  }

  // In ascending order and all or none: nobody holds what another one of two needs.
  Result<bool> claim_partitions() {
    for (const auto& [partition, next] : batch_.next) {
      const auto ours = job_.ledger->claim(store::claim_on_stream(topic_.stream(partition)));
      if (!ours) return ours.error();
      if (*ours) continue;
      if (auto ended = job_.ledger->give_up(); !ended) return ended.error();
      return false;
    }
    return true;
  }

  // What no worker has done yet, under the claim.
  Result<std::vector<FeedChange>> pending() {
    std::map<std::int32_t, std::int64_t> from;
    for (auto& [partition, next] : batch_.next) {
      const auto at = topic_.cursor(partition);
      if (!at) return at.error();
      from[partition] = at->value_or(0);
      next = std::max(next, from[partition]);
    }
    std::vector<FeedChange> changes;
    for (const auto& message : batch_.messages)
      if (message.offset >= from[message.partition]) changes.push_back(topic_.change_of(message));
    return changes;
  }

  int pass(std::vector<FeedChange>& left) {
    const auto works = left.size();
    sync::ChangeIntake intake(job_.intake, *job_.ledger, std::move(left), job_.make);
    const int code =
        send_works(flags_, session_, job_, connected_, [&] { return intake.next(); }, works, done_);
    left = intake.take_deferred();
    add(intake.counts());
    return code;
  }

  void add(const sync::IntakeCounts& counts) {
    counts_.records += counts.records;
    counts_.untouched += counts.untouched;
    counts_.waiting += counts.waiting;
    counts_.changed += counts.changed;
    counts_.refused += counts.refused;
    counts_.vanished += counts.vanished;
  }

  int pass_cursor() {
    std::vector<store::Change> changes;
    for (const auto& [partition, next] : batch_.next) {
      const auto name = store::claim_on_stream(topic_.stream(partition));
      changes.emplace_back(store::Cursor{name, std::to_string(next)});
      changes.emplace_back(store::Release{name});
    }
    if (auto applied = job_.ledger->apply(changes); !applied) return report(applied.error());
    // The ledger knows; when the group does not, only those who watch its lag are misled.
    if (const auto told = consumer_->commit(batch_.next); !told)
      note("the offsets could not be committed to Kafka, the ledger has them: " +
           told.error().what);
    batch_ = {};
    return kDone;
  }

  int finish(int code, bool over) {
    const bool cut_short = !batch_.messages.empty() || (flags_.watch_s <= 0 && !over);
    traffic_.show();
    return sum_up(job_, done_, counts_, code == kDone && cut_short ? int{kPartly} : code);
  }

  const SyncFlags& flags_;
  const Session& session_;
  SyncJob& job_;
  Connected& connected_;
  TrafficSummary traffic_;
  KnownTopic topic_;
  std::unique_ptr<kafka::Consumer> consumer_;
  std::vector<kafka::Range> unread_;  // at the beginning
  Batch batch_;
  sync::RunReport done_;
  sync::IntakeCounts counts_;
};

}  // namespace

int run_sync_topic(const SyncFlags& flags, const Session& session, SyncJob& job,
                   Connected& connected) {
  return Topic(flags, session, job, connected).run();
}

}  // namespace paraneo::cli
