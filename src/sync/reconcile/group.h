// What the parts of a run hand to each other: one resource, one record, and the records that travel
// together. Plain data without an order of work of its own; a group owns its units, a unit its
// tasks.
// One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rest/reply.h"
#include "sync/reconcile/target_claim.h"
#include "sync/record_update.h"

namespace paraneo::sync {

// Where one resource of a group stands.
enum class TaskState {
  unread,    // the server is to be asked
  read,      // `current` is what it has
  to_write,  // it has something else, or nothing
  done,      // it has just this, or nothing is to be done
};

// A resource.
struct Task {
  Operation operation = {};
  TaskState state = TaskState::unread;
  std::string current = {};  // JSON of the server; empty when it has none
  std::string etag = {};     // of `current`; when written: If-Match
  bool only_new = false;  // not asked about: written only if the server has none (If-None-Match: *)
  bool doubtful = false;  // sent once, outcome unknown
  bool conflict = false;  // somebody else's version is in the way
  bool yields = false;    // left as somebody else made it
  bool was_there = false;
  bool written = false;
  bool labelled = false;  // `current` has tags or security labels that are not ours
};

// A record.
struct Unit {
  RecordUpdate update = {};  // without its operations
  std::vector<Task> tasks = {};
  std::vector<Operation> later = {};  // more than one transaction may have
  std::vector<Task> waiting = {};     // the same, read and decided already
  std::vector<Task> parked = {};      // in conflict; the others of the record go on
  std::uint64_t parts_done = 0;
  std::uint64_t parts_written = 0;
  bool singly = false;                            // deletions, each in a request of its own
  bool deleted_any = false;                       // since all of them were tried last
  std::vector<Operation> still_referred_to = {};  // the server does not delete these
  rest::Reply refusal = {};  // of the last of them; or of a record that is tried again at the end
  TargetClaim claim = {};
};

// Records in one transaction, or in one batch.
struct Group {
  std::vector<std::unique_ptr<Unit>> units = {};
  bool recovery = false;         // left by an earlier run: asked about, never sent
  bool writing = false;          // what the request under way does
  bool intended = false;         // the ledger knows what is to be written
  std::int64_t intended_ms = 0;  // since when
  bool asks_address = false;     // the request under way is about the server itself
  bool singly = false;           // a batch did not tell about all of them
  Task* single = nullptr;        // read by itself; null: all unread ones in a batch
  unsigned failures = 0;         // in a row
  unsigned conflicts = 0;
  unsigned broken = 0;                     // its writing, by 5xx or without an answer
  std::uint64_t writes_done_before = 0;    // others', at the first time
  rest::Reply last_broken = {};            // without its body
  std::optional<Error> lost = {};          // no answer came, in the place of that
  std::optional<rest::Reply> blamed = {};  // before it is: is the server there at all?

  // Every task of every unit, in order.
  template <class Visit>
  void each(const Visit& visit) {
    for (auto& unit : units)
      for (auto& task : unit->tasks) visit(task);
  }
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& unit : units)
      for (const auto& task : unit->tasks) visit(static_cast<const Task&>(task));
  }
  // All units of a group travel in the same way.
  Delivery delivery() const {
    return units.empty() ? Delivery::packed : units.front()->update.delivery;
  }
  std::size_t count(TaskState state) const {
    std::size_t tasks = 0;
    each([&](const Task& task) { tasks += task.state == state ? 1U : 0U; });
    return tasks;
  }
  // The request under way writes, and some of it whatever the server has.
  bool writes_unguarded() const {
    bool any = false;
    each([&](const Task& task) {
      any = any || (task.state == TaskState::to_write && task.etag.empty() && !task.only_new);
    });
    return writing && any;
  }
  // What is to be written of it is to be deleted, all of it.
  bool only_deletes() const {
    bool any = false;
    bool only = true;
    each([&](const Task& task) {
      if (task.state != TaskState::to_write) return;
      any = true;
      only = only && task.operation.effect == Effect::remove;
    });
    return any && only;
  }
};

}  // namespace paraneo::sync
