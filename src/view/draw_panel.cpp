// A panel: the values of one test in one unit over time, on a scale of their own.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "view/drawing.h"
#include "view/markup.h"

namespace paraneo::view {
namespace {

constexpr double kHeight = 74;             // of the plot
constexpr double kAbove = 20, kBelow = 8;  // room for labels
constexpr double kLogRatio = 30;  // largest to smallest value from which the scale is logarithmic
constexpr TextStyle kValueLabel{10.5, Anchor::middle};
constexpr TextStyle kScaleLabel{9.5, Anchor::end, ink::kQuiet};

// Values in pixels.
class Scale {
 public:
  Scale(const Panel& panel, double top, double bottom) : top_(top), bottom_(bottom) {
    low_ = 1e300, high_ = -1e300;
    double range_high = -1e300;
    for (const auto& value : panel.values) {
      low_ = std::min(low_, value.low);
      high_ = std::max(high_, value.high);
      for (const auto& bound : {value.range_low, value.range_high})
        if (bound) range_high = std::max(range_high, *bound);
    }
    // A reference range is shown as far as it is of the order of the values.
    if (range_high > high_ && range_high < 4 * std::abs(high_)) high_ = range_high;
    is_log_ = low_ > 0 && high_ / low_ >= kLogRatio;
    if (is_log_) return;
    if (low_ > 0 && low_ < 0.6 * high_) low_ = 0;
    if (high_ <= low_) {
      const double half = std::max(std::abs(low_) * 0.1, 0.5);
      low_ -= half;
      high_ += half;
    }
  }
  bool is_log() const { return is_log_; }
  double y(double value) const {
    const double part = is_log_ ? (std::log(std::max(value, low_ * 1e-3)) - std::log(low_)) /
                                      (std::log(high_) - std::log(low_))
                                : (value - low_) / (high_ - low_);
    return std::clamp(bottom_ - part * (bottom_ - top_), top_, bottom_);
  }
  // One, two or three round numbers.
  std::vector<double> ticks() const {
    std::vector<double> out;
    if (is_log_) {
      const double decades = std::log10(high_ / low_);
      const double step = std::max(1.0, std::ceil(decades / 3));
      for (double power = std::ceil(std::log10(low_)); power <= std::log10(high_) + 1e-9;
           power += step)
        out.push_back(std::pow(10, power));
      return out;
    }
    const double rough = (high_ - low_) / 2;
    const double decade = std::pow(10, std::floor(std::log10(rough)));
    const double step = rough / decade >= 5   ? 5 * decade
                        : rough / decade >= 2 ? 2 * decade
                                              : decade;
    for (double at = std::ceil(low_ / step - 1e-9) * step;
         at <= high_ + step * 1e-9 && out.size() < 4; at += step)
      out.push_back(std::abs(at) < step * 1e-6 ? 0 : at);
    return out;
  }

 private:
  double low_, high_, top_, bottom_;
  bool is_log_ = false;
};

// A round number, for the scale only.
std::string scale_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

// Boxes of labels, found by place: as many as fit, however many were tried.
class Boxes {
 public:
  bool is_free(const Box& box) const {
    for (auto cell = cell_of(box.left); cell <= cell_of(box.right); ++cell)
      if (const auto found = cells_.find(cell); found != cells_.end())
        for (const auto& other : found->second)
          if (box.overlaps(other)) return false;
    return true;
  }
  void take(const Box& box) {
    for (auto cell = cell_of(box.left); cell <= cell_of(box.right); ++cell)
      cells_[cell].push_back(box);
  }

 private:
  static int cell_of(double x) { return static_cast<int>(std::floor(x / 48)); }
  std::unordered_map<int, std::vector<Box>> cells_;
};

struct Point {
  const Value* value = nullptr;
  double x = 0, left = 0, right = 0;  // the place, and all that it may be
  double y = 0, low = 0, high = 0;
};

std::vector<Point> points_of(const Drawing& drawing, const Panel& panel, const Scale& scale) {
  std::vector<Point> out;
  out.reserve(panel.values.size());
  for (const auto& value : panel.values) {
    const auto& frame = drawing.axis.of(value.when.frame);
    Point point;
    point.value = &value;
    point.left = value.when.open_from ? frame.left : frame.x(value.when.from);
    point.right = value.when.open_to ? frame.right : frame.x(value.when.to);
    point.x = value.when.open_to     ? frame.x(value.when.from)
              : value.when.open_from ? frame.x(value.when.to)
                                     : (point.left + point.right) / 2;
    point.low = scale.y(value.low);
    point.high = scale.y(value.high);
    point.y = (point.low + point.high) / 2;
    out.push_back(point);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Point& a, const Point& b) { return a.x < b.x; });
  return out;
}

// The range of each value holds until the next one.
void draw_ranges(Drawing& drawing, const std::vector<Point>& points, const Scale& scale, double top,
                 double bottom) {
  const auto same = [](const Value& a, const Value& b) {
    return a.range_low == b.range_low && a.range_high == b.range_high;
  };
  std::vector<const Point*> stated;
  for (const auto& point : points)
    if (point.value->range_low || point.value->range_high) stated.push_back(&point);
  for (std::size_t i = 0; i < stated.size();) {
    std::size_t next = i + 1;
    while (next < stated.size() && same(*stated[i]->value, *stated[next]->value)) ++next;
    const auto& value = *stated[i]->value;
    const double left = i == 0 ? drawing.axis.left() : (stated[i - 1]->x + stated[i]->x) / 2;
    const double right =
        next == stated.size() ? drawing.axis.right() : (stated[next - 1]->x + stated[next]->x) / 2;
    const double y1 = value.range_high ? scale.y(*value.range_high) : top,
                 y2 = value.range_low ? scale.y(*value.range_low) : bottom;
    drawing.canvas.rect({left, y1, right, std::max(y2, y1 + 1)}, ink::kRange);
    if (value.range_high && y1 > top) drawing.canvas.line({left, y1, right, y1}, "#9dbd9f", 0.75);
    if (value.range_low && y2 < bottom) drawing.canvas.line({left, y2, right, y2}, "#9dbd9f", 0.75);
    i = next;
  }
}

void draw_curve(Drawing& drawing, const std::vector<Point>& points) {
  std::string path;
  const Point* before = nullptr;
  for (const auto& point : points) {
    const bool joins = before != nullptr && before->value->when.frame == point.value->when.frame;
    path += (joins ? "L" : "M") + pixels(point.x) + " " + pixels(point.y);
    // Of what comes later, after nobody says how long.
    if (!joins && before != nullptr &&
        drawing.axis.end_of_time(before->value->when.frame) >= point.x)
      drawing.canvas.line({before->x, before->y, point.x, point.y}, ink::kLine, 0.75,
                          " stroke-dasharray=\"1 4\"");
    before = &point;
  }
  drawing.canvas.raw("<path d=\"" + path + "\" fill=\"none\" stroke=\"" + std::string(ink::kLine) +
                     "\" stroke-width=\"1.25\" stroke-linejoin=\"round\"/>");
}

void draw_point(Drawing& drawing, const Point& point, double top, double bottom, double radius) {
  auto& canvas = drawing.canvas;
  const auto& when = point.value->when;
  if (point.right > point.left)
    canvas.line({point.left, point.y, point.right, point.y}, ink::kLine, 1.25,
                when.open_to || when.open_from ? " stroke-dasharray=\"2 3\"" : "");
  if (when.open_to) canvas.shape(point.right, point.y, "M-5-3L0 0-5 3Z", ink::kLine, "none");
  if (when.open_from) canvas.shape(point.left, point.y, "M5-3L0 0 5 3Z", ink::kLine, "none");
  if (point.low - point.high > 0.5)
    canvas.line({point.x, point.high, point.x, point.low}, ink::kLine, 2.5);
  if (point.value->bound == Value::Bound::below) {
    canvas.line({point.x, point.y, point.x, bottom + 4}, ink::kLine, 1.25);
    canvas.shape(point.x, bottom + 6, "M-3-5L0 0 3-5Z", ink::kLine, "none");
  } else if (point.value->bound == Value::Bound::above) {
    canvas.line({point.x, point.y, point.x, top - 4}, ink::kLine, 1.25);
    canvas.shape(point.x, top - 6, "M-3 5L0 0 3 5Z", ink::kLine, "none");
  }
  const bool is_open = point.value->bound != Value::Bound::none || point.right > point.left ||
                       point.value->is_inexact;
  canvas.circle(point.x, point.y, radius, is_open ? ink::kPaper : ink::kLine, ink::kLine,
                is_open ? 1.5 : 1);
}

constexpr std::size_t kManyPoints = 200;

// Labels keep off the points, and off what joins them.
void take_points(const std::vector<Point>& points, double top, double bottom, Boxes& boxes) {
  if (points.size() > kManyPoints) return;
  constexpr double kStep = 10, kRadius = 3.5;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    boxes.take({point.x - kRadius, point.y - kRadius, point.x + kRadius, point.y + kRadius});
    if (point.value->bound == Value::Bound::below)
      boxes.take({point.x - 2, point.y, point.x + 2, bottom});
    if (point.value->bound == Value::Bound::above)
      boxes.take({point.x - 2, top, point.x + 2, point.y});
    if (point.right > point.left) boxes.take({point.left, point.y - 1, point.right, point.y + 1});
    if (i == 0 || points[i - 1].value->when.frame != point.value->when.frame) continue;
    const auto& before = points[i - 1];
    const auto steps = std::ceil(std::hypot(point.x - before.x, point.y - before.y) / kStep);
    for (double step = 1; step < steps; ++step) {
      const double x = before.x + (point.x - before.x) * step / steps,
                   y = before.y + (point.y - before.y) * step / steps;
      boxes.take({x - 1.5, y - 1.5, x + 1.5, y + 1.5});
    }
  }
}

// Above, to the right, below, to the left: where nothing stands yet; nowhere, where all is full.
void draw_label(Drawing& drawing, const Point& point, const Boxes& points, Boxes& labels,
                const Box& room) {
  constexpr double kLabelMax = 130;
  auto style = kValueLabel;
  style.is_bold = point.value->is_outside;
  const auto text = clipped(point.value->label, kLabelMax, style.size);
  if (text.empty()) return;
  struct Place {
    double x, baseline;
    Anchor anchor;
  };
  const Place places[] = {{point.x, point.y - 6.5, Anchor::middle},
                          {point.x + 7, point.y + 3.5, Anchor::start},
                          {point.x, point.y + 14, Anchor::middle},
                          {point.x - 7, point.y + 3.5, Anchor::end}};
  // Rather across a line than not at all.
  for (const bool may_cross : {false, true})
    for (const auto& place : places) {
      style.anchor = place.anchor;
      const auto box = box_of(text, place.x, place.baseline, style);
      if (box.left < room.left || box.right > room.right || box.top < room.top ||
          box.bottom > room.bottom)
        continue;
      if (!labels.is_free(box) || (!may_cross && !points.is_free(box))) continue;
      labels.take(box);
      drawing.canvas.text(text, place.x, place.baseline, style);
      return;
    }
}

void draw_scale(Drawing& drawing, const Panel& panel, const Scale& scale) {
  auto& canvas = drawing.canvas;
  constexpr double kScaleWidth = 48;
  double last = 1e9;
  for (const auto tick : scale.ticks()) {
    const double y = scale.y(tick);
    canvas.line({drawing.axis.left(), y, drawing.axis.right(), y}, ink::kRule, 0.75);
    if (last - y < 13) continue;
    canvas.text(clipped(scale_text(tick), kScaleWidth, kScaleLabel.size), Drawing::kPlotLeft - 6,
                y + 3.3, kScaleLabel);
    last = y;
  }
  constexpr TextStyle kName{11.5, Anchor::start, ink::kText, true};
  constexpr TextStyle kUnit{10.5, Anchor::start, ink::kQuiet};
  const double width = (Drawing::kGutterRight - Drawing::kGutterLeft - kScaleWidth) / 1.14;
  double y = drawing.y + kAbove + 6;
  for (const auto& line : wrapped(panel.label, width, kName.size, 3)) {
    canvas.text(line, Drawing::kGutterLeft, y, kName);
    y += 14;
  }
  canvas.text(
      clipped(
          panel.unit + (scale.is_log() ? (panel.unit.empty() ? "log scale" : ", log scale") : ""),
          width, kUnit.size),
      Drawing::kGutterLeft, y, kUnit);
}

}  // namespace

void draw_panel(Drawing& drawing, const Panel& panel) {
  const double top = drawing.y + kAbove, bottom = top + kHeight;
  const Scale scale(panel, top, bottom);
  const auto points = points_of(drawing, panel, scale);
  draw_ranges(drawing, points, scale, top, bottom);
  draw_scale(drawing, panel, scale);
  draw_curve(drawing, points);
  Boxes taken, labels;
  take_points(points, top - 8, bottom + 8, taken);
  const Box room{drawing.axis.left(), drawing.y + 1, drawing.axis.right(), bottom + kBelow + 8};
  const double radius = points.size() > kManyPoints ? 1.6 : 3;
  for (const auto& point : points) {
    drawing.begin_mark(point.value->fact);
    draw_point(drawing, point, top, bottom, radius);
    draw_label(drawing, point, taken, labels, room);
    drawing.canvas.end_mark();
  }
  drawing.y = bottom + kBelow + 10;
  if (panel.remarks.items.empty()) return;
  auto remarks = panel.remarks;
  remarks.label = remarks.label + ", in words";
  draw_row(drawing, remarks, ink::kLine);
}

}  // namespace paraneo::view
