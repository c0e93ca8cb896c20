// Which numbers of a record stand on one axis: those of one test, in one unit or in units that
// convert exactly.
#pragma once

#include "terminology/ucum.h"
#include "view/course.h"

namespace paraneo::view {

// A number of an observation.
struct Measured {
  std::size_t fact = 0;
  When when;
  bool is_inexact = false;
  std::string unit;       // as written
  std::string unit_code;  // UCUM, or the unit as written
  const element::Element* value = nullptr;
};

// Sorts values into panels. Not thread-safe.
class Panels {
 public:
  Panels(const Facts& facts, const UnitCode& unit_code)
      : facts_(facts), fields_(facts.fields()), unit_code_(unit_code) {}

  // Whether the observation's value is a number that can stand on an axis; then it is kept.
  bool take(const Item& item);
  // Panels of at least two values, by their first value's time; what stands alone goes to `alone`:
  // the fact, and whether it is outside of its range.
  std::vector<Panel> made(std::vector<std::pair<std::size_t, bool>>& alone) const;

 private:
  struct Test {
    std::string identity, label;
    std::vector<Measured> values;
  };

  std::optional<Value> value_in(const Measured& measured, const Measured& first) const;
  std::optional<double> converted(std::string_view number, const Measured& measured,
                                  const Measured& to) const;
  void add_range(const Measured& measured, const Measured& first, Value& value) const;
  std::string canonical_unit(const element::Element& value) const;

  const Facts& facts_;
  const Fields& fields_;
  const UnitCode& unit_code_;
  std::vector<Test> tests_;
  std::unordered_map<std::string, std::size_t> by_identity_;
};

}  // namespace paraneo::view
