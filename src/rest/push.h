// The job "make the server hold what the input says". Each group of resources is read from the
// server first; what is there already with the same content is left alone, so a second push makes
// no copy and no version, whether or not the server itself detects that nothing changed. Writes
// carry If-Match: a change by somebody else in between is seen, read again and decided again.
//
// What a server refuses is tried again when everything else is done, as long as that helps: it may
// refer to something that came later in the input.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "rest/machine.h"
#include "rest/push_item.h"
#include "rest/retry.h"
#include "rest/write_request.h"

namespace paraneo::rest {

struct PushOptions {
  std::string base;                    // from server_base()
  std::size_t groups_open_max = 8;     // groups worked on at the same time
  std::size_t group_entries_max = 40;  // single resources read with one request
  std::size_t group_bytes_max = std::size_t{4} << 20;
  std::size_t transaction_entries_max = 0;  // a larger transaction goes in parts; 0: until the server refuses its size
  std::size_t deferred_bytes_max = std::size_t{256} << 20;  // refused, waiting for another round
  std::size_t failures_max = 1000;                          // kept; the resources of the rest are counted
  unsigned conflict_tries_max = 8;
  RetryPolicy retry;
  ServerWords words = ServerWords::left_out;
  Limits limits;
};

struct PushFailure {
  std::string place;   // file:line:column of the input
  std::string target;  // "Patient/1"; empty for a whole text and for several resources
  Error error;
  std::uint64_t resources = 1;  // that were refused together, for this one reason
};

struct PushReport {
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t deleted = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t failed = 0;  // resources that the server refused, and texts that cannot be pushed
  std::uint64_t conflicts = 0;  // of the failed ones
  std::uint64_t in_parts = 0;   // transactions too large for the server, each sent as several
  std::vector<PushFailure> failures;
  std::optional<Error> fatal;  // ended the whole push: no connection, not logged in

  std::uint64_t written() const { return created + updated + deleted; }
};

// The next text; nothing at the end. An error stands for one text; the source goes on after it.
using PushSource = std::function<Result<std::optional<PushItem>>()>;

class Push final : public Machine {
 public:
  Push(PushOptions options, PushSource source, Random& random);
  ~Push() override;

  std::optional<Task> next() override;
  void finished(std::uint64_t task, Result<Reply> reply) override;
  bool done() const override;
  const PushReport& report() const { return report_; }

 private:
  struct Slot;
  struct Group;
  enum class Step { read_batch, read_one, write_one, write_all };
  struct Pending {
    Group* group = nullptr;
    Step step = Step::read_one;
    std::size_t slot = 0;
  };

  bool open_group();
  std::unique_ptr<Group> make_group();
  bool take_item(PushItem& item);
  bool targets_free(const Group& group) const;
  void ask(Group& group, Step step, std::size_t slot, Request request, std::int64_t delay_ms);

  void start_reading(Group& group, std::int64_t delay_ms);
  void read_slot(Group& group, std::size_t slot, std::int64_t delay_ms);
  void got_batch(Group& group, Reply& reply);
  void got_current(Group& group, Slot& slot, Reply& reply);
  void decide(Group& group);
  void resolve_conditional(Group& group, Slot& slot);
  void compare(Slot& slot) const;
  void start_writing(Group& group);

  // push_parts.cpp
  void write_transaction(Group& group);
  bool cut(Group& group);
  std::size_t entries_to_write(const Group& group) const;
  bool again_in_parts(Group& group, const Reply& reply);

  void got_written(Group& group, std::size_t slot, Reply& reply);
  void got_all_written(Group& group, Reply& reply);
  bool try_again_after_conflict(Group& group, std::size_t slot);

  static Sending sending(const Slot& slot);

  void count(const Slot& slot, bool created);
  void fail_slot(Slot& slot, Error error);
  void fail_group(Group& group, const Error& error);
  void keep_failure(PushFailure failure);
  void defer(Group& group, std::size_t slot, const Error& error);
  void finish_group_if_idle(Group& group);
  void next_round();

  PushOptions options_;
  PushSource source_;
  Random& random_;
  PushReport report_;
  std::vector<std::unique_ptr<Group>> open_;
  std::unique_ptr<Group> blocked_;  // waits until its targets are free
  std::deque<std::unique_ptr<Group>> again_;
  std::vector<std::unique_ptr<Group>> deferred_;
  std::size_t deferred_bytes_ = 0;
  PushItem left_over_;  // read from the source, did not fit into the last group
  std::deque<Task> ready_;
  std::map<std::uint64_t, Pending> pending_;
  std::set<std::string> targets_;  // of the open groups
  std::uint64_t last_task_ = 0;
  std::uint64_t written_before_round_ = 0;
  bool source_ended_ = false;
  bool batch_works_ = true;
};

}  // namespace paraneo::rest
