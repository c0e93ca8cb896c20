#include "cli/sync/metrics.h"

#include <cstdio>
#include <filesystem>

#include "base/atomic_file.h"

namespace paraneo::cli {
namespace {

class Text {
 public:
  void family(const char* name, const char* help) {
    name_ = std::string("paraneo_sync_") + name;
    text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " gauge\n";
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

}  // namespace

Result<void> write_sync_metrics(const std::string& path, const sync::RunReport& done, const sync::IntakeCounts& source,
                                const store::Counts& ledger, double seconds, int exit_code, std::int64_t now_ms) {
  constexpr double kMsPerSecond = 1000;
  Text text;
  text.family("last_run_timestamp_seconds", "When the last run ended");
  text.value(static_cast<double>(now_ms) / kMsPerSecond);
  text.family("last_run_duration_seconds", "How long the last run took");
  text.value(seconds);
  text.family("last_run_exit_code", "How the last run ended");
  text.value(exit_code);
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

  if (const auto written = replace_file(path, text.text(), AtomicFile::kShared); !written) return written;
  // They are counts and for others to read, whatever the umask of a service says.
  std::error_code ec;
  if (std::filesystem::is_regular_file(path, ec)) std::filesystem::permissions(path, kReadableByAll, ec);
  return {};
}

}  // namespace paraneo::cli
