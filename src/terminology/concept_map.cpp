#include "terminology/concept_map.h"

#include <algorithm>
#include <set>

#include "terminology/ucum.h"

namespace paraneo::terminology {
namespace {

bool means_the_same(std::string_view equivalence) {
  return equivalence.empty() || equivalence == "equal" || equivalence == "equivalent";
}

void add_once(std::vector<std::string_view>& list, std::string_view item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

class Loader {
 public:
  Loader(const Source& source, diag::Sink& sink) : source_(source), sink_(sink) {}

  std::vector<ConceptMap::Row> rows(const json::Value& resource) {
    for (const auto& group : items(resource, "group"))
      for (const auto& element : items(group, "element"))
        add_element(group.text_of("source"), group.text_of("target"), element);
    return std::move(rows_);
  }

  static std::span<const json::Value> items(const json::Value& object, std::string_view name) {
    const auto* value = object.find(name);
    return value == nullptr ? std::span<const json::Value>() : value->items();
  }

  std::vector<Code> untranslated() { return std::move(untranslated_); }

  static std::vector<std::string_view> kept_systems(const json::Value& resource) {
    std::vector<std::string_view> out;
    for (const auto& group : items(resource, "group"))
      if (const auto* unmapped = group.find("unmapped"); unmapped != nullptr && unmapped->text_of("mode") == "provided")
        out.push_back(group.text_of("source"));
    return out;
  }

 private:
  void add_element(std::string_view from, std::string_view to, const json::Value& element) {
    const auto code = element.text_of("code");
    const auto before = rows_.size();
    add_targets(from, to, code, element);
    if (rows_.size() == before) untranslated_.push_back({from, code, {}});
  }

  void add_targets(std::string_view from, std::string_view to, std::string_view code, const json::Value& element) {
    for (const auto& target : items(element, "target")) {
      if (!means_the_same(target.text_of("equivalence")) || !means_the_same(target.text_of("relationship")))
        continue;
      if (target.text_of("code").empty()) continue;
      if (!seen_.insert({from, to, code}).second) {
        sink_.report(diag::Code::concept_map_ambiguous,
                     "the code \"" + std::string(code) + "\" is mapped twice to " +
                         (to.empty() ? "one system" : std::string(to)),
                     {&source_, target.offset, target.offset + 1}, {},
                     "keep one row as equivalent; give the other a narrower or wider equivalence");
        continue;
      }
      rows_.push_back({{from, code, element.text_of("display")},
                       {to, target.text_of("code"), target.text_of("display")}});
    }
  }

  struct Key {
    std::string_view from, to, code;
    auto operator<=>(const Key&) const = default;
  };

  const Source& source_;
  diag::Sink& sink_;
  std::set<Key> seen_;
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
  const auto errors = sink.errors();
  Loader loader(source, sink);
  const auto rows = loader.rows(resource);
  if (sink.errors() != errors) return nullptr;
  auto& made = to.emplace_back(url, rows, loader.untranslated());
  for (const auto system : Loader::kept_systems(resource)) made.keep_unmapped(system);
  return &made;
}

ConceptMap::ConceptMap(std::string_view url, std::span<const Row> rows, std::span<const Code> untranslated)
    : url_(url), rows_(rows.begin(), rows.end()), untranslated_(untranslated.begin(), untranslated.end()) {
  index();
}

void ConceptMap::index() {
  by_source_.reserve(rows_.size());
  by_target_.reserve(rows_.size());
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    by_source_.emplace(rows_[i].from.code, i);
    by_target_.emplace(rows_[i].to.code, i);
    rows_[i].to.known = json::known_of(rows_[i].to.code);
    add_once(source_systems_, rows_[i].from.system);
    add_once(target_systems_, rows_[i].to.system);
  }
}

bool ConceptMap::mentions(std::string_view system, std::string_view code) const {
  for (const auto& known : untranslated_)
    if (known.code == code && (system.empty() || known.system == system)) return true;
  return false;
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
  collect(by_source_, rows_, system, code,
          [](const Row& row) { return std::pair<const Code&, const Code&>(row.from, row.to); }, to);
}

const Code* ConceptMap::only_translation(std::string_view code) const {
  const auto [begin, end] = by_source_.equal_range(code);
  return begin != end && std::next(begin) == end ? &rows_[begin->second].to : nullptr;
}

void ConceptMap::reverse(std::string_view system, std::string_view code,
                         std::vector<const Code*>& from) const {
  collect(by_target_, rows_, system, code,
          [](const Row& row) { return std::pair<const Code&, const Code&>(row.to, row.from); }, from);
}

// A code without a system may be of any.
bool ConceptMap::keeps_unmapped(std::string_view system) const {
  return std::any_of(kept_systems_.begin(), kept_systems_.end(), [&](auto kept) { return system.empty() || kept == system; });
}

bool ConceptMap::keeps(std::string_view system, std::string_view code) const {
  if (!keeps_unmapped(system) || mentions(system, code)) return false;
  return !has_target(kUcum) || is_unit_code(code);
}

const ConceptMap* ConceptMaps::find(std::string_view url) const {
  const auto found = by_url_.find(url.substr(0, url.find('|')));
  return found == by_url_.end() ? nullptr : found->second;
}

}  // namespace paraneo::terminology
