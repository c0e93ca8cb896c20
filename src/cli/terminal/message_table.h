// Many messages: the first ones are shown whole, the others counted by kind, so that a thousand bad
// records say in ten lines what is wrong with them. Programs (--log json) get each one.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "cli/terminal/message.h"

namespace paraneo::cli {

// Not thread-safe.
class MessageTable {
 public:
  explicit MessageTable(std::size_t shown_max = kShownMax) : shown_max_(shown_max) {}

  // By its kind, or else by its text.
  void take(const Message& message);
  void take(const Error& error);
  // `error` is of this kind and has, in its own words, more to say about one place.
  void take(const Error& error, const std::string& kind, const LogFields& fields = {});
  // What was not shown: kind, count, one place to look at; the worst first.
  void finish();

  static constexpr std::size_t kShownMax = 50;

 private:
  struct Row {
    Level level;
    std::uint64_t count = 0;
    std::string place;
  };
  bool shows() { return logs_json() || ++shown_ <= shown_max_; }
  void count(Level level, const std::string& kind, const std::string& place);

  std::size_t shown_max_;
  std::size_t shown_ = 0;
  std::map<std::pair<Level, std::string>, Row> rows_;
};

}  // namespace paraneo::cli
