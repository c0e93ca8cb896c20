// Several workers over one ledger and one server: over a topic, or over a source that each of them
// reads. They come and go, are killed, lose their sessions, and lose them all when the database
// restarts.
#pragma once

#include <memory>
#include <vector>

#include "../store/session_ledger.h"
#include "../sync/fake_feed.h"
#include "memory_ledger.h"
#include "network.h"
#include "readings.h"
#include "sync/feed_worker.h"
#include "sync/source_worker.h"

namespace paraneo::simulation {

// A session with a database that may go while a change is in flight to it.
class TeamSession final : public store::SessionLedger {
 public:
  enum class Fate { fine, lost_before, lost_after };
  // `restarts`: all sessions are lost, this one, too.
  TeamSession(store::Ledger& inner, Claims& claims, std::function<Fate()> fate,
              std::function<void()> restarts)
      : SessionLedger(inner, claims), fate_(std::move(fate)), restarts_(std::move(restarts)) {}

  Result<void> apply(const std::vector<store::Change>& changes) override {
    const auto fate = fate_();
    if (fate == Fate::lost_before) restarts_();
    auto done = SessionLedger::apply(changes);
    if (fate != Fate::lost_after) return done;
    restarts_();
    return fail(ErrorCode::connection_failed, "the database went away");
  }

 private:
  std::function<Fate()> fate_;
  std::function<void()> restarts_;
};

class Team {
 public:
  Team(const Setting& setting, std::uint64_t seed, bool has_topic);

  // What the source says from now on; over a topic it says what has changed.
  void says(const Records& records);
  // The workers are at it for a while, with faults.
  void works_with_faults();
  // Without faults, until nothing is left to do. An empty text, or what went wrong.
  std::string comes_to_an_end();

  FakeServer& server() { return server_; }
  store::Ledger& ledger() { return all_; }
  // Of all that was done so far.
  Faults faults() const;

 private:
  struct Open {
    rest::Task task;
    std::int64_t sent = 0;  // before, it waits for its time
    std::int64_t due = 0;
  };
  struct Member {
    TeamSession* session = nullptr;
    std::unique_ptr<sync::KeptLedger> ledger;
    std::unique_ptr<Reading> reading;
    std::unique_ptr<sync::Worker> worker;
    sync::FakeFeed* feed = nullptr;  // of its worker
    std::unique_ptr<sync::Run> run;
    std::vector<Open> open;
    bool is_done = false;  // its last round ended well, and nothing was left to others
  };

  void join(Member& member);
  std::unique_ptr<sync::Worker> worker_over_topic(Member& member);
  Result<std::unique_ptr<store::Ledger>> session_of(Member& member);
  TeamSession::Fate fate();
  void step();
  void step(Member& member);
  void look_at_run(Member& member);
  void ended(Member& member);
  bool deliver_next();
  void trouble();
  void kill(Member& member);
  void restart_database();
  void rebalance();
  std::set<std::int32_t> share_of(std::size_t member) const;
  bool all_done() const;

  Setting setting_;
  Dice dice_;
  bool has_topic_;
  FakeServer server_;
  MemoryLedger all_;
  store::SessionLedger::Claims claims_;
  FakeClock clock_;
  Trouble trouble_{dice_};
  Network network_{server_, setting_, dice_, trouble_, clock_};
  Records records_;
  sync::FakeTopic topic_;
  std::vector<std::unique_ptr<Member>> members_;
  std::size_t shift_ = 0;  // which member has which partitions
};

}  // namespace paraneo::simulation
