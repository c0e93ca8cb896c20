#include "terminology/value_set_expansion.h"

#include <utility>

#include "base/canonical.h"

namespace paraneo::terminology {

bool is_set_of_units(std::string_view url) {
  return url.substr(0, url.find('|')) == "http://hl7.org/fhir/ValueSet/ucum-units";
}

const FilteredSystem* Expansion::system(const std::string& url) {
  const auto [place, is_new] = systems_.try_emplace(url);
  if (is_new)
    if (auto listing = code_systems_.list(url)) place->second.emplace(std::move(*listing));
  return place->second ? &*place->second : nullptr;
}

// What the system, its filters and listed codes say.
Members Expansion::members_of_system(const Include& include) {
  Members out;
  if (!include.codes.empty()) {
    for (const auto& code : include.codes) out.codes.emplace(code, include.system);
    return out;
  }
  const auto* all = code_systems_.is_other_version(include.system, include.version)
                        ? nullptr
                        : system(include.system);
  if (all == nullptr) {
    (include.filters.empty() ? out.whole : out.open).insert(include.system);
    return out;
  }
  // What one filter leaves open is open of what passes the others.
  FilteredSystem::Answers passes(all->concepts().size(), true);
  bool is_judged = true;
  for (const auto& filter : include.filters) {
    const auto answers = all->passing(filter.property, filter.op, filter.value);
    is_judged = is_judged && answers;
    for (std::size_t i = 0; answers && i < passes.size(); ++i)
      passes[i] = passes[i] && (*answers)[i];
  }
  bool has_any = false;
  for (std::size_t i = 0; i < passes.size(); ++i) {
    if (!passes[i]) continue;
    has_any = true;
    if (is_judged) out.codes.emplace(all->concepts()[i].code, include.system);
  }
  if ((!is_judged && has_any) || !all->is_whole()) out.open.insert(include.system);
  return out;
}

Members Expansion::members_of(const Include& include, int depth) {
  if (include.value_sets.empty()) return members_of_system(include);
  auto all = members_of(include.value_sets[0], depth + 1);
  auto any = all;
  for (std::size_t i = 1; i < include.value_sets.size(); ++i) {
    const auto& other = members_of(include.value_sets[i], depth + 1);
    any.add(other);
    all.narrow(other, other);
  }
  if (include.value_sets.size() > 1) {
    const auto both = std::move(all);
    all = any;
    all.narrow(both, any);
  }
  if (include.system.empty()) return all;
  auto out = members_of_system(include);
  out.narrow(all, any);
  return out;
}

const Members& Expansion::members_of(const std::string& url, int depth) {
  const auto [made, is_new] = made_.try_emplace(url);
  if (!is_new) return made->second;
  // What refers to itself has no end.
  made->second.open.emplace(kAnySystem);
  auto out = make(url, depth);
  return made_[url] = std::move(out);
}

Members Expansion::make(const std::string& url, int depth) {
  Members out;
  const auto canonical = split_canonical(url);
  const auto found = compositions_.find(std::string(canonical.url));
  if (found != compositions_.end() && !is_version(found->second.version, canonical.version)) {
    out.open.emplace(kAnySystem);
    return out;
  }
  if (found == compositions_.end()) {
    if (is_set_of_units(url)) out.whole.emplace(kUcum);
    else if (auto before = earlier_(url)) return std::move(*before);
    else out.open.emplace(kAnySystem);
    return out;
  }
  const auto& composition = found->second;
  if (depth > kDepthMax || composition.includes.empty()) out.open.emplace(kAnySystem);
  if (depth > kDepthMax) return out;
  for (const auto& include : composition.includes) out.add(members_of(include, depth));
  for (const auto& exclude : composition.excludes) out.take_out(members_of(exclude, depth));
  if (composition.has_no_inactive)
    std::erase_if(out.codes, [&](const auto& each) {
      const auto* all = system(each.second);
      return all != nullptr && all->is_inactive(each.first);
    });
  // What somebody who knows the systems made of it.
  if (!out.open.empty() && !composition.expansion.empty()) {
    out = {};
    for (const auto& part : composition.expansion) out.add(members_of_system(part));
  }
  return out;
}

}  // namespace paraneo::terminology
