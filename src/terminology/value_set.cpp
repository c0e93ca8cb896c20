#include "terminology/value_set.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/canonical.h"
#include "terminology/sorted_lines.h"
#include "terminology/value_set_expansion.h"

namespace paraneo::terminology {
namespace {

template <class Texts>
bool has(const Texts& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

void ValueSets::add(const json::Value& resource) {
  code_systems_.add(resource);
  const auto url = resource.text_of("url");
  if (url.empty() || resource.text_of("resourceType") != "ValueSet") return;
  auto composition = read_composition(resource);
  for (const auto& each : names_in(resource)) listed_names_.add(each.system, each.code, each.name);
  compositions_.insert_or_assign(std::string(url), std::move(composition));
}

void ValueSets::finish() {
  code_systems_.finish();
  listed_names_.finish([&](std::string_view system) { return code_systems_.has(system); });
  Expansion expansion(compositions_, code_systems_,
                      [&](const std::string& url) -> std::optional<Members> {
                        const auto* before = find(url);
                        if (before == nullptr) return std::nullopt;
                        return members_of(*before);
                      });
  for (const auto& [url, composition] : compositions_) {
    std::string_view text = *texts_.emplace_back(std::make_shared<const std::string>(
        flat_set(url, composition.version, expansion.members_of(url))));
    keep(text);
  }
  compositions_.clear();
}

void ValueSets::keep(std::string_view& text) {
  auto [url, set] = take_set(text);
  sets_.insert_or_assign(std::string(url), std::move(set));
}

const SetLines* ValueSets::find(std::string_view url) const {
  const auto canonical = split_canonical(url);
  const auto set = sets_.find(canonical.url);
  return set == sets_.end() || !is_version(set->second.version, canonical.version) ? nullptr
                                                                                   : &set->second;
}

std::string_view ValueSets::other_version(std::string_view url) const {
  const auto canonical = split_canonical(url);
  const auto set = sets_.find(canonical.url);
  return set == sets_.end() || is_version(set->second.version, canonical.version)
             ? std::string_view()
             : set->second.version;
}

bool ValueSets::has_set(std::string_view url) const {
  return is_set_of_units(url) || find(url) != nullptr;
}

bool ValueSets::takes_all_of(std::string_view url, std::string_view system) const {
  const auto* set = find(url);
  return set != nullptr && has(set->whole, system);
}

bool ValueSets::has_several_systems(std::string_view url) const {
  const auto* set = find(url);
  if (set == nullptr) return false;
  std::set<std::string_view> systems;
  for (const auto* part : {&set->systems, &set->open, &set->whole})
    systems.insert(part->begin(), part->end());
  return systems.size() > 1;
}

std::optional<std::vector<Code>> ValueSets::codes_of(std::string_view url) const {
  const auto* set = find(url);
  if (set == nullptr || !set->open.empty() || !set->whole.empty()) return std::nullopt;
  std::vector<Code> out;
  for (auto rest = set->lines; !rest.empty();) {
    auto fields = take(rest, '\n');
    const auto code = take(fields, kField);
    while (!fields.empty()) {
      const auto system = set->systems[number_of(take(fields, kField))];
      out.push_back({system, code, code_systems_.display(system, code)});
    }
  }
  return out;
}

bool ValueSets::knows(std::string_view url) const {
  if (is_set_of_units(url)) return true;
  const auto* set = find(url);
  return set != nullptr && !has(set->open, kAnySystem);
}

std::optional<bool> ValueSets::contains(std::string_view url, std::string_view system,
                                        std::string_view code) const {
  if (is_set_of_units(url)) return (system.empty() || system == kUcum) && is_any_unit_code(code);
  const auto* set = find(url);
  if (set == nullptr) return std::nullopt;
  if (const auto line = line_of(set->lines, code)) {
    if (system.empty()) return true;
    auto fields = *line;
    for (take(fields, kField); !fields.empty();)
      if (set->systems[number_of(take(fields, kField))] == system) return true;
  } else if (const auto written = code_systems_.written(system, code);
             !written.empty() && written != code) {
    return contains(url, system, written);
  }
  return has_unlisted(set->open, set->whole, system, code);
}

std::vector<std::string_view> ValueSets::some_codes(std::string_view url,
                                                    std::size_t count_max) const {
  std::vector<std::string_view> out;
  const auto* set = find(url);
  if (set == nullptr || !set->open.empty() || !set->whole.empty()) return out;
  for (auto rest = set->lines; !rest.empty() && out.size() < count_max;) {
    auto fields = take(rest, '\n');
    const auto code = take(fields, kField);
    for (; !fields.empty() && out.size() < count_max; take(fields, kField)) out.push_back(code);
  }
  return out;
}

// The length of the value sets, they, that of the names, they, and the code systems.
std::string ValueSets::serialize() const {
  std::map<std::string_view, const SetLines*> sorted;
  for (const auto& [url, set] : sets_) sorted.emplace(url, &set);
  std::string sets;
  for (const auto& [url, set] : sorted) sets += flat_set(url, set->version, members_of(*set));
  const auto names = listed_names_.serialize();
  return std::to_string(sets.size()) + "\n" + sets + std::to_string(names.size()) + "\n" + names +
         code_systems_.serialize();
}

ValueSets ValueSets::deserialize(std::string_view text) {
  ValueSets out;
  const auto part = [&] {
    const auto size = std::min(number_of(take(text, '\n')), text.size());
    const auto found = text.substr(0, size);
    text.remove_prefix(size);
    return found;
  };
  auto sets = part();
  while (!sets.empty()) out.keep(sets);
  out.listed_names_.deserialize(part());
  out.code_systems_.deserialize(text);
  return out;
}

}  // namespace paraneo::terminology
