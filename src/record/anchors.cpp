#include "record/anchors.h"

#include <array>
#include <string>
#include <unordered_map>

#include "element/path.h"

namespace paraneo::record {
namespace {

using element::Element;

// The times that a fact can have.
enum Time : std::size_t { begin, end, asserted, recorded, kTimes };

struct Fact {
  std::array<const Element*, kTimes> moments{};  // null: not stated
  std::array<bool, kTimes> passed{};
  bool has_age = false;  // of onset
};

class Anchors {
 public:
  Anchors(const definition::Definitions& definitions, const Element& record)
      : definitions_(definitions) {
    for (const auto* fact = record.first; fact != nullptr; fact = fact->next)
      if (const auto* key = fact->child(symbol("key")))
        facts_.try_emplace(key->value(), fact_of(*fact));
  }

  // The moments of a circle, in its order; empty when there is none that was not told before.
  std::vector<const Element*> circle() {
    for (auto& [key, fact] : facts_) {
      for (std::size_t time = 0; time < kTimes; ++time) {
        if (auto found = follow({&fact, time}); !found.empty()) return found;
      }
    }
    return {};
  }

 private:
  struct Place {
    Fact* fact = nullptr;
    std::size_t time = 0;
    bool operator==(const Place&) const = default;
  };

  definition::Symbol symbol(std::string_view name) const { return definitions_.find_symbol(name); }

  Fact fact_of(const Element& element) const {
    static constexpr std::array<std::pair<std::string_view, Time>, 7> kNames = {
        {{"at", begin},
         {"start", begin},
         {"onset", begin},
         {"end", end},
         {"abatement", end},
         {"asserted", asserted},
         {"recorded", recorded}}};
    Fact out;
    for (const auto* child = element.first; child != nullptr; child = child->next) {
      const auto name = definitions_.name(child->name);
      out.has_age = out.has_age || name == "onsetAge";
      for (const auto& [each, time] : kNames)
        if (name == each && child->first != nullptr) out.moments[time] = child;
    }
    return out;
  }

  std::string_view text(const Element& moment, std::string_view name) const {
    const auto* child = moment.child(symbol(name));
    return child == nullptr ? std::string_view() : child->value();
  }

  // The time that a moment is relative to; no fact when it is dated, or in words.
  Place anchor_of(const Place& at) {
    const auto* moment = at.fact->moments[at.time];
    if (moment == nullptr) return {};
    const auto found = facts_.find(text(*moment, "anchor"));
    if (found == facts_.end()) return {};
    auto& fact = found->second;
    const auto named = text(*moment, "anchorTime");
    if (named == "asserted") return {&fact, asserted};
    if (named == "recorded") return {&fact, recorded};
    if (named == "abatement") return {&fact, end};
    if (named.empty() && text(*moment, "relation").ends_with("-end") &&
        fact.moments[end] != nullptr)
      return {&fact, end};
    if (named.empty() && fact.moments[begin] == nullptr && !fact.has_age)
      for (const auto time : {asserted, recorded})
        if (fact.moments[time] != nullptr) return {&fact, time};
    return {&fact, begin};
  }

  // Each moment names one other at most, so a way that comes back to itself is the circle.
  std::vector<const Element*> follow(Place at) {
    std::vector<Place> way;
    while (at.fact != nullptr && !at.fact->passed[at.time]) {
      at.fact->passed[at.time] = true;
      way.push_back(at);
      at = anchor_of(at);
    }
    std::vector<const Element*> out;
    bool is_inside = false;
    for (const auto& each : way) {
      is_inside = is_inside || each == at;
      if (is_inside) out.push_back(each.fact->moments[each.time]);
    }
    return out;
  }

  const definition::Definitions& definitions_;
  std::unordered_map<std::string_view, Fact> facts_;
};

}  // namespace

void check_anchors(const definition::Definitions& definitions, const Element& record,
                   const Source* source, diag::Sink& sink,
                   std::vector<validate::Finding>& findings) {
  Anchors anchors(definitions, record);
  const auto key_of = [&](const Element& moment) {
    const auto* key = moment.parent->child(definitions.find_symbol("key"));
    return key == nullptr ? std::string() : "\"" + std::string(key->value()) + "\"";
  };
  for (auto circle = anchors.circle(); !circle.empty(); circle = anchors.circle()) {
    // Facts come in no order: the one that stands first tells it.
    std::size_t first = 0;
    for (std::size_t i = 1; i < circle.size(); ++i)
      if (key_of(*circle[i]) < key_of(*circle[first])) first = i;
    std::string names;
    for (std::size_t i = 0; i <= circle.size(); ++i)
      names += (i == 0 ? "" : " to ") + key_of(*circle[(first + i) % circle.size()]);
    findings.push_back({circle[first], diag::Severity::error});
    sink.report(diag::Code::validate_invariant,
                "moments that are relative to one another tell no time: " + names +
                    " (record-anchor-circle)",
                {source, circle[first]->offset, circle[first]->offset + 1},
                pointer_of(definitions, *circle[first]),
                "name another anchor, or say in words what is known");
  }
}

}  // namespace paraneo::record
