// One record among many: a line for each condition and treatment, a curve for each panel.
#include <algorithm>

#include "view/canvas.h"
#include "view/markup.h"
#include "view/picture.h"

namespace paraneo::view {
namespace {

constexpr double kWidth = 240, kHeight = 96;
constexpr AxisStyle kStyle{16, 3, 4, 4, 4, 4};
constexpr double kRow = 5, kLine = 3, kCurve = 18;

void draw_row(Canvas& canvas, const Axis& axis, const Row& row, double y, std::string_view colour) {
  for (const auto& item : row.items) {
    const auto& when = item.begin;
    const double left = axis.x(when.frame, when.open_from ? when.to : when.from);
    const bool goes_on = item.shape == Item::Shape::bar && item.ending == Item::Ending::goes_on;
    const double right = item.end.known() ? axis.x(item.end.frame, item.end.to)
                         : goes_on        ? axis.end_of_time(when.frame)
                                          : left;
    canvas.rect({left - 1, y, std::max(right, left) + 2, y + kLine}, colour);
  }
}

void draw_curve(Canvas& canvas, const Axis& axis, const Panel& panel, double top, double bottom) {
  double low = 1e300, high = -1e300;
  for (const auto& value : panel.values) {
    low = std::min(low, value.low);
    high = std::max(high, value.high);
  }
  std::vector<std::pair<double, double>> points;
  for (const auto& value : panel.values) {
    const double part = high > low ? (value.high - low) / (high - low) : 0.5;
    points.emplace_back(
        axis.x(value.when.frame, value.when.open_from ? value.when.to : value.when.from),
        bottom - part * (bottom - top));
  }
  std::stable_sort(points.begin(), points.end());
  std::string path;
  for (const auto& [x, y] : points) {
    path += (path.empty() ? "M" : "L") + pixels(x) + " " + pixels(y);
    canvas.circle(x, y, 1.2, ink::kLine, "none", 0);
  }
  canvas.raw("<path d=\"" + path + "\" fill=\"none\" stroke=\"" + std::string(ink::kLine) +
             "\" stroke-width=\"1\"/>");
}

}  // namespace

std::string small_picture(const Timeline& timeline, const Course& course) {
  Canvas canvas;
  const Axis axis(timeline, course, 2, kWidth - 2, kStyle);
  const double right = axis.right() + 2;
  for (const auto& frame : axis.frames())
    canvas.rect({frame.left, 2, frame.right, kHeight - 2}, ink::kColumn);
  // Values have their room; the rows that do not fit into the rest are left out.
  const auto curves = std::min<std::size_t>(course.panels.size(), 3);
  const double rows_end = kHeight - 4 - kCurve * static_cast<double>(curves);
  double y = 4;
  for (const auto& section : course.above)
    for (const auto& row : section.rows)
      if (y + kRow <= rows_end) {
        draw_row(canvas, axis, row, y,
                 section.subject == Section::Subject::treatments ? ink::kBar : ink::kCondition);
        y += kRow;
      }
  for (std::size_t i = 0; i < curves; ++i, y += kCurve)
    draw_curve(canvas, axis, course.panels[i], y + 3, y + kCurve - 3);
  if (axis.frames().empty())
    canvas.text("no times", kWidth / 2, kHeight / 2 + 4, {11, Anchor::middle, ink::kQuiet});
  return "<svg viewBox=\"0 0 " + pixels(right) + " " + pixels(kHeight) +
         "\" preserveAspectRatio=\"xMinYMid meet\" aria-hidden=\"true\">" + canvas.out() + "</svg>";
}

}  // namespace paraneo::view
