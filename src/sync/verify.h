// Whether the server still holds what the ledger says that it holds: after it was restored from a
// backup, or somebody edited or deleted there, a run that compares the source with the ledger alone
// would find nothing to do for ever.
//
// Ids and versions are searched for, many at a time; what a search does not find is asked for by
// itself before it is called missing.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "rest/machine.h"
#include "store/ledger.h"

namespace paraneo::sync {

// How the server differs from the ledger.
enum class Deviation {
  missing,   // the server holds it no more
  changed,   // another version
  returned,  // it was deleted, and is there
};
std::string_view name_of(Deviation deviation);

// What is asked, and how much of it at once.
struct VerifyOptions {
  std::string base;
  std::size_t entries_max = 50;  // asked for with one request
  std::size_t pages_max = 1000;  // of one search
  Limits limits;
};

// What a verification has found.
struct VerifyReport {
  std::uint64_t checked = 0;  // resources
  std::uint64_t missing = 0;
  std::uint64_t changed = 0;
  std::uint64_t returned = 0;
  std::optional<Error> error;  // not all could be checked

  std::uint64_t deviations() const { return missing + changed + returned; }
};

// Not thread-safe. Holds the rows that are being asked for.
class Verify final : public rest::Machine {
 public:
  // The next row of the ledger; nothing at the end.
  using Feed = std::function<Result<std::optional<store::ResourceRow>>()>;
  using Visit = std::function<Result<void>(const store::ResourceRow&, Deviation)>;

  // The feed gives what the ledger has, in order; `visit` sees each difference.
  Verify(VerifyOptions options, Feed feed, Visit visit);

  std::optional<rest::Task> next() override;
  void finished(std::uint64_t task, Result<rest::Reply> reply) override;
  bool done() const override;
  const VerifyReport& report() const { return report_; }

 private:
  enum class Step { search, address, read };
  using Rows = std::vector<store::ResourceRow>;

  bool fill();
  void got_search(rest::Reply& reply);
  void got_address(const rest::Reply& reply);
  void got_read(const rest::Reply& reply);
  void compare(const store::ResourceRow& row, const std::string& version);
  void absent(const store::ResourceRow& row);
  void stop(Error error);

  VerifyOptions options_;
  Feed feed_;
  Visit visit_;
  VerifyReport report_;
  std::map<std::string, Rows> collecting_;    // by type
  Rows asked_;                                // of the search under way
  std::map<std::string, std::string> found_;  // its ids and their versions
  std::deque<store::ResourceRow> unfound_;    // to be read one by one
  std::string url_;                           // of the search's next page
  std::size_t pages_ = 0;
  Step step_ = Step::search;
  bool search_works_ = true;
  bool doubts_address_ = false;  // what says that all is missing may be no FHIR server
  bool feed_ended_ = false;
  bool waiting_ = false;
  std::uint64_t last_task_ = 0;
};

}  // namespace paraneo::sync
