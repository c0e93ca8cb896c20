#include "terminology/value_set.h"

#include <algorithm>

#include "terminology/concept_map.h"
#include "terminology/ucum.h"

namespace paraneo::terminology {
namespace {

std::span<const json::Value> items(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? std::span<const json::Value>() : value->items();
}

bool is_ucum(std::string_view url) { return url.substr(0, url.find('|')) == "http://hl7.org/fhir/ValueSet/ucum-units"; }

std::string without_version(std::string_view url) { return std::string(url.substr(0, url.find('|'))); }

// Concepts nest; the reader bounds the depth.
void add_concepts(const json::Value& parent, std::vector<std::string>& to) {
  for (const auto& c : items(parent, "concept")) {
    to.emplace_back(c.text_of("code"));
    add_concepts(c, to);
  }
}

}  // namespace

void ValueSets::add(const json::Value& resource) {
  const auto url = std::string(resource.text_of("url"));
  const auto type = resource.text_of("resourceType");
  if (url.empty()) return;
  if (type == "CodeSystem") {
    auto& codes = systems_[url] = std::nullopt;
    if (resource.text_of("content") == "complete") add_concepts(resource, codes.emplace());
    if (const auto base = target_of_addition(resource); !base.empty()) add_concepts(resource, additions_[without_version(base)]);
    return;
  }
  if (type != "ValueSet") return;
  auto& definition = definitions_[url] = {};
  const auto* compose = resource.find("compose");
  if (compose == nullptr) {
    definition.open = true;
    return;
  }
  definition.open = !items(*compose, "exclude").empty();
  for (const auto& include : items(*compose, "include")) {
    auto& to = definition.includes.emplace_back();
    to.system = include.text_of("system");
    for (const auto& c : items(include, "concept")) to.codes.emplace_back(c.text_of("code"));
    for (const auto& v : items(include, "valueSet")) to.value_sets.push_back(without_version(v.text()));
    to.whole = to.codes.empty() && to.value_sets.empty();
    if (!items(include, "filter").empty()) definition.open = true;
  }
}

std::optional<ValueSets::Codes> ValueSets::listed(const std::string& url, int depth) const {
  constexpr int kDepthMax = 8;
  const auto found = definitions_.find(url);
  if (found == definitions_.end())
    if (const auto* before = find(url)) return Codes(before->begin(), before->end());
  if (found == definitions_.end() || found->second.open || depth > kDepthMax) return std::nullopt;
  Codes out;
  for (const auto& include : found->second.includes) {
    for (const auto& code : include.codes) out.emplace(code, include.system);
    for (const auto& other : include.value_sets) {
      const auto codes = listed(other, depth + 1);
      if (!codes) return std::nullopt;
      out.insert(codes->begin(), codes->end());
    }
    if (!include.whole) continue;
    const auto system = systems_.find(include.system);
    if (system == systems_.end() || !system->second) return std::nullopt;
    for (const auto& code : *system->second) out.emplace(code, include.system);
  }
  return out;
}

void ValueSets::finish() {
  for (const auto& [url, codes] : additions_)
    if (const auto base = systems_.find(url); base != systems_.end() && base->second)
      base->second->insert(base->second->end(), codes.begin(), codes.end());
  additions_.clear();
  std::map<std::string, std::optional<Codes>> made;
  for (const auto& [url, definition] : definitions_) made[url] = listed(url, 0);
  for (auto& [url, codes] : made) {
    sets_.erase(url);
    if (codes) sets_.emplace(url, keep(*codes));
  }
  definitions_.clear();
  systems_.clear();
}

ValueSets::Listed ValueSets::keep(const Codes& codes) {
  std::string text;
  for (const auto& [code, system] : codes) text += code + system;
  const std::string_view kept = *texts_.emplace_back(std::make_shared<const std::string>(std::move(text)));
  Listed out;
  out.reserve(codes.size());
  std::size_t at = 0;
  for (const auto& [code, system] : codes) {
    out.emplace_back(kept.substr(at, code.size()), kept.substr(at + code.size(), system.size()));
    at += code.size() + system.size();
  }
  return out;
}

const ValueSets::Listed* ValueSets::find(std::string_view url) const {
  const auto set = sets_.find(url.substr(0, url.find('|')));
  return set == sets_.end() ? nullptr : &set->second;
}

bool ValueSets::knows(std::string_view url) const { return find(url) != nullptr || is_ucum(url); }

std::optional<bool> ValueSets::contains(std::string_view url, std::string_view system, std::string_view code) const {
  if (is_ucum(url)) return (system.empty() || system == kUcum) && is_unit_code(code);
  const auto* set = find(url);
  if (set == nullptr) return std::nullopt;
  for (auto it = std::lower_bound(set->begin(), set->end(), Entry(code, {})); it != set->end() && it->first == code; ++it)
    if (system.empty() || it->second == system) return true;
  return false;
}

std::vector<std::string_view> ValueSets::some_codes(std::string_view url, std::size_t count_max) const {
  std::vector<std::string_view> out;
  const auto* set = find(url);
  if (set == nullptr) return out;
  for (const auto& [code, system] : *set)
    if (out.size() < count_max) out.push_back(code);
  return out;
}

// One line each: "V url", then "S system" and "C code" below it.
std::string ValueSets::serialize(const std::set<std::string>& urls) const {
  std::string out;
  for (const auto& url : urls) {
    const auto* set = find(url);
    if (set == nullptr) continue;
    out += "V" + url + "\n";
    std::map<std::string_view, std::vector<std::string_view>> by_system;
    for (const auto& [code, system] : *set) by_system[system].push_back(code);
    for (const auto& [system, codes] : by_system) {
      out.append("S").append(system).append("\n");
      for (const auto& code : codes) out.append("C").append(code).append("\n");
    }
  }
  return out;
}

ValueSets ValueSets::deserialize(std::string_view text) {
  ValueSets out;
  Listed* set = nullptr;
  std::string_view system;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.size() < 2) continue;
    const auto rest = line.substr(1);
    if (line[0] == 'V') set = &out.sets_[std::string(rest)];
    if (line[0] == 'S') system = rest;
    if (line[0] == 'C' && set != nullptr) set->emplace_back(rest, system);
  }
  for (auto& [url, codes] : out.sets_)
    if (!std::is_sorted(codes.begin(), codes.end())) std::sort(codes.begin(), codes.end());
  return out;
}

}  // namespace paraneo::terminology
