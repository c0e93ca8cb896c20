// What a pull is asked for, what it says of itself, and where its results go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "rest/reply.h"

namespace paraneo::fetch {

// What is asked for.
struct PullOptions {
  std::string base;  // from server_base()
  // All that belongs to each: its id, or what identifies it. `identifier_of` makes the value of the
  // search parameter "identifier" of what is no id on the server; without it, it is the value.
  std::vector<std::string> patients;
  std::function<std::string(const std::string& patient)> identifier_of;
  std::vector<std::string> queries;  // "Condition?code=..."
  std::vector<std::string> follow;   // with patients: types to fetch where they are referred to,
                                     // beside those of References
  std::string since;                 // FHIR instant or date; empty for all
  bool goes_on = false;  // `since` is a cursor: where the last pull says that all was seen
  std::optional<std::int64_t> clock_lead_ms;  // of PullState
  bool deletions = false;                     // look for them in the history since `since`
  std::map<std::string, std::string> recent;  // of PullState: not handed out again
  std::map<std::string, std::string> hashes;  // of PullState: a server without _lastUpdated is
                                              // compared with them
  bool keep_hashes = false;                   // it may be such a server: the next pull needs them
  std::int64_t overlap_ms = 600'000;  // the next pull looks again at what was committed this late
  // Neither patients nor queries: every type that the server's CapabilityStatement can search.
  std::size_t page_entries = 250;    // _count, where the query has none; less where the server
                                     // refuses it
  std::size_t pages_max = 100'000;   // of one search
  std::size_t pages_idle_max = 100;  // of one search, one after the other with nothing new on them
  std::size_t surplus_max = 10'000;  // of one search, beyond twice of what was announced
  std::size_t windows_max = 100'000;
  rest::ServerWords words = rest::ServerWords::left_out;
  Limits limits;
};

// How far the pull is; when it is done, what became of it.
struct PullReport {
  std::uint64_t resources = 0;
  std::uint64_t pages = 0;
  std::uint64_t repeated = 0;       // came twice, handed out once
  std::uint64_t without_total = 0;  // searches whose server gave no count to check against
  std::uint64_t windows = 0;        // that searches were split into
  std::uint64_t known = 0;          // seen by the pull before, in this version
  std::uint64_t deletions = 0;
  std::uint64_t subsetted = 0;            // that are marked as parts of resources
  bool unproven = false;                  // it cannot be shown that this is all
  std::optional<std::uint64_t> expected;  // sum of the totals so far
  std::vector<std::string> notes;  // what a person should know; without patient data unless `words`
                                   // says so
  std::optional<Error> error;      // the pull is not complete
  std::optional<std::int64_t> clock_lead_ms;  // of the server's clock; see server_clock.h
  std::int64_t cursor_ms = 0;  // for PullState, when the pull is complete; see PullCursor
  std::map<std::string, std::string> recent;
  std::map<std::string, std::string> hashes;
};

// Takes each resource as the server wrote it, without white space between the tokens. An error
// (the disk is full) ends the pull.
using PullSink =
    std::function<Result<void>(std::string_view type, std::string_view id, std::string_view json)>;
// Takes what was deleted since `since`.
using DeletionSink = std::function<Result<void>(std::string_view type, std::string_view id)>;

}  // namespace paraneo::fetch
