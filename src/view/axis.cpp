#include "view/axis.h"

#include <algorithm>
#include <cmath>

#include "view/ticks.h"

namespace paraneo::view {
namespace {

// What a time without anything must be to be cut out: a share of the scale, and so many times an
// ordinary distance.
constexpr double kCutShare = 0.35, kCutTimes = 8;
constexpr std::size_t kCutsMax = 3;
constexpr std::size_t kCutDaysMin = 3;  // different days on a scale that is cut
constexpr double kWeightMax = 14;

using Days = std::vector<std::vector<double>>;  // by frame

void add(Days& days, const When& when) {
  if (!when.known()) return;
  days[static_cast<std::size_t>(when.frame)].push_back(when.from);
  days[static_cast<std::size_t>(when.frame)].push_back(when.to);
}

void add(Days& days, const Row& row) {
  for (const auto& item : row.items) {
    add(days, item.begin);
    add(days, item.end);
    for (const auto& dose : item.doses) add(days, dose.from);
    for (const auto& asserted : item.asserted) add(days, asserted);
  }
}

Days days_of_course(const Timeline& timeline, const Course& course) {
  Days days(timeline.frames().size());
  for (const auto* sections : {&course.above, &course.below})
    for (const auto& section : *sections)
      for (const auto& row : section.rows) add(days, row);
  for (const auto& panel : course.panels) {
    for (const auto& value : panel.values) add(days, value.when);
    add(days, panel.remarks);
  }
  for (auto& each : days) {
    std::sort(each.begin(), each.end());
    each.erase(std::unique(each.begin(), each.end()), each.end());
  }
  return days;
}

// Where the scale's pieces begin, by index into the days.
std::vector<std::size_t> pieces_of(const std::vector<double>& days) {
  std::vector<std::size_t> begins = {0};
  if (days.size() < kCutDaysMin) return begins;
  std::vector<double> distances;
  for (std::size_t i = 1; i < days.size(); ++i) distances.push_back(days[i] - days[i - 1]);
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>((distances.size() - 1) / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  const double least = kCutTimes * *middle;
  double length = days.back() - days.front();
  while (begins.size() <= kCutsMax) {
    std::size_t longest = 0;
    for (std::size_t i = 1; i < days.size(); ++i)
      if (std::find(begins.begin(), begins.end(), i) == begins.end() &&
          (longest == 0 || days[i] - days[i - 1] > days[longest] - days[longest - 1]))
        longest = i;
    if (longest == 0 || days[longest] - days[longest - 1] < std::max(least, kCutShare * length))
      break;
    const auto rest = length - (days[longest] - days[longest - 1]);
    if (rest <= 0) break;
    length = rest;
    begins.push_back(longest);
  }
  std::sort(begins.begin(), begins.end());
  return begins;
}

double cut_of(int frame, const AxisStyle& style) {
  return frame == kCalendar ? style.date_cut : style.cut;
}

void add_scale(FrameAxis& axis, const std::vector<double>& days,
               const std::vector<std::size_t>& begins, const AxisStyle& style) {
  const double margin = axis.frame == kCalendar ? style.date_margin : style.margin;
  const double cut = cut_of(axis.frame, style);
  const double room =
      axis.right - axis.left - 2 * margin - cut * static_cast<double>(begins.size() - 1);
  double weights = 0;
  const auto end_of = [&](std::size_t piece) {
    return piece + 1 < begins.size() ? begins[piece + 1] : days.size();
  };
  const auto weight_of = [&](std::size_t piece) {
    return std::min(kWeightMax, static_cast<double>(end_of(piece) - begins[piece] - 1));
  };
  for (std::size_t i = 0; i < begins.size(); ++i) weights += weight_of(i);
  double x = axis.left + margin;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    if (i > 0) {
      axis.cuts.push_back(x + cut / 2);
      x += cut;
    }
    axis.knots.push_back({days[begins[i]], x});
    const auto last = end_of(i) - 1;
    if (last == begins[i]) continue;
    x += room * weight_of(i) / weights;
    axis.knots.push_back({days[last], x});
  }
}

}  // namespace

double FrameAxis::x(double day) const {
  if (day <= knots.front().day) return knots.front().x;
  if (day >= knots.back().day) return knots.back().x;
  const auto after = std::upper_bound(knots.begin(), knots.end(), day,
                                      [](double at, const Knot& knot) { return at < knot.day; });
  const auto& b = *after;
  const auto& a = *(after - 1);
  return a.x + (day - a.day) / (b.day - a.day) * (b.x - a.x);
}

Axis::Axis(const Timeline& timeline, const Course& course, double left, double right,
           const AxisStyle& style)
    : left_(left), right_(right), index_(timeline.frames().size(), 0) {
  const auto days = days_of_course(timeline, course);
  std::vector<bool> is_wanted(days.size());
  for (std::size_t i = 0; i < days.size(); ++i) is_wanted[i] = !days[i].empty();
  const auto order = timeline.order(is_wanted);
  double weights = 0, least = 0;
  // A column has room for its cuts beside what every column needs.
  std::vector<std::vector<std::size_t>> begins(days.size());
  const auto least_of = [&](int frame) {
    return style.column_min +
           cut_of(frame, style) *
               static_cast<double>(begins[static_cast<std::size_t>(frame)].size() - 1);
  };
  const auto weight_of = [&](int frame) {
    return std::min(kWeightMax, static_cast<double>(days[static_cast<std::size_t>(frame)].size()));
  };
  for (const auto& [frame, is_stated] : order) {
    begins[static_cast<std::size_t>(frame)] = pieces_of(days[static_cast<std::size_t>(frame)]);
    weights += weight_of(frame);
    least += least_of(frame);
  }
  const auto columns = static_cast<double>(order.size());
  const double room = std::max(0.0, right - left - style.gap * (columns - 1) - least);
  double x = left;
  for (const auto& [frame, is_stated] : order) {
    FrameAxis axis;
    axis.frame = frame;
    axis.is_order_stated = is_stated;
    axis.left = x;
    axis.right = x + least_of(frame) + room * weight_of(frame) / weights;
    add_scale(axis, days[static_cast<std::size_t>(frame)], begins[static_cast<std::size_t>(frame)],
              style);
    add_ticks(axis, timeline.frames()[static_cast<std::size_t>(frame)]);
    x = axis.right + style.gap;
    index_[static_cast<std::size_t>(frame)] = frames_.size();
    frames_.push_back(std::move(axis));
  }
  if (!frames_.empty()) right_ = std::max(right_, frames_.back().right);
}

double Axis::end_of_time(int frame) const {
  auto at = index_of(frame);
  while (at + 1 < frames_.size() && frames_[at + 1].is_order_stated) ++at;
  return frames_[at].right;
}

}  // namespace paraneo::view
