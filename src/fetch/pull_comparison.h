// Servers whose _lastUpdated does not work: all of a type is fetched, and compared with the last
// pull by hash.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "fetch/pull_context.h"

namespace paraneo::fetch {

// Not thread-safe; holds a hash for each resource that it is asked about.
class PullComparison {
 public:
  explicit PullComparison(PullContext& context) : context_(context) {}

  // From now on the question brings all of its type, not what has changed.
  void read_whole(PullQuestion& question);
  // Of one type.
  bool is_read_whole(const std::string& type) const { return whole_types_.contains(type); }
  bool has_types() const { return !whole_types_.empty(); }
  // Whether the server took the parameter and did not look at it: this is older than what was asked
  // for.
  bool ignores_since(const PullQuestion& question, std::int64_t updated_ms) const;
  // Whether the last pull had this text of that resource; the report gets its hash for the next
  // one.
  bool is_as_before(const PullQuestion& question, const std::string& key, const std::string& text);
  // Type/id of what the last pull had and this one has not found: deleted. None where it cannot be
  // shown that this pull found all. At the end of the searches, once.
  std::vector<std::string> vanished(const std::set<std::string>& found);

 private:
  PullContext& context_;
  std::set<std::string> whole_types_;
};

}  // namespace paraneo::fetch
