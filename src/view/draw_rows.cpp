// Rows of marks and bars: each item gets the first lane in which it and its labels touch nothing.
#include <algorithm>
#include <cmath>

#include "view/drawing.h"
#include "view/markup.h"

namespace paraneo::view {
namespace {

constexpr double kMarkLane = 16, kBarLane = 23, kBareLane = 13;  // heights
constexpr double kBarHeight = 7;
constexpr double kBetween = 8;
constexpr double kLabelMax = 420;
constexpr std::size_t kLabelledMax = 80;  // items of a row: more of them are marks without words
constexpr TextStyle kLabel{10.5};

TextStyle label_style(const Item& item) {
  return {kLabel.size, Anchor::start, ink::kText, item.is_outside};
}

constexpr std::string_view kDiamond = "M0-4.6L4.6 0 0 4.6-4.6 0Z",
                           kRound = "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0Z",
                           kSquare = "M-3.4-3.4H3.4V3.4H-3.4Z", kTriangle = "M0-4.6L4.4 3.6H-4.4Z",
                           kCross = "M-4-4L4 4M4-4L-4 4";

struct Label {
  std::string text;
  double x = 0;  // of its left edge
};

struct Stretch {
  double left = 0, right = 0;
  bool is_pale = false;  // it may have been so
};

// An item in pixels.
struct Placed {
  const Item* item = nullptr;
  double begin = 0, end = 0;                    // of a bar; of a mark both are its place
  double uncertain_from = 0, uncertain_to = 0;  // where the beginning may be
  std::vector<Stretch> stretches;               // of a bar
  bool goes_on = false;
  std::vector<Label> labels;
  double left = 0, right = 0;  // with all that belongs to it
};

class RowPlacer {
 public:
  RowPlacer(const Drawing& drawing, const Row& row)
      : axis_(drawing.axis), death_(drawing.death), is_labelled_(row.items.size() <= kLabelledMax) {
  }

  Placed place(const Item& item) {
    Placed out;
    out.item = &item;
    const auto& frame = axis_.of(item.begin.frame);
    out.uncertain_from = item.begin.open_from ? frame.left : frame.x(item.begin.from);
    out.uncertain_to = item.begin.open_to ? frame.right : frame.x(item.begin.to);
    if (item.shape == Item::Shape::mark) {
      place_mark(out, frame);
    } else {
      place_bar(out, frame);
    }
    return out;
  }

 private:
  void place_mark(Placed& out, const FrameAxis& frame) const {
    const auto& when = out.item->begin;
    out.begin = out.end = when.open_to     ? frame.x(when.from)
                          : when.open_from ? frame.x(when.to)
                                           : (out.uncertain_from + out.uncertain_to) / 2;
    constexpr double kRadius = 5;
    out.left = std::min(out.uncertain_from, out.begin - kRadius);
    out.right = std::max(out.uncertain_to, out.begin + kRadius);
    if (is_labelled_)
      add_label(out, out.item->label, std::max(out.begin + kRadius, out.uncertain_to) + 3);
  }

  void place_bar(Placed& out, const FrameAxis& frame) const {
    const auto& item = *out.item;
    out.begin = item.begin.open_from ? frame.x(item.begin.to) : frame.x(item.begin.from);
    constexpr double kNotStated = 26, kNotStatedBefore = 14;
    if (item.end.known()) {
      const auto& last = axis_.of(item.end.frame);
      out.end = last.x(item.end.to);
      out.goes_on = item.end.open_to;
      if (out.goes_on) out.end = last.right;
      if (out.end >= out.begin &&
          axis_.index_of(item.end.frame) >= axis_.index_of(item.begin.frame)) {
        out.stretches = {{out.begin, out.end}};
      } else {
        // Nobody says how the two are ordered: the bar is in both.
        out.stretches = {{out.begin, frame.right}, {last.left, std::max(last.left, out.end)}};
      }
    } else {
      out.goes_on = item.ending == Item::Ending::goes_on;
      out.end = out.goes_on ? axis_.end_of_time(item.begin.frame)
                            : std::max(out.begin, last_dose(item, frame));
      if (out.goes_on && death_.known() && axis_.x(death_.frame, death_.from) < out.end &&
          axis_.x(death_.frame, death_.from) > out.begin) {
        out.end = axis_.x(death_.frame, death_.from);
        out.goes_on = false;
      }
      const bool has_pale_end = item.ending != Item::Ending::goes_on;
      out.stretches = {{out.begin, out.end}};
      const double last = std::max(out.end, item.begin.open_to ? out.begin : out.uncertain_to);
      if (has_pale_end)
        out.stretches.push_back(
            {out.end, std::max(out.end, std::min(frame.right, last + kNotStated)), true});
    }
    if (item.begins_before)
      out.stretches.insert(out.stretches.begin(),
                           {std::max(frame.left, out.begin - kNotStatedBefore), out.begin, true});
    // The least that can be seen.
    for (auto& stretch : out.stretches)
      if (!stretch.is_pale) stretch.right = std::max(stretch.right, stretch.left + 3);
    out.left = out.right = out.begin;
    for (const auto& stretch : out.stretches) {
      out.left = std::min(out.left, stretch.left);
      out.right = std::max(out.right, stretch.right + (out.goes_on ? 7 : 0));
    }
    for (const auto& asserted : item.asserted) {
      out.left = std::min(out.left, axis_.x(asserted.frame, asserted.from) - 5);
      out.right = std::max(out.right, axis_.x(asserted.frame, asserted.to) + 5);
    }
    if (is_labelled_) add_bar_labels(out);
  }

  double last_dose(const Item& item, const FrameAxis& frame) const {
    double out = 0;
    for (const auto& dose : item.doses)
      if (dose.from.known() && dose.from.frame == item.begin.frame)
        out = std::max(out, frame.x(dose.from.to));
    return out;
  }

  // Words of doses stand where they begin; those without a place, or without room, join the one
  // before.
  void add_bar_labels(Placed& out) const {
    const auto& item = *out.item;
    std::vector<Label> wanted;
    if (!item.label.empty()) wanted.push_back({item.label, out.begin});
    for (const auto& dose : item.doses) {
      if (dose.label.empty()) continue;
      const double x = dose.from.known() ? axis_.x(dose.from.frame, dose.from.from)
                       : wanted.empty()  ? out.begin
                                         : wanted.back().x;
      if (wanted.empty() ||
          (dose.from.known() &&
           x >= wanted.back().x + width_of(wanted.back().text, kLabel) + kBetween))
        wanted.push_back({dose.label, x});
      else join(wanted.back().text, dose.label);
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const double room =
          i + 1 < wanted.size() ? wanted[i + 1].x - wanted[i].x - kBetween : kLabelMax;
      add_label(out, clipped(wanted[i].text, room, kLabel.size), wanted[i].x);
    }
  }

  // "125 mg/day" and "80 mg/day" are "125 → 80 mg/day".
  static void join(std::string& to, std::string_view next) {
    const auto at = next.find(' ');
    if (at != std::string_view::npos && to.ends_with(next.substr(at)) &&
        to.size() > next.size() - at)
      to.resize(to.size() - (next.size() - at));
    to += " → ";
    to += next;
  }

  // Words that would leave the picture are moved to the left.
  void add_label(Placed& out, std::string_view text, double x) const {
    if (text.empty()) return;
    auto shown = clipped(text, kLabelMax, kLabel.size);
    const double width = width_of(shown, label_style(*out.item));
    if (x + width > axis_.right()) {
      const bool is_mark = out.item->shape == Item::Shape::mark;
      x = is_mark ? out.left - 3 - width : axis_.right() - width;
    }
    x = std::max(x, axis_.left());
    if (!out.labels.empty()) {
      const double end = out.labels.back().x + width_of(out.labels.back().text, kLabel) + kBetween;
      if (x < end) return;
    }
    out.left = std::min(out.left, x);
    out.right = std::max(out.right, x + width);
    out.labels.push_back({std::move(shown), x});
  }

  const Axis& axis_;
  const When death_;
  bool is_labelled_;
};

std::string_view path_of(const Drawing& drawing, const Item& item) {
  if (item.fact == kSubject) return kCross;
  switch (drawing.facts[item.fact].kind) {
    case Kind::observation: return kRound;
    case Kind::procedure: return kDiamond;
    case Kind::adverse_event: return kTriangle;
    default: return kSquare;
  }
}

void draw_mark(Drawing& drawing, const Placed& placed, double middle, std::string_view colour) {
  auto& canvas = drawing.canvas;
  const auto& when = placed.item->begin;
  if (placed.uncertain_to > placed.uncertain_from) {
    canvas.line({placed.uncertain_from, middle, placed.uncertain_to, middle}, colour, 1.5,
                when.open_to || when.open_from ? " stroke-dasharray=\"2 3\"" : "");
    if (when.open_to) canvas.shape(placed.uncertain_to, middle, "M-5-3L0 0-5 3Z", colour, "none");
    if (when.open_from)
      canvas.shape(placed.uncertain_from, middle, "M5-3L0 0 5 3Z", colour, "none");
  }
  const bool is_hollow = placed.item->is_negated || placed.item->is_uncertain ||
                         placed.item->is_inexact || placed.uncertain_to > placed.uncertain_from;
  canvas.shape(placed.begin, middle, path_of(drawing, *placed.item),
               is_hollow ? ink::kPaper : colour, colour);
}

// As high as the dose; where the time of the next ones is not stated, a wedge to the last of them:
// a taper.
void draw_doses(Drawing& drawing, const Placed& placed, double bottom, std::string_view colour) {
  const auto& doses = placed.item->doses;
  static constexpr double kLeast = 2;
  const auto height = [](const Dose& dose) { return std::max(kLeast, dose.height * kBarHeight); };
  for (std::size_t i = 0; i < doses.size(); ++i) {
    if (!doses[i].from.known()) continue;
    std::size_t next = i + 1;
    while (next < doses.size() && !doses[next].from.known()) ++next;
    const double left = drawing.axis.x(doses[i].from.frame, doses[i].from.from);
    const double end = next < doses.size()
                           ? drawing.axis.x(doses[next].from.frame, doses[next].from.from)
                           : placed.end;
    const double right = std::max(end, left + kLeast);
    if (next == i + 1) {
      drawing.canvas.rect({left, bottom - height(doses[i]), right, bottom}, colour);
    } else {
      const auto path = "M0 0V-" + pixels(height(doses[i])) + "L" + pixels(right - left) + "-" +
                        pixels(height(doses[next - 1])) + "V0Z";
      drawing.canvas.shape(left, bottom, path, colour, "none");
    }
  }
}

void draw_bar(Drawing& drawing, const Placed& placed, double bottom, std::string_view colour) {
  auto& canvas = drawing.canvas;
  const auto& item = *placed.item;
  const double top = bottom - kBarHeight;
  const bool is_hollow = item.is_negated || item.is_uncertain;
  const auto fill = is_hollow ? ink::kPaper : colour;
  const std::string outline =
      is_hollow ? " stroke=\"" + std::string(colour) + "\" stroke-dasharray=\"3 2\""
                : std::string();
  const bool has_heights = std::any_of(item.doses.begin(), item.doses.end(),
                                       [](const Dose& dose) { return dose.height < 1; });
  for (const auto& stretch : placed.stretches) {
    if (stretch.is_pale)
      canvas.rect({stretch.left, top + 1, stretch.right, bottom - 1}, colour,
                  " fill-opacity=\"0.3\"");
    else if (!has_heights)
      canvas.rect({stretch.left, top + 1, stretch.right, bottom - 1}, fill, outline);
    else canvas.line({stretch.left, bottom - 0.5, stretch.right, bottom - 0.5}, colour, 1);
  }
  if (has_heights) draw_doses(drawing, placed, bottom, colour);
  for (const auto& dose : item.doses)
    if (dose.from.known() && !has_heights &&
        drawing.axis.x(dose.from.frame, dose.from.from) > placed.begin + 1)
      canvas.line({drawing.axis.x(dose.from.frame, dose.from.from), top - 1,
                   drawing.axis.x(dose.from.frame, dose.from.from), bottom},
                  ink::kPaper, 2);
  if (placed.uncertain_to > placed.uncertain_from)
    canvas.line({placed.uncertain_from, bottom + 1, placed.uncertain_to, bottom + 1}, ink::kQuiet,
                1, " stroke-dasharray=\"2 2\"");
  if (item.begins_before && item.asserted.empty() && !item.end.known())
    canvas.shape(placed.begin, (top + bottom) / 2, kRound, item.is_inexact ? ink::kPaper : fill,
                 colour);
  if (placed.goes_on)
    canvas.shape(placed.stretches.back().right, (top + bottom) / 2, "M0-4L6 0 0 4Z", colour,
                 "none");
  for (const auto& asserted : item.asserted)
    canvas.shape((drawing.axis.x(asserted.frame, asserted.from) +
                  drawing.axis.x(asserted.frame, asserted.to)) /
                     2,
                 (top + bottom) / 2, kDiamond, ink::kPaper, ink::kText);
}

double draw_lane_items(Drawing& drawing, const Row& row, std::string_view colour) {
  RowPlacer placer(drawing, row);
  std::vector<double> ends;  // of each lane
  std::vector<std::vector<Placed>> lanes;
  const bool is_dense = row.items.size() > kLabelledMax;
  for (const auto& item : row.items) {
    auto placed = placer.place(item);
    std::size_t lane = 0;
    // Of many marks those without words may lie on one another.
    while (!(is_dense && item.shape == Item::Shape::mark) && lane < ends.size() &&
           ends[lane] + kBetween > placed.left)
      ++lane;
    if (lane >= ends.size()) {
      ends.resize(lane + 1, -1e9);
      lanes.resize(lane + 1);
    }
    ends[lane] = std::max(ends[lane], placed.right);
    lanes[lane].push_back(std::move(placed));
  }
  double y = drawing.y;
  for (const auto& lane : lanes) {
    const bool has_bar = std::any_of(lane.begin(), lane.end(), [](const Placed& each) {
      return each.item->shape == Item::Shape::bar;
    });
    const bool has_words = std::any_of(lane.begin(), lane.end(),
                                       [](const Placed& each) { return !each.labels.empty(); });
    const double height = !has_bar ? kMarkLane : has_words ? kBarLane : kBareLane;
    for (const auto& placed : lane) {
      drawing.begin_mark(placed.item->fact);
      const bool is_bar = placed.item->shape == Item::Shape::bar;
      if (is_bar) draw_bar(drawing, placed, y + height - 3, colour);
      else draw_mark(drawing, placed, y + height - kMarkLane / 2, colour);
      for (const auto& label : placed.labels)
        drawing.canvas.text(label.text, label.x, is_bar ? y + 10 : y + height - kMarkLane / 2 + 3.8,
                            label_style(*placed.item));
      drawing.canvas.end_mark();
    }
    y += height;
  }
  return y;
}

}  // namespace

void draw_row(Drawing& drawing, const Row& row, std::string_view colour) {
  constexpr TextStyle kName{11.5};
  constexpr double kNameLine = 14;
  const auto names =
      wrapped(row.label, Drawing::kGutterRight - Drawing::kGutterLeft, kName.size, 2);
  const double end = draw_lane_items(drawing, row, colour);
  for (std::size_t i = 0; i < names.size(); ++i)
    drawing.canvas.text(names[i], Drawing::kGutterLeft,
                        drawing.y + 11.5 + kNameLine * static_cast<double>(i), kName);
  drawing.y = std::max(end, drawing.y + kNameLine * static_cast<double>(names.size()) + 1) + 2;
}

void draw_section(Drawing& drawing, const Section& section, std::string_view colour) {
  constexpr TextStyle kHeading{10.5, Anchor::start, ink::kQuiet, true};
  drawing.y += 8;
  drawing.canvas.text(section.title, Drawing::kGutterLeft, drawing.y + 11, kHeading);
  drawing.canvas.line({Drawing::kGutterLeft, drawing.y + 16, drawing.axis.right(), drawing.y + 16},
                      ink::kRule);
  drawing.y += 20;
  for (const auto& row : section.rows) draw_row(drawing, row, colour);
}

}  // namespace paraneo::view
