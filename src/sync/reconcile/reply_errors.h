// A server's refusal as an error of ours: which request it was an answer to, and what can be done.
// May be shared by threads.
#pragma once

#include <string>
#include <utility>

#include "base/limits.h"
#include "rest/reply.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

class ReplyErrors {
 public:
  ReplyErrors(std::string base, rest::ServerWords words, const Limits& limits)
      : base_(std::move(base)), words_(words), limits_(limits) {}

  // The reply to the request of the group that is under way, which did not do what was asked.
  Error of(const Group& group, const rest::Reply& reply) const;
  // The reply to the writing of this record.
  Error of(const Unit& unit, const rest::Reply& reply) const;
  // The server gives ids of its own to what is written to one.
  Error elsewhere() const;

 private:
  Error of_one(const rest::PushEntry& entry, const rest::Reply& reply) const;

  std::string base_;
  rest::ServerWords words_;
  Limits limits_;
};

}  // namespace paraneo::sync
