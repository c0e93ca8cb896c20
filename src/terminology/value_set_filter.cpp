#include "terminology/value_set_filter.h"

#include <re2/re2.h>

#include <algorithm>
#include <memory>

namespace paraneo::terminology {
namespace {

// Of a filter, which R4 leaves open: all of the text must match, as R4's own sets need it
// (countries of two letters are "[A-Z]{2}"). RE2 takes time in proportion to the text; none for
// what it refuses, look-around and back references.
std::unique_ptr<re2::RE2> compiled(std::string_view pattern) {
  constexpr std::int64_t kMemoryMax = 1 << 20;
  constexpr std::size_t kCharsMax = 1000;
  if (pattern.size() > kCharsMax) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemoryMax);
  auto made = std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  return made->ok() ? std::move(made) : nullptr;
}

bool matches(const re2::RE2& pattern, std::string_view text) {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

bool is_listed(std::string_view list, std::string_view value) {
  while (true) {
    const auto comma = list.find(',');
    auto each = list.substr(0, comma);
    while (!each.empty() && each.front() == ' ') each.remove_prefix(1);
    while (!each.empty() && each.back() == ' ') each.remove_suffix(1);
    if (each == value) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

bool is_place(std::string_view op) {
  return op == "is-a" || op == "descendent-of" || op == "is-not-a" || op == "generalizes";
}

}  // namespace

FilteredSystem::FilteredSystem(CodeSystems::Listing listing)
    : listing_(std::move(listing)), below_(listing_.concepts.size()),
      above_(listing_.concepts.size()) {
  for (std::size_t i = 0; i < listing_.concepts.size(); ++i)
    for (const auto parent : listing_.concepts[i].parents)
      if (const auto at = index_of(parent)) below_[*at].push_back(i), above_[i].push_back(*at);
}

std::optional<std::size_t> FilteredSystem::index_of(std::string_view code) const {
  const auto& all = listing_.concepts;
  const auto found = std::lower_bound(
      all.begin(), all.end(), code,
      [](const Concept& each, std::string_view wanted) { return each.code < wanted; });
  if (found == all.end() || found->code != code) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

bool FilteredSystem::is_inactive(std::string_view code) const {
  const auto at = index_of(code);
  if (!at) return false;
  const auto& properties = listing_.concepts[*at].properties;
  return std::any_of(properties.begin(), properties.end(), [](const auto& each) {
    return (each.first == "inactive" && each.second == "true") ||
           (each.first == "status" && each.second == "retired");
  });
}

std::vector<bool> FilteredSystem::reach(std::size_t from,
                                        const std::vector<std::vector<std::size_t>>& links) const {
  std::vector<bool> out(listing_.concepts.size());
  std::vector<std::size_t> waiting{from};
  out[from] = true;
  while (!waiting.empty()) {
    const auto at = waiting.back();
    waiting.pop_back();
    for (const auto next : links[at]) {
      if (out[next]) continue;
      out[next] = true;
      waiting.push_back(next);
    }
  }
  return out;
}

std::optional<FilteredSystem::Answers> FilteredSystem::by_place(std::string_view op,
                                                                std::string_view code) const {
  const auto at = index_of(code);
  if (!at) return std::nullopt;
  const auto reached = reach(*at, op == "generalizes" ? above_ : below_);
  Answers out(reached.size());
  for (std::size_t i = 0; i < reached.size(); ++i)
    out[i] = op == "is-not-a" ? !reached[i] : reached[i] && !(op == "descendent-of" && i == *at);
  return out;
}

bool FilteredSystem::knows_property(std::string_view name) const {
  if (name == "concept" || name == "code" || name == "display" || name == "parent" ||
      name == "child")
    return true;
  return listing_.has_properties &&
         std::find(listing_.properties.begin(), listing_.properties.end(), name) !=
             listing_.properties.end();
}

std::vector<std::string_view> FilteredSystem::values(std::size_t index,
                                                     std::string_view property) const {
  const auto& each = listing_.concepts[index];
  if (property == "concept" || property == "code") return {each.code};
  if (property == "display") return {each.display};
  if (property == "parent") return each.parents;
  std::vector<std::string_view> out;
  for (const auto& [name, value] : each.properties)
    if (name == property) out.push_back(value);
  if (property == "child")
    for (const auto below : below_[index]) out.push_back(listing_.concepts[below].code);
  return out;
}

std::optional<FilteredSystem::Answers> FilteredSystem::passing(std::string_view property,
                                                               std::string_view op,
                                                               std::string_view value) const {
  if (is_place(op))
    return property == "concept" || property == "code" ? by_place(op, value) : std::nullopt;
  if (!knows_property(property)) return std::nullopt;
  const auto pattern = op == "regex" ? compiled(value) : nullptr;
  if (op == "regex" ? pattern == nullptr
                    : op != "=" && op != "in" && op != "not-in" && op != "exists")
    return std::nullopt;
  Answers out;
  out.reserve(listing_.concepts.size());
  for (std::size_t i = 0; i < listing_.concepts.size(); ++i) {
    const auto own = values(i, property);
    bool answer = false;
    if (op == "exists") answer = own.empty() == (value == "false");
    if (op == "not-in")
      answer = std::none_of(own.begin(), own.end(), [&](auto v) { return is_listed(value, v); });
    for (const auto v : own) {
      if (op == "=" && v == value) answer = true;
      if (op == "in" && is_listed(value, v)) answer = true;
      if (pattern != nullptr && matches(*pattern, v)) answer = true;
    }
    out.push_back(answer);
  }
  return out;
}

}  // namespace paraneo::terminology
