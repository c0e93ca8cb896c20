#include "cli/records/record_ids.h"

#include <algorithm>

#include "cli/terminal/input.h"

namespace paraneo::cli {
namespace {

// Behind the string that begins at `at`.
std::size_t string_end(std::string_view json, std::size_t at) {
  for (++at; (at = json.find_first_of("\"\\", at)) != std::string_view::npos; at += 2)
    if (json[at] == '"') return at + 1;
  return json.size();
}

// Behind the value that begins at `at`.
std::size_t value_end(std::string_view json, std::size_t at) {
  if (json[at] != '{' && json[at] != '[')
    return json[at] == '"' ? string_end(json, at)
                           : std::min(json.find_first_of(",}]", at), json.size());
  std::size_t depth = 0;
  while ((at = json.find_first_of("\"{}[]", at)) != std::string_view::npos) {
    if (json[at] == '"') {
      at = string_end(json, at);
      continue;
    }
    const bool opens = json[at] == '{' || json[at] == '[';
    ++at;
    if (opens) ++depth;
    else if (--depth == 0) return at;
  }
  return json.size();
}

// The value of an object's member, as it is written; empty when it has none.
std::string_view member(std::string_view object, std::string_view name) {
  constexpr std::string_view kBlanks = " \t\r\n";
  auto at = object.find('{');
  while (at != std::string_view::npos &&
         (at = object.find_first_of("\"}", at)) != std::string_view::npos && object[at] == '"') {
    const auto key_end = string_end(object, at);
    const bool found = object.substr(at + 1, key_end - at - 2) == name;
    at = object.find_first_not_of(kBlanks,
                                  std::min(object.find(':', key_end), object.size() - 1) + 1);
    if (at == std::string_view::npos) break;
    const auto end = value_end(object, at);
    if (found) return object.substr(at, end - at);
    at = end;
  }
  return {};
}

std::string_view unquoted(std::string_view value) {
  return value.size() >= 2 && value.front() == '"' ? value.substr(1, value.size() - 2)
                                                   : std::string_view();
}

}  // namespace

std::string_view record_id_in(std::string_view json) { return unquoted(member(json, "id")); }

void RecordIds::look_through(const std::vector<std::string>& inputs, const Limits& limits) {
  auto input = Input::open(inputs, limits);
  if (!input || !input->can_be_read_again()) return;
  looked_through_ = true;
  while (true) {
    const auto text = input->next();
    if (!text) continue;  // said when it is read again
    if (*text == nullptr) break;
    const auto id = record_id_in((*text)->text);
    if (id.empty()) continue;
    const auto place = place_of((*text)->name, (*text)->first_line);
    const auto [known, is_new] = seen_.try_emplace(digest_of(id), Seen{place, {}, false});
    if (is_new) continue;
    if (!known->second.doubled) known->second.second = place;
    known->second.doubled = true;
  }
}

std::optional<RecordIds::Other> RecordIds::other(std::string_view id, const std::string& file,
                                                 std::uint32_t line) {
  const auto place = place_of(file, line);
  const auto [known, is_new] = seen_.try_emplace(digest_of(id), Seen{place, {}, false});
  if (is_new) return std::nullopt;
  const auto& seen = known->second;
  if (seen.doubled) return Other{text_of(seen.first == place ? seen.second : seen.first), false};
  if (looked_through_ && seen.first == place) return std::nullopt;
  return Other{text_of(seen.first), true};
}

RecordIds::Place RecordIds::place_of(const std::string& file, std::uint32_t line) {
  const auto [known, is_new] =
      file_numbers_.try_emplace(file, static_cast<std::uint32_t>(files_.size()));
  if (is_new) files_.push_back(file);
  return {known->second, line};
}

std::string RecordIds::text_of(const Place& place) const {
  return files_[place.file] + ":" + std::to_string(place.line);
}

}  // namespace paraneo::cli
