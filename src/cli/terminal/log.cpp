#include "cli/terminal/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "json/write.h"

namespace paraneo::cli {
namespace {

bool g_json = false;

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>(
        "paraneo", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
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

}  // namespace

void set_log_format(std::string_view format) {
  g_json = format == "json";
  // The pattern puts time and level before the members that log() writes.
  if (g_json)
    logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                         spdlog::pattern_time_type::utc);
}

bool logs_json() { return g_json; }

void log(Level level, std::string_view message,
         const std::vector<std::pair<std::string_view, std::string>>& fields) {
  if (!g_json) {
    logger().log(level_of(level), "{}", message);
    return;
  }
  std::string line = "\"message\":";
  json::append_string(line, message);
  for (const auto& [name, value] : fields) {
    line += ",";
    json::append_string(line, name);
    line += ":";
    json::append_string(line, value);
  }
  logger().log(level_of(level), "{}", line);
}

}  // namespace paraneo::cli
