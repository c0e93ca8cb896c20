#include "json/read.h"

#include <gtest/gtest.h>

#include "json/write.h"

namespace paraneo::json {
namespace {

struct Read {
  explicit Read(std::string text, Limits limits = {}) : source{"test.json", std::move(text)} {
    value = json::read(source, arena, limits, sink);
  }
  Source source;
  Arena arena;
  diag::Sink sink;
  const Value* value = nullptr;

  diag::Code code() const { return sink.all().at(0).code; }
};

std::string written(const Value& value, bool pretty = false) {
  std::string out;
  Writer(out, pretty).value(value);
  return out;
}

TEST(JsonRead, NumbersKeepTheirDigits) {
  const Read read(R"({"a":26.0,"b":1e-7,"c":-0.10})");
  ASSERT_NE(read.value, nullptr);
  EXPECT_EQ(read.value->find("a")->text(), "26.0");
  EXPECT_EQ(written(*read.value), R"({"a":26.0,"b":1e-7,"c":-0.10})");
}

TEST(JsonRead, KnowsWhereEveryValueStood) {
  const std::string text = "{ \"a\" : [ 1,\n \"x\\ty\" , {\"b\":true} ] }";
  const Read read(text);
  ASSERT_NE(read.value, nullptr);
  const auto items = read.value->find("a")->items();
  EXPECT_EQ(text[items[0].offset], '1');
  EXPECT_EQ(text.substr(items[1].offset, 6), "\"x\\ty\"");
  EXPECT_EQ(items[1].text(), "x\ty");
  EXPECT_EQ(text[items[2].offset], '{');
  EXPECT_EQ(text.substr(items[2].find("b")->offset, 4), "true");
}

TEST(JsonRead, WritesWhatItReads) {
  const std::string text =
      R"({"s":"a\"b\\c\n\u0001é","n":null,"t":true,"f":false,"e":{},"l":[],"x":[[1],{"y":[2,3]}]})";
  const Read read(text);
  ASSERT_NE(read.value, nullptr);
  EXPECT_EQ(written(*read.value), text);
}

// The reader goes over eight characters at a time.
TEST(JsonRead, DecodesWhateverStandsBeforeAndBehind) {
  const std::pair<const char*, const char*> parts[] = {
      {R"(\n)", "\n"},         {R"(\")", "\""},
      {R"(\u00e9)", "\u00e9"}, {R"(\ud83d\ude00)", "\U0001F600"},
      {"\u00fc", "\u00fc"},    {"", ""}};
  for (const auto& [escaped, plain] : parts)
    for (std::size_t before = 0; before < 20; ++before)
      for (std::size_t behind = 0; behind < 20; ++behind) {
        const std::string a(before, 'a');
        const std::string b(behind, 'b');
        const Read read("[ \"" + a + escaped + b + escaped + "c\" ,\"" + b + "\"]");
        ASSERT_NE(read.value, nullptr);
        EXPECT_EQ(read.value->items()[0].text(), a + plain + b + plain + "c");
        EXPECT_EQ(read.value->items()[1].text(), b);
      }
}

TEST(JsonRead, RefusesAControlCharacterWhereverItStands) {
  for (std::size_t before = 0; before < 20; ++before)
    EXPECT_EQ(Read("[\"" + std::string(before, 'a') + "\x1f" + "aaaaaaaaaaaa\"]").code(),
              diag::Code::json_syntax);
}

TEST(JsonRead, NamesTheControlCharacterInAString) {
  const auto said = [](std::string text) {
    const Read read(std::move(text));
    const auto& d = read.sink.all().at(0);
    return std::to_string(d.span.begin) + ": " + d.message + " -> " + d.advice;
  };
  EXPECT_EQ(said("[\"ab\ncd\"]"), "4: a line break inside a string -> write it as \\n");
  EXPECT_EQ(said("[\"a\tb\"]"), "3: a tab inside a string -> write it as \\t");
  EXPECT_EQ(said("{\"a\x1f\":1}"), "3: a control character inside a string -> write it as \\u001f");
  EXPECT_EQ(said(std::string("[\"a\0b\"]", 7)),
            "3: a control character inside a string -> write it as \\u0000");
  EXPECT_EQ(said(R"(["a\qb"])"), "3: Invalid escape character in string -> ");
  EXPECT_EQ(
      said("[\"ab"),
      "4: the text ends in the middle of a value -> the file is cut off; write or fetch it again");
}

TEST(JsonRead, IndentsWhenAsked) {
  const Read read(R"({"a":[1,2],"b":{},"c":[]})");
  EXPECT_EQ(written(*read.value, true),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
}

TEST(JsonRead, RefusesATruncatedText) {
  const Read read(R"({"a": [1, 2)");
  EXPECT_EQ(read.value, nullptr);
  EXPECT_EQ(read.code(), diag::Code::json_syntax);
}

TEST(JsonRead, RefusesTextAfterTheValue) {
  const Read read("{} {}");
  EXPECT_EQ(read.value, nullptr);
  EXPECT_EQ(read.code(), diag::Code::json_syntax);
}

TEST(JsonRead, RefusesDuplicateNamesInSmallAndLargeObjects) {
  EXPECT_EQ(Read(R"({"a":1,"b":2,"a":3})").code(), diag::Code::json_duplicate_key);
  std::string large = "{";
  for (int i = 0; i < 100; ++i) large += "\"k" + std::to_string(i) + "\":0,";
  const Read read(large + "\"k7\":1}");
  EXPECT_EQ(read.code(), diag::Code::json_duplicate_key);
}

TEST(JsonRead, RefusesNotANumber) { EXPECT_EQ(Read("[NaN]").code(), diag::Code::json_syntax); }

TEST(JsonRead, RefusesInvalidUtf8) {
  EXPECT_EQ(Read("[\"\xC3\x28\"]").code(), diag::Code::json_encoding);
}

TEST(JsonRead, RefusesHalfOfASurrogatePair) {
  for (const auto* text : {R"(["\ude0d"])", R"(["\ud83d"])", R"({"\ude0d":1})"})
    EXPECT_EQ(Read(text).code(), diag::Code::json_syntax) << text;
  EXPECT_EQ(Read(R"(["\ud83d\ude0d"])").value->items()[0].text(), "\xF0\x9F\x98\x8D");
}

TEST(JsonRead, RefusesANumberOf400Digits) {
  EXPECT_EQ(Read("[" + std::string(400, '7') + "]").code(), diag::Code::json_number_length);
}

TEST(JsonRead, RefusesDepthWithoutRecursion) {
  EXPECT_EQ(Read(std::string(5'000'000, '[')).code(), diag::Code::json_depth);
}

TEST(JsonRead, RefusesMoreBytesThanTheLimit) {
  Limits limits;
  limits.json_bytes_max = 3;
  EXPECT_EQ(Read("[1,2]", limits).code(), diag::Code::json_size);
}

TEST(JsonRead, RefusesMoreValuesThanTheLimit) {
  Limits limits;
  limits.json_values_max = 3;
  EXPECT_EQ(Read("[1,{}]", limits).sink.errors(), 0U);
  EXPECT_EQ(Read("[1,{},2]", limits).code(), diag::Code::json_size);
}

}  // namespace
}  // namespace paraneo::json
