// The job "fetch all of it, or say that it is not all": searches are followed to their last page,
// what came is counted against Bundle.total or _summary=count, and anything that makes the result
// doubtful (a page that does not parse, a link that turns in a circle, a warning that the server
// left something out) ends the pull with an error. Where a count does not fit, the search is split
// into windows of time by _lastUpdated until each fits.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "fetch/history_log.h"
#include "fetch/page_size.h"
#include "fetch/pull_cursor.h"
#include "fetch/references.h"
#include "json/value.h"
#include "rest/machine.h"

namespace paraneo::fetch {

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
  bool deletions = false;            // look for them in the history since `since`
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
  std::size_t windows_max = 100'000;
  rest::ServerWords words = rest::ServerWords::left_out;
  Limits limits;
};

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
  std::int64_t cursor_ms = 0;      // for PullState, when the pull is complete; see PullCursor
  std::map<std::string, std::string> recent;
  std::map<std::string, std::string> hashes;
};

// Takes each resource as the server wrote it, without white space between the tokens. An error
// (the disk is full) ends the pull.
using PullSink =
    std::function<Result<void>(std::string_view type, std::string_view id, std::string_view json)>;
// Takes what was deleted since `since`.
using DeletionSink = std::function<Result<void>(std::string_view type, std::string_view id)>;

// One request at a time: a page is known only when the one before it is there.
class Pull final : public rest::Machine {
 public:
  // The clocks: time of day, and durations.
  Pull(PullOptions options, PullSink sink, DeletionSink deletions = {},
       const Clock& clock = system_clock(), const Clock& durations = steady_clock());

  std::optional<rest::Task> next() override;
  void finished(std::uint64_t task, Result<rest::Reply> reply) override;
  bool done() const override;
  const PullReport& report() const { return report_; }

 private:
  enum class Step {
    capabilities,
    patient,
    identified,
    everything,
    search,
    count,
    history,
    former,
    present,
    referenced
  };
  struct Search {
    Step step = Step::search;
    std::string url;
    std::string label;    // for messages, without the values of the query
    std::string patient;  // of patient and everything: the id; of former, present, referenced:
                          // Type/id
    bool total_asked = false;
    bool sized = false;           // _count is ours
    bool by_post = false;         // the query goes in the body: it identifies a person
    bool may_be_missing = false;  // a type of the compartment that this server may not have
    std::size_t pages = 0;
    std::size_t pages_idle = 0;  // the last ones, with nothing new
    std::uint64_t matches = 0;
    std::uint64_t others = 0;
    std::uint64_t unmarked = 0;  // of the matches: may have come along (an _include, and no
                                 // search.mode)
    std::uint64_t entries = 0;   // of a history: different ones
    bool page_full = false;      // the last page: as many as were asked for
    std::optional<std::uint64_t> total;
    std::set<std::string> urls;            // pages seen
    std::set<std::string> found;           // Type/id of this search
    std::string bare;                      // url without paging, total and window
    std::optional<std::int64_t> from_ms;   // window: at or after
    std::optional<std::int64_t> until_ms;  // before
    std::vector<std::int64_t> updated_ms;  // of the matches that say it
    bool since_left_out = false;           // the server does not know _lastUpdated
  };

  void plan();
  void add_search(const std::string& query, bool may_be_missing);
  void stop(Error error);
  void got_capabilities(rest::Reply& reply);
  bool again_without_post(const rest::Reply& reply);

  // pull_patient.cpp
  void plan_patient(const std::string& patient);
  void identify(const std::string& patient);
  void got_patient(const rest::Reply& reply);
  void got_identified(const rest::Reply& reply);
  void fetch_everything(const std::string& id);
  void add_compartment(const std::string& patient);

  // pull.cpp
  void got_page(rest::Reply& reply);
  bool falls_back(const rest::Reply& reply);
  void again_without_total();
  bool again_with_less(const rest::Reply& reply);
  std::size_t entries_asked() const;
  void follow_link(const std::string& link);
  Result<void> check_progress();

  // pull_page.cpp
  Result<std::string> read_page(const std::string& body);
  Result<void> take_entry(const json::Value& entry);
  Result<void> take_outcome(const json::Value& outcome);
  bool came_along(std::string_view mode, std::string_view type) const;
  Result<void> check_window(const json::Value& resource);
  void note_once(std::string line);

  // pull_window.cpp
  void end_of_search();
  void ask_count();
  void got_count(const rest::Reply& reply);
  void split();
  bool fits() const;
  bool is_doubtful() const;
  Search make_search(const std::string& bare, std::string label) const;
  Error does_not_fit() const;

  // pull_history.cpp
  void plan_history();
  void got_history(rest::Reply& reply);
  Result<std::string> read_history(const std::string& body);
  void end_of_history();
  void decide_deletions();
  void ask(Step step, const std::string& target, const std::string& path);
  void got_present(const rest::Reply& reply);
  Result<void> took_deletion(const std::string& target, std::string_view at);
  Result<void> hand_out_deletion(const std::string& target);
  void got_former(const rest::Reply& reply);

  // pull_references.cpp
  void plan_referenced();
  void got_referenced(rest::Reply& reply);
  void note_references();

  // pull_compare.cpp
  void read_whole(Search& search);
  bool ignores_since(std::int64_t updated_ms) const;
  bool is_as_before(const std::string& key, const std::string& text);
  Result<void> find_vanished();

  void keep_cursor();
  bool is_recent(const std::string& target, const std::string& version) const;
  Result<void> hand_out(const json::Value& resource, const std::string& key);
  std::string with_since(std::string url, std::string_view name) const;

  PullOptions options_;
  PullSink sink_;
  PullReport report_;
  std::vector<Search> todo_;  // the last is next
  Search current_;
  std::set<std::string> handed_out_;  // Type/id
  PullCursor cursor_;
  DeletionSink deletion_sink_;
  std::set<std::string> types_;           // of the queries; empty: all
  std::vector<std::string> patient_ids_;  // on the server
  bool post_works_ = true;
  PageSize page_size_;
  HistoryLog history_;
  References references_;
  std::map<std::string, std::string> deleted_at_;       // targets that must be asked for
  std::map<std::string, std::size_t> references_gone_;  // that are not on the server, by type
  bool deletions_decided_ = false;
  std::set<std::string> whole_types_;  // fetched as a whole, because _lastUpdated does not work
  bool history_planned_ = false;
  bool planned_ = false;
  bool waiting_ = false;
  std::uint64_t last_task_ = 0;
};

}  // namespace paraneo::fetch
