#include "record/merge.h"

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
                            ? digest != text_of(definitions_, *known, "digest")
                            : now == nullptr || digest_of_fact(definitions_, *now) !=
                                                    digest_of_fact(definitions_, *former.fact);
    auto& kept = keep(former, now);
    outcome_.kept.insert(former.key);
    if (known != nullptr && origin != nullptr) take_origin(kept, *origin);
    if (is_new && now != nullptr) outcome_.conflicts.push_back(former.key);
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
  std::map<std::string, Element*, std::less<>> facts_;  // by key
  MergeOutcome outcome_;
};

}  // namespace

MergeOutcome merge(const definition::Definitions& definitions, Arena& arena, Element& record,
                   const Existing& existing, const ChartBundle& gathered) {
  return Merge(definitions, arena, record, existing, gathered).run();
}

}  // namespace paraneo::record
