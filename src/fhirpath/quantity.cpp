#include "fhirpath/quantity.h"

#include <algorithm>
#include <array>

#include "terminology/ucum.h"

namespace paraneo::fhirpath {
namespace {

struct CalendarWord {
  std::string_view word, code;
  CalendarUnit unit;
};
constexpr std::array<CalendarWord, 8> kCalendar = {{
    {"year", "a", CalendarUnit::year},
    {"month", "mo", CalendarUnit::month},
    {"week", "wk", CalendarUnit::week},
    {"day", "d", CalendarUnit::day},
    {"hour", "h", CalendarUnit::hour},
    {"minute", "min", CalendarUnit::minute},
    {"second", "s", CalendarUnit::second},
    {"millisecond", "ms", CalendarUnit::millisecond},
}};

const CalendarWord* calendar_word(const Quantity& q) {
  if (!q.calendar) return nullptr;
  for (const auto& known : kCalendar)
    if (known.word == q.unit) return &known;
  return nullptr;
}

// Years and months have no length in days.
bool is_of_variable_length(const Quantity& q) {
  const auto* word = calendar_word(q);
  return word != nullptr && word->unit <= CalendarUnit::month;
}

std::string_view ucum_code(const Quantity& q) {
  const auto* word = calendar_word(q);
  return word == nullptr ? q.unit : word->code;
}

bool has_same_unit(const Quantity& a, const Quantity& b) {
  return a.unit == b.unit && a.calendar == b.calendar;
}

std::optional<Decimal> in_months(const Quantity& q) {
  return q.unit == "year" ? q.value.times(Decimal(12)) : std::optional(q.value);
}

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

// Quoted calendar words are taken as such; 'a' and 'mo' have a fixed length that no calendar has.
std::optional<CalendarUnit> calendar_unit(const Quantity& q) {
  const auto word =
      !q.calendar && q.unit.ends_with('s') ? q.unit.substr(0, q.unit.size() - 1) : q.unit;
  for (const auto& known : kCalendar) {
    if (known.word == word) return known.unit;
    if (!q.calendar && known.unit > CalendarUnit::month && known.code == q.unit) return known.unit;
  }
  return std::nullopt;
}

// A unit of time, whether it is written as a word or in UCUM.
const CalendarWord* calendar_unit_of(std::string_view unit, bool calendar) {
  for (const auto& known : kCalendar)
    if ((calendar ? known.word : known.code) == unit) return &known;
  return nullptr;
}

std::optional<Decimal> in_ucum_unit(const Quantity& value, const Quantity& to) {
  const auto x = terminology::parse_unit(ucum_code(value));
  const auto y = terminology::parse_unit(ucum_code(to));
  return x && y ? terminology::convert(value.value, *x, *y) : std::nullopt;
}

// "Perform the conversion within the unit system of the source": 1 year is 12 months or 365 days, 1
// month is 30 days (FHIRPath 3.0, "Time-valued unit conversions").
std::optional<Decimal> in_calendar_unit(const Decimal& value, const CalendarWord& from,
                                        const CalendarWord& into) {
  const auto days_of = [](CalendarUnit unit) { return unit == CalendarUnit::year ? 365 : 30; };
  const auto is_long = [](CalendarUnit unit) { return unit <= CalendarUnit::month; };
  if (from.unit == into.unit) return value;
  if (is_long(from.unit) && is_long(into.unit))
    return from.unit == CalendarUnit::year ? value.times(Decimal(12))
                                           : value.divided_by(Decimal(12));
  if (is_long(from.unit)) {
    const auto days = value.times(Decimal(days_of(from.unit)));
    return days ? in_ucum_unit({*days, "d", false}, {Decimal(), into.code, false}) : std::nullopt;
  }
  const auto days = in_ucum_unit({value, from.code, false},
                                 {Decimal(), is_long(into.unit) ? "d" : into.code, false});
  return days && is_long(into.unit) ? days->divided_by(Decimal(days_of(into.unit))) : days;
}

Collection quantity_of(Run& run, std::optional<Decimal> value, std::string_view unit,
                       bool calendar) {
  return value ? run.of(Item::of(run.arena, Quantity{*value, unit, calendar})) : Collection();
}

Collection add(Run& run, const Node& node, const Quantity& a, const Quantity& b) {
  if (has_same_unit(a, b))
    return quantity_of(run, calculate(node.binary, a.value, b.value), a.unit, a.calendar);
  if (is_of_variable_length(a) && is_of_variable_length(b)) {
    const auto x = in_months(a);
    const auto y = in_months(b);
    return x && y ? quantity_of(run, calculate(node.binary, *x, *y), "month", true) : Collection();
  }
  // The result has the finer of both units.
  const auto x = terminology::parse_unit(ucum_code(a));
  const auto y = terminology::parse_unit(ucum_code(b));
  if (!x || !y || is_of_variable_length(a) || is_of_variable_length(b)) return {};
  const auto finer = terminology::is_smaller(*y, *x);
  const auto& unit = finer ? *y : *x;
  const auto left = terminology::convert(a.value, *x, unit);
  const auto right = terminology::convert(b.value, *y, unit);
  if (!left || !right) return {};
  const auto& named = finer ? b : a;
  return quantity_of(run, calculate(node.binary, *left, *right), named.unit, named.calendar);
}

bool is_single(std::string_view unit) {
  return unit.find_first_of("./(){}*^0123456789+-") == std::string_view::npos;
}

std::string product_of(std::string_view a, std::string_view b) {
  if (a == "1") return std::string(b);
  if (b == "1") return std::string(a);
  if (a == b && is_single(a)) return std::string(a) + "2";
  return std::string(a) + (b.find('/') == std::string_view::npos ? "." + std::string(b)
                                                                 : ".(" + std::string(b) + ")");
}

std::string quotient_of(std::string_view a, std::string_view b) {
  if (a == b) return "1";
  if (b == "1") return std::string(a);
  const auto simple = b.find_first_of("./") == std::string_view::npos;
  return (a == "1" ? "" : std::string(a)) +
         (simple ? "/" + std::string(b) : "/(" + std::string(b) + ")");
}

}  // namespace

std::optional<Decimal> calculate(Binary op, const Decimal& a, const Decimal& b) {
  switch (op) {
    case Binary::plus: return a.plus(b);
    case Binary::minus: return a.minus(b);
    case Binary::times: return a.times(b);
    case Binary::divide: return a.divided_by(b);
    default: break;
  }
  if (b.is_zero()) return std::nullopt;
  const auto quotient = a.divided_by(b);
  if (!quotient) return std::nullopt;
  auto whole = quotient->truncated(0);
  auto product = whole.times(b);
  const auto rest = product ? a.minus(*product) : std::nullopt;
  if (!rest) return std::nullopt;
  // The quotient was rounded away from zero: one too many.
  const auto over = !rest->is_zero() && rest->is_negative() != a.is_negative();
  if (!over) return op == Binary::integer_divide ? std::optional(whole) : rest;
  const auto up = a.is_negative() != b.is_negative();
  if (op == Binary::integer_divide) return whole.plus(Decimal(up ? 1 : -1));
  return up ? rest->minus(b) : rest->plus(b);
}

Collection calculate(Run& run, const Node& node, const Quantity& a, const Quantity& b) {
  if (node.binary == Binary::plus || node.binary == Binary::minus) return add(run, node, a, b);
  if (node.binary != Binary::times && node.binary != Binary::divide) {
    run.fail(node, "quantities have no div and no mod");
    return {};
  }
  const auto value = calculate(node.binary, a.value, b.value);
  // Times a number, it keeps its unit, whatever that is.
  const auto is_number = [](const Quantity& q) { return q.unit == "1" && !q.calendar; };
  if (is_number(b)) return quantity_of(run, value, a.unit, a.calendar);
  if (is_number(a) && node.binary == Binary::times)
    return quantity_of(run, value, b.unit, b.calendar);
  const auto unit = node.binary == Binary::times ? product_of(ucum_code(a), ucum_code(b))
                                                 : quotient_of(ucum_code(a), ucum_code(b));
  if (unit.size() > terminology::kUnitCharsMax) {
    run.fail(node,
             "the unit of the result has more than " + std::to_string(terminology::kUnitCharsMax) +
                 " characters",
             ErrorCode::limit_size);
    return {};
  }
  return quantity_of(run, value, run.arena.copy(unit), false);
}

Collection shift(Run& run, const Node& node, const DateTime& date, const Quantity& by) {
  const auto unit = calendar_unit(by);
  if (!unit) {
    run.fail(node, "\"" + std::string(by.unit) + "\" is no calendar unit");
    return {};
  }
  if (date.kind == DateTime::Kind::time && *unit < CalendarUnit::hour) {
    run.fail(node, "a time has no " + std::string(by.unit) + "s");
    return {};
  }
  auto amount = by.value;
  auto step = *unit;
  // Only seconds have a fraction.
  if (step == CalendarUnit::second && !amount.is_integer()) {
    amount = amount.times(Decimal(1000)).value_or(Decimal());
    step = CalendarUnit::millisecond;
  }
  const auto whole = amount.to_integer();
  if (!whole || *whole == INT64_MIN) return {};
  const auto moved = date.plus(node.binary == Binary::minus ? -*whole : *whole, step);
  return moved ? run.of(Item::of(run.arena, *moved)) : Collection();
}

std::optional<int> compare(const Quantity& a, const Quantity& b) {
  if (has_same_unit(a, b)) return sign(a.value <=> b.value);
  if (is_of_variable_length(a) != is_of_variable_length(b)) return std::nullopt;
  if (is_of_variable_length(a)) {
    const auto x = in_months(a);
    const auto y = in_months(b);
    return x && y ? std::optional(sign(*x <=> *y)) : std::nullopt;
  }
  const auto x = terminology::parse_unit(ucum_code(a));
  const auto y = terminology::parse_unit(ucum_code(b));
  if (!x || !y) return std::nullopt;
  const auto order = terminology::compare(a.value, *x, b.value, *y);
  return order ? std::optional(sign(*order)) : std::nullopt;
}

bool equivalent(const Decimal& a, const Decimal& b) {
  const auto scale = std::min(a.normalized().scale(), b.normalized().scale());
  return a.rounded(scale) == b.rounded(scale);
}

bool equivalent(const Quantity& a, const Quantity& b) {
  if (ucum_code(a) == ucum_code(b)) return equivalent(a.value, b.value);
  const auto x = terminology::parse_unit(ucum_code(a));
  const auto y = terminology::parse_unit(ucum_code(b));
  if (!x || !y) return false;
  // In the coarser unit, which keeps the precision that was written: 4 g is not 4000 mg exactly.
  const auto& unit = terminology::is_smaller(*x, *y) ? *y : *x;
  const auto left = terminology::convert(a.value, *x, unit);
  const auto right = terminology::convert(b.value, *y, unit);
  return left && right && equivalent(*left, *right);
}

std::string_view calendar_word_of(std::string_view ucum_code) {
  for (const auto& known : kCalendar)
    if (known.code == ucum_code && known.unit != CalendarUnit::millisecond) return known.word;
  return {};
}

bool is_comparable(const Quantity& a, const Quantity& b) { return compare(a, b).has_value(); }

std::optional<Quantity> convert(const Quantity& value, std::string_view unit, bool calendar) {
  const Quantity to{Decimal(), unit, calendar};
  if (has_same_unit(value, to)) return value;
  // "45.toQuantity('m')": the unit of a number is said.
  if (!value.calendar && value.unit == "1") return Quantity{value.value, unit, calendar};
  const auto* from = calendar_word(value);
  const auto* into = calendar_unit_of(unit, calendar);
  const auto out = from != nullptr && into != nullptr ? in_calendar_unit(value.value, *from, *into)
                                                      : in_ucum_unit(value, to);
  if (!out) return std::nullopt;
  return Quantity{*out, unit, calendar};
}

}  // namespace paraneo::fhirpath
