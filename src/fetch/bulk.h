// The job "export in bulk" (FHIR Bulk Data Access): ask for $export, wait as the server says, fetch
// each file of the manifest and check it. What is needed to go on after a crash is handed out
// before it matters, as BulkState. A file is known by its URL: a server may give its manifest in
// another order when it is asked again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "fetch/redirect.h"
#include "rest/machine.h"

namespace paraneo::fetch {

// A file that is there already.
struct BulkKept {
  std::string url;   // empty: of a state that did not keep it ("bulk-state/1")
  std::string name;  // "Patient.1.ndjson"
  std::uint64_t lines = 0;
  std::uint64_t complaints = 0;  // as LineCheck says
};

// What a run that was killed leaves for the next one.
struct BulkState {
  std::string server;
  std::string what;        // the export that was asked for
  std::string status_url;  // Content-Location of the kick-off
  std::vector<BulkKept> files;
};

// The JSON of a kept state.
std::string write_state(const BulkState& state);
// "bulk-state/2", and "bulk-state/1", which numbered the files as the manifest did.
Result<BulkState> read_bulk_state(std::string_view text, const std::string& file);

inline constexpr std::size_t kBulkFilesMax = 100'000;  // of one export
inline constexpr std::size_t kManifestPagesMax = 10'000;

// The list of the manifest that a file stands in.
enum class BulkSection { output, deleted, error };

// A file that the server's manifest names.
struct BulkFile {
  std::string name;  // "Patient.1.ndjson", "deleted.Bundle.1.ndjson"; from name_files()
  std::string type;
  std::string url;
  std::optional<std::uint64_t> count;
  BulkSection section = BulkSection::output;
  bool anonymous = false;  // on another host, which wants no token
  bool kept = false;       // an earlier run brought it
};

// One page of a manifest (Bulk Data Access, "Complete Status").
struct Manifest {
  std::string time;             // transactionTime: what is later belongs to the next export
  std::vector<BulkFile> files;  // each URL once: output, deleted, error
  std::string next;             // URL of its next page; empty: this is the last
};

// A file on another host than `url` is fetched without the token, where the manifest says that it
// needs none (requiresAccessToken: false) and it does not lead from https to http.
Result<Manifest> read_manifest(const std::string& body, const std::string& url,
                               const Limits& limits);
// Gives each file its name: that which it has in `kept`, or the next number of its type that is
// free.
void name_files(std::vector<BulkFile>& files, const std::vector<BulkKept>& kept);

// What one file of an export may be.
struct BulkFileLimits {
  std::size_t line_bytes_max = std::size_t{256} << 20;
  std::uint64_t file_bytes_max = std::uint64_t{64} << 30;   // unpacked
  std::uint64_t blank_bytes_max = std::uint64_t{64} << 10;  // in lines without text
};

// Counts the lines of an NDJSON file: each is one resource of the type, with an id where it needs
// one. The first that is none, and the first limit that is passed (Fault::limit), end it at once.
class LineCheck {
 public:
  LineCheck(const BulkFile& file, const BulkFileLimits& file_limits, const Limits& limits)
      : file_(file), file_limits_(file_limits), limits_(limits) {}
  // The next piece, cut anywhere.
  Result<void> take(std::string_view piece);
  Result<std::uint64_t> end();  // the number of resources; the last line may have no end
  // Of a file of errors: how many of its lines say more than information.
  std::uint64_t complaints() const { return complaints_; }

 private:
  Result<void> check(std::string line);
  Error too_much(const std::string& what) const;

  BulkFile file_;
  BulkFileLimits file_limits_;
  Limits limits_;
  std::string begun_;  // a line whose end has not come
  std::uint64_t number_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t blank_bytes_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t complaints_ = 0;
};

// What is exported, and how long it is waited for.
struct BulkOptions {
  std::string base;
  std::string level;                      // "" (system), "Patient" or "Group/ID"
  std::vector<std::string> types;         // _type
  std::vector<std::string> type_filters;  // _typeFilter: "Observation?category=laboratory"
  std::string since;                      // _since
  std::optional<BulkState> resume;
  unsigned file_tries_max = 3;
  std::int64_t poll_ms_first = 1000;  // where the server does not say
  std::int64_t poll_ms_min = 1000;    // whatever the server says
  std::int64_t poll_ms_max = 120'000;
  std::size_t polls_max = 10'000;         // of one run
  std::int64_t wait_ms_max = 86'400'000;  // of one run, for the manifest
  BulkFileLimits file_limits;
  rest::ServerWords words = rest::ServerWords::left_out;
  Limits limits;
};

// What became of an export.
struct BulkReport {
  std::uint64_t files = 0;
  std::uint64_t resources = 0;
  std::uint64_t polls = 0;
  std::uint64_t retried = 0;
  bool resumed = false;
  bool unproven = false;
  bool goes_on = true;  // after an error: the same run again may get further
  std::string time;
  std::vector<std::string> notes;
  std::optional<Error> error;
};

// Takes the files, one after the other, as they come. One that is not kept is forgotten by the next
// begin().
class BulkFiles {
 public:
  virtual ~BulkFiles() = default;
  // A file begins; its content follows in pieces.
  virtual Result<void> begin(const BulkFile& file) = 0;
  virtual Result<void> write(std::string_view piece) = 0;
  // It has been checked. It must be there for good, under its name, when this returns.
  virtual Result<void> keep() = 0;
  // One that was kept, by this run or an earlier one, is not wanted; it may be gone already.
  virtual Result<void> remove(const std::string& name) = 0;
};
// Keeps the state for the next run; must be there for good when it returns.
using StateSink = std::function<Result<void>(const BulkState& state)>;

// Not thread-safe; files and clock must outlive it. An error is in the report, which says whether
// the same run again goes on.
class Bulk final : public rest::Machine {
 public:
  // `clock`: for durations.
  Bulk(BulkOptions options, BulkFiles& files, StateSink states,
       const Clock& clock = steady_clock());

  std::optional<rest::Task> next() override;
  void finished(std::uint64_t task, Result<rest::Reply> reply) override;
  bool done() const override { return !waiting_ && (report_.error || step_ == Step::end); }
  const BulkReport& report() const { return report_; }

  // Of a state: whether it is of the export that these options ask for.
  static std::string what_of(const BulkOptions& options);

 private:
  // Checks what passes by on its way to the disk.
  class Download final : public rest::BodySink {
   public:
    explicit Download(Bulk& bulk) : bulk_(bulk) {}
    Result<void> begin() override;
    Result<void> take(std::string_view piece) override;
    std::optional<LineCheck> check;

   private:
    Bulk& bulk_;
  };
  enum class Step { kick_off, poll, manifest, file, count, forget, end };

  rest::Request request() const;
  void got_kick_off(const rest::Reply& reply);
  void got_poll(rest::Reply& reply);
  void got_manifest(const rest::Reply& reply);
  bool got_redirect(const rest::Reply& reply);
  void pause(std::int64_t wanted_ms);
  void wait_for_manifest(const rest::Reply& reply);
  bool take_manifest(Manifest manifest);
  bool forget_files();
  void got_file(const rest::Reply& reply);
  bool asks_for_fresh_manifest(const rest::Reply& reply, const Error& error);
  void came(const BulkFile& file, const BulkKept& kept);
  void check_manifest(const Manifest& manifest);
  void got_count(const rest::Reply& reply);
  void failed(Error error);
  void try_file_again(Error error);
  void next_file();
  void plan_counts();
  void stop(Error error, bool goes_on = false);
  void note(std::string line);
  bool keep_state();

  BulkOptions options_;
  BulkFiles& file_store_;
  Download download_{*this};
  StateSink state_sink_;
  BulkReport report_;
  BulkState state_;
  Step step_ = Step::kick_off;
  Manifest manifest_;         // the pages of it that came
  std::string manifest_url_;  // of the page that is next
  std::size_t manifest_pages_ = 0;
  std::vector<BulkFile> files_;       // the last is next
  std::optional<Redirect> redirect_;  // of that one
  unsigned file_tries_ = 0;
  // Why a file did not come, while the manifest is asked for anew: its URL may have been signed for
  // a time only. None once a file came.
  std::optional<Error> refused_;
  bool refreshed_ = false;  // since the last file came
  struct Count {
    std::string type;
    std::uint64_t lines = 0;
  };
  std::vector<Count> counts_;         // of types whose files had no count
  std::vector<std::string> missing_;  // types that were asked for and have no file
  const Clock& clock_;
  std::optional<std::int64_t> waits_since_ms_;
  std::int64_t delay_ms_ = 0;
  bool waiting_ = false;
  std::uint64_t last_task_ = 0;
};

}  // namespace paraneo::fetch
