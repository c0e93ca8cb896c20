#include "view/course.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "view/items.h"
#include "view/panels.h"

namespace paraneo::view {
namespace {

bool is_earlier(const Item& a, const Item& b) {
  return std::tuple(a.begin.frame, a.begin.from, a.begin.to) <
         std::tuple(b.begin.frame, b.begin.from, b.begin.to);
}

// Rows by what they are about, in the order of their first item.
class Rows {
 public:
  Row& row(const std::string& identity, const std::string& label) {
    const auto [at, is_new] = by_identity_.try_emplace(identity, rows_.size());
    if (is_new) rows_.push_back({label, {}});
    return rows_[at->second];
  }
  // The row leaves these; without items where there is none.
  Row taken(const std::string& identity) {
    const auto found = by_identity_.find(identity);
    if (found == by_identity_.end()) return {};
    auto row = std::exchange(rows_[found->second], {});
    std::stable_sort(row.items.begin(), row.items.end(), is_earlier);
    return row;
  }
  std::vector<Row> made() {
    std::erase_if(rows_, [](const Row& row) { return row.items.empty(); });
    for (auto& row : rows_) std::stable_sort(row.items.begin(), row.items.end(), is_earlier);
    std::stable_sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
      return is_earlier(a.items.front(), b.items.front());
    });
    return std::move(rows_);
  }

 private:
  std::vector<Row> rows_;
  std::unordered_map<std::string, std::size_t> by_identity_;
};

// Of what is no condition, no treatment and no observation.
std::string_view row_title(Kind kind) {
  switch (kind) {
    case Kind::encounter: return "Stays and visits";
    case Kind::procedure: return "Procedures";
    case Kind::adverse_event: return "Adverse events";
    case Kind::allergy: return "Allergies";
    case Kind::family_history: return "Family history";
    case Kind::report: return "Reports";
    case Kind::immunization: return "Immunizations";
    case Kind::order: return "Orders";
    default: return "Others";
  }
}

class Builder {
 public:
  Builder(const Facts& facts, const Timeline& timeline, const CourseRules& rules,
          const UnitCode& unit_code)
      : facts_(facts), fields_(facts.fields()), timeline_(timeline), rules_(rules),
        items_(facts, timeline), panels_(facts, unit_code), conditions_(rules.groups.size() + 1) {}

  Course build() {
    for (std::size_t i = 0; i < facts_.size(); ++i)
      if (auto item = items_.item_of(i)) place(i, std::move(*item));
      else course_.not_drawn.push_back({i, items_.reason_not_drawn(i)});
    place_death();
    std::vector<std::pair<std::size_t, bool>> alone;
    course_.panels = panels_.made(alone);
    for (auto& panel : course_.panels) panel.remarks = findings_.taken(panel.identity);
    std::sort(alone.begin(), alone.end());
    for (const auto& [fact, is_outside] : alone) {
      auto item = *items_.item_of(fact);
      item.is_outside = is_outside;
      numbers_.row(facts_[fact].identity, facts_[fact].label).items.push_back(std::move(item));
    }
    for (std::size_t i = 0; i < conditions_.size(); ++i)
      add(course_.above, Section::Subject::conditions,
          i < rules_.groups.size() ? rules_.groups[i].title
          : course_.above.empty()  ? "Conditions"
                                   : "Other conditions",
          conditions_[i]);
    add(course_.above, Section::Subject::treatments, "Treatments", treatments_);
    add(course_.below, Section::Subject::others, "Single values", numbers_);
    add(course_.below, Section::Subject::others, "Findings", findings_);
    add(course_.below, Section::Subject::others, "Events", events_);
    shade();
    return std::move(course_);
  }

 private:
  static void add(std::vector<Section>& to, Section::Subject subject, const std::string& title,
                  Rows& rows) {
    auto made = rows.made();
    if (!made.empty()) to.push_back({subject, title, std::move(made)});
  }

  void place(std::size_t index, Item item) {
    const auto& fact = facts_[index];
    switch (fact.kind) {
      case Kind::condition:
        conditions_[rules_.group_of(fields_, fact)]
            .row(fact.identity, fact.label)
            .items.push_back(std::move(item));
        return;
      case Kind::medication:
        treatments_.row(fact.identity, fact.label).items.push_back(std::move(item));
        return;
      case Kind::observation:
        if (!panels_.take(item)) place_finding(index, std::move(item));
        return;
      default:
        // What lasts is a treatment: a regimen, a course of radiation.
        if (fact.kind == Kind::procedure && item.shape == Item::Shape::bar) {
          item.label = item.is_negated ? "not done" : "";
          treatments_.row(fact.identity, fact.label).items.push_back(std::move(item));
        } else {
          const auto title = row_title(fact.kind);
          events_.row(std::string(title), std::string(title)).items.push_back(std::move(item));
        }
    }
  }

  // Beside the condition that it is about, where it is about one only; else in a row of its own.
  void place_finding(std::size_t index, Item item) {
    const auto& fact = facts_[index];
    const Fact* about = nullptr;
    std::size_t count = 0;
    for (const auto* each = fact.element->first; each != nullptr; each = each->next) {
      if (fields_.name(*each) != "about") continue;
      ++count;
      const auto found = facts_.find(each->value());
      if (found != Facts::kNone && facts_[found].kind == Kind::condition) about = &facts_[found];
    }
    if (about != nullptr && count == 1) {
      const bool is_of_its_name = about->identity == fact.identity;
      if (!is_of_its_name)
        item.label = item.label.empty() ? fact.label : fact.label + ": " + item.label;
      conditions_[rules_.group_of(fields_, *about)]
          .row(about->identity, about->label)
          .items.push_back(std::move(item));
      return;
    }
    findings_.row(fact.identity, fact.label).items.push_back(std::move(item));
  }

  void place_death() {
    const auto* subject = fields_.child(facts_.record(), "subject");
    if (subject == nullptr || fields_.child(*subject, "died") == nullptr) return;
    if (auto item = items_.death()) {
      course_.death = item->begin;
      events_.row("death", "Death").items.push_back(std::move(*item));
    } else {
      course_.not_drawn.push_back(
          {kSubject, "the time of death: " + facts_.moment_text(*fields_.child(*subject, "died"))});
    }
  }

  // Around the earliest beginning of a group's conditions: the onset, else when it was diagnosed.
  void shade() {
    for (const auto& group : rules_.groups) {
      if (group.windows.empty()) continue;
      const When* first = nullptr;
      for (std::size_t i = 0; i < facts_.size(); ++i) {
        if (facts_[i].kind != Kind::condition ||
            rules_.group_of(fields_, facts_[i]) >= rules_.groups.size() ||
            &rules_.groups[rules_.group_of(fields_, facts_[i])] != &group)
          continue;
        for (const auto time : {Time::begin, Time::asserted}) {
          const auto& when = timeline_.at(i, time);
          if (!when.known() || when.open_from) continue;
          if (first == nullptr ||
              std::pair(when.frame, when.from) < std::pair(first->frame, first->from))
            first = &when;
          break;
        }
      }
      if (first == nullptr) continue;
      for (const auto& window : group.windows)
        course_.shades.push_back(
            {window.title, first->frame,
             timeline_.moved(first->from, -window.before, window.unit, first->frame),
             timeline_.moved(first->to, window.after, window.unit, first->frame)});
    }
  }

  const Facts& facts_;
  const Fields& fields_;
  const Timeline& timeline_;
  const CourseRules& rules_;
  Items items_;
  Panels panels_;
  std::vector<Rows> conditions_;  // by group, then the others
  Rows treatments_, events_, numbers_, findings_;
  Course course_;
};

}  // namespace

Course course_of(const Facts& facts, const Timeline& timeline, const CourseRules& rules,
                 const UnitCode& unit_code) {
  return Builder(facts, timeline, rules, unit_code).build();
}

}  // namespace paraneo::view
