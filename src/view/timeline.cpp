#include "view/timeline.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/date_time.h"
#include "base/decimal.h"

namespace paraneo::view {

using element::Element;

namespace {

constexpr double kMinutesPerDay = 24 * 60;
constexpr double kDayMax = 4e6;  // behind all dates, which end in 9999

double day_number(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  return static_cast<double>(
      sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day))
          .time_since_epoch()
          .count());
}

std::chrono::year_month_day calendar_day(double day) {
  using namespace std::chrono;
  return year_month_day(sys_days(days(static_cast<int>(std::floor(day)))));
}

// A month's last day where the month that is reached is shorter.
double plus_months(double day, int months) {
  const auto date = calendar_day(day);
  const auto time_of_day = day - std::floor(day);
  auto moved = date + std::chrono::months(months);
  if (!moved.ok()) moved = moved.year() / moved.month() / std::chrono::last;
  return day_number(static_cast<int>(moved.year()), static_cast<unsigned>(moved.month()),
                    static_cast<unsigned>(moved.day())) +
         time_of_day;
}

// UCUM's units of time, in days.
double days_per(std::string_view unit) {
  if (unit == "a") return kDaysPerYear;
  if (unit == "mo") return kDaysPerYear / 12;
  if (unit == "wk") return 7;
  if (unit == "h") return 1.0 / 24;
  if (unit == "min") return 1 / kMinutesPerDay;
  if (unit == "s") return 1 / (kMinutesPerDay * 60);
  return 1;
}

// In the calendar, whole months and years are added as such.
double plus(double day, double offset, std::string_view unit, bool is_calendar) {
  constexpr double kMonthsMax = 12 * 9999;
  const double months = unit == "a" ? offset * 12 : unit == "mo" ? offset : 0.5;
  const bool is_by_month =
      is_calendar && months == std::floor(months) && std::abs(months) < kMonthsMax;
  return std::clamp(
      is_by_month ? plus_months(day, static_cast<int>(months)) : day + offset * days_per(unit),
      -kDayMax, kDayMax);
}

}  // namespace

std::optional<std::pair<double, double>> days_of(std::string_view date) {
  const auto read = DateTime::parse_date_time(date);
  if (!read) return {};
  const auto begin = day_number(read->year, read->month, read->day);
  if (read->precision == Precision::year) return std::pair(begin, day_number(read->year + 1, 1, 1));
  if (read->precision == Precision::month) return std::pair(begin, plus_months(begin, 1));
  const auto at = begin + (read->hour * 60 + read->minute +
                           (read->second + read->millisecond / 1000.0) / 60.0) /
                              kMinutesPerDay;
  return std::pair(at, at);
}

std::string date_of(double day) {
  const auto date = calendar_day(day);
  const auto padded = [](int number, std::size_t digits) {
    auto text = std::to_string(number);
    return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
  };
  return padded(static_cast<int>(date.year()), 4) + "-" +
         padded(static_cast<int>(static_cast<unsigned>(date.month())), 2) + "-" +
         padded(static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

Timeline::Timeline(const Facts& facts)
    : facts_(facts), places_(facts.size()), lenders_(facts.size(), Facts::kNone), frames_(1) {
  for (std::size_t i = 0; i < facts_.size(); ++i) lenders_[i] = find_lender(i);
  mark_targets();
  for (std::size_t i = 0; i < facts_.size(); ++i)
    for (std::size_t time = 0; time < kTimes; ++time) resolve({i, static_cast<Time>(time)});
  extend_concurrent();
}

std::size_t Timeline::find_lender(std::size_t fact) const {
  const auto& each = facts_[fact];
  for (const auto time : {Time::begin, Time::asserted, Time::recorded}) {
    const auto* moment = each.moments[static_cast<std::size_t>(time)];
    if (moment != nullptr && !is_in_words(*moment)) return Facts::kNone;
  }
  for (const auto* field : {"partOf", "encounter"})
    if (const auto found = facts_.named(each, field); found != Facts::kNone && found != fact)
      return found;
  return Facts::kNone;
}

bool Timeline::is_in_words(const Element& moment) const {
  return facts_.fields().text(moment, "date").empty() &&
         facts_.fields().text(moment, "relation").empty();
}

// An end of its own stays one.
std::size_t Timeline::lender_of(const Place& place) const {
  return place.time == Time::end && moment_of(place) != nullptr ? Facts::kNone
                                                                : lenders_[place.fact];
}

const Element* Timeline::moment_of(const Place& place) const {
  return facts_[place.fact].moments[static_cast<std::size_t>(place.time)];
}

// As record/anchors.cpp decides it.
Timeline::Place Timeline::target_of(const Element& moment) const {
  const auto& fields = facts_.fields();
  const auto fact = facts_.find(fields.text(moment, "anchor"));
  if (fact == Facts::kNone) return {};
  const auto& each = facts_[fact];
  const auto has = [&each](Time time) {
    return each.moments[static_cast<std::size_t>(time)] != nullptr;
  };
  const auto named = fields.text(moment, "anchorTime");
  if (named == "asserted") return {fact, Time::asserted};
  if (named == "recorded") return {fact, Time::recorded};
  if (named == "abatement") return {fact, Time::end};
  // What has one time only ends when it begins.
  if (named.empty() && fields.text(moment, "relation").ends_with("-end") && !each.is_moment)
    return {fact, Time::end};
  if (named.empty() && !has(Time::begin) && !each.has_age)
    for (const auto time : {Time::asserted, Time::recorded})
      if (has(time)) return {fact, time};
  return {fact, Time::begin};
}

void Timeline::mark_target(const Element& moment) {
  if (const auto target = target_of(moment); target.fact != Facts::kNone)
    state(target).is_target = true;
}

void Timeline::mark_targets() {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const auto& fact = facts_[i];
    for (const auto* moment : fact.moments)
      if (moment != nullptr) mark_target(*moment);
    if (fact.kind == Kind::medication) {
      for (const auto* step = fact.element->first; step != nullptr; step = step->next)
        for (const auto* moment = step->first; moment != nullptr; moment = moment->next)
          if (facts_.fields().type(*moment) == "Moment") mark_target(*moment);
    }
    const auto lender = lenders_[i];
    // An encounter is a moment in the patient's life also where nothing else is said of it.
    if (lender != Facts::kNone && facts_[lender].kind == Kind::encounter)
      state({lender, Time::begin}).is_target = true;
  }
  if (const auto* subject = facts_.fields().child(facts_.record(), "subject"))
    if (const auto* died = facts_.fields().child(*subject, "died")) mark_target(*died);
}

Timeline::Step Timeline::step_of(const Place& place) const {
  const auto& fields = facts_.fields();
  const auto* moment = moment_of(place);
  if (const auto lender = lender_of(place); lender != Facts::kNone)
    return {{lender, place.time}, nullptr, false, false};
  if (moment != nullptr) {
    if (!fields.text(*moment, "date").empty()) return {};
    return {target_of(*moment), moment,
            !distance_of(*moment) && !fields.text(*moment, "relation").starts_with("concurrent"),
            false};
  }
  if (place.time != Time::end) return {};
  if (has_lasting_doses(facts_[place.fact]))
    return {{place.fact, Time::begin}, nullptr, false, true};
  const auto* lasts = fields.child(*facts_[place.fact].element, "lasts");
  if (lasts != nullptr || state(place).is_target)
    return {{place.fact, Time::begin}, lasts, lasts == nullptr, false};
  return {};
}

// Along the moments that this one is relative to, then back: a chain may be as long as the record.
void Timeline::resolve(Place place) {
  std::vector<std::pair<Place, Step>> way;
  while (place.fact != Facts::kNone && !state(place).is_done && !state(place).is_busy) {
    state(place).is_busy = true;
    way.emplace_back(place, step_of(place));
    place = way.back().second.base;
  }
  for (; !way.empty(); way.pop_back()) {
    const auto& [at, step] = way.back();
    const auto when = evaluate(at, step);
    state(at).when = when;
    state(at).is_done = true;
  }
}

When Timeline::evaluate(const Place& place, const Step& step) {
  const auto* moment = moment_of(place);
  const bool is_lent = lender_of(place) != Facts::kNone;
  if (moment != nullptr && !is_lent) {
    if (const auto when = dated(*moment); when.known()) return when;
  }
  const When base = step.base.fact == Facts::kNone ? When{} : state(step.base).when;
  if (is_lent) return base.known() || !state(place).is_target ? base : root(place);
  if (!base.known()) return state(place).is_target ? root(place) : When{};
  if (step.is_by_doses) return after_doses(facts_[place.fact], base);
  if (!step.is_order_only || !state(place).is_target) return relative(*step.moment, base);
  const auto made = root(place);
  const bool is_before = step.moment != nullptr &&
                         facts_.fields().text(*step.moment, "relation").starts_with("before");
  orders_.emplace_back(is_before ? made.frame : base.frame, is_before ? base.frame : made.frame);
  return made;
}

// Each step of the dosage says how long it lasts, and none says when it begins.
bool Timeline::has_lasting_doses(const Fact& fact) const {
  const auto& fields = facts_.fields();
  bool has_any = false;
  for (const auto* step = fact.element->first; step != nullptr; step = step->next) {
    if (fields.name(*step) != "dosage") continue;
    if (fields.child(*step, "lasts") == nullptr || fields.child(*step, "start") != nullptr ||
        fields.child(*step, "event") != nullptr)
      return false;
    has_any = true;
  }
  return has_any;
}

When Timeline::after_doses(const Fact& fact, When when) const {
  for (const auto* step = fact.element->first; step != nullptr; step = step->next)
    if (facts_.fields().name(*step) == "dosage")
      when = after(when, *facts_.fields().child(*step, "lasts"));
  return when;
}

When Timeline::root(const Place& place) {
  frames_.push_back({facts_.point_text(place.fact, place.time), false});
  return {static_cast<int>(frames_.size()) - 1, 0, 0};
}

// Not known where the moment has no date.
When Timeline::dated(const Element& moment) const {
  const auto days = days_of(facts_.fields().text(moment, "date"));
  if (!days) return {};
  const auto comparator = facts_.fields().text(moment, "comparator");
  return {kCalendar, days->first, days->second, comparator.starts_with("<"),
          comparator.starts_with(">")};
}

// In its unit, or in days; none where nobody says how far, or it is counted in what is no time.
std::optional<double> Timeline::distance_of(const Element& moment) const {
  const auto& fields = facts_.fields();
  const auto unit = fields.text(moment, "unit");
  if (unit == "cycle" || unit == "dose") return std::nullopt;
  if (const auto day = fields.number(moment, "day")) return *day - 1;
  return fields.number(moment, fields.type(moment) == "Timespan" ? "number" : "offset");
}

When Timeline::relative(const Element& moment, When base) const {
  const auto& fields = facts_.fields();
  // The length of a stay has no relation: it is counted from its beginning.
  const auto relation = fields.type(moment) == "Timespan" ? std::string_view("after")
                                                          : fields.text(moment, "relation");
  if (relation.starts_with("concurrent")) return base;
  const bool is_before = relation.starts_with("before");
  const auto offset = distance_of(moment);
  if (!offset) {
    (is_before ? base.open_from : base.open_to) = true;
    return base;
  }
  const auto unit = fields.text(moment, "unit");
  const auto moved_day = [&](double day, double distance) {
    const auto by = std::clamp(distance, -kDayMax / days_per(unit), kDayMax / days_per(unit));
    return moved(day, is_before ? -by : by, unit, base.frame);
  };
  const auto comparator = fields.text(moment, "comparator");
  const auto most = fields.number(moment, "offsetMax").value_or(*offset);
  When out = base;
  out.from = moved_day(base.from, is_before ? most : *offset);
  out.to = moved_day(base.to, is_before ? *offset : most);
  if (comparator.starts_with("<"))
    (is_before ? out.to : out.from) = is_before ? base.to : base.from;
  if (comparator.starts_with(">")) (is_before ? out.open_from : out.open_to) = true;
  return out;
}

double Timeline::moved(double day, double offset, std::string_view unit, int frame) const {
  return plus(day, offset, unit, frame == kCalendar);
}

When Timeline::of(const Element& moment) const {
  if (const auto when = dated(moment); when.known()) return when;
  const auto target = target_of(moment);
  if (target.fact == Facts::kNone || !state(target).when.known()) return {};
  return relative(moment, state(target).when);
}

// "During X" lasts as long as X, which is known only now.
void Timeline::extend_concurrent() {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const auto* moment = facts_[i].moments[0];
    if (moment == nullptr || lenders_[i] != Facts::kNone || !facts_[i].is_moment ||
        facts_.fields().text(*moment, "relation") != "concurrent")
      continue;
    const auto target = target_of(*moment);
    if (target.fact == Facts::kNone) continue;
    auto& when = state({i, Time::begin}).when;
    const auto& end = at(target.fact, Time::end);
    if (!when.known() || facts_[target.fact].is_moment) continue;
    if (end.known() && end.frame == when.frame && end.to >= when.from)
      when.to = std::max(when.to, end.to);
    else if (facts_[target.fact].kind != Kind::encounter) when.open_to = true;
  }
}

std::vector<int> Timeline::components(const std::vector<bool>& is_wanted) const {
  std::vector<int> out(frames_.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<int>(i);
  const auto find = [&out](int at) {
    while (out[static_cast<std::size_t>(at)] != at)
      at = out[static_cast<std::size_t>(at)] =
          out[static_cast<std::size_t>(out[static_cast<std::size_t>(at)])];
    return at;
  };
  for (const auto& [a, b] : orders_)
    if (is_wanted[static_cast<std::size_t>(a)] && is_wanted[static_cast<std::size_t>(b)]) {
      const auto x = find(a), y = find(b);
      out[static_cast<std::size_t>(std::max(x, y))] = std::min(x, y);
    }
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = find(static_cast<int>(i));
  return out;
}

std::vector<std::pair<int, bool>> Timeline::order(const std::vector<bool>& is_wanted) const {
  int first = -1;
  if (const auto* subject = facts_.fields().child(facts_.record(), "subject"))
    if (const auto* age_at = facts_.fields().child(*subject, "ageAt");
        age_at != nullptr && !facts_.fields().text(*age_at, "anchor").empty())
      if (const auto target = target_of(*age_at); target.fact != Facts::kNone)
        first = state(target).when.frame;
  const auto component = components(is_wanted);
  std::vector<int> waits(frames_.size(), 0);
  std::vector<std::vector<int>> later(frames_.size());
  for (const auto& [a, b] : orders_)
    if (a != b && is_wanted[static_cast<std::size_t>(a)] &&
        is_wanted[static_cast<std::size_t>(b)]) {
      later[static_cast<std::size_t>(a)].push_back(b);
      ++waits[static_cast<std::size_t>(b)];
    }
  const int first_component = first < 0 ? -1 : component[static_cast<std::size_t>(first)];
  const auto rank = [&](int frame) {
    const auto own = component[static_cast<std::size_t>(frame)];
    return std::array{own == component[kCalendar] ? 0
                      : own == first_component    ? 1
                                                  : 2,
                      own,
                      frame == kCalendar ? 0
                      : frame == first   ? 1
                                         : 2,
                      frame};
  };
  std::vector<std::pair<int, bool>> out;
  std::vector<bool> is_placed(frames_.size(), false);
  const auto wanted =
      static_cast<std::size_t>(std::count(is_wanted.begin(), is_wanted.end(), true));
  while (out.size() < wanted) {
    int best = -1;
    for (int i = 0; i < static_cast<int>(frames_.size()); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (!is_wanted[at] || is_placed[at]) continue;
      // Orders that contradict one another hold up nothing: then the first one goes on.
      const auto key = [&](int frame) {
        return std::pair(waits[static_cast<std::size_t>(frame)] > 0, rank(frame));
      };
      if (best < 0 || key(i) < key(best)) best = i;
    }
    const auto at = static_cast<std::size_t>(best);
    bool is_stated = false;
    if (!out.empty()) {
      const auto& before = later[static_cast<std::size_t>(out.back().first)];
      is_stated = waits[at] <= 0 && std::find(before.begin(), before.end(), best) != before.end();
    }
    is_placed[at] = true;
    for (const auto next : later[at]) --waits[static_cast<std::size_t>(next)];
    out.emplace_back(best, is_stated);
  }
  return out;
}

}  // namespace paraneo::view
