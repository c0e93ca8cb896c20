#include "view/ticks.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "view/markup.h"

namespace paraneo::view {
namespace {

constexpr double kBetween = 8;  // labels, in pixels

struct Unit {
  std::string_view name;
  double days;
  double scale_max;  // days of a scale that is counted in it
  std::array<double, 8> steps;
};
constexpr Unit kUnits[] = {
    {"minutes", 1.0 / 1440, 0.15, {1, 5, 10, 15, 30, 60, 120, 240}},
    {"hours", 1.0 / 24, 3, {1, 2, 3, 6, 12, 24, 48, 96}},
    {"days", 1, 28, {1, 2, 7, 14, 28, 56, 112, 224}},
    {"weeks", 7, 190, {1, 2, 4, 8, 12, 26, 52, 104}},
    {"months", kDaysPerYear / 12, 6 * kDaysPerYear, {1, 2, 3, 6, 12, 24, 60, 120}},
    {"years", kDaysPerYear, 1e9, {1, 2, 5, 10, 20, 100, 500, 2000}},
};

// At most one digit behind the point; the minus sign is one.
std::string number_text(double value) {
  const auto tenths = std::llround(std::abs(value) * 10);
  auto out = std::to_string(tenths / 10);
  if (tenths % 10 != 0) out += "." + std::to_string(tenths % 10);
  return (value < 0 && tenths != 0 ? "−" : "") + out;
}

double label_width(const std::string& label) { return text_width(label, Axis::kTickSize); }

// Keeps a label that stands clear of those to its left.
void add(std::vector<Tick>& ticks, double x, std::string label) {
  const double half = label_width(label) / 2;
  if (!ticks.empty() && x - half < ticks.back().x + label_width(ticks.back().label) / 2 + kBetween)
    return;
  ticks.push_back({x, std::move(label)});
}

struct Piece {
  double from, to, left, right;
};

std::vector<Piece> pieces_of(const FrameAxis& axis) {
  std::vector<Piece> out;
  std::size_t at = 0;
  for (std::size_t i = 0; i <= axis.cuts.size(); ++i) {
    const auto first = at;
    while (at + 1 < axis.knots.size() &&
           (i == axis.cuts.size() || axis.knots[at + 1].x < axis.cuts[i]))
      ++at;
    out.push_back(
        {axis.knots[first].day, axis.knots[at].day, axis.knots[first].x, axis.knots[at].x});
    ++at;
  }
  return out;
}

void add_distances(FrameAxis& axis, const std::vector<Piece>& pieces, const Unit& unit) {
  for (const auto& piece : pieces) {
    const double length = (piece.to - piece.from) / unit.days;
    // A whole number of steps, so that zero is one of them.
    double step = unit.steps.back();
    for (const auto each : unit.steps) {
      const double between = length <= 0 ? 0 : (piece.right - piece.left) / length * each;
      const double widest = std::max(label_width(number_text(piece.from / unit.days)),
                                     label_width(number_text(piece.to / unit.days)));
      if (between < widest + kBetween) continue;
      step = each;
      break;
    }
    const auto first = std::ceil(piece.from / unit.days / step - 1e-9) * step;
    const auto before = axis.ticks.size();
    for (double at = first; at * unit.days <= piece.to + 1e-9 * unit.days; at += step)
      add(axis.ticks, axis.x(at * unit.days), number_text(at));
    if (axis.ticks.size() == before)
      add(axis.ticks, piece.left, number_text(piece.from / unit.days));
  }
}

// The dates of a step in months that lie in the piece; 0: days.
void add_dates(FrameAxis& axis, const Piece& piece, int months, int days) {
  using namespace std::chrono;
  constexpr int kYearMin = 1, kYearMax = 9999;
  const auto chars = months == 0 ? std::size_t{10} : months < 12 ? std::size_t{7} : std::size_t{4};
  const auto take = [&](double day) {
    if (day >= piece.from && day <= piece.to)
      add(axis.ticks, axis.x(day), date_of(day).substr(0, chars));
  };
  if (months == 0) {
    for (double day = std::ceil(piece.from / days) * days; day <= piece.to; day += days) take(day);
    return;
  }
  const year_month_day begin(sys_days(std::chrono::days(static_cast<int>(std::floor(piece.from)))));
  int month = static_cast<int>(begin.year()) * 12 +
              static_cast<int>(static_cast<unsigned>(begin.month())) - 1;
  for (month -= month % months;; month += months) {
    const int year = month / 12;
    if (year > kYearMax) return;
    if (year < kYearMin) continue;
    const double day =
        static_cast<double>(sys_days(std::chrono::year(year) /
                                     std::chrono::month(static_cast<unsigned>(month % 12 + 1)) / 1)
                                .time_since_epoch()
                                .count());
    if (day > piece.to) return;
    take(day);
  }
}

void add_calendar(FrameAxis& axis, const Piece& piece) {
  struct Step {
    int months, days;
    double length;
    std::string_view widest;
  };
  constexpr Step kSteps[] = {
      {0, 1, 1, "2000-00-00"},   {0, 2, 2, "2000-00-00"},   {0, 7, 7, "2000-00-00"},
      {0, 14, 14, "2000-00-00"}, {1, 0, 31, "2000-00"},     {2, 0, 61, "2000-00"},
      {3, 0, 92, "2000-00"},     {6, 0, 183, "2000-00"},    {12, 0, 366, "2000"},
      {24, 0, 731, "2000"},      {60, 0, 1827, "2000"},     {120, 0, 3653, "2000"},
      {240, 0, 7305, "2000"},    {600, 0, 18263, "2000"},   {1200, 0, 36525, "2000"},
      {2400, 0, 73050, "2000"},  {6000, 0, 182625, "2000"}, {12000, 0, 365250, "2000"},
      {24000, 0, 730500, "2000"}};
  const auto before = axis.ticks.size();
  if (piece.to > piece.from) {
    const double per_day = (piece.right - piece.left) / (piece.to - piece.from);
    for (const auto& step : kSteps) {
      if (step.length * per_day < text_width(step.widest, Axis::kTickSize) + kBetween) continue;
      add_dates(axis, piece, step.months, step.days);
      break;
    }
  }
  if (axis.ticks.size() == before) add(axis.ticks, piece.left, date_of(piece.from));
}

}  // namespace

void add_ticks(FrameAxis& axis, const Frame& frame) {
  const auto pieces = pieces_of(axis);
  if (axis.frame == kCalendar) {
    for (const auto& piece : pieces) add_calendar(axis, piece);
    axis.title = "date";
    return;
  }
  double longest = 0, farthest = 0;
  for (const auto& piece : pieces) {
    longest = std::max(longest, piece.to - piece.from);
    farthest = std::max({farthest, std::abs(piece.from), std::abs(piece.to)});
  }
  const auto* unit = std::begin(kUnits);
  // A scale that is cut may have its longest piece far from the zero.
  while (std::max(longest, farthest / 3) > unit->scale_max) ++unit;
  if (farthest == 0) {
    axis.title = frame.zero;
    axis.ticks.push_back({pieces.front().left, "0"});
    return;
  }
  axis.title = std::string(unit->name) + " from " + frame.zero;
  add_distances(axis, pieces, *unit);
}

}  // namespace paraneo::view
