// What was deleted since the last pull, by the history of the system or of each type. What the
// history leaves open is asked of the server, resource by resource.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/history_log.h"
#include "fetch/pull_comparison.h"
#include "fetch/pull_context.h"
#include "fetch/pull_output.h"

namespace paraneo::fetch {

// Not thread-safe; holds one state for each resource of the history.
class PullHistory {
 public:
  // `patient_ids`: on the server, of those whose resources are fetched; outlives this.
  PullHistory(PullContext& context, PullComparison& comparison, PullOutput& output,
              const std::vector<std::string>& patient_ids);

  // At the end of the searches, until nothing more is asked: first what vanished and the questions
  // for the history, then, when all of the history is there, what it says.
  void plan();
  // An answer to PullStep::history.
  void take_page(PullQuestion question, const rest::Reply& reply);
  // The answer to PullStep::history_paged.
  void take_paged(const PullQuestion& question, const rest::Reply& reply);
  // The answer to PullStep::present.
  void take_present(const PullQuestion& question, const rest::Reply& reply);
  // The answer to PullStep::former.
  void take_former(const PullQuestion& question, const rest::Reply& reply);

 private:
  void ask_for_history();
  void decide();
  Result<std::string> read(PullQuestion& question, const std::string& body);
  void check_end(const PullQuestion& question);
  void may_have_been_cut(const PullQuestion& question);
  void leave_unproven(const std::string& why);
  Result<void> take_deletion(const std::string& target, std::string_view at);

  PullContext& context_;
  PullComparison& comparison_;
  PullOutput& output_;
  const std::vector<std::string>& patient_ids_;
  std::set<std::string, std::less<>> types_;  // of the queries; empty: all
  HistoryLog history_;
  std::map<std::string, std::string> deleted_at_;  // targets that must be asked for
  bool asked_ = false;
  bool decided_ = false;
};

}  // namespace paraneo::fetch
