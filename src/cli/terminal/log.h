// Messages on standard error: as text for people, or one JSON object a line (--log json) for
// programs. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paraneo::cli {

enum class Level { info, warning, error };

// "text" or "json"; before any message.
void set_log_format(std::string_view format);
bool logs_json();

// `fields`: further members of the JSON object; with text they are not shown, so the message must
// say all that a person needs.
void log(Level level, std::string_view message,
         const std::vector<std::pair<std::string_view, std::string>>& fields = {});

// A bar on standard error, which is taken away before the next message.
void set_bar(bool shown);

}  // namespace paraneo::cli
