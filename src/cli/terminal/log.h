// Messages on standard error: as text for people, or one JSON object a line (--log json) for
// programs. Thread-safe.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace paraneo::cli {

// How much a line of the log matters.
enum class Level { info, warning, error };

// "text" or "json"; before any message.
void set_log_format(std::string_view format);
bool logs_json();
// What is milder is not written; before any message.
void set_log_level(Level mildest);

// A member of the JSON object: a text, or a number or truth as JSON has them.
struct LogValue {
  LogValue(std::string value) : text(std::move(value)) {}
  LogValue(std::string_view value) : text(value) {}
  LogValue(const char* value) : text(value) {}
  LogValue(bool value) : text(value ? "true" : "false"), is_text(false) {}
  template <std::integral Number>
  LogValue(Number value) : text(std::to_string(value)), is_text(false) {}

  std::string text;
  bool is_text = true;
};
using LogFields = std::vector<std::pair<std::string_view, LogValue>>;

// `fields`: further members of the JSON object; with text they are not shown, so the message must
// say all that a person needs.
void log(Level level, std::string_view message, const LogFields& fields = {});

// As report() of verb.h, with further members of the JSON object; the first of them is the "event".
int report(const Error& error, const LogFields& more);

// A bar on standard error, which is taken away before the next message.
void set_bar(bool shown);

}  // namespace paraneo::cli
