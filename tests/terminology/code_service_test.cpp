// What a terminology server is asked, and how often.
#include "terminology/codes.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace paraneo::terminology {
namespace {

using About = CodeQuestion::About;

// Knows the code "a" of http://x.example.org/s, and two names of it.
class FakeService final : public CodeService {
 public:
  std::vector<CodeAnswer> ask(std::span<const CodeQuestion> questions) override {
    ++times;
    std::vector<CodeAnswer> out;
    for (const auto& question : questions) {
      asked.push_back(question);
      if (question.system != "http://x.example.org/s") out.emplace_back();
      else if (question.about == About::names) out.push_back({std::nullopt, {"First", "Second"}});
      else out.push_back({question.code == "a", {"First"}});
    }
    return out;
  }
  std::vector<CodeQuestion> asked;
  int times = 0;
};

constexpr CodeSaid kKnown{"http://x.example.org/s", "a"};
constexpr CodeSaid kUnknown{"http://x.example.org/s", "b"};

TEST(KeptAnswersTest, AsksEachQuestionOnce) {
  FakeService service;
  KeptAnswers kept(service, 2);
  const std::vector<CodeQuestion> first{{About::code, "http://x.example.org/s", "a"},
                                        {About::code, "http://x.example.org/s", "b"}};
  EXPECT_EQ(kept.ask(first)[1].holds, false);
  const std::vector<CodeQuestion> second{
      first[1], {About::code, "http://x.example.org/s", "c"}, first[0]};
  const auto answers = kept.ask(second);
  EXPECT_EQ(answers[0].holds, false);
  EXPECT_EQ(answers[1].holds, false);
  EXPECT_EQ(answers[2].holds, true);
  EXPECT_EQ(service.asked.size(), 3U);
  EXPECT_EQ(service.asked[2].code, "c");
  // No more than that many are kept.
  kept.ask(second);
  EXPECT_EQ(service.asked.size(), 4U);
  EXPECT_EQ(service.times, 3);
}

TEST(CodesTest, KnowNothingMoreUntilTheServiceWasAsked) {
  FakeService service;
  CodeConsultation consultation(service);
  consultation.begin();
  const Codes codes(ValueSets::builtin(), &consultation);
  EXPECT_FALSE(consultation.ask());
  EXPECT_EQ(codes.has(kKnown), std::nullopt);
  EXPECT_EQ(codes.has(kUnknown), std::nullopt);
  EXPECT_TRUE(consultation.ask());
  EXPECT_EQ(codes.has(kKnown), true);
  EXPECT_EQ(codes.has(kUnknown), false);
  EXPECT_EQ(codes.display(kKnown), "First");
  EXPECT_EQ(service.times, 1);
  consultation.begin();
  EXPECT_EQ(codes.has(kKnown), std::nullopt);
  consultation.end();
  EXPECT_EQ(codes.has(kUnknown), std::nullopt);
  EXPECT_TRUE(consultation.ask());
  EXPECT_EQ(codes.has(kKnown), true);
  EXPECT_EQ(codes.has(kUnknown), std::nullopt);  // looked for too late
  EXPECT_FALSE(consultation.ask());
}

TEST(CodesTest, AreNotAskedWhatIsKnownHere) {
  FakeService service;
  CodeConsultation consultation(service);
  consultation.begin();
  const Codes codes(ValueSets::builtin(), &consultation);
  EXPECT_EQ(codes.has({"http://hl7.org/fhir/item-type", "strings"}), false);
  EXPECT_EQ(codes.contains("http://hl7.org/fhir/ValueSet/administrative-gender", {{}, "male"}),
            true);
  EXPECT_EQ(codes.is_called({"http://hl7.org/fhir/item-type", "string"}, "STRING"), true);
  codes.has({"http://unitsofmeasure.org", "mg"});
  codes.has({{}, "a"});       // of no system
  codes.has({"local", "a"});  // of none that others know
  codes.has({"http://x.example.org/s", "a\n"});
  codes.has({"http://x.example.org/s", " Jane Doe  was here"});
  EXPECT_FALSE(consultation.ask());
}

TEST(CodesTest, AreAskedForAllNamesOnlyWhereTheFirstIsAnother) {
  FakeService service;
  CodeConsultation consultation(service);
  consultation.begin();
  const Codes codes(ValueSets::builtin(), &consultation);
  EXPECT_EQ(codes.is_called(kKnown, "FIRST"), std::nullopt);
  EXPECT_TRUE(consultation.ask());
  EXPECT_EQ(codes.is_called(kKnown, "FIRST"), true);
  EXPECT_FALSE(consultation.ask());
  EXPECT_EQ(codes.is_called(kKnown, "second"), std::nullopt);
  EXPECT_TRUE(consultation.ask());
  EXPECT_EQ(codes.is_called(kKnown, "second"), true);
  EXPECT_EQ(codes.is_called(kKnown, "third"), false);
  EXPECT_EQ(codes.is_called(kUnknown, "third"), std::nullopt);
}

// The server may have another version of the system than the data speaks of.
TEST(CodesTest, DoNotMissACodeOfAVersion) {
  FakeService service;
  CodeConsultation consultation(service);
  consultation.begin();
  const Codes codes(ValueSets::builtin(), &consultation);
  const CodeSaid old_known{kKnown.system, kKnown.code, "2019"},
      old_unknown{kUnknown.system, kUnknown.code, "2019"};
  codes.has(old_known);
  codes.has(old_unknown);
  codes.contains("http://x.example.org/set", old_unknown);
  consultation.ask();
  EXPECT_EQ(codes.has(old_known), true);
  EXPECT_EQ(codes.has(old_unknown), std::nullopt);
  EXPECT_EQ(codes.contains("http://x.example.org/set", old_unknown), std::nullopt);
  EXPECT_EQ(codes.contains("http://x.example.org/set", kUnknown), false);
}

// Whoever has the system can say what is in it; the value set itself may be known here only.
TEST(CodesTest, OfAValueSetThatTakesAllOfASystemAreThoseOfTheSystem) {
  const Source source{
      "v",
      R"({"resourceType":"ValueSet","url":"http://x.example.org/all","compose":{"include":[{"system":"http://x.example.org/s"},{"system":"http://x.example.org/t","filter":[{"property":"x","op":"=","value":"y"}]}]}})"};
  Arena arena;
  diag::Sink sink;
  ValueSets sets;
  sets.add(*json::read(source, arena, Limits{}, sink));
  sets.finish();
  FakeService service;
  CodeConsultation consultation(service);
  consultation.begin();
  const Codes codes(sets, &consultation);
  codes.contains("http://x.example.org/all", kKnown);
  codes.contains("http://x.example.org/all", kUnknown);
  codes.contains("http://x.example.org/all", {"http://x.example.org/t", "a"});
  EXPECT_TRUE(consultation.ask());
  EXPECT_EQ(codes.contains("http://x.example.org/all", kKnown), true);
  EXPECT_EQ(codes.contains("http://x.example.org/all", kUnknown), false);
  ASSERT_EQ(service.asked.size(), 3U);
  EXPECT_EQ(service.asked[0].about, About::code);
  EXPECT_EQ(service.asked[2].value_set, "http://x.example.org/all");
}

TEST(CodesTest, OfOneInputHaveAnEnd) {
  FakeService service;
  CodeConsultation consultation(service);
  consultation.begin();
  const Codes codes(ValueSets::builtin(), &consultation);
  for (std::size_t i = 0; i < CodeConsultation::kQuestionsMax + 10; ++i)
    codes.has({"http://x.example.org/s", "c" + std::to_string(i)});
  EXPECT_TRUE(consultation.ask());
  EXPECT_EQ(service.asked.size(), CodeConsultation::kQuestionsMax);
  codes.has({"http://x.example.org/s", "more"});
  EXPECT_FALSE(consultation.ask());
}

}  // namespace
}  // namespace paraneo::terminology
