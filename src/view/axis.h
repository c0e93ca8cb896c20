// Time in pixels. Frames stand side by side, each on a scale of its own; a long time in which
// nothing happened is cut out of the scale, and the cut is shown.
#pragma once

#include <string>
#include <vector>

#include "view/course.h"

namespace paraneo::view {

// A mark on the axis.
struct Tick {
  double x = 0;
  std::string label;
};

// Where the days of a frame are on the page, from knot to knot.
struct FrameAxis {
  struct Knot {
    double day = 0, x = 0;
  };

  int frame = 0;
  bool is_order_stated = false;  // that it comes after the frame to its left
  double left = 0, right = 0;    // of its column
  std::vector<Knot> knots;       // the scale is linear between one and the next
  std::vector<double> cuts;      // where time is cut out
  std::vector<Tick> ticks;       // labels do not overlap
  std::string title;             // "weeks from start of X"

  // Pixels from the left edge of the picture.
  double x(double day) const;
};

// How much room the parts of an axis take, in pixels.
struct AxisStyle {
  double column_min = 104;
  double gap = 20;     // between columns
  double margin = 24;  // inside a column: half of a label
  double date_margin = 36;
  double cut = 30;  // a cut in the scale: a label must fit between two
  double date_cut = 64;
};

// Gives moments their place on the page. Immutable.
class Axis {
 public:
  static constexpr double kTickSize = 10;  // of labels

  // Of all that the course draws, between `left` and `right`; more than that where the frames need
  // it.
  Axis(const Timeline& timeline, const Course& course, double left, double right,
       const AxisStyle& style = {});

  const std::vector<FrameAxis>& frames() const { return frames_; }
  // Of a frame that something is drawn in.
  const FrameAxis& of(int frame) const { return frames_[index_[static_cast<std::size_t>(frame)]]; }
  std::size_t index_of(int frame) const { return index_[static_cast<std::size_t>(frame)]; }
  double x(int frame, double day) const { return of(frame).x(day); }
  double left() const { return left_; }
  double right() const { return right_; }
  // Where what goes on from this frame leaves the picture: the end of the last frame of which is
  // stated that it comes later.
  double end_of_time(int frame) const;

 private:
  double left_, right_;
  std::vector<FrameAxis> frames_;
  std::vector<std::size_t> index_;
};

}  // namespace paraneo::view
