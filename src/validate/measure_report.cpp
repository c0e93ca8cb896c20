#include "validate/measure_report.h"

#include <algorithm>

#include "base/canonical.h"

namespace paraneo::validate {
namespace {

Elements all_of(const Elements& parents, definition::Symbol name) {
  Elements out;
  for (const auto* parent : parents)
    for (const auto* child : children_of(*parent, name)) out.push_back(child);
  return out;
}

}  // namespace

MeasureReports::MeasureReports(const definition::Definitions& d, const Names& names,
                               const element::Canonicals* canonicals)
    : names_(names), canonicals_(canonicals), report_(d.find_type("MeasureReport")),
      measure_type_(d.find_type("Measure")), component_(d.find_symbol("component")),
      measure_(d.find_symbol("measure")), population_(d.find_symbol("population")),
      stratifier_(d.find_symbol("stratifier")), stratum_(d.find_symbol("stratum")),
      text_(d.find_symbol("text")) {}

const element::Element* MeasureReports::measure_of(const element::Element& report,
                                                   References& references) const {
  const auto url = Visit::text_of(report, measure_);
  if (url.empty()) return nullptr;
  const auto* found = url.starts_with('#') ? references.resolve(report, url).resource
                                           : references.by_canonical(report, url);
  if (found == nullptr && canonicals_ != nullptr) found = canonicals_->find(url);
  if (found == nullptr || found->type != measure_type_) return nullptr;
  return is_version(Visit::text_of(*found, names_.version), split_canonical(url).version) ? found
                                                                                          : nullptr;
}

// By one coding of both; without codings by their texts.
bool MeasureReports::is_same_concept(const element::Element& a, const element::Element& b) const {
  const auto ours = children_of(a, names_.coding), theirs = children_of(b, names_.coding);
  if (ours.empty() || theirs.empty())
    return !Visit::text_of(a, text_).empty() &&
           Visit::text_of(a, text_) == Visit::text_of(b, text_);
  return std::any_of(ours.begin(), ours.end(), [&](const auto* each) {
    const auto said = Visit::code_of(*each, names_);
    return std::any_of(theirs.begin(), theirs.end(), [&](const auto* other) {
      const auto defined = Visit::code_of(*other, names_);
      return said.code == defined.code && said.system == defined.system;
    });
  });
}

Elements MeasureReports::codes_of(const Elements& holders) const {
  return all_of(holders, names_.code);
}

bool MeasureReports::has_code(const element::Element& holder, const Elements& concepts) const {
  const auto own = children_of(holder, names_.code);
  return std::any_of(own.begin(), own.end(), [&](const auto* each) {
    return std::any_of(concepts.begin(), concepts.end(),
                       [&](const auto* defined) { return is_same_concept(*each, *defined); });
  });
}

// Each that has a code has one of those that are defined, if all of these have one.
void MeasureReports::check_codes(const Elements& reported, const Elements& defined,
                                 const char* what, Visit& visit) const {
  const auto concepts = codes_of(defined);
  if (concepts.size() < defined.size() || defined.empty()) return;
  for (const auto* each : reported)
    if (each->child(names_.code) != nullptr && !has_code(*each, concepts))
      visit.say(diag::Code::validate_binding, *each,
                std::string("the measure has no ") + what + " with this code",
                "a report says of each what the measure calls it: the same system, the same code");
}

void MeasureReports::check_group(const element::Element& reported, const Elements& defined,
                                 Visit& visit) const {
  check_codes(children_of(reported, population_), all_of(defined, population_), "population",
              visit);
  const auto stratifiers = all_of(defined, stratifier_);
  const auto of_report = children_of(reported, stratifier_);
  check_codes(of_report, stratifiers, "stratifier", visit);
  const auto components = all_of(stratifiers, component_);
  const auto concepts = codes_of(components);
  if (components.empty() || concepts.size() < components.size()) return;
  for (const auto* stratifier : of_report) {
    const auto used = all_of(children_of(*stratifier, stratum_), component_);
    if (std::any_of(used.begin(), used.end(),
                    [&](const auto* each) { return !has_code(*each, concepts); }))
      visit.say(diag::Code::validate_binding, *stratifier,
                "the measure has no component of a stratifier with a code that stands in this one",
                "a report says of each what the measure calls it: the same system, the same code");
  }
}

void MeasureReports::check(const element::Element& at, Visit& visit, References& references) const {
  if (at.type != report_) return;
  const auto* measure = measure_of(at, references);
  if (measure == nullptr) return;
  const auto defined = children_of(*measure, names_.group);
  const auto reported = children_of(at, names_.group);
  check_codes(reported, defined, "group", visit);
  for (const auto* group : reported) {
    auto own = defined;
    if (group->child(names_.code) != nullptr && codes_of(defined).size() == defined.size())
      std::erase_if(own, [&](const auto* each) { return !has_code(*group, codes_of({each})); });
    if (!own.empty()) check_group(*group, own, visit);
  }
}

}  // namespace paraneo::validate
