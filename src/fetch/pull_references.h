// What a patient's resources refer to and what did not come with them.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "fetch/pull_context.h"
#include "fetch/pull_output.h"
#include "fetch/references.h"

namespace paraneo::fetch {

// Not thread-safe.
class PullReferences {
 public:
  PullReferences(PullContext& context, PullOutput& output, References& references)
      : context_(context), output_(output), references_(references) {}

  // Asks for the next, where there is one. One at a time: what it refers to may have to be fetched,
  // too.
  void plan();
  // The answer to PullStep::referenced.
  void take(const PullQuestion& question, rest::Reply& reply);
  // At the end: what was not fetched, into the report.
  void note() const;

 private:
  PullContext& context_;
  PullOutput& output_;
  References& references_;
  std::map<std::string, std::size_t> gone_;  // that are not on the server, by type
};

}  // namespace paraneo::fetch
