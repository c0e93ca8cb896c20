// The clinical course of one record: which fact is drawn where, and which is not, and why.
#pragma once

#include <string>
#include <vector>

#include "view/course_rules.h"
#include "view/timeline.h"

namespace paraneo::view {

// Stands for the patient, whose death is no fact of a list.
inline constexpr std::size_t kSubject = Facts::kNone;

// A part of a bar: from when on what was given.
struct Dose {
  When from;
  std::string label;
  double height = 1;  // in parts of the largest; 1 where they cannot be compared
};

// A mark or a bar in a row.
struct Item {
  enum class Shape : std::uint8_t { mark, bar };
  // How a bar ends that has no end: it goes on, or nobody says when it stopped.
  enum class Ending : std::uint8_t { stated, goes_on, not_stated };

  std::size_t fact = kSubject;
  Shape shape = Shape::mark;
  When begin, end;  // of a bar: end may be in another frame, or not known; of a mark only begin
  Ending ending = Ending::stated;
  bool begins_before = false;  // the beginning is not known, only a time (begin) at which it was
                               // there
  bool is_outside = false;     // a value, of its range of reference
  bool is_inexact = false;     // at some time of a stay, of which only the beginning is known
  bool is_uncertain = false;   // suspected, one of several possibilities
  bool is_negated = false;     // refuted, not done
  std::string label;
  std::vector<Dose> doses;
  std::vector<When> asserted;  // diagnosed, beside the onset
};

// What is drawn in one line.
struct Row {
  std::string label;
  std::vector<Item> items;  // by time
};

// Rows under one heading.
struct Section {
  enum class Subject : std::uint8_t { conditions, treatments, others };

  Subject subject = Subject::others;
  std::string title;
  std::vector<Row> rows;
};

// A number in a panel, in the panel's unit.
struct Value {
  enum class Bound : std::uint8_t { none, below, above };

  std::size_t fact = 0;
  When when;
  double low = 0, high = 0;  // equal, but for an interval
  Bound bound = Bound::none;
  std::optional<double> range_low, range_high;
  std::string label;        // as written, without the panel's unit
  bool is_outside = false;  // of its range
  bool is_inexact = false;  // as that of an item
};

// The values of one test over time.
struct Panel {
  std::string identity;  // of the test
  std::string label;
  std::string unit;
  std::vector<Value> values;  // by time
  Row remarks;                // what was said of the test without a number; may be empty
};

// A time behind everything, like a stay in hospital.
struct Shade {
  std::string title;
  int frame = 0;
  double from = 0, to = 0;
};

// A fact that the page lists in words, and why.
struct NotDrawn {
  std::size_t fact = kSubject;
  std::string reason;
};

// What is drawn where. Refers to the facts, which outlive it.
struct Course {
  std::vector<Section> above;  // conditions, treatments
  std::vector<Panel> panels;
  std::vector<Section> below;  // single values, findings, procedures, events
  std::vector<Shade> shades;
  When death;                       // known where it can be drawn
  std::vector<NotDrawn> not_drawn;  // by the order of the facts
};

// The UCUM code of a unit's spelling, or an empty text.
using UnitCode = std::function<std::string_view(std::string_view spelling)>;

// What is drawn where, and why what is not drawn is not. In time proportional to the facts.
Course course_of(const Facts& facts, const Timeline& timeline, const CourseRules& rules,
                 const UnitCode& unit_code);

}  // namespace paraneo::view
