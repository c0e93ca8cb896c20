#include "view/markup.h"

#include <gtest/gtest.h>

#include "drawn.h"

namespace paraneo::view {
namespace {

TEST(Markup, NothingOfATextIsMarkup) {
  EXPECT_EQ(escaped("<b a=\"1\" c='2'>&amp;"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;");
  EXPECT_EQ(escaped(std::string_view("a\0b\x01\x1F\x7F", 6)), "a�b���");
  EXPECT_EQ(escaped("\xFF\xC3"), "��");
  EXPECT_EQ(escaped("\xEF\xBF\xBE\xC2\x85"), "��");
  EXPECT_EQ(escaped("γ 漢 🙂\n"), "γ 漢 🙂\n");
}

TEST(Markup, OneLineHasNoBreaksAndTurnsNoDirection) {
  EXPECT_EQ(one_line("  a\n\tb  c "), "a b c");
  EXPECT_EQ(one_line("a\xE2\x80\xAE"
                     "b\xE2\x81\xA6"),
            "a�b�");
}

TEST(Markup, WidthIsNoLessThanThatOfTheWidestFont) {
  std::string all;
  for (char c = 0x20; c < 0x7F; ++c) {
    EXPECT_GE(text_width(std::string(1, c), 10), true_width(std::string(1, c), 10, false)) << c;
    all += c;
  }
  EXPECT_GE(text_width(all, 10), true_width(all, 10, false));
}

TEST(Markup, ClippedTextFits) {
  const std::string words = "adenocarcinoma with neuroendocrine differentiation";
  EXPECT_EQ(clipped(words, 1000, 11), words);
  for (double width = 5; width < 300; width += 7) {
    const auto shown = clipped(words, width, 11);
    EXPECT_LE(text_width(shown, 11), width);
    EXPECT_TRUE(shown.empty() || shown.ends_with("…"));
  }
  EXPECT_EQ(clipped("漢字漢字", 30, 10), "漢…");
  // Of a text however long only what fits is looked at.
  EXPECT_EQ(clipped(std::string(10'000'000, 'x'), 50, 10), "xxxxxx…");
}

TEST(Markup, LinesBreakBetweenWords) {
  const auto lines = wrapped("androgen deprivation therapy with more", 90, 11, 2);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], "androgen");
  EXPECT_TRUE(lines[1].ends_with("…"));
  EXPECT_EQ(wrapped("", 90, 11, 2).size(), 0U);
}

TEST(Markup, CoordinatesAreShort) {
  EXPECT_EQ(pixels(12), "12");
  EXPECT_EQ(pixels(-0.5), "-0.5");
  EXPECT_EQ(pixels(1.256), "1.26");
  EXPECT_EQ(pixels(-0.001), "0");
}

}  // namespace
}  // namespace paraneo::view
