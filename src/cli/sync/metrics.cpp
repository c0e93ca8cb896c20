#include "cli/sync/metrics.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/atomic_file.h"

namespace paraneo::cli {
namespace {

class Text {
 public:
  void family(const char* name, const char* help, const char* type = "gauge") {
    name_ = std::string("paraneo_sync_") + name;
    text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " " + type + "\n";
  }
  void value(const char* label, const char* of, std::uint64_t number) {
    text_ += name_ + "{" + label + "=\"" + of + "\"} " + std::to_string(number) + "\n";
  }
  void value(double number) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.3f", number);
    text_ += name_ + " " + digits + "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string name_;
  std::string text_;
};

constexpr auto kReadableByAll = std::filesystem::perms(0644);
constexpr double kMsPerSecond = 1000;

}  // namespace

namespace {

// They are counts and for others to read, whatever the umask of a service says.
Result<void> put(const std::string& path, const std::string& text) {
  if (const auto written = replace_file(path, text, AtomicFile::kShared); !written) return written;
  std::error_code ec;
  if (std::filesystem::is_regular_file(path, ec))
    std::filesystem::permissions(path, kReadableByAll, ec);
  return {};
}

void add_last_run(Text& text, std::int64_t now_ms, double seconds, std::int64_t exit_code) {
  text.family("last_run_timestamp_seconds", "When the last run ended");
  text.value(static_cast<double>(now_ms) / kMsPerSecond);
  text.family("last_run_duration_seconds", "How long the last run took");
  text.value(seconds);
  text.family("last_run_exit_code", "How the last run ended");
  text.value(static_cast<double>(exit_code));
}

void add_totals(Text& text, const LastRun& run) {
  const auto whole = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  text.family("runs_total", "Runs with this ledger", "counter");
  text.value("outcome", "done", whole(run.runs_total - run.runs_failed_total));
  text.value("outcome", "failed", whole(run.runs_failed_total));
  text.family("resources_written_total", "Resources written with this ledger", "counter");
  text.value("action", "created", whole(run.created_total));
  text.value("action", "updated", whole(run.updated_total));
  text.value("action", "retracted", whole(run.retracted_total));
  text.family("requests_total", "Requests of all runs with this ledger", "counter");
  text.value("outcome", "answered", whole(run.requests_total - run.requests_failed_total));
  text.value("outcome", "failed", whole(run.requests_failed_total));
}

void add_ledger(Text& text, const store::Counts& ledger, std::int64_t now_ms) {
  text.family("ledger_records", "Records in the ledger");
  text.value("state", "active", ledger.records_active);
  text.value("state", "dead", ledger.records_dead);
  text.value("state", "parked", ledger.records_parked);
  text.value("state", "dropped", ledger.records_dropped);
  text.value("state", "retracted", ledger.records_retracted);
  text.value("state", "kept", ledger.records_kept);
  text.family("ledger_resources", "Resources in the ledger");
  text.value("state", "on_the_way", ledger.resources_on_the_way);
  text.value("state", "confirmed", ledger.resources_confirmed);
  text.value("state", "parked", ledger.resources_parked);
  text.value("state", "retracted", ledger.resources_retracted);
  text.value("state", "kept", ledger.resources_kept);
  const auto age = [&](std::int64_t oldest_ms) {
    return oldest_ms == 0
               ? std::uint64_t{0}
               : static_cast<std::uint64_t>(std::max<std::int64_t>(0, now_ms - oldest_ms) / 1000);
  };
  text.family("oldest_waiting_seconds", "Age of the oldest that waits for a person; 0: none does");
  text.value("state", "dead", age(ledger.letters_oldest_ms));
  text.value("state", "parked", age(ledger.conflicts_oldest_ms));
  text.family("ledger_bytes", "Size of the ledger");
  text.value(static_cast<double>(ledger.bytes));
}

}  // namespace

Result<void> write_sync_metrics(const std::string& path, const sync::RunReport& done,
                                const sync::IntakeCounts& source, const store::Counts& ledger,
                                const LastRun& run) {
  Text text;
  add_last_run(text, run.ended_ms, static_cast<double>(run.took_ms) / kMsPerSecond, run.exit_code);
  text.family("source_records", "Texts of the source in the last run");
  text.value("state", "untouched", source.untouched);
  text.value("state", "waiting", source.waiting);
  text.value("state", "changed", source.changed);
  text.value("state", "refused", source.refused);
  text.value("state", "vanished", source.vanished);
  text.family("resources_sent", "Resources of the last run");
  text.value("action", "created", done.created);
  text.value("action", "updated", done.updated);
  text.value("action", "retracted", done.retracted);
  text.value("action", "found", done.found);
  text.value("action", "settled", done.settled);
  text.family("requests", "Requests of the last run");
  text.value("outcome", "answered", done.requests - done.failed_requests);
  text.value("outcome", "failed", done.failed_requests);
  add_totals(text, run);
  add_ledger(text, ledger, run.ended_ms);
  return put(path, text.text());
}

// What the file says of the ledger stays: it is as it was.
Result<void> write_failed_metrics(const std::string& path, int exit_code, std::int64_t now_ms) {
  Text text;
  add_last_run(text, now_ms, 0, exit_code);
  std::ifstream before(path);
  std::string kept;
  for (std::string line; std::getline(before, line);)
    if (line.find("paraneo_sync_last_run_") == std::string::npos) kept += line + "\n";
  return put(path, text.text() + kept);
}

}  // namespace paraneo::cli
