// One question of a pull to the server, with what its answers have said so far. A search of many
// pages is one question, whose URL is the page that comes next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paraneo::fetch {

// What a question is about.
enum class PullStep {
  capabilities,
  patient,           // is it there, by its id
  identified,        // which one it is, by an identifier
  everything,        // of a patient
  everything_paged,  // the same for half as many, to see whether there are next links
  search,
  count,          // of a search, by _summary=count
  history,        // of the system or of a type
  history_paged,  // as everything_paged
  former,         // versions of a resource that was deleted
  present,        // whether a resource is there
  referenced,     // a resource that others refer to
};

// A value: parts of a pull hand it on, and ask it again changed.
struct PullQuestion {
  PullStep step = PullStep::search;
  std::string url;
  std::string label;  // for messages, without the values of the query
  // Of patient, identified and everything: the patient's id or identifier; of former, present and
  // referenced: Type/id.
  std::string subject;
  bool total_asked = false;
  bool sized = false;           // _count is ours
  bool by_post = false;         // the query goes in the body: it identifies a person
  bool may_be_missing = false;  // a type of the compartment that this server may not have
  std::string owner;            // the id of the patient whose all shall be; empty: anybody's
  std::size_t pages = 0;
  std::size_t pages_idle = 0;  // the last ones, with nothing new
  std::uint64_t matches = 0;
  std::uint64_t others = 0;
  std::uint64_t unmarked = 0;     // of the matches: may have come along (an _include, and no
                                  // search.mode)
  std::uint64_t entries = 0;      // of a history: different ones
  std::size_t entries_first = 0;  // of a search: resources on its first page
  bool page_full = false;         // the last page: as many as were asked for
  std::optional<std::uint64_t> total;
  std::set<std::string> urls;            // pages seen
  std::set<std::string> found;           // Type/id of this search
  std::string bare;                      // url without paging, total and window
  std::optional<std::int64_t> from_ms;   // window: at or after
  std::optional<std::int64_t> until_ms;  // before
  std::vector<std::int64_t> updated_ms;  // of the matches that say it
  bool since_left_out = false;           // the server does not know _lastUpdated
};

}  // namespace paraneo::fetch
