#include "cli/terminal/message_table.h"

#include <algorithm>

#include "cli/verb.h"
#include "diag/counted.h"
#include "diag/render.h"

namespace paraneo::cli {
namespace {

constexpr std::size_t kRowsMax = 20;
constexpr std::size_t kKindCharsMax = 100;

std::string_view word(Level level) {
  return level == Level::error ? "error" : level == Level::warning ? "warning" : "note";
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

}  // namespace

void MessageTable::take(const Message& message) {
  if (shows()) return log(message);
  count(message.level, message.kind.empty() ? message.text : std::string(message.kind),
        message.place);
}

void MessageTable::take(const Error& error) { take(error, error.what); }

void MessageTable::take(const Error& error, const std::string& kind, const LogFields& fields) {
  if (shows()) report(error, fields);
  else count(Level::error, kind, error.where);
}

void MessageTable::count(Level level, const std::string& kind, const std::string& place) {
  auto& row =
      rows_.try_emplace({level, diag::shown(kind.substr(0, kKindCharsMax))}, Row{level, 0, place})
          .first->second;
  ++row.count;
}

void MessageTable::finish() {
  if (rows_.empty()) return;
  std::vector<std::pair<std::string, Row>> rows;
  std::uint64_t all = 0;
  std::size_t kind_width = 0;
  std::size_t count_width = 0;
  for (const auto& [key, row] : rows_) {
    rows.emplace_back(key.second, row);
    all += row.count;
    kind_width = std::max(kind_width, key.second.size());
    count_width = std::max(count_width, std::to_string(row.count).size());
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.level, a.second.count) > std::pair(b.second.level, b.second.count);
  });
  std::string text =
      "… and " + diag::counted(all, "more message") + ", by kind (--log json gives each one):";
  for (std::size_t i = 0; i < std::min(rows.size(), kRowsMax); ++i) {
    const auto& [kind, row] = rows[i];
    const auto number = std::to_string(row.count);
    text += "\n  " + padded(std::string(word(row.level)), 7) + "  " +
            std::string(count_width - number.size(), ' ') + number + "  " +
            (row.place.empty() ? kind
                               : padded(kind, kind_width) + "  first at " + diag::shown(row.place));
  }
  if (rows.size() > kRowsMax)
    text += "\n  … and " + diag::counted(rows.size() - kRowsMax, "more kind");
  log(rows.front().second.level, text);
  rows_.clear();
}

}  // namespace paraneo::cli
