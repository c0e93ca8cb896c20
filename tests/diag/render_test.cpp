#include "diag/render.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace paraneo::diag {
namespace {

TEST(Render, PutsACaretUnderThePlace) {
  const Source source{"case.json", "{\n  \"käse\": 1\n}\n"};
  Sink sink;
  sink.report(Code::fhir_unknown_element, "no such element", {&source, 4, 11}, "CaseRecord",
              "did you mean \"case\"?");
  EXPECT_EQ(render(sink, {}),
            "case.json:2:3: error: no such element (at CaseRecord) [fhir-unknown-element]\n"
            "    \"käse\": 1\n"
            "    ^^^^^^\n"
            "  -> did you mean \"case\"?\n");
}

TEST(Render, CutsLongLinesAroundThePlace) {
  const Source source{"x", std::string(1000, 'a') + "BAD" + std::string(1000, 'b')};
  Sink sink;
  sink.report(Code::json_syntax, "bad", {&source, 1000, 1003});
  const auto text = render(sink, {});
  EXPECT_LT(text.size(), 500U);
  EXPECT_NE(text.find("aBADb"), std::string::npos);
  EXPECT_NE(text.find("^^^"), std::string::npos);
}

TEST(Snippet, CountsCharactersAndNotBytes) {
  std::string text = "a\n";
  for (int i = 0; i < 300; ++i) text += i % 3 == 0 ? "\xE2\x82\xAC" : i % 3 == 1 ? "x" : "\xC3\xA4";
  const Source source{"x", text + "\nb"};
  for (std::size_t at = 0, line = 1, column = 1; at < source.text.size(); ++at) {
    const auto c = static_cast<unsigned char>(source.text[at]);
    const auto place =
        snippet_of({&source, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + 1)});
    if ((c & 0xC0U) != 0x80U) {
      EXPECT_EQ(place.at.line, line) << at;
      EXPECT_EQ(place.at.column, column) << at;
      const auto size = c == '\n' ? 0U : c < 0x80U ? 1U : c < 0xE0U ? 2U : 3U;
      auto caret = std::string_view(place.line);
      for (std::size_t i = 0; i < place.caret; ++i)
        caret.remove_prefix(caret[0] == 'x' || caret[0] == 'a' || caret[0] == 'b' ? 1
                            : static_cast<unsigned char>(caret[0]) < 0xE0U        ? 2
                                                                                  : 3);
      EXPECT_EQ(caret.substr(0, size), source.text.substr(at, size)) << at;
      ++column;
    }
    if (c == '\n') ++line, column = 1;
  }
}

TEST(Render, HidesTheLineWhenItMayHoldPatientData) {
  const Source source{"x", "secret"};
  Sink sink;
  sink.report(Code::json_syntax, "bad", {&source, 0, 1});
  EXPECT_EQ(render(sink, {.colour = false, .show_source_line = false}).find("secret"),
            std::string::npos);
}

TEST(Render, NamesTheInputOfWhatIsWrongElsewhere) {
  const Source map{"m.map", "group"};
  const Source input{"cases.ndjson", "{}", 7};
  const RenderOptions options{.show_source_line = false, .input = &input};
  Sink sink;
  sink.report(Code::fml_check_failed, "failed", {&map, 0, 1});
  sink.report(Code::fml_check_failed, "failed", {&map, 0, 1}, "Patient.name[1]");
  sink.report(Code::json_syntax, "bad", {&input, 0, 1});
  EXPECT_EQ(render(sink, options),
            "m.map:1:1: error: failed (for cases.ndjson:7) [fml-check-failed]\n"
            "m.map:1:1: error: failed (at Patient.name[1], for cases.ndjson:7) [fml-check-failed]\n"
            "cases.ndjson:7:1: error: bad [json-syntax]\n");
}

TEST(Render, ShowsNothingThatSteersATerminal) {
  const Source source{"x\x1b]0;y",
                      "\t\x1b[2J\xC2\x9B\xE2\x80\xAE \xFF"
                      "BAD"};
  Sink sink;
  sink.report(Code::json_syntax, "a\nb\x7F", {&source, 12, 15}, "e\rf", "g\x1bh");
  EXPECT_EQ(render(sink, {}),
            "x\uFFFD]0;y:1:10: error: a b\uFFFD (at e\uFFFDf) [json-syntax]\n"
            "   \uFFFD[2J\uFFFD\uFFFD \uFFFDBAD\n"
            "           ^^^\n"
            "  -> g\uFFFDh\n");
}

TEST(Sink, NeedsTheSourceNoMore) {
  auto source = std::make_unique<Source>(Source{"a.json", "one\ntwo three", 5});
  Sink sink;
  sink.report(Code::json_syntax, "bad", {source.get(), 8, 13});
  Sink later;
  source->name = source->text = std::string(100, '#');
  source.reset();
  for (const auto& d : sink.all()) later.report(d);
  EXPECT_EQ(render(later, {}), "a.json:6:5: error: bad [json-syntax]\n  two three\n      ^^^^^\n");
  EXPECT_EQ(file_line_column(later.all()[0]), "a.json:6:5");
}

TEST(Sink, CountsWhatItDoesNotKeep) {
  Sink sink(2);
  for (int i = 0; i < 5; ++i) sink.report(Code::json_syntax, "bad");
  EXPECT_EQ(sink.all().size(), 2U);
  EXPECT_EQ(sink.errors(), 5U);
  EXPECT_EQ(sink.dropped(), 3U);
}

TEST(Sink, KeepsWhatIsWorse) {
  Sink sink(2);
  const auto report = [&](Severity severity, const char* message) {
    sink.report({Code::fml_unused, severity, message, {}, {}, {}});
  };
  report(Severity::information, "note 1");
  report(Severity::information, "note 2");
  report(Severity::warning, "warning");
  report(Severity::error, "error 1");
  report(Severity::information, "note 3");
  report(Severity::error, "error 2");
  report(Severity::error, "error 3");
  ASSERT_EQ(sink.all().size(), 2);
  EXPECT_EQ(sink.all()[0].message, "error 1");
  EXPECT_EQ(sink.all()[1].message, "error 2");
  EXPECT_EQ(sink.errors(), 3);
  EXPECT_EQ(sink.warnings(), 1);
  EXPECT_EQ(sink.dropped(), 5);
}

TEST(Codes, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const auto& code : all_codes()) EXPECT_TRUE(names.insert(code.name).second) << code.name;
}

}  // namespace
}  // namespace paraneo::diag
