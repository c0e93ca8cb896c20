#include "terminology/value_set_lines.h"

#include <map>

#include "terminology/sorted_lines.h"

namespace paraneo::terminology {

std::string flat_set(std::string_view url, std::string_view version, const Members& members) {
  std::map<std::string_view, std::size_t> numbers;
  for (const auto& [code, system] : members.codes) numbers.emplace(system, 0);
  std::string out = "V" + without_controls(url) + kField + without_controls(version) + "\n";
  std::size_t next = 0;
  for (auto& [system, number] : numbers) {
    number = next++;
    out.append("S").append(system).append("\n");
  }
  for (const auto& system : members.open) out += "O" + system + "\n";
  for (const auto& system : members.whole) out += "W" + system + "\n";
  std::string lines;
  const std::string* before = nullptr;
  for (const auto& [code, system] : members.codes) {
    if (before == nullptr || *before != code) lines += (before == nullptr ? "" : "\n") + code;
    lines += kField + std::to_string(numbers[system]);
    before = &code;
  }
  if (before != nullptr) lines += "\n";
  return out + "B" + std::to_string(lines.size()) + "\n" + lines;
}

std::pair<std::string_view, SetLines> take_set(std::string_view& text) {
  std::pair<std::string_view, SetLines> out;
  auto head = take(text, '\n');
  head.remove_prefix(std::min<std::size_t>(1, head.size()));
  out.first = take(head, kField);
  auto& set = out.second;
  set.version = head;
  while (!text.empty() && text[0] != 'B') {
    const auto line = take(text, '\n');
    if (line.empty()) return out;
    (line[0] == 'S'   ? set.systems
     : line[0] == 'O' ? set.open
                      : set.whole)
        .push_back(line.substr(1));
  }
  const auto head_of_lines = take(text, '\n');
  const auto size = std::min(
      number_of(head_of_lines.substr(std::min<std::size_t>(1, head_of_lines.size()))), text.size());
  set.lines = text.substr(0, size);
  text.remove_prefix(size);
  return out;
}

Members members_of(const SetLines& set) {
  Members out;
  for (auto rest = set.lines; !rest.empty();) {
    auto fields = take(rest, '\n');
    const auto code = std::string(take(fields, kField));
    while (!fields.empty()) out.codes.emplace(code, set.systems[number_of(take(fields, kField))]);
  }
  out.open.insert(set.open.begin(), set.open.end());
  out.whole.insert(set.whole.begin(), set.whole.end());
  return out;
}

}  // namespace paraneo::terminology
