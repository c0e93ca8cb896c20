// paraneo sync run on a topic of Kafka.
#include "cli/sync/topic.h"

#include <chrono>

#include "cli/server/traffic_summary.h"
#include "cli/sync/results.h"
#include "cli/sync/rounds.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/log.h"
#include "cli/terminal/notify.h"
#include "diag/counted.h"
#include "sync/feed_worker.h"

namespace paraneo::cli {
namespace {

class TopicRounds {
 public:
  TopicRounds(const SyncFlags& flags, const Session& session, SyncJob& job, Connected& connected)
      : flags_(flags), job_(job), connected_(connected), traffic_(connected.client),
        rounds_(flags, session, job, connected, nullptr),
        worker_({job.intake, flags.kafka.topic, flags.watch_s > 0, {}}, job.ledger, job.make,
                opener(), news(), stopped()) {}

  int run() {
    if (auto opened = worker_.open(); !opened) return report(opened.error());
    if (flags_.watch_s > 0) notify_systemd("READY=1");
    int code = kDone;
    while (!stop_asked()) {
      const auto ready = job_.ledger.renew(connected_.base);
      code = ready ? round() : report(ready.error());
      if (code == kDone && worker_.is_over()) break;
      if (code == kDone) continue;
      if (flags_.watch_s <= 0) break;
      notify_systemd("STATUS=the last batch ended with code " + std::to_string(code));
      wait_unless_stopped(flags_.watch_s);
    }
    if (flags_.watch_s > 0) notify_systemd("STOPPING=1");
    const bool cut_short = worker_.has_unfinished() || (flags_.watch_s <= 0 && !worker_.is_over());
    traffic_.show();
    return sum_up(job_, worker_, code == kDone && cut_short ? int{kPartly} : code);
  }

 private:
  sync::FeedWorker::Open opener() const {
    return [this](sync::SharedFeed::Start start) -> Result<std::unique_ptr<sync::SharedFeed>> {
      auto consumer = kafka::Consumer::open(flags_.kafka, std::move(start));
      if (!consumer) return consumer.error();
      return std::unique_ptr<sync::SharedFeed>(std::move(*consumer));
    };
  }

  static sync::FeedNews news() {
    return {
        feed_watchdog, note_lost, [](const Error& error) {
          note("the offsets could not be committed to Kafka, the ledger has them: " + error.what);
        }};
  }

  int round() {
    const auto begin = std::chrono::steady_clock::now();
    const int code = rounds_.run(worker_);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    if (worker_.has_dealt()) keep_results(flags_, job_, worker_, seconds.count(), code);
    return code;
  }

  const SyncFlags& flags_;
  SyncJob& job_;
  Connected& connected_;
  TrafficSummary traffic_;
  Rounds rounds_;
  sync::FeedWorker worker_;
};

}  // namespace

void note_lost(const sync::KnownFeed::Lost& lost) {
  note(lost.stream + ": the topic's retention deleted " + diag::counted(lost.offsets, "offset") +
       " that had not been read");
}

int run_sync_topic(const SyncFlags& flags, const Session& session, SyncJob& job,
                   Connected& connected) {
  return TopicRounds(flags, session, job, connected).run();
}

}  // namespace paraneo::cli
