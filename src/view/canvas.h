// Writes SVG. All text goes through text(), all marks of facts through mark(): nobody else writes
// either.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paraneo::view {

// Text and marks stand out from every background also in grey (tests/view/canvas_test.cpp).
namespace ink {
inline constexpr std::string_view kText = "#1b1f24";
inline constexpr std::string_view kQuiet = "#5a626c";
inline constexpr std::string_view kLine = "#2f5d8a";  // values
inline constexpr std::string_view kBar = "#5f86ad";   // treatments
inline constexpr std::string_view kCondition = "#9c6b3c";
inline constexpr std::string_view kRule = "#d5dae0";
inline constexpr std::string_view kColumn = "#f6f7f9";
inline constexpr std::string_view kRange = "#dcebdd";
inline constexpr std::string_view kShade = "#efe6f2";
inline constexpr std::string_view kPaper = "#ffffff";
}  // namespace ink

// Which point of a text its place is.
enum class Anchor : std::uint8_t { start, middle, end };

// A rectangle of the page, in pixels; y grows downwards.
struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  bool overlaps(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

// From one point of the page to another, in pixels.
struct Line {
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
};

// How a text is written.
struct TextStyle {
  double size = 11;
  Anchor anchor = Anchor::start;
  std::string_view colour = ink::kText;
  bool is_bold = false;
};

// What no wider text of that style stands in; bold text is wider.
Box box_of(std::string_view text, double x, double baseline, const TextStyle& style);
double width_of(std::string_view text, const TextStyle& style);

// Writes SVG. Not thread-safe; the same calls give the same bytes.
class Canvas {
 public:
  // An empty text writes nothing.
  void text(std::string_view text, double x, double baseline, const TextStyle& style);
  void rect(const Box& box, std::string_view fill, std::string_view attributes = {});
  void line(const Line& line, std::string_view colour, double width = 1,
            std::string_view attributes = {});
  void circle(double x, double y, double radius, std::string_view fill, std::string_view stroke,
              double width = 1.5);
  // A path whose coordinates are relative to the place.
  void shape(double x, double y, std::string_view path, std::string_view fill,
             std::string_view stroke);

  // All that is drawn until end_mark() stands for the fact; `title` is what a reader is told of it.
  void begin_mark(std::string_view key, std::string_view title);
  void end_mark() { out_ += "</g>"; }
  void raw(std::string_view markup) { out_ += markup; }

  std::string& out() { return out_; }

 private:
  void attribute(std::string_view name, double value);
  std::string out_;
};

}  // namespace paraneo::view
