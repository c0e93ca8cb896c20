// The job "export in bulk" (FHIR Bulk Data Access): ask for $export, wait as the server says, fetch
// each file of the manifest and check it. What is needed to go on after a crash is handed out
// before it matters, as BulkState.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "rest/machine.h"

namespace paraneo::fetch {

struct BulkState {
  std::string server;
  std::string what;                // the export that was asked for
  std::string status_url;          // Content-Location of the kick-off
  std::vector<std::string> files;  // names of those that are there
};

std::string write_state(const BulkState& state);
Result<BulkState> read_bulk_state(std::string_view text, const std::string& file);

struct BulkFile {
  std::string name;  // "Patient.1.ndjson"
  std::string type;
  std::string url;
  std::optional<std::uint64_t> count;
};

struct Manifest {
  std::string time;  // transactionTime: what is later belongs to the next export
  std::vector<BulkFile> output;
  std::vector<BulkFile> deleted;
  std::vector<BulkFile> error;
};

Result<Manifest> read_manifest(const std::string& body, const std::string& url, const Limits& limits);

// Lines of an NDJSON file, when each is one resource of the type, with an id where it needs one; the
// number of the line that is wrong otherwise.
struct Lines {
  std::uint64_t count = 0;
  std::optional<std::uint64_t> bad_line;
};
class LineCheck {
 public:
  LineCheck(std::string type, const Limits& limits) : type_(std::move(type)), limits_(limits) {}
  void take(std::string_view piece);
  const Lines& end();  // the last line may have no end

 private:
  void check(std::string line);

  std::string type_;
  Limits limits_;
  std::string begun_;  // a line whose end has not come
  std::uint64_t number_ = 0;
  Lines lines_;
};

struct BulkOptions {
  std::string base;
  std::string level;                // "" (system) or "Patient"
  std::vector<std::string> types;   // _type
  std::string since;                // _since
  std::optional<BulkState> resume;
  unsigned file_tries_max = 3;
  std::int64_t poll_ms_first = 1000;  // where the server does not say
  std::int64_t poll_ms_max = 120'000;
  std::size_t polls_max = 100'000;
  Limits limits;
};

struct BulkReport {
  std::uint64_t files = 0;
  std::uint64_t resources = 0;
  std::uint64_t polls = 0;
  std::uint64_t retried = 0;
  bool resumed = false;
  bool unproven = false;
  std::string progress;  // the server's own words
  std::string time;
  std::vector<std::string> notes;
  std::optional<Error> error;
};

// Takes the files, one after the other, as they come. One that is not kept is forgotten by the next
// begin().
class BulkFiles {
 public:
  virtual ~BulkFiles() = default;
  virtual Result<void> begin(const BulkFile& file) = 0;
  virtual Result<void> write(std::string_view piece) = 0;
  // It has been checked. It must be there for good, under its name, when this returns.
  virtual Result<void> keep() = 0;
};
// Keeps the state for the next run; must be there for good when it returns.
using StateSink = std::function<Result<void>(const BulkState& state)>;

class Bulk final : public rest::Machine {
 public:
  Bulk(BulkOptions options, BulkFiles& files, StateSink states);

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
  enum class Step { kick_off, poll, file, count, forget, end };

  rest::Request request() const;
  void got_kick_off(const rest::Reply& reply);
  void got_poll(rest::Reply& reply);
  void got_file(const rest::Reply& reply);
  void got_count(const rest::Reply& reply);
  void try_file_again(Error error);
  void next_file();
  void plan_counts();
  void stop(Error error);
  bool keep_state();

  BulkOptions options_;
  BulkFiles& file_store_;
  Download download_{*this};
  StateSink state_sink_;
  BulkReport report_;
  BulkState state_;
  Step step_ = Step::kick_off;
  std::vector<BulkFile> files_;  // the last is next
  std::size_t error_files_ = 0;  // the first of files_ are these
  unsigned file_tries_ = 0;
  struct Count {
    std::string type;
    std::uint64_t lines = 0;
  };
  std::vector<Count> counts_;  // of types whose files had no count
  std::vector<std::string> missing_;  // types that were asked for and have no file
  std::int64_t delay_ms_ = 0;
  bool waiting_ = false;
  std::uint64_t last_task_ = 0;
};

}  // namespace paraneo::fetch
