// paraneo sync plan on a topic of Kafka: what a run would come to that took all that the topic has
// now. It is read twice, partition after partition, so that the plan is the same each time it is
// asked for.
#include <algorithm>

#include "cli/sync/known_topic.h"
#include "cli/terminal/log.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"
#include "sync/change_plan.h"
#include "sync/record_export.h"

namespace paraneo::cli {
namespace {

using sync::FeedChange;

constexpr int kWaitMs = 300;
constexpr std::size_t kHeldAtOnce = 100;

class TopicPlan {
 public:
  TopicPlan(const SyncFlags& flags, const Session& session, SyncJob& job)
      : flags_(flags), job_(job), topic_(flags, job), progress_(session.progress, "messages read") {
  }

  Result<void> open() {
    auto visitor = kafka::Visitor::open(flags_.kafka);
    if (!visitor) return visitor.error();
    visitor_ = std::move(*visitor);
    // Once for both readings: a worker may go on meanwhile.
    auto unread = topic_.unread(*visitor_);
    if (!unread) return unread.error();
    unread_ = std::move(*unread);
    constexpr int kReadings = 2;
    for (const auto& range : unread_)
      if (range.high > range.low)
        offsets_total_ += kReadings * static_cast<std::uint64_t>(range.high - range.low);
    return {};
  }

  // What a run would take up: what was let go on with by `sync retry`, and then what it has not
  // read.
  template <class Visit>
  Result<void> each_change(const Visit& visit) {
    if (auto held = each_held(visit); !held) return held;
    for (std::size_t i = 0; i < unread_.size(); ++i)
      if (auto read = each_message(static_cast<std::int32_t>(i), unread_[i], visit); !read)
        return read;
    return {};
  }

 private:
  template <class Visit>
  Result<void> each_held(const Visit& visit) {
    std::string last;
    while (true) {
      auto held = job_.ledger->released(job_.intake.source, last, kHeldAtOnce);
      if (!held) return held.error();
      if (held->empty()) return {};
      last = held->back().record;
      for (auto& each : *held)
        if (auto visited = visit(sync::change_of(std::move(each))); !visited) return visited;
    }
  }

  template <class Visit>
  Result<void> each_message(std::int32_t partition, const kafka::Range& range, const Visit& visit) {
    auto next = range.low;
    if (next >= range.high) return {};
    offsets_before_ += std::exchange(offsets_here_, 0);
    if (auto begun = visitor_->read(partition, next); !begun) return begun;
    while (next < range.high) {
      const auto message = topic_.poll(*visitor_, kWaitMs);
      if (!message) return message.error();
      if (!*message) continue;
      if ((*message)->is_end) return {};
      next = (*message)->offset + 1;
      if (next > range.high) return {};  // came meanwhile
      offsets_here_ = static_cast<std::uint64_t>(next - range.low);
      progress_.update(++messages_, offsets_before_ + offsets_here_, offsets_total_);
      if (auto visited = visit(topic_.change_of(**message)); !visited) return visited;
    }
    return {};
  }

  const SyncFlags& flags_;
  SyncJob& job_;
  KnownTopic topic_;
  std::unique_ptr<kafka::Visitor> visitor_;
  std::vector<kafka::Range> unread_;
  Progress progress_;
  std::uint64_t messages_ = 0;
  std::uint64_t offsets_total_ = 0;   // of both readings
  std::uint64_t offsets_before_ = 0;  // of partitions that were read
  std::uint64_t offsets_here_ = 0;
};

}  // namespace

Result<sync::IntakeCounts> plan_sync_topic(const SyncFlags& flags, const Session& session,
                                           SyncJob& job,
                                           const std::function<void(const sync::Work&)>& visit) {
  TopicPlan topic(flags, session, job);
  if (auto opened = topic.open(); !opened) return opened.error();
  sync::ChangePlan plan(job.intake, *job.ledger, job.make, [&](const Source& text) {
    return sync::name_of_record(text, session.limits, flags.name_space);
  });
  const auto noted = topic.each_change([&](const FeedChange& change) -> Result<void> {
    plan.note(change);
    return {};
  });
  if (!noted) return noted.error();
  const auto compared = topic.each_change([&](const FeedChange& change) -> Result<void> {
    const auto works = plan.compare(change);
    if (!works) return works.error();
    for (const auto& work : *works) visit(work);
    return {};
  });
  if (!compared) return compared.error();
  if (plan.unseen() > 0)
    note(diag::counted(plan.unseen(), "change is", "changes are") +
         " not in the plan: gone when the topic was read for the second time, "
         "deleted from the topic or settled by a worker");
  return plan.counts();
}

}  // namespace paraneo::cli
