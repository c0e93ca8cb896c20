#include "record/merge.h"

#include <algorithm>

#include "record/gather/fact_key.h"
#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

class Merge {
 public:
  Merge(const definition::Definitions& definitions, Arena& arena, Element& record,
        const Existing& existing, const ChartBundle& gathered)
      : definitions_(definitions), arena_(arena), record_(record), existing_(existing),
        gathered_(gathered) {
    const auto subject = definitions.find_symbol("subject");
    for (auto* fact = record.first; fact != nullptr; fact = fact->next) {
      const auto key = fact->name == subject ? kSubjectKey : text_of(definitions, *fact, "key");
      if (!key.empty()) facts_.emplace(key, fact);
    }
  }

  MergeOutcome run() {
    for (const auto& [key, former] : existing_.facts()) {
      if (gathered_.delivered.contains(key)) settle_delivered(former);
      else if (gathered_.withdrawn.contains(key)) settle_withdrawn(former);
      else settle_unmentioned(former);
    }
    return std::move(outcome_);
  }

 private:
  Element* find(const std::string& key) const {
    const auto found = facts_.find(key);
    return found == facts_.end() ? nullptr : found->second;
  }

  void settle_delivered(const Existing::Fact& former) {
    if (!former.is_edited) return;
    auto* now = find(former.key);
    const auto* origin = now == nullptr ? nullptr : origin_of(definitions_, *now);
    const auto digest =
        origin == nullptr ? std::string_view() : text_of(definitions_, *origin, "digest");
    const auto* known = former.has_origin ? origin_of(definitions_, *former.fact) : nullptr;
    const auto is_new = known != nullptr
                            ? digest != text_of(definitions_, *known, "digest") &&
                                  (now == nullptr || !was_imported_so(former, *now))
                            : now == nullptr || digest_of_fact(definitions_, *now) !=
                                                    digest_of_fact(definitions_, *former.fact);
    auto& kept = keep(former, now);
    outcome_.kept.insert(former.key);
    if (known != nullptr && origin != nullptr) take_origin(kept, *origin);
    if (is_new && now != nullptr) outcome_.conflicts.push_back(former.key);
  }

  // Whether the fact differs from what was imported once only in what the rest of the record
  // decides: the names of facts, since the record became part of a person's, and links to what came
  // later, as long as the source does not say that it is a newer version.
  bool was_imported_so(const Existing::Fact& former, const Element& now) {
    constexpr std::size_t kLinksMax = 6;
    const auto known = text_of(definitions_, *origin_of(definitions_, *former.fact), "digest");
    const auto* origin = origin_of(definitions_, now);
    const auto is_same_version =
        text_of(definitions_, *origin, "version") == former.origin.version &&
        text_of(definitions_, *origin, "updated") == former.origin.updated;
    std::size_t links = 0;
    count_links(now, links);
    const auto openings = is_same_version && links <= kLinksMax ? std::size_t{1} << links : 1;
    for (std::size_t opened = 0; opened < openings; ++opened)
      for (const auto is_named_formerly : {false, true}) {
        auto* copy = element::make_root(arena_, now.type);
        element::copy_content(arena_, definitions_, *copy, now);
        auto rest = opened;
        open(*copy, rest);
        if (is_named_formerly) name_formerly(*copy);
        if (digest_of_fact(definitions_, *copy) == known) return true;
      }
    return false;
  }

  bool is_link(const Element& element) const {
    return element.type == id_ && element.has_value && definitions_.name(element.name) != "key";
  }

  void count_links(const Element& element, std::size_t& count) const {
    for (const auto* each = element.first; each != nullptr; each = each->next) {
      count += is_link(*each) ? 1U : 0U;
      count_links(*each, count);
    }
  }

  // Takes out the links for which the next bit is set.
  void open(Element& element, std::size_t& bits) const {
    for (auto* each = element.first; each != nullptr;) {
      auto* next = each->next;
      open(*each, bits);
      auto is_gone = each->empty();
      if (is_link(*each)) {
        is_gone = (bits & 1U) != 0;
        bits >>= 1U;
      }
      if (is_gone) remove_child(element, *each);
      each = next;
    }
  }

  // As in a record of one source (source_keys.h).
  void name_formerly(Element& element) {
    if (former_names_.empty())
      for (const auto& [key, fact] : facts_) {
        const auto* origin = origin_of(definitions_, *fact);
        if (origin == nullptr) continue;
        std::string name(text_of(definitions_, *origin, "reference"));
        std::replace(name.begin(), name.end(), '/', '-');
        std::replace(name.begin(), name.end(), '#', '.');
        if (key == key_among_sources(text_of(definitions_, *origin, "source"), name))
          former_names_.emplace(key, arena_.copy(name));
      }
    if (element.type == id_ && element.has_value)
      if (const auto found = former_names_.find(element.value()); found != former_names_.end())
        element.set_value(found->second);
    for (auto* each = element.first; each != nullptr; each = each->next) name_formerly(*each);
  }

  void settle_withdrawn(const Existing::Fact& former) {
    if (!former.is_edited) return outcome_.removed.push_back(former.key);
    keep(former, find(former.key));
    outcome_.refusals.push_back(former.key);
  }

  // It came through the maps as it was; links that were closed, or whose fact is gone, are part of
  // what was imported.
  void settle_unmentioned(const Existing::Fact& former) {
    auto* now = find(former.key);
    if (now != nullptr && former.has_origin && !former.is_edited)
      set_digest(definitions_, arena_, *now);
  }

  // In the place of what came.
  Element& keep(const Existing::Fact& former, Element* now) {
    if (now != nullptr) remove_child(record_, *now);
    return *copy_child(arena_, definitions_, record_, definitions_.element_at(former.fact->def),
                       *former.fact);
  }

  void take_origin(Element& fact, const Element& origin) {
    auto* former = origin_of(definitions_, fact);
    const auto& def = definitions_.element_at(former->def);
    remove_child(fact, *former);
    copy_child(arena_, definitions_, fact, def, origin);
  }

  const definition::Definitions& definitions_;
  Arena& arena_;
  Element& record_;
  const Existing& existing_;
  const ChartBundle& gathered_;
  const definition::TypeId id_ = definitions_.find_type("id");
  std::map<std::string, Element*, std::less<>> facts_;                 // by key
  std::map<std::string, std::string_view, std::less<>> former_names_;  // by key
  MergeOutcome outcome_;
};

}  // namespace

MergeOutcome merge(const definition::Definitions& definitions, Arena& arena, Element& record,
                   const Existing& existing, const ChartBundle& gathered) {
  return Merge(definitions, arena, record, existing, gathered).run();
}

}  // namespace paraneo::record
