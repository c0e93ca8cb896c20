// What is to be done about what the server has: write it, leave it, let it wait for a person.
// What others added to the meta of a resource of ours is no other content: their version is taken
// over, their labels stay.
// Without state: the same tasks give the same decision.
// May be shared by threads, its units not.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "sync/labels.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

class Decider {
 public:
  Decider(std::string base, OnConflict conflict, const Limits& limits)
      : base_(std::move(base)), conflict_(conflict), limits_(limits) {}

  enum class Verdict {
    write,   // some of its tasks are to_write
    finish,  // nothing is left to do
    park,  // nothing of it may go: what is in the way was deleted there, and others may refer to it
    refuse,  // nothing of it can go: `error` says why, `task` is what it is about
  };
  struct Decision {
    Verdict verdict = Verdict::finish;
    Error error = {};
    const Task* task = nullptr;
  };
  // Of a record of which all is read. What is in conflict while the others go on moves to
  // Unit::parked.
  Decision decide(Unit& unit) const;

  // What became of an intent of which the server was asked.
  enum class Settled {
    nothing,  // it did not happen
    done,     // the server holds what was intended
    removed,  // it holds nothing
  };
  Settled settled(const Task& task) const;
  // The server's copy of a put has labels beside ours, or ours has them by now: they went along
  // when it was sent.
  bool has_labels_of_others(const Task& task) const;

 private:
  void decide(Task& task) const;
  void resolve(Task& task) const;
  void keep_labels(Task& task) const;
  std::optional<Labels> labels_of_others(const Task& task) const;
  bool is_known_version(const Task& task) const;
  bool same(const Task& task) const;

  std::string base_;
  OnConflict conflict_;
  Limits limits_;
};

}  // namespace paraneo::sync
