// What a run did, in numbers and in messages.
// One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace paraneo::sync {

// A record that did not reach the server's side.
struct RunFailure {
  enum class Kind { refused, parked, referred };
  Kind kind = Kind::refused;
  std::string record;
  std::string place;
  Error error;
  std::string target = {};      // "Patient/1", when it is about one resource
  std::uint64_t resources = 0;  // that were refused together, for this one reason
};

// In one transaction.
struct RunRetraction {
  std::string record;
  std::uint64_t resources = 0;
};

// How far a run is; when it is done, what became of it.
struct RunReport {
  std::uint64_t records = 0;  // brought to the server's side, or found there
  std::uint64_t created = 0;  // resources, as the others
  std::uint64_t updated = 0;
  std::uint64_t retracted = 0;    // marked, or deleted
  std::uint64_t found = 0;        // were there already, as they should be
  std::uint64_t settled = 0;      // left by an earlier run or a lost answer: read back
  std::uint64_t unsettled = 0;    // records left by an earlier run that the server does not let us
                                  // read
  std::uint64_t yielded = 0;      // left as somebody else made them, by policy
  std::uint64_t labelled = 0;     // with tags or security labels of others, which stay
  std::uint64_t referred = 0;     // records of which the server does not let us delete all: others
                                  // refer to it
  std::uint64_t dead = 0;         // records
  std::uint64_t parked = 0;       // records
  std::uint64_t deleted = 0;      // of those retracted
  std::uint64_t unchanged = 0;    // resources of finished records that nothing was to be done for
  std::uint64_t failed = 0;       // resources of dead records
  std::uint64_t in_conflict = 0;  // of the failed ones: somebody changes them again and again
  std::uint64_t in_parts = 0;  // transactions that should have gone whole and were larger than the
                               // server takes
  std::uint64_t requests = 0;
  std::uint64_t failed_requests = 0;
  std::vector<RunFailure> failures;      // of dead, parked and referred records
  std::uint64_t records_retracting = 0;  // of which anything was retracted; a large one counts for
                                         // each transaction
  std::vector<RunRetraction> retractions;  // of the first of them
  std::optional<Error> trouble;            // why the last failed request failed; it was tried again
  std::optional<Error> fatal;              // ended the whole run

  std::uint64_t written() const { return created + updated + retracted; }
};

// The numbers of one more run of the same worker; its messages are not kept. What is unsettled is
// so still, or again.
void add(RunReport& all, const RunReport& one);

}  // namespace paraneo::sync
