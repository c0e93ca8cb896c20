// Brings the server to what the source says, record by record, so that a crash at any moment loses,
// doubles and halves nothing.
//
// A machine without a socket, a clock of its own or a disk: it asks for requests to be sent, writes
// the ledger through its port, and reads the time and chance from theirs. The order of work:
//
//   1. What an earlier run left on its way is read back and settled.
//   2. Records from the feed are put together to transactions. What has no known version on the
//      server is read first, so that nothing is overwritten unseen.
//   3. The intent is written to the ledger; only then the transaction goes out, with If-Match.
//   4. The outcome is written to the ledger. An outcome that nobody knows is read back.
//
// What is deleted goes after what is written, and the Patient last: what others refer to the server
// refuses by itself, and the next run tries again.
//
// A refused transaction is cut in half until the bad record stands alone; that one becomes a dead
// letter, the others go through. A record goes whole into one transaction unless it alone has more
// resources than a transaction may have: then what is referred to goes first. How many a
// transaction may have is asked for in the options, and learnt when the server refuses a size.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "rest/machine.h"
#include "rest/retry.h"
#include "store/ledger.h"
#include "sync/reconcile/address.h"
#include "sync/reconcile/batcher.h"
#include "sync/reconcile/decider.h"
#include "sync/reconcile/outcome.h"
#include "sync/reconcile/pace.h"
#include "sync/reconcile/reader.h"
#include "sync/reconcile/recovery.h"
#include "sync/reconcile/reply_errors.h"
#include "sync/reconcile/rounds.h"
#include "sync/reconcile/writer.h"

namespace paraneo::sync {

// What a run may do at once, and by which policy.
struct RunOptions {
  std::string base;  // from rest::server_base()
  OnConflict conflict = OnConflict::park;
  bool if_match = true;                       // the server refuses writes to another version
  std::size_t concurrency_max = 4;            // transactions on their way at the same time, at most
  std::size_t transaction_entries_max = 200;  // fewer from then on, when the server refuses the
                                              // size
  std::size_t transaction_bytes_max = std::size_t{4} << 20;
  std::int64_t settle_ms = 1000;    // after a lost answer, until the server is asked
  unsigned circuit_failures = 5;    // in a row: from then on one request at a time
  unsigned failures_max = 12;       // in a row: the run ends; 0: it never does
  unsigned conflict_tries_max = 8;  // of one transaction
  unsigned deletion_tries_max = 2;  // of one that only deletes: something refers to it, most likely
  unsigned broken_cut = 3;        // 5xx to one transaction, or no answer: look for the record that
                                  // does it
  unsigned broken_tries_max = 8;  // the same to one record, while others go through
  std::size_t failures_kept_max = 1000;
  rest::RetryPolicy retry;
  bool only_new = false;  // the server refuses a PUT with If-None-Match: * to what is there
  // Of work that does not come again (a push):
  bool adapts = true;  // the number of requests at the same time, to how long the server takes
  bool retried_below = false;  // who sends the requests has tried again already: what fails has
                               // failed
  bool refused_again = false;  // what is refused is tried again at the end, as long as that helps
  std::size_t apart_entries_max = 40;                      // of a batch, of updates that go apart
  std::size_t refused_bytes_max = std::size_t{256} << 20;  // that wait for the end
  rest::ServerWords words = rest::ServerWords::left_out;
  Limits limits;
};

// Joins the parts of reconcile/, each of which decides one thing and keeps the state for it: what
// travels together (Batcher), what the server has (Reader), what is to be done about it (Decider),
// the request and what its answer means (Writer), how it ends (Outcome), what is tried again at the
// end (Rounds), how fast all goes (Pace), whether there is a server (Address), and what an earlier
// run left (Recovery).
class Run final : public rest::Machine {
 public:
  // The next record that needs anything; nothing at the end. It is asked for the first one after
  // everything from earlier runs is settled, and never for the same record twice.
  using Feed = std::function<Result<std::optional<RecordUpdate>>()>;

  Run(RunOptions options, store::Ledger& ledger, Feed feed, const Clock& clock, Random& random);

  std::optional<rest::Task> next() override;
  void finished(std::uint64_t task, Result<rest::Reply> reply) override;
  bool done() const override;
  const RunReport& report() const { return outcome_.report(); }

 private:
  struct Ready {
    Group* group = nullptr;
    std::int64_t delay_ms = 0;
    rest::Request request;
  };
  struct Pending {
    Group* group = nullptr;
    std::int64_t begun_ms = 0;
    Window::Weight weight;
  };

  // Where groups come from
  void open_groups();
  std::unique_ptr<Group> next_group();
  std::optional<RecordUpdate> take_update();
  void next_round();

  // The steps of a group: read, decide, write
  void start(Group& group);
  void read(Group& group, std::int64_t delay_ms);
  void decide(Group& group);
  void write(Group& group, std::int64_t delay_ms);
  void in_doubt(Group& group, std::int64_t delay_ms, bool unknown = true);

  // What becomes of a request
  void no_answer(Group& group, const Error& error);
  void answered(Group& group, rest::Reply& reply);
  void ask_address(Group& group);
  void got_address(Group& group, const rest::Reply& reply);
  void got_read(Group& group, rest::Reply& reply);
  void got_written(Group& group, rest::Reply& reply);
  void wrote(Group& group, std::vector<rest::EntryAnswer>& answers);
  void conflicted(Group& group, const rest::Reply& reply);
  void broke(Group& group, rest::Reply& reply);
  void unclear(Group& group, bool goes_on, std::optional<std::int64_t> retry_after_ms, Error error);
  bool failed(Group& group, std::optional<std::int64_t> retry_after_ms, Error error);
  void give_up(Group& group, const Error& error);
  void heard(Group& group);
  std::int64_t backoff_ms(const Group& group);

  // How it ends
  void refused(Group& group, const rest::Reply& reply);
  bool again_in_parts(Group& group, const rest::Reply& reply);
  bool refused_deletion(Group& group, const rest::Reply& reply);
  void refused_reading(Group& group, const Error& error, const rest::Reply& reply);
  void finish(std::unique_ptr<Unit> unit, Outcome::Changes& changes);
  void close(Group& group);
  bool apply(const Outcome::Changes& changes);

  void ask(Group& group, rest::Request request, std::int64_t delay_ms);
  bool is_stale(const Ready& ready, std::int64_t delay_ms) const;
  void end(Error error);
  bool ended() const { return report().fatal.has_value(); }

  RunOptions options_;
  store::Ledger& ledger_;
  Feed feed_;
  const Clock& clock_;
  Recovery recovery_;
  Batcher batcher_;
  Reader reader_;
  Decider decider_;
  Writer writer_;
  Outcome outcome_;
  ReplyErrors errors_;
  Rounds rounds_;
  Pace pace_;
  Address address_;
  std::vector<std::unique_ptr<Group>> open_;
  std::deque<Ready> ready_;
  std::map<std::uint64_t, Pending> pending_;  // by the number of the task
  std::uint64_t last_task_ = 0;
  bool started_ = false;
  bool feed_ended_ = false;
  bool scouting_;  // whether nothing is there, in the place of what we write: one group finds out
};

}  // namespace paraneo::sync
