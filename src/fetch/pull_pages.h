// One page of a search: what stands on it, and what that says about the search.
#pragma once

#include <string>

#include "fetch/pull_comparison.h"
#include "fetch/pull_context.h"
#include "fetch/pull_output.h"
#include "json/value.h"

namespace paraneo::fetch {

// Reads pages; what a page says of its search is counted in the question. Not thread-safe.
class PullPages {
 public:
  PullPages(PullContext& context, PullComparison& comparison, PullOutput& output)
      : context_(context), comparison_(comparison), output_(output) {}

  // Hands out the entries. The next link, or nothing at the end. An error: the page, or something
  // on it, leaves open what the result is. Linear.
  Result<std::string> read(PullQuestion& question, const std::string& body);

 private:
  Result<void> take_total(PullQuestion& question, const json::Value& bundle,
                          const std::string& where);
  Result<void> take_entry(PullQuestion& question, const json::Value& entry);
  Result<void> take_outcome(const PullQuestion& question, const json::Value& outcome);
  Result<void> check_window(PullQuestion& question, const json::Value& resource);
  std::size_t entries_asked(const PullQuestion& question) const;

  PullContext& context_;
  PullComparison& comparison_;
  PullOutput& output_;
};

}  // namespace paraneo::fetch
