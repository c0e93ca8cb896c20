// Writes a group in one request: makes it, with If-Match for what is there already, and says what
// the answer means, and which part of it is about which entry. That is a transaction; for updates
// that go apart a batch, or a PUT, POST or DELETE. Counts what the server broke on, to find the one
// record that does it. Not thread-safe: a run calls it from one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "rest/write_request.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

// 2xx.
bool is_done(const rest::EntryAnswer& answer);

class Writer {
 public:
  struct Options {
    std::string base;
    unsigned broken_cut = 3;        // 5xx to one transaction: look for the record that does it
    unsigned broken_tries_max = 8;  // 5xx to one record, while others go through
    unsigned failures_max = 12;     // 5xx to writes in a row: the run ends; 0: it never does
    Limits limits;
  };
  explicit Writer(Options options) : options_(std::move(options)) {}

  enum class Go {
    send,
    cut,      // in halves first
    split,    // each by itself: the server has no batches
    give_up,  // this one record breaks the server, while others go through
  };
  Go before(const Group& group) const;
  // All that is to be written.
  rest::Request request(const Group& group) const;

  enum class Told {
    written,    // `answers` has one for each task; of a batch, some may tell of a refusal
    no_batch,   // nothing was done of it, and the same goes for further ones
    broken,     // 5xx, no FHIR, or no word about each task: nobody knows
    elsewhere,  // it was written, under another id than it has
    conflict,   // somebody was there: nothing was done
    held_off,   // too many requests: nothing was done
    busy,       // nobody knows
    refused,    // as a whole: nothing was done
  };
  Told answered(const Group& group, const rest::Reply& reply,
                std::vector<rest::EntryAnswer>& answers);
  // Told::broken. False: writes have failed too often in a row.
  bool broke_on(Group& group, rest::Reply& reply);
  // No answer came at all. False as above.
  bool lost_on(Group& group, const Error& error);
  // Told::busy. It says nothing about a record, so none is looked for. False as above.
  bool held_up();
  bool any_written() const { return written_ > 0; }
  // One of its own, and not a Bundle.
  static bool is_single(const Group& group) {
    return group.delivery() == Delivery::apart && group.count(TaskState::to_write) == 1;
  }

 private:
  Told answered_one(const Group& group, const rest::Reply& reply,
                    std::vector<rest::EntryAnswer>& answers);
  Told answered_bundle(const Group& group, const rest::Reply& reply,
                       std::vector<rest::EntryAnswer>& answers);

  Options options_;
  std::uint64_t written_ = 0;  // groups
  bool batches_work_ = true;
  unsigned failed_in_row_ = 0;  // reads between the writes succeed, and hide that no write does
};

}  // namespace paraneo::sync
