#include "json/scan.h"

#include <gtest/gtest.h>

#include <string>

namespace paraneo::json {
namespace {

// With the room behind it that the functions may read.
struct Text {
  explicit Text(std::string_view chars) : chars(arena.copy_terminated(chars, kSlack)) {}
  Arena arena;
  const char* chars;
};

TEST(JsonScan, SkipsWhitespaceOnly) {
  for (const auto* white : {"", " ", "\n", "\r\n\t ", "        ", "         \n          "}) {
    const Text text(std::string(white) + "x ");
    EXPECT_EQ(*skip_white(text.chars), 'x') << white;
  }
  EXPECT_EQ(*skip_white(Text("\v").chars), '\v');
  EXPECT_EQ(*skip_white(Text("  ").chars), '\0');
}

TEST(JsonScan, ComparesWordsOfAnyLength) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
  const Text word(kLetters);
  for (std::size_t size = 0; size <= kLetters.size(); ++size) {
    const std::string_view part(word.chars, size);
    EXPECT_TRUE(goes_on_with(Text(std::string(part) + "!").chars, part));
    EXPECT_TRUE(goes_on_with(Text(part).chars, part));
    for (std::size_t i = 0; i < size; ++i) {
      std::string other(part);
      other[i] = '!';
      EXPECT_FALSE(goes_on_with(Text(other).chars, part)) << other;
      EXPECT_FALSE(goes_on_with(Text(part.substr(0, i)).chars, part)) << i;
    }
  }
}

TEST(JsonScan, KnowsANumber) {
  const auto skip_number = [](const char* at) {
    at = skip_fixed_number(at);
    return at == nullptr ? nullptr : skip_exponent(at);
  };
  for (const auto* number : {"0", "-0", "7", "-12", "1.50", "0.0", "1e3", "1E+30", "-2.5e-10"}) {
    const Text text(std::string(number) + ",");
    ASSERT_NE(skip_number(text.chars), nullptr) << number;
    EXPECT_EQ(*skip_number(text.chars), ',') << number;
  }
  for (const auto* none : {"", "-", "+1", ".5", "1.", "1.e3", "1e", "1e+", "-a", "NaN", "x"})
    EXPECT_EQ(skip_number(Text(none).chars), nullptr) << none;
  EXPECT_EQ(*skip_number(Text("012").chars), '1');
}

TEST(JsonScan, StopsInAStringAtWhatIsNotPlain) {
  for (const char stop : {'"', '\\', '\n', '\0', '\x1f'})
    for (std::size_t before = 0; before < 20; ++before) {
      const Text text(std::string(before, 'a') + stop + "aaaaaaaa\"");
      EXPECT_EQ(skip_plain(text.chars), text.chars + before);
    }
  const Text others("\xC3\xA9\x7F \xE2\x82\xAC\"");
  EXPECT_EQ(*skip_plain(others.chars), '"');
}

TEST(JsonScan, DecodesAString) {
  Arena arena;
  std::string_view text;
  const Text some(R"("a\n\u00e9\\\"\ud83d\ude00b" x)");
  const auto* end = decode_string(some.chars, arena, text);
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(*end, ' ');
  EXPECT_EQ(text,
            "a\n\xC3\xA9\\\"\xF0\x9F\x98\x80"
            "b");
  for (const auto* bad :
       {R"("\x")", R"("\u12")", R"("\ud800")", R"("\udc00")", R"("\)", R"("\n)", "\"\\n\n\""})
    EXPECT_EQ(decode_string(Text(bad).chars, arena, text), nullptr) << bad;
}

}  // namespace
}  // namespace paraneo::json
