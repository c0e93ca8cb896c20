#include "cli/sync/last_run.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "base/arena.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "rest/instant.h"

namespace paraneo::cli {
namespace {

constexpr const char* kCursor = "last-run";

constexpr std::pair<const char*, std::int64_t LastRun::*> kMembers[] = {
    {"ended_ms", &LastRun::ended_ms},
    {"took_ms", &LastRun::took_ms},
    {"exit_code", &LastRun::exit_code},
    {"records_sent", &LastRun::records_sent},
    {"records_untouched", &LastRun::records_untouched},
    {"resources_written", &LastRun::resources_written},
    {"requests", &LastRun::requests},
    {"requests_failed", &LastRun::requests_failed},
    {"runs_total", &LastRun::runs_total},
    {"runs_failed_total", &LastRun::runs_failed_total},
    {"created_total", &LastRun::created_total},
    {"updated_total", &LastRun::updated_total},
    {"retracted_total", &LastRun::retracted_total},
    {"requests_total", &LastRun::requests_total},
    {"requests_failed_total", &LastRun::requests_failed_total},
};

std::string members_of(const LastRun& run) {
  std::string text;
  for (const auto& [name, member] : kMembers)
    text += (text.empty() ? "\"" : ",\"") + std::string(name) + "\":" + std::to_string(run.*member);
  return text;
}

std::string one_decimal(double number) {
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.1f", number);
  return digits;
}

double rate(std::int64_t count, const LastRun& run) {
  constexpr double kMsPerSecond = 1000;
  return static_cast<double>(count) * kMsPerSecond /
         static_cast<double>(std::max<std::int64_t>(1, run.took_ms));
}

}  // namespace

Result<void> keep_last_run(store::Ledger& ledger, const LastRun& run) {
  return ledger.apply({store::Cursor{kCursor, "{" + members_of(run) + "}"}});
}

Result<std::optional<LastRun>> kept_last_run(store::Ledger& ledger) {
  const auto text = ledger.cursor(kCursor);
  if (!text) return text.error();
  if (text->empty()) return std::optional<LastRun>();
  const Source source{kCursor, *text};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, Limits{}, sink);
  if (root == nullptr) return std::optional<LastRun>();
  LastRun run;
  for (const auto& [name, member] : kMembers)
    if (const auto* value = root->find(name); value != nullptr) {
      const auto digits = value->text();
      std::from_chars(digits.data(), digits.data() + digits.size(), run.*member);
    }
  return std::optional(run);
}

std::string to_text(const LastRun& run) {
  constexpr double kMsPerSecond = 1000;
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  return "last run: ended " + rest::instant_text(run.ended_ms) + " with code " +
         number(run.exit_code) + " after " +
         one_decimal(static_cast<double>(run.took_ms) / kMsPerSecond) +
         " s; records: " + number(run.records_sent) + " sent (" +
         one_decimal(rate(run.records_sent, run)) + " a second), " + number(run.records_untouched) +
         " untouched; resources: " + number(run.resources_written) + " written (" +
         one_decimal(rate(run.resources_written, run)) +
         " a second); requests: " + number(run.requests) + ", " + number(run.requests_failed) +
         " of them failed\n";
}

std::string to_json(const LastRun& run) {
  return "{\"kind\":\"last_run\"," + members_of(run) + "}\n";
}

}  // namespace paraneo::cli
