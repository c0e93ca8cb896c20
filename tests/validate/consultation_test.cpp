// Codes that only a terminology server knows: what the validator says with one, and that it is the
// same in any order.
#include <gtest/gtest.h>

#include "format/json.h"
#include "problems.h"

namespace paraneo::validate {
namespace {

using terminology::CodeAnswer;
using terminology::CodeQuestion;

constexpr std::string_view kSystem = "http://x.example.org/s";
constexpr std::string_view kSet = "http://x.example.org/set";

// Has the codes that begin with "a"; of them "ab" is in the set.
class FakeService final : public terminology::CodeService {
 public:
  std::vector<CodeAnswer> ask(std::span<const CodeQuestion> questions) override {
    std::vector<CodeAnswer> out;
    for (const auto& question : questions) {
      asked.push_back(question);
      using About = CodeQuestion::About;
      if (question.system != kSystem) out.emplace_back();
      else if (question.about == About::names) out.push_back({std::nullopt, {"Right", "Richtig"}});
      else if (question.about == About::member)
        out.push_back(
            {question.value_set != kSet ? std::nullopt : std::optional(question.code == "ab"), {}});
      else out.push_back({question.code.starts_with("a"), {"Right"}});
    }
    return out;
  }
  std::vector<CodeQuestion> asked;
};

std::string observation(const std::string& coding) {
  return R"({"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://x.example.org/s",)" +
         coding + "}]}}";
}

class Consultation : public testing::Test {
 protected:
  Consultation() : profiles_(definition::Profiles::builtin()) {
    const auto profile = profile_of(
        "p", "Observation",
        R"({"id":"Observation.code","path":"Observation.code","binding":{"strength":"required","valueSet":"http://x.example.org/set"}},)"
        R"x({"id":"Observation.method","path":"Observation.method","constraint":[{"key":"p-1","severity":"error","human":"in the set","expression":"memberOf('http://x.example.org/set')"}]})x");
    Arena arena;
    diag::Sink sink;
    profiles_.add(*json::read(Source{"profile", profile}, arena, limits_, sink));
  }

  Problems judge(Validator& validator, const std::string& text) {
    const Source source{"x.json", text};
    Arena arena;
    diag::Sink sink;
    const auto* root =
        format::read_json(definition::Definitions::builtin(), source, {}, limits_, arena, sink);
    validator.consult(*root, &source, arena, nullptr);
    validator.validate(*root, &source, arena, sink);
    Problems out;
    for (const auto& d : sink.all())
      out.push_back(std::string(diag::info(d.code).name) + " " + d.element);
    return out;
  }
  Context context(bool of_profile) {
    Context out{engine_, terminology::ValueSets::builtin(), limits_, &profiles_};
    if (of_profile) out.of_root = {"http://example.org/p"};
    out.codes = &service_;
    return out;
  }

  const Limits limits_;
  fhirpath::Engine engine_{definition::Definitions::builtin()};
  definition::Profiles profiles_;
  FakeService service_;
};

TEST_F(Consultation, SaysWhatTheServerKnows) {
  const auto with = context(false);
  Validator validator(with);
  EXPECT_EQ(judge(validator, observation(R"("code":"a","display":"RIGHT")")), Problems());
  EXPECT_EQ(judge(validator, observation(R"("code":"a","display":"richtig")")), Problems());
  EXPECT_EQ(judge(validator, observation(R"("code":"a","display":"Wrong")")),
            (Problems{"validate-binding Observation.code.coding[0].display"}));
  EXPECT_EQ(judge(validator, observation(R"("code":"b")")),
            (Problems{"validate-binding Observation.code.coding[0].code"}));
  EXPECT_EQ(judge(validator, observation(R"("code":"b","version":"1")")), Problems());
  // Nothing but codes is sent.
  for (const auto& question : service_.asked)
    EXPECT_TRUE(question.code == "a" || question.code == "b") << question.code;
}

TEST_F(Consultation, IsAskedForValueSetsOfProfilesAndExpressions) {
  const auto with = context(true);
  Validator validator(with);
  const std::string method =
      R"(}]},"method":{"coding":[{"system":"http://x.example.org/s","code":")";
  EXPECT_EQ(judge(validator, observation(R"("code":"ab")")), Problems());
  EXPECT_EQ(judge(validator, observation(R"("code":"a")")),
            (Problems{"validate-binding Observation.code"}));
  EXPECT_EQ(judge(validator, observation(R"("code":"ab")" + method + "ab\"")), Problems());
  EXPECT_EQ(judge(validator, observation(R"("code":"ab")" + method + "a\"")),
            (Problems{"validate-invariant Observation.method"}));
}

TEST_F(Consultation, OfOneInputSaysNothingOfTheNext) {
  const auto with = context(true);
  Validator validator(with);
  const std::vector<std::string> texts = {
      observation(R"("code":"ab","display":"Wrong")"), observation(R"("code":"a")"),
      observation(R"("code":"b")"), observation(R"("code":"ab")")};
  std::vector<Problems> alone, together;
  for (const auto& text : texts) {
    Validator fresh(with);
    alone.push_back(judge(fresh, text));
  }
  for (auto text = texts.rbegin(); text != texts.rend(); ++text)
    together.insert(together.begin(), judge(validator, *text));
  EXPECT_EQ(alone, together);
  // Who does not consult has no answers of somebody else's.
  const auto text = observation(R"("code":"b")");
  const Source source{"x.json", text};
  Arena arena;
  diag::Sink sink;
  const auto* root =
      format::read_json(definition::Definitions::builtin(), source, {}, limits_, arena, sink);
  EXPECT_TRUE(validator.validate(*root, &source, arena, sink));
}

}  // namespace
}  // namespace paraneo::validate
