#include "terminology/listed_names.h"

#include <algorithm>

#include "terminology/code_system.h"

namespace paraneo::terminology {
namespace {

// Two names are called alike when this is the same text.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string lines_of(const std::map<std::string, std::vector<std::string>>& all) {
  std::string out;
  for (const auto& [key, fields] : all) {
    out += key;
    for (const auto& field : fields) out.append(1, kField).append(field);
    out += '\n';
  }
  return out;
}

}  // namespace

void ListedNames::add(std::string_view system, std::string_view code, std::string_view name) {
  if (system.empty() || code.empty() || name.empty()) return;
  auto& names = added_[without_controls(system)][without_controls(code)];
  if (auto kept = without_controls(name);
      std::find(names.begin(), names.end(), kept) == names.end())
    names.push_back(std::move(kept));
}

void ListedNames::finish(const std::function<bool(std::string_view system)>& is_here) {
  for (auto& [system, by_code] : added_) {
    if (is_here(system)) continue;
    const auto* before = find(system);
    for (auto rest = before == nullptr ? std::string_view() : before->by_code; !rest.empty();) {
      auto fields = take(rest, '\n');
      auto& names = by_code[std::string(take(fields, kField))];
      std::vector<std::string> earlier;
      while (!fields.empty()) earlier.emplace_back(take(fields, kField));
      names.insert(names.begin(), earlier.begin(), earlier.end());
    }
    std::map<std::string, std::vector<std::string>> by_name;
    for (const auto& [code, names] : by_code)
      for (const auto& name : names)
        if (auto& codes = by_name[folded(name)]; codes.empty() || codes.back() != code)
          codes.push_back(code);
    keep(system, lines_of(by_code), lines_of(by_name));
  }
  added_.clear();
}

void ListedNames::keep(const std::string& system, std::string by_code, std::string by_name) {
  const auto kept = [&](std::string text) {
    return std::string_view(
        *texts_.emplace_back(std::make_shared<const std::string>(std::move(text))));
  };
  systems_.insert_or_assign(system, System{kept(std::move(by_code)), kept(std::move(by_name))});
}

const ListedNames::System* ListedNames::find(std::string_view system) const {
  const auto found = systems_.find(system);
  return found == systems_.end() ? nullptr : &found->second;
}

std::string_view ListedNames::other_code(std::string_view system, std::string_view code,
                                         std::string_view name) const {
  const auto* names = find(system);
  const auto own = names == nullptr ? std::nullopt : line_of(names->by_code, code);
  if (!own) return {};
  auto rest = *own;
  for (take(rest, kField); !rest.empty();)
    if (is_called_alike(take(rest, kField), name)) return {};
  const auto others = line_of(names->by_name, folded(name));
  if (!others) return {};
  auto codes = *others;
  take(codes, kField);
  return take(codes, kField);
}

std::string_view ListedNames::name_of(std::string_view system, std::string_view code) const {
  const auto* names = find(system);
  auto line = names == nullptr ? std::nullopt : line_of(names->by_code, code);
  if (!line) return {};
  take(*line, kField);
  return take(*line, kField);
}

// Of each system: "system<field>bytes by code<field>bytes by name", and so many bytes of lines.
std::string ListedNames::serialize() const {
  std::map<std::string_view, const System*> sorted;
  for (const auto& [url, system] : systems_) sorted.emplace(url, &system);
  std::string out;
  for (const auto& [url, system] : sorted)
    out.append(url)
        .append(1, kField)
        .append(std::to_string(system->by_code.size()))
        .append(1, kField)
        .append(std::to_string(system->by_name.size()))
        .append("\n")
        .append(system->by_code)
        .append(system->by_name);
  return out;
}

void ListedNames::deserialize(std::string_view text) {
  while (!text.empty()) {
    auto head = take(text, '\n');
    const auto url = take(head, kField);
    auto& system = systems_[std::string(url)];
    for (auto* lines : {&system.by_code, &system.by_name}) {
      const auto size = std::min(number_of(take(head, kField)), text.size());
      *lines = text.substr(0, size);
      text.remove_prefix(size);
    }
  }
}

}  // namespace paraneo::terminology
