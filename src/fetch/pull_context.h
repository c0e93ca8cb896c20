// What the parts of a pull share: what was asked for, what is still to be asked of the server, and
// the report. Each part decides about its own kinds of question; nobody but Pull sends them.
#pragma once

#include <string>
#include <vector>

#include "fetch/page_size.h"
#include "fetch/pull_options.h"
#include "fetch/pull_question.h"

namespace paraneo::fetch {

// Not thread-safe. Outlives the parts.
class PullContext {
 public:
  explicit PullContext(PullOptions asked)
      : options(std::move(asked)), page_size(options.page_entries) {}

  // The first error stays: the pull is not complete.
  void stop(Error error);
  // By the answer to a question that the server refused.
  void stop(const PullQuestion& question, const rest::Reply& reply);
  void note_once(std::string line);

  // The last that was added is asked next.
  void ask(PullQuestion question) { questions.push_back(std::move(question)); }
  // About one resource, by its Type/id; `path`: that, and perhaps more.
  void ask_about(PullStep step, const std::string& target, const std::string& path);
  // The page that the server names as the next of the question. Stops the pull where the pages have
  // no end, or the link leads to another server.
  void follow(PullQuestion question, const std::string& link);
  // The question again with a smaller _count, where the server may have refused it for that. False
  // when that cannot be the reason.
  bool ask_for_less(const PullQuestion& question, const rest::Reply& reply);
  // Adds the time since which changes are asked for to a URL, as the parameter of that name.
  std::string with_since(std::string url, std::string_view name) const;

  PullOptions options;  // only `since` changes, and only by the first answer
  PullReport report;
  std::vector<PullQuestion> questions;
  PageSize page_size;

 private:
  Result<void> check_progress(const PullQuestion& question) const;
};

}  // namespace paraneo::fetch
