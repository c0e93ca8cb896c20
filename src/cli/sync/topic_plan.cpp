// paraneo sync plan on a topic of Kafka.
#include "cli/sync/topic.h"
#include "cli/terminal/log.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"
#include "sync/feed_plan.h"
#include "sync/record_export.h"

namespace paraneo::cli {

Result<sync::IntakeCounts> plan_sync_topic(
    const SyncFlags& flags, const Session& session, SyncJob& job,
    const std::function<void(const sync::RecordUpdate&)>& visit) {
  Progress progress(session.progress, "messages read");
  const auto visitor = kafka::TopicInspector::open(flags.kafka);
  if (!visitor) return visitor.error();
  const auto name = [&](const Source& text) {
    return sync::name_of_record(text, session.limits, flags.name_space);
  };
  const auto show = [&](std::uint64_t messages, std::uint64_t done, std::uint64_t total) {
    progress.update(messages, done, total);
  };
  sync::FeedPlan plan(job.intake, flags.kafka.topic, job.ledger, **visitor, job.make, name,
                      {show, visit});
  const auto lost = plan.open();
  if (!lost) return lost.error();
  for (const auto& each : *lost) note_lost(each);
  if (const auto done = plan.run(); !done) return done.error();
  if (plan.unseen() > 0)
    note(diag::counted(plan.unseen(), "change is", "changes are") +
         " not in the plan: gone when the topic was read for the second time, "
         "deleted from the topic or settled by a worker");
  return plan.counts();
}

}  // namespace paraneo::cli
