// What the parts of a picture share while it is drawn, from top to bottom.
#pragma once

#include "view/canvas.h"
#include "view/picture.h"

namespace paraneo::view {

struct Drawing {
  const Facts& facts;
  const Timeline& timeline;
  const Axis& axis;
  Canvas canvas;
  std::string description;  // what the picture says, for who does not see it
  double y = 0;             // all above is drawn
  When death = {};          // nothing goes on behind it

  static constexpr double kGutterLeft = 10, kGutterRight = 190;  // names of rows
  static constexpr double kPlotLeft = 204;

  std::string_view key_of(std::size_t fact) const {
    return fact == kSubject ? "subject" : facts[fact].key;
  }
  // What is drawn until end_mark() belongs to the fact.
  void begin_mark(std::size_t fact);
};

// A heading, and below it a row for each name; marks and bars that would touch stand below one
// another.
void draw_section(Drawing& drawing, const Section& section, std::string_view colour);
void draw_row(Drawing& drawing, const Row& row, std::string_view colour);
void draw_panel(Drawing& drawing, const Panel& panel);

}  // namespace paraneo::view
