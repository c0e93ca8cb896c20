#include "terminology/concept_map.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/canonical.h"
#include "terminology/ucum.h"

namespace paraneo::terminology {

// FHIR has no element that says so.
std::string_view target_of_addition(const json::Value& resource) {
  const auto* extensions = resource.find("extension");
  if (extensions == nullptr) return {};
  for (const auto& extension : extensions->items())
    if (extension.text_of("url") == kAddsTo) return extension.text_of("valueCanonical");
  return {};
}

namespace {

bool means_the_same(std::string_view equivalence) {
  return equivalence.empty() || equivalence == "equal" || equivalence == "equivalent";
}

void add_once(std::vector<std::string_view>& list, std::string_view item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

class Loader {
 public:
  explicit Loader(const Source& source) : source_(source) {}

  void read(const json::Value& resource) {
    for (const auto& group : items(resource, "group")) {
      for (const auto& element : items(group, "element"))
        add_element(group.text_of("source"), group.text_of("target"), element);
      if (const auto* unmapped = group.find("unmapped"))
        add_unmapped(group.text_of("source"), group.text_of("target"), *unmapped);
    }
    std::erase_if(rows_, [&](const ConceptMap::Row& row) {
      return twice_.contains({row.from.system, row.to.system, row.from.code});
    });
    for (const auto& [from, to, code] : twice_) untranslated_.push_back({from, code, {}});
  }

  std::vector<ConceptMap::Row> rows() { return std::move(rows_); }
  const std::vector<ConceptMap::Unmapped>& unmapped() const { return unmapped_; }
  std::vector<ConceptMap::Ambiguity> ambiguities() { return std::move(ambiguities_); }

  static std::span<const json::Value> items(const json::Value& object, std::string_view name) {
    const auto* value = object.find(name);
    return value == nullptr ? std::span<const json::Value>() : value->items();
  }

  std::vector<Code> untranslated() { return std::move(untranslated_); }

 private:
  void add_element(std::string_view from, std::string_view to, const json::Value& element) {
    const auto code = element.text_of("code");
    const auto before = rows_.size();
    add_targets(from, to, code, element);
    if (rows_.size() == before) untranslated_.push_back({from, code, {}});
  }

  void add_targets(std::string_view from, std::string_view to, std::string_view code,
                   const json::Value& element) {
    for (const auto& target : items(element, "target")) {
      if (!means_the_same(target.text_of("equivalence")) ||
          !means_the_same(target.text_of("relationship")))
        continue;
      if (target.text_of("code").empty()) continue;
      if (const auto [first, is_new] = seen_.try_emplace({from, to, code}, target.text_of("code"));
          !is_new) {
        if (first->second != target.text_of("code") && twice_.insert(first->first).second)
          ambiguities_.push_back({code, to, {&source_, target.offset, target.offset + 1}});
        continue;
      }
      rows_.push_back({{from, code, element.text_of("display")},
                       {to, target.text_of("code"), target.text_of("display")}});
    }
  }

  // R5 has other words for two of the modes.
  void add_unmapped(std::string_view from, std::string_view to, const json::Value& unmapped) {
    using Mode = ConceptMap::Unmapped::Mode;
    const auto mode = unmapped.text_of("mode");
    ConceptMap::Unmapped out{.system = from};
    if (mode == "fixed") {
      out.mode = Mode::fixed;
      out.fixed = {to, unmapped.text_of("code"), unmapped.text_of("display")};
    } else if (mode == "other-map") {
      out.mode = Mode::other_map;
      out.url =
          unmapped.find("url") != nullptr ? unmapped.text_of("url") : unmapped.text_of("otherMap");
    } else if (mode != "provided" && mode != "use-source-code") {
      return;
    }
    if (out.mode != Mode::fixed || !out.fixed.code.empty()) unmapped_.push_back(out);
  }

  struct Key {
    std::string_view from, to, code;
    auto operator<=>(const Key&) const = default;
  };

  const Source& source_;
  std::map<Key, std::string_view> seen_;  // and what it is there
  std::set<Key> twice_;
  std::vector<ConceptMap::Unmapped> unmapped_;
  std::vector<ConceptMap::Ambiguity> ambiguities_;
  std::vector<ConceptMap::Row> rows_;
  std::vector<Code> untranslated_;
};

}  // namespace

const ConceptMap* ConceptMap::load(const json::Value& resource, const Source& source,
                                   std::deque<ConceptMap>& to, diag::Sink& sink) {
  const auto url = resource.text_of("url");
  if (resource.text_of("resourceType") != "ConceptMap" || url.empty()) {
    sink.report(diag::Code::concept_map_form, "this is no ConceptMap with a url",
                {&source, resource.offset, resource.offset + 1});
    return nullptr;
  }
  Loader loader(source);
  loader.read(resource);
  auto& made = to.emplace_back(url, loader.rows(), loader.untranslated());
  for (const auto& unmapped : loader.unmapped()) made.add_unmapped(unmapped);
  made.ambiguities_ = loader.ambiguities();
  made.adds_to_ = target_of_addition(resource);
  made.place_ = {&source, resource.offset, resource.offset + 1};
  return &made;
}

ConceptMap::ConceptMap(std::string_view url, std::span<const Row> rows,
                       std::span<const Code> untranslated)
    : url_(url), own_count_(rows.size()), rows_(rows.begin(), rows.end()) {
  for (const auto& code : untranslated) untranslated_.emplace(code.code, code.system);
  index();
}

namespace {

// A code in a translation to one system.
struct Translated {
  std::string_view from, code, to;
  auto operator<=>(const Translated&) const = default;
  explicit Translated(const ConceptMap::Row& row)
      : from(row.from.system), code(row.from.code), to(row.to.system) {}
};

}  // namespace

void ConceptMap::add(const ConceptMap& addition) {
  std::map<Translated, std::string_view> added;
  for (const auto& row : addition.rows_) added.emplace(Translated(row), row.to.code);
  std::set<Translated> known, twice;
  for (std::size_t i = own_count_; i < rows_.size(); ++i) {
    const Translated before(rows_[i]);
    if (const auto other = added.find(before); other != added.end())
      (other->second == rows_[i].to.code ? known : twice).insert(before);
  }
  for (const auto& [from, code, to] : twice) ambiguities_.push_back({code, to, addition.place_});
  const auto own_end = rows_.begin() + static_cast<std::ptrdiff_t>(own_count_);
  const auto kept = std::stable_partition(
      rows_.begin(), own_end, [&](const Row& row) { return !added.contains(Translated(row)); });
  own_count_ = static_cast<std::size_t>(kept - rows_.begin());
  rows_.erase(kept, own_end);
  std::erase_if(rows_, [&](const Row& row) { return twice.contains(Translated(row)); });
  for (const auto& row : addition.rows_) {
    if (known.contains(Translated(row)) || twice.contains(Translated(row))) continue;
    rows_.push_back(row);
  }
  untranslated_.insert(addition.untranslated_.begin(), addition.untranslated_.end());
  for (const auto& each : twice) untranslated_.emplace(each.code, each.from);
  for (const auto& each : addition.ambiguities_) ambiguities_.push_back(each);
  index();
}

void ConceptMap::index() {
  by_source_.clear();
  by_target_.clear();
  by_source_.reserve(rows_.size());
  by_target_.reserve(rows_.size());
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    by_source_.emplace(rows_[i].from.code, i);
    if (i >= own_count_) continue;
    by_target_.emplace(rows_[i].to.code, i);
    add_once(source_systems_, rows_[i].from.system);
    add_once(target_systems_, rows_[i].to.system);
  }
}

bool ConceptMap::mentions(std::string_view system, std::string_view code) const {
  const auto [begin, end] = untranslated_.equal_range(code);
  return std::any_of(begin, end,
                     [&](const auto& known) { return system.empty() || known.second == system; });
}

bool ConceptMap::has_source(std::string_view system) const {
  return std::find(source_systems_.begin(), source_systems_.end(), system) != source_systems_.end();
}

bool ConceptMap::has_target(std::string_view system) const {
  return std::find(target_systems_.begin(), target_systems_.end(), system) != target_systems_.end();
}

namespace {

template <class Index, class Select>
void collect(const Index& index, std::span<const ConceptMap::Row> rows, std::string_view system,
             std::string_view code, const Select& select, std::vector<const Code*>& out) {
  const auto take = [&](std::uint32_t row) {
    const auto& [key, answer] = select(rows[row]);
    if (system.empty() || key.system.empty() || key.system == system) out.push_back(&answer);
  };
  const auto [begin, end] = index.equal_range(code);
  if (begin != end && std::next(begin) == end) return take(begin->second);
  std::vector<std::uint32_t> found;
  for (auto it = begin; it != end; ++it) found.push_back(it->second);
  std::sort(found.begin(), found.end());
  for (const auto row : found) take(row);
}

}  // namespace

void ConceptMap::translate(std::string_view system, std::string_view code,
                           std::vector<const Code*>& to) const {
  collect(
      by_source_, rows_, system, code,
      [](const Row& row) { return std::pair<const Code&, const Code&>(row.from, row.to); }, to);
}

const Code* ConceptMap::only_translation(std::string_view code) const {
  const auto [begin, end] = by_source_.equal_range(code);
  return begin != end && std::next(begin) == end ? &rows_[begin->second].to : nullptr;
}

void ConceptMap::reverse(std::string_view system, std::string_view code,
                         std::vector<const Code*>& from) const {
  collect(
      by_target_, rows_, system, code,
      [](const Row& row) { return std::pair<const Code&, const Code&>(row.to, row.from); }, from);
}

// A code without a system may be of any.
const ConceptMap::Unmapped* ConceptMap::unmapped(std::string_view system) const {
  const auto found = std::find_if(unmapped_.begin(), unmapped_.end(), [&](const auto& u) {
    return system.empty() || u.system.empty() || u.system == system;
  });
  return found == unmapped_.end() ? nullptr : &*found;
}

bool ConceptMap::keeps(std::string_view system, std::string_view code) const {
  const auto* found = unmapped(system);
  if (found == nullptr || found->mode != Unmapped::Mode::provided || mentions(system, code))
    return false;
  return !has_target(kUcum) || is_unit_code(code);
}

const ConceptMap* ConceptMaps::find(std::string_view url) const {
  const auto found = by_url_.find(without_version(url));
  return found == by_url_.end() ? nullptr : found->second;
}

}  // namespace paraneo::terminology
