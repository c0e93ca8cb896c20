// How it ends for a record: confirmed, parked, a dead letter, or left as it was. Makes the changes
// of the ledger for each step, counts, and keeps the messages; who applies the changes is the
// caller's.
// Not thread-safe: a run calls it from one thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "rest/write_request.h"
#include "store/ledger.h"
#include "sync/reconcile/decider.h"
#include "sync/reconcile/group.h"
#include "sync/reconcile/report.h"

namespace paraneo::sync {

class Outcome {
 public:
  using Changes = std::vector<store::Change>;

  Outcome(std::string base, std::size_t failures_kept_max, const Clock& clock)
      : base_(std::move(base)), failures_kept_max_(failures_kept_max), clock_(clock) {}

  RunReport& report() { return report_; }
  const RunReport& report() const { return report_; }

  // On their way: the ledger knows it before the request goes anywhere.
  Changes intended(const Group& group) const;
  // What was to be written has left, and it is to be read what became of it. `unknown`: nobody can
  // say; otherwise nothing was done of it.
  Changes doubtful(Group& group, bool unknown) const;
  // What the server wrote, with its versions. The answers are those to the tasks to write, in
  // order; a task whose answer is none of success stays to be written.
  void written(Group& group, std::vector<rest::EntryAnswer>& answers, Changes& changes);
  // The rows of the tasks, of which nothing is left to do. True: the record has ended; otherwise
  // what of it waits for another transaction is in Unit::later or Unit::waiting.
  bool finished(Unit& unit, Changes& changes);
  // What an earlier run left, of which the server was asked.
  void recovered(const Group& group, const Decider& decider, Changes& changes);

  // It waits for a person: somebody else's version is in the way of all of it.
  void parked(const Unit& unit, Changes& changes);
  // The server refuses it: a dead letter with its words. Or it cannot be sent, since that one of
  // its tasks cannot; then there is no reply.
  void refused(const Unit& unit, const Error& error, const rest::Reply& reply, Changes& changes,
               const Task* task = nullptr);
  // The same for all of a group that goes apart, in one message.
  void given_up(const Group& group, const Error& error);
  // The server does not delete it, because something refers to it.
  static void refused_deletion(Unit& unit, const rest::Reply& reply);
  // It cannot be sent at all.
  void unfit(const RecordUpdate& update, Changes& changes);

 private:
  void record_ended(const Unit& unit, Changes& changes);
  void leave_referred(const Unit& unit, Changes& changes);
  void park(const Unit& unit, const std::vector<Task>& tasks, Changes& changes);
  void set_aside(const RecordUpdate& update, store::RecordState state, Changes& changes) const;
  store::RecordRow record_row(const RecordUpdate& update, store::RecordState state) const;
  store::AuditRow audit_row(const Task& task, std::string_view action) const;
  void fail_record(const RecordUpdate& update, Error error, RunFailure::Kind kind);
  void keep(RunFailure failure);
  void tell_retraction(const std::string& record, std::uint64_t resources);

  std::string base_;
  std::size_t failures_kept_max_;
  const Clock& clock_;
  RunReport report_;
};

}  // namespace paraneo::sync
