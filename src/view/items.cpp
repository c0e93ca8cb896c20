#include "view/items.h"

#include <algorithm>

#include "base/decimal.h"
#include "view/markup.h"

namespace paraneo::view {

using element::Element;

Items::Items(const Facts& facts, const Timeline& timeline)
    : facts_(facts), fields_(facts.fields()), timeline_(timeline),
      is_regimen_(facts.size(), false) {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    if (facts_[i].kind != Kind::medication) continue;
    for (auto at = facts_.named(facts_[i], "partOf");
         at != Facts::kNone && facts_[at].kind == Kind::procedure && !is_regimen_[at];
         at = facts_.named(facts_[at], "partOf"))
      is_regimen_[at] = true;
  }
}

bool Items::is_any(const Fact& fact, std::string_view field,
                   std::initializer_list<std::string_view> values) const {
  return std::find(values.begin(), values.end(), fields_.text(*fact.element, field)) !=
         values.end();
}

// From its beginning to its end, as far as they are known; without any time, begin is not known.
Item Items::span(std::size_t index) const {
  const auto& fact = facts_[index];
  Item item;
  item.fact = index;
  item.begin = timeline_.at(index, Time::begin);
  if (!fact.is_moment) item.end = timeline_.at(index, Time::end);
  if (fact.kind != Kind::condition && !item.begin.known() && !item.end.known())
    item.begin = timeline_.at(index, Time::recorded);
  if (!item.begin.known() && item.end.known()) {
    item.begins_before = true;
    item.begin = item.end;
  }
  return item;
}

std::optional<Item> Items::item_of(std::size_t index) const {
  const auto& fact = facts_[index];
  Item item = span(index);
  const auto lender = timeline_.lender_of(index);
  const bool is_lent_by_bar = lender != Facts::kNone && (facts_[lender].kind == Kind::procedure ||
                                                         facts_[lender].kind == Kind::medication);
  if (fact.kind == Kind::condition) {
    add_condition(fact, index, item);
  } else if (fact.kind == Kind::medication) {
    item.label = fields_.text(*fact.element, "status") == "not-taken" ? "not taken" : "";
    item.is_negated = !item.label.empty();
    item.shape = fact.is_moment && !item.begin.open_to && item.begin.from == item.begin.to
                     ? Item::Shape::mark
                     : Item::Shape::bar;
    add_doses(fact, item);
    if (item.shape == Item::Shape::mark)
      for (const auto& dose : item.doses) add_words(item.label, dose.label, ", ");
    if (!item.end.known())
      item.ending = is_any(fact, "status", {"active", "intended", "on-hold"})
                        ? Item::Ending::goes_on
                        : Item::Ending::not_stated;
  } else {
    item.label = event_text(fact);
    item.is_negated = is_any(fact, "status", {"not-done", "revoked", "cancelled"}) ||
                      fields_.text(*fact.element, "notToDo") == "true";
    const bool lasts = item.end.known() ||
                       (fact.kind == Kind::procedure && !fact.is_moment &&
                        (fact.moments[0] != nullptr || is_regimen(index))) ||
                       (fact.kind == Kind::encounter && fact.moments[0] != nullptr);
    // What is only known to be over is no stretch of time.
    const bool is_over = item.begins_before && fact.moments[1] == nullptr;
    if (lasts && !is_over && (!is_lent_by_bar || is_regimen(index))) item.shape = Item::Shape::bar;
    if (item.shape == Item::Shape::bar && !item.end.known())
      item.ending = is_any(fact, "status", {"in-progress", "active"}) ? Item::Ending::goes_on
                                                                      : Item::Ending::not_stated;
    // A part of something long happened at some time of it.
    if (item.shape == Item::Shape::mark && item.end.known() && item.end.frame == item.begin.frame)
      item.begin.to = std::max(item.begin.to, item.end.to);
  }
  if (!item.begin.known()) return {};
  item.is_inexact = lender != Facts::kNone && is_at_some_time_of(facts_[lender], lender);
  item.label = one_line(item.label);
  return item;
}

// A visit is one moment; of another encounter, and of a procedure that lasts, nobody says when in
// it.
bool Items::is_at_some_time_of(const Fact& stay, std::size_t index) const {
  if (stay.is_moment || timeline_.at(index, Time::end).known()) return false;
  if (stay.kind == Kind::encounter) return !is_any(stay, "class", {"AMB", "EMER", "VR", "HH"});
  return stay.moments[0] != nullptr || is_regimen(index);
}

void Items::add_condition(const Fact& fact, std::size_t index, Item& item) const {
  item.shape = Item::Shape::bar;
  const auto& asserted = timeline_.at(index, Time::asserted);
  const auto& recorded = timeline_.at(index, Time::recorded);
  const bool has_onset =
      timeline_.at(index, Time::begin).known() && timeline_.lender_of(index) == Facts::kNone;
  if (!has_onset) {
    if (asserted.known() || recorded.known()) item.begin = asserted.known() ? asserted : recorded;
    item.begins_before = true;
  }
  if (asserted.known()) item.asserted.push_back(asserted);
  if (!item.end.known())
    item.ending = is_any(fact, "clinicalStatus", {"active", "recurrence", "relapse"})
                      ? Item::Ending::goes_on
                      : Item::Ending::not_stated;
  item.is_negated = is_any(fact, "verificationStatus", {"refuted", "entered-in-error"});
  item.is_uncertain =
      is_any(fact, "verificationStatus", {"unconfirmed", "provisional", "differential"});
  item.label = condition_text(fact);
}

std::string Items::condition_text(const Fact& fact) const {
  std::string out;
  if (const auto status = fields_.text(*fact.element, "verificationStatus"); status != "confirmed")
    add_words(out, status, ", ");
  if (const auto* severity = fields_.child(*fact.element, "severity"))
    add_words(out, fields_.concept_text(*severity), ", ");
  for (const auto* stage = fact.element->first; stage != nullptr; stage = stage->next)
    if (fields_.name(*stage) == "stage")
      if (const auto* summary = fields_.child(*stage, "summary"))
        add_words(out, fields_.concept_text(*summary), ", ");
  if (const auto status = fields_.text(*fact.element, "clinicalStatus"); !status.empty())
    add_words(out, "status: " + std::string(status), ", ");
  return out;
}

std::string Items::finding_text(const Fact& fact) const {
  std::string out;
  if (const auto* value = fields_.child(*fact.element, "value")) out = fields_.value_text(*value);
  if (const auto* range = fields_.child(*fact.element, "range"); range != nullptr && !out.empty()) {
    const auto limits = fields_.amount_text(*range);
    out += " (range " + (limits.empty() ? std::string(fields_.text(*range, "text")) : limits) + ")";
  }
  for (const auto* part = fact.element->first; part != nullptr; part = part->next) {
    if (fields_.name(*part) != "component") continue;
    const auto* code = fields_.child(*part, "code");
    const auto* value = fields_.child(*part, "value");
    if (code != nullptr && value != nullptr)
      add_words(out, fields_.concept_text(*code) + " " + fields_.value_text(*value), ", ");
  }
  if (out.empty())
    for (const auto* said = fact.element->first; said != nullptr; said = said->next)
      if (fields_.name(*said) == "interpretation")
        add_words(out, fields_.concept_text(*said), ", ");
  return one_line(out);
}

// What stands beside the mark: the row is called by the kind of event.
std::string Items::event_text(const Fact& fact) const {
  if (fact.kind == Kind::observation) return finding_text(fact);
  std::string out = fact.label;
  for (const auto* field : {"seriousness", "outcome"})
    if (const auto* said = fields_.child(*fact.element, field);
        said != nullptr && said->first != nullptr)
      add_words(out, fields_.concept_text(*said), ", ");
  if (const auto conclusion = fields_.text(*fact.element, "conclusion"); !conclusion.empty())
    add_words(out, conclusion, ": ");
  if (is_any(fact, "status", {"not-done", "stopped", "cancelled", "revoked"}))
    add_words(out, fields_.text(*fact.element, "status"), ", ");
  return out;
}

void Items::add_doses(const Fact& fact, Item& item) const {
  std::vector<const Element*> steps;
  for (const auto* step = fact.element->first; step != nullptr; step = step->next)
    if (fields_.name(*step) == "dosage") steps.push_back(step);
  std::stable_sort(steps.begin(), steps.end(), [this](const Element* a, const Element* b) {
    return fields_.number(*a, "sequence").value_or(0) < fields_.number(*b, "sequence").value_or(0);
  });
  const bool has_begin = item.begin.known() && !item.begins_before;
  When next = has_begin ? item.begin : When{};
  std::vector<std::pair<double, std::string>> sizes;  // and their units
  for (const auto* step : steps) {
    When from = next;
    for (const auto* field : {"start", "event", "asOf"})
      if (const auto* moment = fields_.child(*step, field))
        if (const auto found = timeline_.of(*moment); found.known()) from = found;
    next = {};
    if (const auto* end = fields_.child(*step, "end")) next = timeline_.of(*end);
    if (const auto* lasts = fields_.child(*step, "lasts");
        lasts != nullptr && !next.known() && from.known())
      next = timeline_.after(from, *lasts);
    item.doses.push_back({from, one_line(fields_.dose_text(*step)), 1});
    const auto* amount = fields_.child(*step, "rate");
    if (amount == nullptr) amount = fields_.child(*step, "dose");
    const auto size =
        amount == nullptr
            ? std::nullopt
            : fields_.number(*amount,
                             fields_.text(*amount, "number").empty() ? "numerator" : "number");
    sizes.emplace_back(size.value_or(0), amount == nullptr
                                             ? ""
                                             : std::string(fields_.text(*amount, "unit")) + "/" +
                                                   std::string(fields_.text(*amount, "perUnit")));
    if (!item.begin.known() && from.known()) {
      item.begin = from;
      item.begins_before = steps.front() != step;
    }
  }
  if (!item.end.known() && next.known() && !steps.empty()) item.end = next;
  const auto largest = std::max_element(sizes.begin(), sizes.end());
  const bool is_one_unit = std::all_of(sizes.begin(), sizes.end(), [&](const auto& each) {
    return each.first > 0 && each.second == sizes[0].second;
  });
  for (std::size_t i = 0; is_one_unit && i < sizes.size(); ++i)
    item.doses[i].height = sizes[i].first / largest->first;
}

std::optional<Item> Items::death() const {
  const auto* subject = fields_.child(facts_.record(), "subject");
  const auto* died = subject == nullptr ? nullptr : fields_.child(*subject, "died");
  if (died == nullptr) return {};
  Item item;
  item.begin = timeline_.of(*died);
  item.label = "death";
  if (!item.begin.known()) return {};
  return item;
}

std::string Items::reason_not_drawn(std::size_t index) const {
  const auto& fact = facts_[index];
  std::string words;
  for (const auto* moment : fact.moments) {
    if (moment == nullptr) continue;
    if (timeline_.is_in_words(*moment)) add_words(words, fields_.text(*moment, "text"), ", ");
    else return "its time leads to none: " + facts_.moment_text(*moment);
  }
  if (!words.empty()) return "its time is said in words only: " + one_line(words);
  if (const auto* age = fields_.child(*fact.element, "onsetAge"))
    return "its time is an age: " + one_line(fields_.all_of(*age));
  if (const auto lender = timeline_.lender_of(index); lender != Facts::kNone)
    return "no time is stated, nor one of what it belongs to: " + facts_[lender].label;
  return "no time is stated";
}

}  // namespace paraneo::view
