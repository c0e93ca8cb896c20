#include "view/facts.h"

#include <algorithm>
#include <utility>

#include "view/markup.h"

namespace paraneo::view {

using element::Element;

namespace {

struct List {
  std::string_view name;
  Kind kind;
  std::string_view text;
};
constexpr List kLists[] = {
    {"encounters", Kind::encounter, "encounter"},
    {"conditions", Kind::condition, "condition"},
    {"observations", Kind::observation, "observation"},
    {"medications", Kind::medication, "medication"},
    {"procedures", Kind::procedure, "procedure"},
    {"adverseEvents", Kind::adverse_event, "adverse event"},
    {"allergies", Kind::allergy, "allergy"},
    {"familyHistory", Kind::family_history, "family history"},
    {"reports", Kind::report, "report"},
    {"immunizations", Kind::immunization, "immunization"},
    {"orders", Kind::order, "order"},
};

// Of the time that a field of a fact is.
constexpr std::pair<std::string_view, Time> kMoments[] = {
    {"at", Time::begin},          {"start", Time::begin},   {"onset", Time::begin},
    {"end", Time::end},           {"abatement", Time::end}, {"asserted", Time::asserted},
    {"recorded", Time::recorded},
};

std::string label_of_fact(const Fields& fields, Kind kind, const Element& element,
                          std::string_view key) {
  std::string label;
  if (const auto* code =
          fields.child(element, kind == Kind::family_history ? "relationship" : "code"))
    label = fields.concept_text(*code);
  if (kind == Kind::family_history)
    if (const auto* condition = fields.child(element, "condition"))
      if (const auto* code = fields.child(*condition, "code"))
        label += ": " + fields.concept_text(*code);
  label = one_line(label);
  return label.empty() ? one_line(key) : label;
}

Fact fact_of(const Fields& fields, Kind kind, const Element& element) {
  Fact out;
  out.kind = kind;
  out.element = &element;
  out.key = fields.text(element, "key");
  out.label = label_of_fact(fields, kind, element, out.key);
  if (const auto* code = fields.child(element, "code"))
    out.identity = fields.concept_identity(*code);
  if (out.identity.empty() || out.identity == "text ") out.identity = "key " + std::string(out.key);
  for (const auto* child = element.first; child != nullptr; child = child->next) {
    const auto name = fields.name(*child);
    out.has_age = out.has_age || name == "onsetAge";
    if (child->first == nullptr) continue;
    for (const auto& [each, time] : kMoments)
      if (name == each) out.moments[static_cast<std::size_t>(time)] = child;
    out.is_moment = out.is_moment || name == "at";
  }
  // An allergy of which nothing else is dated was there when there was a reaction.
  const bool is_dated = std::any_of(out.moments.begin(), out.moments.end(),
                                    [](const auto* moment) { return moment != nullptr; });
  if (const auto* reaction = fields.child(element, "reaction"); reaction != nullptr && !is_dated)
    out.moments[0] = fields.child(*reaction, "at");
  return out;
}

}  // namespace

std::string_view kind_text(Kind kind) {
  for (const auto& list : kLists)
    if (list.kind == kind) return list.text;
  return {};
}

Facts::Facts(const Fields& fields, const Element& record) : fields_(fields), record_(record) {
  for (const auto* element = record.first; element != nullptr; element = element->next) {
    const auto name = fields.name(*element);
    for (const auto& list : kLists)
      if (list.name == name) facts_.push_back(fact_of(fields, list.kind, *element));
  }
  for (std::size_t i = 0; i < facts_.size(); ++i) by_key_.try_emplace(facts_[i].key, i);
}

std::size_t Facts::find(std::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? kNone : found->second;
}

std::size_t Facts::named(const Fact& fact, std::string_view field) const {
  const auto key = fields_.text(*fact.element, field);
  return key.empty() ? kNone : find(key);
}

std::string Facts::label_of(std::string_view key) const {
  const auto found = find(key);
  return found == kNone ? one_line(key) : facts_[found].label;
}

std::string Facts::moment_text(const Element& moment) const {
  return one_line(
      fields_.moment_text(moment, [this](std::string_view key) { return label_of(key); }));
}

std::string Facts::point_text(std::size_t fact, Time time) const {
  const auto& each = facts_[fact];
  switch (time) {
    case Time::end: return "end of " + each.label;
    case Time::asserted: return "diagnosis of " + each.label;
    case Time::recorded: return "record of " + each.label;
    case Time::begin: break;
  }
  if (each.kind == Kind::condition) return "onset of " + each.label;
  if (each.kind == Kind::encounter) return "“" + each.label + "”";
  const bool lasts =
      each.kind == Kind::medication || (each.kind == Kind::procedure && !each.is_moment);
  return lasts ? "start of " + each.label : each.label;
}

}  // namespace paraneo::view
