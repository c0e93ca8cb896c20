// The job "fetch all of it, or say that it is not all": searches are followed to their last page,
// what came is counted against Bundle.total, and anything that makes the result doubtful (a page
// that does not parse, a link that turns in a circle, a count that does not fit, a warning that the
// server left something out) ends the pull with an error.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "json/value.h"
#include "rest/machine.h"

namespace paraneo::rest {

struct PullOptions {
  std::string base;                   // from server_base()
  std::vector<std::string> patients;  // ids: all that belongs to each
  std::vector<std::string> queries;   // "Condition?code=..."
  std::string since;                  // FHIR instant or date; empty for all
  // Neither patients nor queries: every type that the server's CapabilityStatement can search.
  std::size_t page_entries = 250;     // _count, where the query has none
  std::size_t pages_max = 1'000'000;  // of one search
  Limits limits;
};

struct PullReport {
  std::uint64_t resources = 0;
  std::uint64_t pages = 0;
  std::uint64_t repeated = 0;      // came twice, handed out once
  std::uint64_t without_total = 0; // searches whose server gave no total to check against
  std::optional<std::uint64_t> expected;  // sum of the totals so far
  std::vector<std::string> notes;  // what a person should know; without patient data
  std::optional<Error> error;      // the pull is not complete
};

// Takes each resource as the server wrote it, without white space between the tokens. An error
// (the disk is full) ends the pull.
using PullSink =
    std::function<Result<void>(std::string_view type, std::string_view id, std::string_view json)>;

// One request at a time: a page is known only when the one before it is there.
class Pull final : public Machine {
 public:
  Pull(PullOptions options, PullSink sink);

  std::optional<Task> next() override;
  void finished(std::uint64_t task, Result<Reply> reply) override;
  bool done() const override;
  const PullReport& report() const { return report_; }

 private:
  enum class Step { capabilities, patient, everything, search };
  struct Search {
    Step step = Step::search;
    std::string url;
    std::string label;    // for messages, without the values of the query
    std::string patient;  // of patient and everything: the id
    bool total_asked = false;
    bool may_be_missing = false;  // a type of the compartment that this server may not have
    std::size_t pages = 0;
    std::uint64_t matches = 0;
    std::uint64_t others = 0;
    std::optional<std::uint64_t> total;
    std::set<std::string> urls;   // pages seen
    std::set<std::string> found;  // Type/id of this search
  };

  void plan();
  void add_search(const std::string& query, bool may_be_missing);
  void add_compartment(const std::string& patient);
  void stop(Error error);
  void got_capabilities(Reply& reply);
  void got_patient(Reply& reply);
  void got_page(Reply& reply);
  bool falls_back(const Reply& reply);
  Result<std::string> read_page(const std::string& body);
  Result<void> take_entry(const json::Value& entry);
  Result<void> reconcile();
  std::string with_since(std::string url, std::string_view name) const;

  PullOptions options_;
  PullSink sink_;
  PullReport report_;
  std::vector<Search> todo_;  // the last is next
  Search current_;
  std::set<std::string> handed_out_;  // Type/id
  bool planned_ = false;
  bool waiting_ = false;
  std::uint64_t last_task_ = 0;
};

}  // namespace paraneo::rest
