// Searches until what came fits what the server says there is: pages are followed to the end, what
// the server refuses is asked another way, and where a count does not fit, the search is split into
// windows of time by _lastUpdated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fetch/pull_comparison.h"
#include "fetch/pull_context.h"
#include "fetch/pull_pages.h"

namespace paraneo::fetch {

// Not thread-safe.
class PullSearch {
 public:
  PullSearch(PullContext& context, PullComparison& comparison, PullPages& pages)
      : context_(context), comparison_(comparison), pages_(pages) {}

  // Asks for what a query ("Condition?code=...") finds.
  void add(const std::string& query);
  // An answer to PullStep::search or PullStep::everything.
  void take_page(PullQuestion question, const rest::Reply& reply);
  // The answer to PullStep::everything_paged.
  void take_paged(const PullQuestion& question, const rest::Reply& reply);
  // The answer to PullStep::count.
  void take_count(PullQuestion question, const rest::Reply& reply);

 private:
  PullQuestion make(const std::string& bare, std::string label) const;
  PullQuestion question_of(const std::string& query) const;
  void add_by_type(const std::string& patient_id);
  void search_by_type(const PullQuestion& everything);
  bool falls_back(const PullQuestion& question, const rest::Reply& reply);
  void end(PullQuestion question);
  void ask_count(PullQuestion question);
  void split(PullQuestion question);

  PullContext& context_;
  PullComparison& comparison_;
  PullPages& pages_;
};

}  // namespace paraneo::fetch
