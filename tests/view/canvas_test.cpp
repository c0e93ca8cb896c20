#include "view/canvas.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>

namespace paraneo::view {
namespace {

// Relative luminance, which is all that is left in grey (WCAG 2.1).
double luminance(std::string_view colour) {
  const auto part = [&](std::size_t at) {
    const double value =
        static_cast<double>(std::strtol(std::string(colour.substr(at, 2)).c_str(), nullptr, 16)) /
        255;
    return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}
double contrast(std::string_view a, std::string_view b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST(Ink, ContrastHoldsInGrey) {
  constexpr double kText = 4.5, kMark = 3;
  for (const auto background : {ink::kPaper, ink::kColumn, ink::kRange, ink::kShade}) {
    for (const auto text : {ink::kText, ink::kQuiet})
      EXPECT_GE(contrast(text, background), kText) << text << " on " << background;
    for (const auto mark : {ink::kLine, ink::kBar, ink::kCondition})
      EXPECT_GE(contrast(mark, background), kMark) << mark << " on " << background;
  }
}

}  // namespace
}  // namespace paraneo::view
