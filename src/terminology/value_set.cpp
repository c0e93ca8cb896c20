#include "terminology/value_set.h"

#include <algorithm>
#include <charconv>

#include "terminology/sorted_lines.h"
#include "terminology/ucum.h"
#include "terminology/value_set_filter.h"

namespace paraneo::terminology {
namespace {

constexpr std::string_view kAny = "*";

std::span<const json::Value> items(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? std::span<const json::Value>() : value->items();
}

// All of UCUM.
bool is_ucum(std::string_view url) {
  return url.substr(0, url.find('|')) == "http://hl7.org/fhir/ValueSet/ucum-units";
}

std::string without_version(std::string_view url) {
  return std::string(url.substr(0, url.find('|')));
}

template <class Texts>
bool has(const Texts& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Of a set, about a code that it does not list.
template <class Texts>
std::optional<bool> of_others(const Texts& open, const Texts& whole, std::string_view system,
                              std::string_view code) {
  for (const auto& each : whole)
    if (system.empty() || system == each)
      return each == kUcum ? std::optional<bool>(is_unit_code(code)) : std::nullopt;
  if (has(open, kAny) || (system.empty() ? !open.empty() : has(open, system))) return std::nullopt;
  return false;
}

std::size_t number(std::string_view text) {
  std::size_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

void add_expansion(const json::Value& parent, std::map<std::string, std::vector<std::string>>& to,
                   std::size_t& count) {
  for (const auto& each : items(parent, "contains")) {
    const auto* is_abstract = each.find("abstract");
    ++count;
    if (const auto code = each.text_of("code");
        !code.empty() && (is_abstract == nullptr || !is_abstract->truth))
      to[without_controls(each.text_of("system"))].push_back(without_controls(code));
    add_expansion(each, to, count);
  }
}

}  // namespace

// What is found out once for all sets.
struct ValueSets::Building {
  std::map<std::string, Members> made;
  std::map<std::string, std::optional<FilteredSystem>> systems;

  const FilteredSystem* system(const CodeSystems& all, const std::string& url) {
    const auto [place, is_new] = systems.try_emplace(url);
    if (is_new)
      if (auto listing = all.list(url)) place->second.emplace(std::move(*listing));
    return place->second ? &*place->second : nullptr;
  }
};

ValueSets::Include ValueSets::read_include(const json::Value& include) {
  Include out;
  out.system = without_controls(include.text_of("system"));
  for (const auto& c : items(include, "concept"))
    out.codes.push_back(without_controls(c.text_of("code")));
  for (const auto& v : items(include, "valueSet"))
    out.value_sets.push_back(without_version(v.text()));
  for (const auto& f : items(include, "filter"))
    out.filters.push_back({std::string(f.text_of("property")), std::string(f.text_of("op")),
                           without_controls(f.text_of("value"))});
  return out;
}

void ValueSets::add(const json::Value& resource) {
  const auto url = std::string(resource.text_of("url"));
  code_systems_.add(resource);
  if (url.empty() || resource.text_of("resourceType") != "ValueSet") return;
  auto& definition = definitions_[url] = {};
  if (const auto* compose = resource.find("compose"); compose != nullptr) {
    for (const auto& include : items(*compose, "include"))
      definition.includes.push_back(read_include(include));
    for (const auto& exclude : items(*compose, "exclude"))
      definition.excludes.push_back(read_include(exclude));
  }
  const auto* expansion = resource.find("expansion");
  if (expansion == nullptr) return;
  std::map<std::string, std::vector<std::string>> by_system;
  std::size_t count = 0;
  add_expansion(*expansion, by_system, count);
  // One page of several, or one that was cut off, is not all of it.
  const auto* total = expansion->find("total");
  const auto* offset = expansion->find("offset");
  if ((total != nullptr && number(total->text()) > count) ||
      (offset != nullptr && offset->text() != "0"))
    return;
  for (auto& [system, codes] : by_system)
    definition.expansion.push_back({system, std::move(codes), {}, {}});
}

std::optional<bool> ValueSets::Members::has(std::string_view system, std::string_view code) const {
  for (auto it = codes.lower_bound(std::pair<std::string, std::string>(code, std::string()));
       it != codes.end() && it->first == code; ++it)
    if (system.empty() || it->second == system) return true;
  return of_others(open, whole, system, code);
}

ValueSets::Members ValueSets::members_of(const Set& set) const {
  Members out;
  for (auto rest = set.lines; !rest.empty();) {
    auto fields = take(rest, '\n');
    const auto code = std::string(take(fields, kField));
    while (!fields.empty()) out.codes.emplace(code, set.systems[number(take(fields, kField))]);
  }
  out.open.insert(set.open.begin(), set.open.end());
  out.whole.insert(set.whole.begin(), set.whole.end());
  return out;
}

// What the system, its filters and listed codes say.
ValueSets::Members ValueSets::members_of_system(const Include& include, Building& building) const {
  Members out;
  if (!include.codes.empty()) {
    for (const auto& code : include.codes) out.codes.emplace(code, include.system);
    return out;
  }
  const auto* system = building.system(code_systems_, include.system);
  if (system == nullptr) {
    (include.filters.empty() ? out.whole : out.open).insert(include.system);
    return out;
  }
  std::vector<std::optional<bool>> passes(system->concepts().size(), true);
  for (const auto& filter : include.filters) {
    const auto answers = system->passing(filter.property, filter.op, filter.value);
    for (std::size_t i = 0; i < passes.size(); ++i) {
      const auto answer = answers ? (*answers)[i] : std::nullopt;
      if (answer == false) passes[i] = false;
      else if (!answer && passes[i] == true) passes[i] = std::nullopt;
    }
  }
  for (std::size_t i = 0; i < passes.size(); ++i) {
    if (passes[i] == true) out.codes.emplace(system->concepts()[i].code, include.system);
    if (!passes[i]) out.open.insert(include.system);
  }
  if (!system->is_whole()) out.open.insert(include.system);
  return out;
}

// R4 says of several value sets in one include that a code must be in all of them (the element's
// definition), and that it may be in any (that of its valueSet): what decides only by this is open.
void ValueSets::narrow(Members& to, const Members& all, const Members& any) {
  Members out;
  for (const auto& each : to.codes) {
    if (all.has(each.second, each.first) == true) out.codes.insert(each);
    else if (any.has(each.second, each.first) != false) out.open.insert(each.second);
  }
  for (const auto* open : {&to.open, &to.whole})
    for (const auto& system : *open) {
      const auto may_be = any.open.contains(system) || any.whole.contains(system) ||
                          any.open.contains(kAny) || system == kAny ||
                          std::any_of(any.codes.begin(), any.codes.end(),
                                      [&](const auto& each) { return each.second == system; });
      if (may_be) out.open.insert(system);
    }
  to = std::move(out);
}

ValueSets::Members ValueSets::members_of(const Include& include, int depth,
                                         Building& building) const {
  if (include.value_sets.empty()) return members_of_system(include, building);
  auto all = members_of(include.value_sets[0], depth + 1, building);
  auto any = all;
  for (std::size_t i = 1; i < include.value_sets.size(); ++i) {
    const auto& other = members_of(include.value_sets[i], depth + 1, building);
    any.codes.insert(other.codes.begin(), other.codes.end());
    any.open.insert(other.open.begin(), other.open.end());
    any.whole.insert(other.whole.begin(), other.whole.end());
    narrow(all, other, other);
  }
  if (include.value_sets.size() > 1) {
    const auto both = std::move(all);
    all = any;
    narrow(all, both, any);
  }
  if (include.system.empty()) return all;
  auto out = members_of_system(include, building);
  narrow(out, all, any);
  return out;
}

// Codes that may be taken out, and may not, are open.
void ValueSets::take_out(Members& from, const Members& what) {
  for (auto it = from.codes.begin(); it != from.codes.end();) {
    const auto is_out = what.has(it->second, it->first);
    if (!is_out) from.open.insert(it->second);
    if (is_out == false) ++it;
    else it = from.codes.erase(it);
  }
  for (auto it = from.whole.begin(); it != from.whole.end();) {
    const auto is_touched = what.whole.contains(*it) || what.open.contains(*it) ||
                            what.open.contains(kAny) ||
                            std::any_of(what.codes.begin(), what.codes.end(),
                                        [&](const auto& each) { return each.second == *it; });
    if (is_touched) from.open.insert(*it), it = from.whole.erase(it);
    else ++it;
  }
}

const ValueSets::Members& ValueSets::members_of(const std::string& url, int depth,
                                                Building& building) const {
  const auto [made, is_new] = building.made.try_emplace(url);
  if (!is_new) return made->second;
  // What refers to itself has no end.
  made->second.open.emplace(kAny);
  auto out = make_members(url, depth, building);
  return building.made[url] = std::move(out);
}

ValueSets::Members ValueSets::make_members(const std::string& url, int depth,
                                           Building& building) const {
  constexpr int kDepthMax = 50;
  Members out;
  const auto found = definitions_.find(url);
  if (found == definitions_.end()) {
    if (is_ucum(url)) out.whole.emplace(kUcum);
    else if (const auto* before = find(url)) return members_of(*before);
    else out.open.emplace(kAny);
    return out;
  }
  if (depth > kDepthMax || found->second.includes.empty()) out.open.emplace(kAny);
  if (depth > kDepthMax) return out;
  const auto unite = [&](const Members& part) {
    out.codes.insert(part.codes.begin(), part.codes.end());
    out.open.insert(part.open.begin(), part.open.end());
    out.whole.insert(part.whole.begin(), part.whole.end());
  };
  for (const auto& include : found->second.includes) unite(members_of(include, depth, building));
  for (const auto& exclude : found->second.excludes)
    take_out(out, members_of(exclude, depth, building));
  // What somebody who knows the systems made of it.
  if (!out.open.empty() && !found->second.expansion.empty()) {
    out = {};
    for (const auto& part : found->second.expansion) unite(members_of_system(part, building));
  }
  return out;
}

std::string ValueSets::flat(const std::string& url, const Members& members) const {
  std::map<std::string_view, std::size_t> numbers;
  for (const auto& [code, system] : members.codes) numbers.emplace(system, 0);
  std::string out = "V" + without_controls(url) + "\n";
  std::size_t next = 0;
  for (auto& [system, number_of_it] : numbers) {
    number_of_it = next++;
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

// One set of the flat form.
void ValueSets::take_flat(std::string_view& text) {
  auto& set = sets_.insert_or_assign(std::string(take(text, '\n').substr(1)), Set()).first->second;
  while (!text.empty() && text[0] != 'B') {
    const auto line = take(text, '\n');
    if (line.empty()) return;
    (line[0] == 'S'   ? set.systems
     : line[0] == 'O' ? set.open
                      : set.whole)
        .push_back(line.substr(1));
  }
  const auto size = std::min(number(take(text, '\n').substr(1)), text.size());
  set.lines = text.substr(0, size);
  text.remove_prefix(size);
}

void ValueSets::finish() {
  code_systems_.finish();
  Building building;
  for (const auto& [url, definition] : definitions_) {
    const auto& members = members_of(url, 0, building);
    std::string_view text =
        *texts_.emplace_back(std::make_shared<const std::string>(flat(url, members)));
    take_flat(text);
  }
  definitions_.clear();
}

const ValueSets::Set* ValueSets::find(std::string_view url) const {
  const auto set = sets_.find(url.substr(0, url.find('|')));
  return set == sets_.end() ? nullptr : &set->second;
}

bool ValueSets::has_set(std::string_view url) const { return is_ucum(url) || find(url) != nullptr; }

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
      const auto system = set->systems[number(take(fields, kField))];
      out.push_back({system, code, code_systems_.display(system, code)});
    }
  }
  return out;
}

bool ValueSets::knows(std::string_view url) const {
  if (is_ucum(url)) return true;
  const auto* set = find(url);
  return set != nullptr && !has(set->open, kAny);
}

std::optional<bool> ValueSets::contains(std::string_view url, std::string_view system,
                                        std::string_view code) const {
  if (is_ucum(url)) return (system.empty() || system == kUcum) && is_unit_code(code);
  const auto* set = find(url);
  if (set == nullptr) return std::nullopt;
  if (const auto line = line_of(set->lines, code)) {
    if (system.empty()) return true;
    auto fields = *line;
    for (take(fields, kField); !fields.empty();)
      if (set->systems[number(take(fields, kField))] == system) return true;
  } else if (const auto written = code_systems_.written(system, code);
             !written.empty() && written != code) {
    return contains(url, system, written);
  }
  return of_others(set->open, set->whole, system, code);
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

// The length of the value sets, they, and the code systems. Of a set: "V url", "S system" of each
// system of codes, "O" and "W" of those that are open or whole, "B bytes", and so many bytes of
// lines.
std::string ValueSets::serialize() const {
  std::map<std::string, const Set*> sorted;
  for (const auto& [url, set] : sets_) sorted.emplace(url, &set);
  std::string sets;
  for (const auto& [url, set] : sorted) sets += flat(url, members_of(*set));
  return std::to_string(sets.size()) + "\n" + sets + code_systems_.serialize();
}

ValueSets ValueSets::deserialize(std::string_view text) {
  ValueSets out;
  const auto size = number(take(text, '\n'));
  auto sets = text.substr(0, size);
  while (!sets.empty()) out.take_flat(sets);
  out.code_systems_.deserialize(text.substr(std::min(size, text.size())));
  return out;
}

}  // namespace paraneo::terminology
