// lowBoundary(), highBoundary(), precision() and comparable() (FHIRPath, trial use; FHIR R5 2.1.9).
#include <algorithm>
#include <array>
#include <string>

#include "fhirpath/functions/functions.h"
#include "fhirpath/quantity.h"

namespace paraneo::fhirpath {
namespace {

constexpr int kScaleMax = 28;  // digits after the point that a boundary may be asked for
constexpr int kScaleDefault = 8;

struct Level {
  int digits;  // of a value of that precision, as written
  Precision precision;
};
constexpr std::array<Level, 7> kDates = {{{4, Precision::year},
                                          {6, Precision::month},
                                          {8, Precision::day},
                                          {10, Precision::hour},
                                          {12, Precision::minute},
                                          {14, Precision::second},
                                          {17, Precision::millisecond}}};
constexpr std::array<Level, 4> kTimes = {{{2, Precision::hour},
                                          {4, Precision::minute},
                                          {6, Precision::second},
                                          {9, Precision::millisecond}}};

std::span<const Level> levels_of(const DateTime& value) {
  if (value.kind == DateTime::Kind::time) return kTimes;
  if (value.kind == DateTime::Kind::date) return std::span(kDates).first(3);
  return kDates;
}

// Ten to the power of -scale, times count, written with that scale.
Decimal tenths(int count, int scale) {
  return Decimal::parse(std::to_string(count) + "e-" + std::to_string(scale)).value_or(Decimal());
}

std::optional<Decimal> boundary(const Decimal& value, std::optional<std::int64_t> wanted,
                                bool low) {
  const auto scale = wanted.value_or(std::max(kScaleDefault, value.scale() + 1));
  if (scale < 0 || scale > kScaleMax) return std::nullopt;
  const auto digits = static_cast<int>(scale);
  const auto half = tenths(5, value.scale() + 1);
  const auto edge = low ? value.minus(half) : value.plus(half);
  if (!edge) return std::nullopt;
  const auto cut = edge->truncated(digits);
  if (cut == *edge) return cut.plus(tenths(0, digits));
  // Outwards: what is cut off must stay inside.
  if (low && *edge < cut) return cut.minus(tenths(1, digits));
  if (!low && cut < *edge) return cut.plus(tenths(1, digits));
  return cut;
}

std::uint8_t last_day(const DateTime& month) {
  auto first = month;
  first.kind = DateTime::Kind::date;
  first.precision = Precision::day;
  first.day = 1;
  const auto next = first.plus(1, CalendarUnit::month);
  const auto last = next ? next->plus(-1, CalendarUnit::day) : std::nullopt;
  return last ? last->day : std::uint8_t{31};
}

void fill(DateTime& value, bool low) {
  const auto missing = [&](Precision p) { return value.precision < p; };
  const auto choose = [&](int least, int most) {
    return static_cast<std::uint8_t>(low ? least : most);
  };
  if (missing(Precision::month)) value.month = choose(1, 12);
  if (missing(Precision::day)) value.day = low ? std::uint8_t{1} : last_day(value);
  if (missing(Precision::hour)) value.hour = choose(0, 23);
  if (missing(Precision::minute)) value.minute = choose(0, 59);
  if (missing(Precision::second)) value.second = choose(0, 59);
  if (missing(Precision::millisecond)) value.millisecond = low ? 0 : 999;
}

std::optional<DateTime> boundary(DateTime value, std::optional<std::int64_t> wanted, bool low) {
  const auto levels = levels_of(value);
  const auto digits = wanted.value_or(levels.back().digits);
  const auto level = std::find_if(levels.begin(), levels.end(),
                                  [&](const Level& l) { return l.digits == digits; });
  if (level == levels.end()) return std::nullopt;
  if (value.kind == DateTime::Kind::time) {
    // Filled as a time of some day.
    value.month = value.day = 1;
  }
  fill(value, low);
  value.precision = level->precision;
  if (value.kind == DateTime::Kind::time) return value;
  if (value.precision < Precision::hour) {
    value.has_zone = false;
    value.zone_minutes = 0;
  } else if (!value.has_zone) {
    // Anywhere on earth: from UTC+14 to UTC-12.
    value.has_zone = true;
    value.zone_minutes = low ? 14 * 60 : -12 * 60;
  }
  return value;
}

template <bool kLow>
Collection boundary_function(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto item = run.single(node, in);
  std::optional<std::int64_t> wanted;
  if (node.operand_count > 1) {
    wanted = run.integer(node, run.eval(node, 1, scope));
    if (!wanted) return {};
  }
  if (!item || run.failed()) return {};
  if (item->kind == ItemKind::date_time) {
    const auto out = boundary(*item->date_time, wanted, kLow);
    return out ? run.of(Item::of(run.arena, *out)) : Collection();
  }
  if (item->kind == ItemKind::quantity) {
    const auto out = boundary(item->quantity->value, wanted, kLow);
    return out ? run.of(Item::of(run.arena,
                                 Quantity{*out, item->quantity->unit, item->quantity->calendar}))
               : Collection();
  }
  if (const auto number = as_decimal(*item)) {
    const auto out = boundary(*number, wanted, kLow);
    return out ? run.of(Item::of(run.arena, *out)) : Collection();
  }
  run.fail(node,
           "a number, quantity, date or time is needed here, found " + run.engine.type_name(*item));
  return {};
}

Collection precision(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto item = run.single(node, in);
  if (!item) return {};
  if (const auto number = as_decimal(*item)) return run.of_integer(number->scale());
  if (item->kind != ItemKind::date_time) {
    run.fail(node, "a number, date or time is needed here, found " + run.engine.type_name(*item));
    return {};
  }
  for (const auto& level : item->date_time->kind == DateTime::Kind::time
                               ? std::span<const Level>(kTimes)
                               : std::span<const Level>(kDates))
    if (level.precision == item->date_time->precision) return run.of_integer(level.digits);
  return {};
}

Collection comparable(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto a = run.single(node, in, ItemKind::quantity, "a quantity");
  const auto b = run.single(node, run.eval(node, 1, scope), ItemKind::quantity, "a quantity");
  return a && b ? run.of(is_comparable(*a->quantity, *b->quantity)) : Collection();
}

constexpr Function kFunctions[] = {
    {"lowBoundary", 0, 1, boundary_function<true>},
    {"highBoundary", 0, 1, boundary_function<false>},
    {"precision", 0, 0, precision},
    {"comparable", 1, 1, comparable},
};

}  // namespace

std::span<const Function> boundary_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
