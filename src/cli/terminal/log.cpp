#include "cli/terminal/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "base/utf8.h"
#include "json/write.h"

namespace paraneo::cli {
namespace {

bool g_json = false;
Level g_mildest = Level::info;
std::atomic<bool> g_bar{false};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("paraneo",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

// A file may be called anything, JSON is UTF-8.
void append_text(std::string& line, std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string valid;
  while (!text.empty()) {
    const auto bad = std::min(utf8::first_invalid(text), text.size());
    valid += text.substr(0, bad);
    text.remove_prefix(bad);
    if (text.empty()) break;
    valid += kReplacement;
    text.remove_prefix(1);
  }
  json::append_string(line, valid);
}

}  // namespace

void set_bar(bool shown) {
  if (g_bar.exchange(shown) && !shown) std::fputs("\r\x1b[K", stderr);
}

void set_log_format(std::string_view format) {
  g_json = format == "json";
  // The pattern puts time and level before the members that log() writes.
  logger().set_pattern(g_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})" : "%v",
                       spdlog::pattern_time_type::utc);
}

bool logs_json() { return g_json; }

void set_log_level(Level mildest) { g_mildest = mildest; }

void log(Level level, std::string_view message, const LogFields& fields) {
  if (level < g_mildest) return;
  if (!g_json) {
    set_bar(false);
    logger().log(level_of(level), "{}", message);
    return;
  }
  std::string line = "\"message\":";
  append_text(line, message);
  for (const auto& [name, value] : fields) {
    line += ",";
    json::append_string(line, name);
    line += ":";
    if (value.is_text) append_text(line, value.text);
    else line += value.text;
  }
  set_bar(false);
  logger().log(level_of(level), "{}", line);
}

}  // namespace paraneo::cli
