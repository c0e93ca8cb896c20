// What a picture groups and shades: data (profiles/view/course.json), since nothing in the program
// names a disease.
#pragma once

#include <string>
#include <vector>

#include "base/source.h"
#include "diag/diagnostic.h"
#include "view/facts.h"

namespace paraneo::view {

// The time around the beginning of a group's first condition.
struct Window {
  std::string title;
  double before = 0, after = 0;
  std::string unit;  // UCUM
};

// Conditions that stand together, under a title.
struct Group {
  std::string title;
  std::vector<std::string> codes;                            // local ones
  std::vector<std::string> kinds;                            // of ConditionFact.kind
  std::vector<std::pair<std::string, std::string>> codings;  // system, code
  std::vector<Window> windows;
};

// How treatments are grouped and what is shaded: profiles/view/course.json.
struct CourseRules {
  std::vector<Group> groups;
  std::vector<std::string> unknown;  // members of the text that mean nothing here

  // Of groups; its size: none has the condition.
  std::size_t group_of(const Fields& fields, const Fact& condition) const;
  // None, with a diagnostic, where the text is not of that form.
  static std::optional<CourseRules> read(const Source& source, diag::Sink& sink);
};

}  // namespace paraneo::view
