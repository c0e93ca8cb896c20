#include "view/panels.h"

#include <algorithm>
#include <cmath>

#include "base/decimal.h"
#include "view/markup.h"

namespace paraneo::view {

using element::Element;

namespace {

constexpr std::size_t kPanelValuesMin = 2;

// By place in time first; then by key, which no order of the facts changes.
bool is_earlier(const When& a, const When& b) {
  return std::tuple(a.frame, a.from + a.to) < std::tuple(b.frame, b.from + b.to);
}

}  // namespace

std::string Panels::canonical_unit(const Element& value) const {
  if (const auto code = fields_.text(value, "unitCode"); !code.empty()) return std::string(code);
  const auto unit = fields_.text(value, "unit");
  const auto known = unit_code_ && !unit.empty() ? unit_code_(unit) : std::string_view();
  return std::string(known.empty() ? unit : known);
}

bool Panels::take(const Item& item) {
  const auto fact = item.fact;
  const auto* value = fields_.child(*facts_[fact].element, "value");
  if (value == nullptr || fields_.child(*facts_[fact].element, "component") != nullptr)
    return false;
  const auto is_number = [&](std::string_view field) {
    return fields_.number(*value, field).has_value();
  };
  const bool is_titre =
      is_number("numerator") && is_number("denominator") && fields_.text(*value, "unit").empty() &&
      fields_.text(*value, "perUnit").empty() && fields_.number(*value, "numerator") != 0.0;
  const bool is_interval = is_number("low") && is_number("high");
  if (!is_number("number") && !is_number("integer") && !is_interval && !is_titre) return false;
  const auto& identity = facts_[fact].identity;
  const auto [at, is_new] =
      by_identity_.try_emplace(identity + (is_titre ? " titre" : ""), tests_.size());
  if (is_new) tests_.push_back({identity, facts_[fact].label, {}});
  tests_[at->second].values.push_back(
      {fact, item.begin, item.is_inexact,
       is_titre ? "titre" : std::string(fields_.text(*value, "unit")),
       is_titre ? "titre" : canonical_unit(*value), value});
  return true;
}

std::optional<double> Panels::converted(std::string_view number, const Measured& measured,
                                        const Measured& to) const {
  const auto read = Decimal::parse(number);
  if (!read) return {};
  if (measured.unit_code == to.unit_code) return read->to_double();
  const auto from_unit = terminology::parse_unit(measured.unit_code),
             to_unit = terminology::parse_unit(to.unit_code);
  if (!from_unit || !to_unit || !from_unit->is_comparable(*to_unit)) return {};
  const auto made = terminology::convert(*read, *from_unit, *to_unit);
  if (!made) return {};
  // What had to be rounded is not the same value.
  const auto order = terminology::compare(*read, *from_unit, *made, *to_unit);
  return order == std::strong_ordering::equal ? std::optional(made->to_double()) : std::nullopt;
}

std::optional<Value> Panels::value_in(const Measured& measured, const Measured& first) const {
  Value out;
  out.fact = measured.fact;
  out.when = measured.when;
  out.is_inexact = measured.is_inexact;
  const auto& value = *measured.value;
  std::optional<double> low, high;
  if (measured.unit == "titre" && !fields_.number(value, "number")) {
    if (first.unit != "titre") return {};
    low = high = *fields_.number(value, "denominator") / *fields_.number(value, "numerator");
  } else if (const auto number = fields_.text(value, "number"); !number.empty()) {
    low = high = converted(number, measured, first);
  } else if (const auto integer = fields_.text(value, "integer"); !integer.empty()) {
    low = high = converted(integer, measured, first);
  } else {
    low = converted(fields_.text(value, "low"), measured, first);
    high = converted(fields_.text(value, "high"), measured, first);
  }
  if (!low || !high) return {};
  out.low = std::min(*low, *high);
  out.high = std::max(*low, *high);
  const auto comparator = fields_.text(value, "comparator");
  out.bound = comparator.starts_with("<")   ? Value::Bound::below
              : comparator.starts_with(">") ? Value::Bound::above
                                            : Value::Bound::none;
  add_range(measured, first, out);
  out.label = one_line(fields_.value_text(value));
  // The unit stands at the panel.
  if (const auto tail = " " + first.unit;
      measured.unit == first.unit && !first.unit.empty() && out.label.ends_with(tail))
    out.label.resize(out.label.size() - tail.size());
  return out;
}

void Panels::add_range(const Measured& measured, const Measured& first, Value& value) const {
  const auto* range = fields_.child(*facts_[measured.fact].element, "range");
  if (range == nullptr) return;
  Measured own = measured;
  if (const auto unit = canonical_unit(*range); !unit.empty()) own.unit_code = unit;
  if (const auto low = fields_.text(*range, "low"); !low.empty())
    value.range_low = converted(low, own, first);
  if (const auto high = fields_.text(*range, "high"); !high.empty())
    value.range_high = converted(high, own, first);
  value.is_outside = (value.range_low && value.high < *value.range_low) ||
                     (value.range_high && value.low > *value.range_high);
}

std::vector<Panel> Panels::made(std::vector<std::pair<std::size_t, bool>>& alone) const {
  std::vector<std::pair<Panel, When>> found;
  for (const auto& test : tests_) {
    std::vector<std::pair<Panel, const Measured*>> of_units;
    for (const auto& measured : test.values) {
      bool is_placed = false;
      for (auto& [panel, first] : of_units) {
        auto value = value_in(measured, *first);
        if (!value) continue;
        panel.values.push_back(std::move(*value));
        is_placed = true;
        break;
      }
      if (is_placed) continue;
      if (auto value = value_in(measured, measured))
        of_units.push_back(
            {Panel{test.identity, test.label, one_line(measured.unit), {std::move(*value)}, {}},
             &measured});
      else alone.emplace_back(measured.fact, false);
    }
    for (auto& [panel, first] : of_units) {
      if (panel.values.size() < kPanelValuesMin) {
        alone.emplace_back(first->fact, panel.values.front().is_outside);
        continue;
      }
      std::stable_sort(panel.values.begin(), panel.values.end(),
                       [](const Value& a, const Value& b) { return is_earlier(a.when, b.when); });
      const auto when = panel.values.front().when;
      found.emplace_back(std::move(panel), when);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return is_earlier(a.second, b.second); });
  std::vector<Panel> out;
  for (auto& [panel, when] : found) out.push_back(std::move(panel));
  return out;
}

}  // namespace paraneo::view
