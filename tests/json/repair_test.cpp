#include "json/repair.h"

#include <gtest/gtest.h>

#include <random>

#include "json/read.h"

namespace paraneo::json {
namespace {

Limits small() {
  Limits limits;
  limits.json_depth_max = 4;
  return limits;
}

std::string repaired(std::string_view text) {
  const auto out = repair(text, small());
  return out ? out->text : "nothing to repair";
}

std::string told(std::string_view text) {
  const auto out = repair(text, small());
  std::string all;
  if (out)
    for (const auto& fault : out->faults)
      all += std::string(diag::info(fault.code).name) + " " + std::to_string(fault.begin) + "-" +
             std::to_string(fault.end) + " " + fault.path + "\n";
  return all;
}

TEST(Repair, PutsNullForAStringWithHalfACharacter) {
  EXPECT_EQ(repaired(R"({"a":"x\ud800y","b":"\ud83e\uddec"})"),
            R"({"a":null      ,"b":"\ud83e\uddec"})");
  EXPECT_EQ(repaired(R"({"a":"\udc00"})"), R"({"a":null    })");
  EXPECT_EQ(repaired(R"({"a":"\ud83e\ud83e\uddec"})"), R"({"a":null                })");
}

TEST(Repair, PutsNullForANumberThatCannotBeHeld) {
  EXPECT_EQ(repaired(R"([1E400,1E308,1E-400,12.50])"), R"([null ,1E308,1E-400,12.50])");
  EXPECT_EQ(repaired("[" + std::string(65, '1') + ",2]"), "[null" + std::string(61, ' ') + ",2]");
}

TEST(Repair, PutsNullForWhatIsTooDeep) {
  EXPECT_EQ(repaired(R"({"a":[[[["]",{"x":[]}]]]],"b":1})"), R"({"a":[[[null          ]]],"b":1})");
}

TEST(Repair, BlanksMembersThatContradictEachOther) {
  EXPECT_EQ(repaired(R"({"a":1,"b":2,"a":3})"), R"({      "b":2      })");
  EXPECT_EQ(repaired(R"({"a":1,"a":3})"), R"({           })");
  EXPECT_EQ(repaired(R"({"b":2,"a":1,"a":[3]})"), R"({"b":2              })");
  // Twice the same is one.
  EXPECT_EQ(repaired(R"({"a":1,"b":2,"a":1})"), R"({"a":1,"b":2      })");
  EXPECT_EQ(told(R"({"x":[{"a":1},{"a":1,"a":2}]})"), "json-duplicate-key 21-24 x[1].a\n");
}

TEST(Repair, SaysWhereItWas) {
  EXPECT_EQ(told(R"({"entry":[{"b":[1,1E999]},{"c":{"d":"\ud800"}}]})"),
            "json-number-length 18-23 entry[0].b[1]\njson-syntax 36-44 entry[1].c.d\n");
}

// "065.88" is refused, not guessed at.
TEST(Repair, LeavesAloneWhatIsNoJson) {
  for (const auto* text :
       {"[065.88,1E400]", "[NaN,1E400]", "[+5,1E400]", "[.5,1E400]", "[5.,1E400]", "[0x1F,1E400]",
        "[1_0,1E400]", "[True,1E400]", "[\"\\x41\",1E400]", "[\"\\u12g4\",1E400]",
        "[\"a\tb\",1E400]", "[\"\xff\",1E400]"})
    EXPECT_EQ(repaired(text), "nothing to repair") << text;
  for (const auto* text :
       {"", "{", "[1E400", R"({"a" 1E400})", R"({"a":1E400 "b":1})", R"([1E400,])",
        R"({"a":1E400,})", R"([1E400]])", R"({"a":"\ud800)", R"({1E400:1})", "1E400 1E400",
        R"({"\ud800":1})", "[1,2]", R"({"a":"b"})"})
    EXPECT_EQ(repaired(text), "nothing to repair") << text;
}

// Whatever comes, the reader takes what was repaired, and it is as long as it was.
TEST(Repair, GivesWhatTheReaderTakes) {
  std::mt19937 random(1);
  const std::vector<std::string> parts = {
      "{",        "}",      "[",       "]",           ",",
      ":",        "\"a\"",  "\"b\"",   "\"\\ud800\"", "\"\\ud83e\\uddec\"",
      "\"\xff\"", "NaN",    "1E400",   "1",           "true",
      "null",     "\"a\":", "\"a\":1", "\"c\":[",     " ",
      "\"\n\"",   "007"};
  std::size_t count = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    for (auto n = random() % 14; n > 0; --n) text += parts[random() % parts.size()];
    const auto out = repair(text, small());
    if (!out) continue;
    ++count;
    ASSERT_EQ(out->text.size(), text.size());
    Arena arena;
    diag::Sink sink;
    const Source source{"x", out->text};
    EXPECT_NE(read(source, arena, small(), sink), nullptr) << text << "\n" << out->text;
    EXPECT_FALSE(repair(out->text, small())) << text;
  }
  EXPECT_GT(count, 500U);
}

}  // namespace
}  // namespace paraneo::json
