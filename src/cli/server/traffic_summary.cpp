#include "cli/server/traffic_summary.h"

#include <array>
#include <string>

#include "cli/terminal/formatted.h"
#include "cli/terminal/log.h"

namespace paraneo::cli {
namespace {

std::string milliseconds(std::uint64_t us) {
  const auto ms = static_cast<double>(us) / 1000;
  return formatted(ms < 10 ? "%.1f" : "%.0f", ms);
}

std::string bytes(std::uint64_t count) {
  constexpr std::array<const char*, 4> kUnits{"kB", "MB", "GB", "TB"};
  if (count < 1000) return std::to_string(count) + " B";
  auto value = static_cast<double>(count) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return formatted("%.1f ", value) + kUnits[unit];
}

void show_text(const net::Traffic& traffic, double seconds) {
  const auto& latencies = traffic.latencies;
  log(Level::info, "requests   " + std::to_string(traffic.requests) + " in " +
                       formatted("%.1f s, %.0f/s", seconds,
                                 static_cast<double>(traffic.requests) / std::max(seconds, 1e-3)));
  log(Level::info, "latencies  mean " + milliseconds(latencies.mean_us()) + ", 50 % " +
                       milliseconds(latencies.percentile_us(50)) + ", 95 % " +
                       milliseconds(latencies.percentile_us(95)) + ", 99 % " +
                       milliseconds(latencies.percentile_us(99)) + ", max " +
                       milliseconds(latencies.max_us()) + " ms");
  log(Level::info, "bodies     " + bytes(traffic.bytes_sent) + " sent, " +
                       bytes(traffic.bytes_received) + " received");
  std::string answers;
  for (const auto& [status, count] : traffic.statuses)
    answers +=
        (answers.empty() ? "" : ", ") + std::to_string(status) + ": " + std::to_string(count);
  if (traffic.unanswered > 0) answers += ", none: " + std::to_string(traffic.unanswered);
  log(Level::info, "answers    " + answers);
}

void show_json(const net::Traffic& traffic, std::uint64_t duration_us) {
  const auto& latencies = traffic.latencies;
  std::vector<std::string> names;  // of the statuses; the fields only point to them
  names.reserve(traffic.statuses.size());
  LogFields fields{{"event", "traffic"},
                   {"requests", traffic.requests},
                   {"unanswered", traffic.unanswered},
                   {"duration_us", duration_us},
                   {"bytes_sent", traffic.bytes_sent},
                   {"bytes_received", traffic.bytes_received},
                   {"latency_mean_us", latencies.mean_us()},
                   {"latency_50_us", latencies.percentile_us(50)},
                   {"latency_95_us", latencies.percentile_us(95)},
                   {"latency_99_us", latencies.percentile_us(99)},
                   {"latency_max_us", latencies.max_us()}};
  for (const auto& [status, count] : traffic.statuses)
    fields.emplace_back(names.emplace_back("status_" + std::to_string(status)), count);
  log(Level::info, "what was exchanged with the server", fields);
}

}  // namespace

void TrafficSummary::show() {
  const auto traffic = client_.take_traffic();
  const auto now = Clock::now();
  const auto duration = now - begin_;
  begin_ = now;
  if (traffic.requests == traffic.unanswered) return;
  if (logs_json())
    show_json(traffic,
              static_cast<std::uint64_t>(
                  std::chrono::duration_cast<std::chrono::microseconds>(duration).count()));
  else show_text(traffic, std::chrono::duration<double>(duration).count());
}

}  // namespace paraneo::cli
