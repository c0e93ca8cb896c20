// What the pages of a history say of each resource: is it there now, or deleted? The order of the
// entries is not believed: the specification wants the newest first, and servers differ. Times and
// versions decide; where they do not, or contradict each other, the server must be asked for the
// resource itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace paraneo::fetch {

// What the history says is not there any more.
struct Deletion {
  std::string target;   // Type/id
  std::string at;       // response.lastModified, as it was written; empty when it was not
  bool certain = true;  // false: read the resource to know
};

// Holds one state for each resource of the history. Not thread-safe.
class HistoryLog {
 public:
  // One Bundle of a history. The number of its entries that were on no page before, or an error: an
  // entry that does not say what was deleted.
  Result<std::size_t> take(const json::Value& bundle);
  // What the newest entry says is deleted, by target.
  std::vector<Deletion> deletions() const;

 private:
  struct State {
    std::optional<std::uint64_t> version;
    std::optional<std::int64_t> time_ms;
    std::string at;
    bool deleted = false;
    bool certain = true;
    bool unplaced = false;  // an entry that says neither when nor which version came, too

    bool has_no_place() const { return !version && !time_ms; }
  };
  enum class Order { earlier, same, later, unknown };

  static Order order(const State& a, const State& b);
  void merge(const std::string& target, State state);

  std::map<std::string, State> states_;
  std::unordered_set<std::size_t> seen_;  // hashes of entries
};

}  // namespace paraneo::fetch
