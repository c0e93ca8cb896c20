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
// resources than a transaction may have: then what is referred to goes first. How many a transaction
// may have is asked for in the options, and learnt when the server refuses a size.
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
#include "rest/write_request.h"
#include "store/ledger.h"
#include "sync/window.h"
#include "sync/work.h"

namespace paraneo::sync {

struct RunOptions {
  std::string base;                          // from rest::server_base()
  OnConflict conflict = OnConflict::park;
  bool if_match = true;                      // the server refuses writes to another version
  std::size_t concurrency_max = 4;           // transactions on their way at the same time, at most
  std::size_t transaction_entries_max = 200;  // fewer from then on, when the server refuses the size
  std::size_t transaction_bytes_max = std::size_t{4} << 20;
  std::int64_t settle_ms = 1000;             // after a lost answer, until the server is asked
  unsigned circuit_failures = 5;             // in a row: from then on one request at a time
  unsigned failures_max = 12;                // in a row: the run ends; 0: it never does
  unsigned conflict_tries_max = 8;           // of one transaction
  unsigned deletion_tries_max = 2;           // of one that only deletes: something refers to it, most likely
  unsigned broken_cut = 3;                   // 5xx to one transaction: look for the record that does it
  unsigned broken_tries_max = 8;             // 5xx to one record, while others go through
  std::size_t failures_kept_max = 1000;
  rest::RetryPolicy retry;
  Limits limits;
};

struct RunFailure {
  enum class Kind { refused, parked, referred };
  Kind kind = Kind::refused;
  std::string record;
  std::string place;
  Error error;
};

// In one transaction.
struct RunRetraction {
  std::string record;
  std::uint64_t resources = 0;
};

struct RunReport {
  std::uint64_t records = 0;    // brought to the server's side, or found there
  std::uint64_t created = 0;    // resources, as the others
  std::uint64_t updated = 0;
  std::uint64_t retracted = 0;  // marked, or deleted
  std::uint64_t found = 0;      // were there already, as they should be
  std::uint64_t settled = 0;    // left by an earlier run or a lost answer: read back
  std::uint64_t unsettled = 0;  // records left by an earlier run that the server does not let us read
  std::uint64_t yielded = 0;    // left as somebody else made them, by policy
  std::uint64_t referred = 0;   // records of which the server does not let us delete all: others refer to it
  std::uint64_t dead = 0;       // records
  std::uint64_t parked = 0;     // records
  std::uint64_t requests = 0;
  std::uint64_t failed_requests = 0;
  std::vector<RunFailure> failures;  // of dead, parked and referred records
  std::uint64_t records_retracting = 0;    // of which anything was retracted; a large one counts for each transaction
  std::vector<RunRetraction> retractions;  // of the first of them
  std::optional<Error> trouble;      // why the last failed request failed; it was tried again
  std::optional<Error> fatal;        // ended the whole run

  std::uint64_t written() const { return created + updated + retracted; }
};

class Run final : public rest::Machine {
 public:
  // The next record that needs anything; nothing at the end. It is asked for the first one after
  // everything from earlier runs is settled, and never for the same record twice.
  using Feed = std::function<Result<std::optional<Work>>()>;

  Run(RunOptions options, store::Ledger& ledger, Feed feed, const Clock& clock, Random& random);
  ~Run() override;

  std::optional<rest::Task> next() override;
  void finished(std::uint64_t task, Result<rest::Reply> reply) override;
  bool done() const override;
  const RunReport& report() const { return report_; }

 private:
  struct Slot;   // one resource
  struct Unit;   // one record
  struct Group;  // what travels together
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
  using Changes = std::vector<store::Change>;

  // run.cpp: what is worked on, and when
  void open_groups();
  std::unique_ptr<Group> next_group();
  void find_what_to_recover();
  std::unique_ptr<Group> recovery_group();
  bool take_work(Work& work);
  bool refuse_work(const Work& work);
  Slot slot_of(Want&& want) const;
  static Window::Weight weight_of(Group& group);
  void start(Group& group);
  void cut(Group& group);
  void close(Group& group);
  void ask(Group& group, rest::Request request, std::int64_t delay_ms);
  void end(Error error);
  bool apply(const Changes& changes);

  // run_unit.cpp: what of a record goes together
  void fill(Unit& unit, std::vector<Want>&& wants) const;
  void fill_again(Unit& unit) const;
  bool again_in_parts(Group& group, const rest::Reply& reply);
  static bool only_deletes(Group& group);
  bool refused_deletion(Group& group, const rest::Reply& reply);

  // run_answer.cpp: what answers mean
  void no_answer(Group& group, const Error& error);
  void answered(Group& group, rest::Reply& reply);
  bool ends_the_run(const rest::Reply& reply);
  bool check_address(Group& group, const rest::Reply& reply);
  void got_address(Group& group, const rest::Reply& reply);
  void got_batch(Group& group, rest::Reply& reply);
  void got_single(Group& group, rest::Reply& reply);
  void got_writing(Group& group, rest::Reply& reply);
  void failed(Group& group, std::optional<std::int64_t> retry_after_ms, Error error);
  void broken_write(Group& group, rest::Reply& reply);
  void in_doubt(Group& group, std::int64_t delay_ms);
  std::int64_t backoff(const Group& group);
  void succeeded(Group& group);
  void measure(const Pending& pending, const rest::Reply& reply);

  // run_decide.cpp: what to do about what the server has
  void read(Group& group, std::int64_t delay_ms);
  void decide(Group& group);
  void decide_recovery(Group& group);
  void decide_slot(Slot& slot) const;
  void resolve(Slot& slot) const;
  void write(Group& group, std::int64_t delay_ms);

  // run_outcome.cpp: how it ends for a record
  void written(Group& group, std::vector<rest::EntryAnswer>& answers);
  void finish_unit(std::unique_ptr<Unit> unit, Changes& changes);
  void finish_record(const Unit& unit, Changes& changes);
  void leave_referred(const Unit& unit, Changes& changes);
  static void undo_waiting(const Unit& unit, Changes& changes);
  void park_unit(const Unit& unit, Changes& changes);
  void park_slots(const Unit& unit, const std::vector<Slot>& slots, Changes& changes);
  static bool goes_on_without_parked(const Unit& unit);
  static void set_parked_apart(Unit& unit);
  void bury_unit(const Unit& unit, const rest::Reply& reply);
  void refused(Group& group, const rest::Reply& reply);
  void set_aside(const Work& work, store::RecordState state, Changes& changes) const;
  store::RecordRow record_row(const Work& work, store::RecordState state) const;
  static store::ResourceRow on_the_way(const Unit& unit, const Slot& slot, store::ResourceState state);
  store::AuditRow audit_row(const Slot& slot, std::string_view action) const;
  void fail_record(const Work& work, Error error, RunFailure::Kind kind);
  void tell_retraction(const std::string& record, std::uint64_t resources);

  RunOptions options_;
  store::Ledger& ledger_;
  Feed feed_;
  const Clock& clock_;
  Random& random_;
  RunReport report_;
  std::vector<std::unique_ptr<Group>> open_;
  std::deque<std::unique_ptr<Group>> again_;  // parts of what was cut
  std::unique_ptr<Unit> left_over_;           // read from the feed, did not fit into the last group
  std::deque<Ready> ready_;
  std::map<std::uint64_t, Pending> pending_;
  std::deque<std::string> to_recover_;
  std::uint64_t last_task_ = 0;
  std::uint64_t writes_done_ = 0;
  std::uint64_t successes_ = 0;
  unsigned failures_in_row_ = 0;
  unsigned broken_writes_in_row_ = 0;
  std::int64_t pause_ms_ = 0;  // before the next request, whichever it is
  Window window_;              // requests at the same time
  bool started_ = false;
  bool feed_ended_ = false;
  bool batch_works_ = true;
  bool address_checked_ = false;
  unsigned batch_failures_ = 0;
};

}  // namespace paraneo::sync
