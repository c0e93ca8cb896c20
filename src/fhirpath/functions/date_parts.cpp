// Components of dates and times: yearOf() to timeOf() (FHIRPath, trial use). What a value of lower
// precision does not have is empty.
#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

std::optional<DateTime> temporal(Run& run, const Node& node, const Collection& in) {
  const auto item = run.single(node, in, ItemKind::date_time, "a date or time");
  return item ? std::optional(*item->date_time) : std::nullopt;
}

int part_of(const DateTime& value, Precision part) {
  switch (part) {
    case Precision::year: return value.year;
    case Precision::month: return value.month;
    case Precision::day: return value.day;
    case Precision::hour: return value.hour;
    case Precision::minute: return value.minute;
    case Precision::second: return value.second;
    case Precision::millisecond: return value.millisecond;
  }
  return 0;
}

template <Precision kPart>
Collection part(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto value = temporal(run, node, in);
  const auto no_date = value && value->kind == DateTime::Kind::time && kPart < Precision::hour;
  if (!value || value->precision < kPart || no_date) return {};
  return run.of_integer(part_of(*value, kPart));
}

Collection zone(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto value = temporal(run, node, in);
  if (!value || !value->has_zone) return {};
  const auto hours = Decimal(value->zone_minutes).divided_by(Decimal(60));
  return hours ? run.of(Item::of(run.arena, *hours)) : Collection();
}

Collection date(Run& run, const Node& node, const Collection& in, const Scope&) {
  auto value = temporal(run, node, in);
  if (!value || value->kind == DateTime::Kind::time) return {};
  value->kind = DateTime::Kind::date;
  if (value->precision > Precision::day) value->precision = Precision::day;
  value->has_zone = false;
  return run.of(Item::of(run.arena, *value));
}

Collection time(Run& run, const Node& node, const Collection& in, const Scope&) {
  auto value = temporal(run, node, in);
  if (!value || value->precision < Precision::hour) return {};
  value->kind = DateTime::Kind::time;
  value->has_zone = false;
  return run.of(Item::of(run.arena, *value));
}

constexpr Function kFunctions[] = {
    {"yearOf", 0, 0, part<Precision::year>},
    {"monthOf", 0, 0, part<Precision::month>},
    {"dayOf", 0, 0, part<Precision::day>},
    {"hourOf", 0, 0, part<Precision::hour>},
    {"minuteOf", 0, 0, part<Precision::minute>},
    {"secondOf", 0, 0, part<Precision::second>},
    {"millisecondOf", 0, 0, part<Precision::millisecond>},
    {"timezoneOffsetOf", 0, 0, zone},
    {"dateOf", 0, 0, date},
    {"timeOf", 0, 0, time},
};

}  // namespace

std::span<const Function> date_part_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
