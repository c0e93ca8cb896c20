#include "terminology/code_system.h"

#include <algorithm>
#include <set>

#include "base/canonical.h"
#include "terminology/code_form.h"
#include "terminology/concept_map.h"

namespace paraneo::terminology {
namespace {

constexpr char kParent = '\x1e';  // between parents

std::span<const json::Value> items(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? std::span<const json::Value>() : value->items();
}

std::string_view value_of(const json::Value& property) {
  for (const auto& member : property.members()) {
    if (!member.name.starts_with("value")) continue;
    if (member.value.kind == json::Kind::boolean) return member.value.truth ? "true" : "false";
    return member.value.is_object() ? member.value.text_of("code") : member.value.text();
  }
  return {};
}

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool is_called_alike(std::string_view a, std::string_view b) {
  const auto next = [](std::string_view& text) -> int {
    if (text.empty()) return -1;
    const auto c = text.front();
    text.remove_prefix(1);
    if (c != ' ') return folded(c);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return ' ';
  };
  while (!a.empty() && a.back() == ' ') a.remove_suffix(1);
  while (!b.empty() && b.back() == ' ') b.remove_suffix(1);
  while (!a.empty() && a.front() == ' ') a.remove_prefix(1);
  while (!b.empty() && b.front() == ' ') b.remove_prefix(1);
  while (!a.empty() || !b.empty())
    if (next(a) != next(b)) return false;
  return true;
}

// Concepts nest; the reader bounds the depth.
void CodeSystems::read_concepts(const json::Value& parent, std::string_view code_of_parent,
                                Read& to) {
  for (const auto& each : items(parent, "concept")) {
    const auto code = without_controls(each.text_of("code"));
    auto& made = to.concepts[code];
    made.display = without_controls(each.text_of("display"));
    if (!code_of_parent.empty()) made.parents.emplace_back(code_of_parent);
    for (const auto& designation : items(each, "designation"))
      made.other_displays.push_back(without_controls(designation.text_of("value")));
    for (const auto& property : items(each, "property")) {
      const auto name = property.text_of("code");
      made.properties.emplace_back(name, without_controls(value_of(property)));
      // "subsumedBy" is how HL7's version 3 writes a second parent.
      if (name == "parent" || name == "subsumedBy")
        made.parents.push_back(without_controls(value_of(property)));
    }
    read_concepts(each, code, to);
  }
}

void CodeSystems::add(const json::Value& resource) {
  const auto url = std::string(resource.text_of("url"));
  if (url.empty() || resource.text_of("resourceType") != "CodeSystem") return;
  if (const auto base = target_of_addition(resource); !base.empty()) {
    Read added;
    read_concepts(resource, {}, added);
    for (const auto& [code, unused] : added.concepts)
      additions_[std::string(without_version(base))].push_back(code);
  }
  if (const auto base = resource.text_of("supplements");
      resource.text_of("content") == "supplement" && !base.empty()) {
    Read named;
    read_concepts(resource, {}, named);
    auto& names = supplements_[std::string(without_version(base))];
    for (const auto& [code, each] : named.concepts) {
      if (!each.display.empty()) names.emplace_back(code, each.display);
      for (const auto& name : each.other_displays) names.emplace_back(code, name);
    }
  }
  auto& read = read_[url] = {};
  read.version = without_controls(resource.text_of("version"));
  read.is_complete = resource.text_of("content") == "complete";
  read.is_fragment = resource.text_of("content") == "fragment";
  const auto* is_case_sensitive = resource.find("caseSensitive");
  read.is_case_sensitive = is_case_sensitive == nullptr || is_case_sensitive->truth;
  for (const auto& property : items(resource, "property"))
    read.properties.emplace_back(property.text_of("code"));
  if (read.is_complete || read.is_fragment) read_concepts(resource, {}, read);
}

void CodeSystems::finish() {
  for (const auto& [url, read] : read_) {
    if (!read.is_complete && !read.is_fragment) {
      systems_.erase(url);
      continue;
    }
    std::string text;
    for (const auto& [code, named] : read.concepts) {
      text += code + kField;
      for (const auto& parent : named.parents) text += parent + kParent;
      text += kField + named.display;
      for (const auto& other : named.other_displays) text += kField + other;
      text += '\n';
    }
    auto& system = systems_.insert_or_assign(url, System{}).first->second;
    system.is_case_sensitive = read.is_case_sensitive;
    system.is_own = true;
    system.is_whole = read.is_complete;
    system.version = read.version;
    keep_lines(system, std::move(text));
  }
  add_to_systems();
}

void CodeSystems::keep_lines(System& system, std::string lines) {
  constexpr std::size_t kLinesForIndex = 1000;
  system.lines = *texts_.emplace_back(std::make_shared<const std::string>(std::move(lines)));
  if (system.is_case_sensitive ||
      static_cast<std::size_t>(std::count(system.lines.begin(), system.lines.end(), '\n')) <
          kLinesForIndex)
    return;
  auto folded_lines = std::make_shared<Lines>();
  for (auto rest = system.lines; !rest.empty();) {
    const auto each = take(rest, '\n');
    std::string code(each.substr(0, each.find(kField)));
    std::transform(code.begin(), code.end(), code.begin(), folded);
    folded_lines->emplace(std::move(code), each);
  }
  system.folded = std::move(folded_lines);
}

// Codes of what adds, and names of supplements.
void CodeSystems::add_to_systems() {
  std::set<std::string> touched;
  for (const auto& [url, codes] : additions_) touched.insert(url);
  for (const auto& [url, names] : supplements_) touched.insert(url);
  for (const auto& url : touched) {
    auto system = systems_.find(url);
    if (system == systems_.end()) {
      // Of a system whose codes nobody lists, those that somebody adds are known, and no others.
      if (additions_.find(url) == additions_.end()) continue;
      system = systems_.emplace(url, System{}).first;
      system->second.is_own = true;
      system->second.is_whole = false;
    }
    std::map<std::string, std::string> all;  // lines by code, without their ends
    for (auto rest = system->second.lines; !rest.empty();) {
      const auto each = take(rest, '\n');
      all.emplace(each.substr(0, each.find(kField)), each);
    }
    if (const auto added = additions_.find(url); added != additions_.end())
      for (const auto& code : added->second) all.emplace(code, code + kField + kField);
    if (const auto named = supplements_.find(url); named != supplements_.end())
      for (const auto& [code, name] : named->second)
        if (const auto line = all.find(code); line != all.end()) line->second += kField + name;
    std::string text;
    for (const auto& [code, each] : all) text += each + '\n';
    keep_lines(system->second, std::move(text));
  }
  additions_.clear();
  supplements_.clear();
}

const CodeSystems::System* CodeSystems::find(std::string_view url) const {
  const auto found = systems_.find(without_version(url));
  return found == systems_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> CodeSystems::line(const System& system,
                                                  std::string_view code) const {
  if (const auto exact = line_of(system.lines, code)) return exact;
  if (system.is_case_sensitive) return std::nullopt;
  if (system.folded != nullptr) {
    std::string key(code);
    std::transform(key.begin(), key.end(), key.begin(), folded);
    const auto found = system.folded->find(key);
    return found == system.folded->end() ? std::nullopt
                                         : std::optional<std::string_view>(found->second);
  }
  for (auto rest = system.lines; !rest.empty();) {
    const auto each = take(rest, '\n');
    if (is_called_alike(each.substr(0, each.find(kField)), code)) return each;
  }
  return std::nullopt;
}

std::optional<bool> CodeSystems::contains(std::string_view url, std::string_view code) const {
  const auto* system = find(url);
  if (system != nullptr && line(*system, code)) return true;
  const auto is_known = system == nullptr ? is_impossible(url, code) : system->is_whole;
  return is_known ? std::optional<bool>(false) : std::nullopt;
}

std::optional<bool> CodeSystems::subsumes(std::string_view url, std::string_view above,
                                          std::string_view below) const {
  const auto* system = find(url);
  const auto top = system == nullptr ? std::nullopt : line(*system, above);
  const auto bottom = system == nullptr ? std::nullopt : line(*system, below);
  if (!top || !bottom) return std::nullopt;
  const auto code_of = [](std::string_view each) { return each.substr(0, each.find(kField)); };
  // A code may have several parents, and two codes one ancestor.
  std::set<std::string_view> seen = {code_of(*bottom)};
  for (std::vector<std::string_view> next = {*bottom}; !next.empty();) {
    auto fields = next.back();
    next.pop_back();
    if (take(fields, kField) == code_of(*top)) return true;
    for (auto parents = take(fields, kField); !parents.empty();)
      if (const auto parent = line(*system, take(parents, kParent));
          parent && seen.insert(code_of(*parent)).second)
        next.push_back(*parent);
  }
  return false;
}

std::string_view CodeSystems::written(std::string_view url, std::string_view code) const {
  const auto* system = find(url);
  const auto found = system == nullptr ? std::nullopt : line(*system, code);
  return found ? found->substr(0, found->find(kField)) : std::string_view();
}

bool CodeSystems::is_other_version(std::string_view url, std::string_view version) const {
  const auto* system = find(url);
  return system != nullptr && !version.empty() && !system->version.empty() &&
         system->version != version;
}

std::string_view CodeSystems::alike(std::string_view url, std::string_view code) const {
  const auto* system = find(url);
  for (auto rest = system == nullptr ? std::string_view() : system->lines; !rest.empty();) {
    const auto each = take(rest, '\n');
    if (const auto other = each.substr(0, each.find(kField)); is_called_alike(other, code))
      return other;
  }
  return {};
}

bool CodeSystems::is_own(std::string_view url) const {
  const auto* system = find(url);
  return system != nullptr && system->is_own;
}

std::string_view CodeSystems::display(std::string_view url, std::string_view code) const {
  const auto* system = find(url);
  const auto found = system == nullptr ? std::nullopt : line(*system, code);
  if (!found) return {};
  auto rest = *found;
  take(rest, kField), take(rest, kField);
  return take(rest, kField);
}

std::optional<bool> CodeSystems::is_called(std::string_view url, std::string_view code,
                                           std::string_view display) const {
  const auto* system = find(url);
  const auto found = system == nullptr ? std::nullopt : line(*system, code);
  if (!found) return std::nullopt;
  auto rest = *found;
  take(rest, kField), take(rest, kField);
  if (rest.empty()) return std::nullopt;
  while (!rest.empty())
    if (is_called_alike(take(rest, kField), display)) return true;
  return false;
}

std::optional<CodeSystems::Listing> CodeSystems::list(std::string_view url) const {
  Listing out;
  const auto read = read_.find(url);
  if (read != read_.end()) {
    out.has_properties = true;
    for (const auto& each : read->second.properties) out.properties.push_back(each);
  }
  const auto* system = find(url);
  if (system == nullptr) return std::nullopt;
  out.is_whole = system->is_whole;
  for (auto rest = system->lines; !rest.empty();) {
    auto fields = take(rest, '\n');
    auto& made = out.concepts.emplace_back();
    made.code = take(fields, kField);
    for (auto parents = take(fields, kField); !parents.empty();)
      made.parents.push_back(take(parents, kParent));
    made.display = take(fields, kField);
    if (read == read_.end()) continue;
    const auto named = read->second.concepts.find(made.code);
    if (named == read->second.concepts.end()) continue;
    for (const auto& [name, value] : named->second.properties)
      made.properties.emplace_back(name, value);
  }
  return out;
}

// Of each: "URL<field>1 or 0<field>bytes<field>version<field>1 or 0", and so many bytes of lines.
std::string CodeSystems::serialize() const {
  std::map<std::string_view, const System*> sorted;
  for (const auto& [url, system] : systems_) sorted.emplace(url, &system);
  std::string out;
  for (const auto& [url, system] : sorted)
    out.append(url)
        .append(1, kField)
        .append(system->is_case_sensitive ? "1" : "0")
        .append(1, kField)
        .append(std::to_string(system->lines.size()))
        .append(1, kField)
        .append(system->version)
        .append(1, kField)
        .append(system->is_whole ? "1" : "0")
        .append("\n")
        .append(system->lines);
  return out;
}

void CodeSystems::deserialize(std::string_view text) {
  while (!text.empty()) {
    auto head = take(text, '\n');
    const auto url = take(head, kField);
    const auto is_case_sensitive = take(head, kField) == "1";
    const auto bytes = take(head, kField);
    const auto size = number_of(bytes);
    const auto version = take(head, kField);
    systems_.emplace(url,
                     System{text.substr(0, size), is_case_sensitive, false, head == "1", version});
    text.remove_prefix(std::min(size, text.size()));
  }
}

}  // namespace paraneo::terminology
