// Reads what the server has of which we do not know: in a batch, or one by one where it has none.
// Makes the requests and reads the answers; who sends them, and when, is the caller's.
// Not thread-safe: a run calls it from one thread at a time.
#pragma once

#include <optional>
#include <string>

#include "base/limits.h"
#include "rest/write_request.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

class Reader {
 public:
  Reader(std::string base, const Limits& limits) : base_(std::move(base)), limits_(limits) {}

  // For what is unread of the group; nothing when all of it is read.
  std::optional<rest::Request> request(Group& group) const;

  struct Answer {
    enum class Kind {
      heard,        // what it told is in the tasks: ask for the rest
      no_batches,   // ask one by one
      failed,       // `error` says why: ask again after a pause
      not_allowed,  // the server does not let us read group.single
    };
    Kind kind = Kind::heard;
    bool only_absent = false;  // it told just that something is not there: any web server can
    Error error = {};
  };
  // To the last request of the group.
  Answer answered(Group& group, rest::Reply& reply);

 private:
  Answer batch(Group& group, rest::Reply& reply);
  Answer single(Task& task, rest::Reply& reply) const;

  std::string base_;
  Limits limits_;
  bool batches_work_ = true;
  unsigned batch_failures_ = 0;  // in a row
};

}  // namespace paraneo::sync
