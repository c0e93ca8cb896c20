// Writes a group in one transaction: makes the request, with If-Match for what is there already, and says what the
// answer means. Counts what the server broke on, to find the one record that does it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "rest/write_request.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

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
    give_up,  // this one record breaks the server, while others go through
  };
  Go before(const Group& group) const;
  // All that is to be written.
  rest::Request request(const Group& group) const;

  enum class Told {
    written,   // `answers` has one for each slot
    broken,    // 5xx, no FHIR, or no word about each slot: nobody knows
    conflict,  // somebody was there: nothing was done
    held_off,  // too many requests: nothing was done
    busy,      // nobody knows
    refused,   // as a whole: nothing was done
  };
  Told answered(const Group& group, const rest::Reply& reply, std::vector<rest::EntryAnswer>& answers);
  // Told::broken. False: writes have failed too often in a row.
  bool broke_on(Group& group, rest::Reply& reply);
  bool any_written() const { return written_ > 0; }

 private:
  Options options_;
  std::uint64_t written_ = 0;  // groups
  unsigned broken_in_row_ = 0;  // reads between the writes succeed, and hide that no write does
};

}  // namespace paraneo::sync
