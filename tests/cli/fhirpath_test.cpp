#include <gtest/gtest.h>

#include "program.h"

namespace paraneo::cli {
namespace {

constexpr const char* kPatient =
    R"({"resourceType":"Patient","id":"p","name":[{"given":["Peter","James"]},{"given":["Jim"]}],"multipleBirthInteger":2,"_birthDate":{"extension":[{"url":"http://x","valueDecimal":1.50}]}})";

class FhirPathVerb : public testing::Test {
 protected:
  FhirPathVerb() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {
    patient_ = program_.write("patient.json", kPatient);
  }
  Ended run(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), "fhirpath");
    return program_.run(arguments, input);
  }
  Program program_;
  std::string patient_;
};

TEST_F(FhirPathVerb, WritesALineForEachResultWithItsPath) {
  const auto done = run({"name.given", patient_});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out, R"({"path":"Patient.name[0].given[0]","type":"FHIR.string","value":"Peter"}
{"path":"Patient.name[0].given[1]","type":"FHIR.string","value":"James"}
{"path":"Patient.name[1].given[0]","type":"FHIR.string","value":"Jim"}
)");
  EXPECT_EQ(done.err, "");
}

TEST_F(FhirPathVerb, KeepsNumbersAndWritesComplexValuesWhole) {
  EXPECT_EQ(
      run({"descendants().ofType(decimal)", patient_}).out,
      "{\"path\":\"Patient.birthDate.extension[0].value\",\"type\":\"FHIR.decimal\",\"value\":1.50}\n");
  EXPECT_EQ(
      run({"name.last()", patient_}).out,
      "{\"path\":\"Patient.name[1]\",\"type\":\"FHIR.HumanName\",\"value\":{\"given\":[\"Jim\"]}}\n");
  EXPECT_EQ(run({"birthDate", patient_}).out,
            "{\"path\":\"Patient.birthDate\",\"type\":\"FHIR.date\",\"value\":null}\n");
}

TEST_F(FhirPathVerb, RunsOnNothingWithoutAnInput) {
  EXPECT_EQ(run({"1.50 + 1"}).out, "{\"path\":null,\"type\":\"System.Decimal\",\"value\":2.50}\n");
  EXPECT_EQ(run({"4 'g' + 1 'mg'"}).out,
            "{\"path\":null,\"type\":\"System.Quantity\",\"value\":\"4001 'mg'\"}\n");
  EXPECT_EQ(run({"now() > @2020-01-01T00:00:00Z"}).out,
            "{\"path\":null,\"type\":\"System.Boolean\",\"value\":true}\n");
  const auto nothing = run({"name"});
  EXPECT_EQ(nothing.out, "");
  EXPECT_EQ(nothing.code, 0);
}

TEST_F(FhirPathVerb, PutsACaretUnderAMistake) {
  // One that can never run is wrong usage; what an input makes of one is a finding.
  struct Mistake {
    std::string expression;
    int code;
    std::string expected;
  };
  for (const auto& [expression, code, expected] : std::vector<Mistake>{
           {"name.", 2, "[syntax-expression]"},
           {"name.frist()", 2, "  name.frist()\n       ^^^^^\n  -> did you mean \"first\"?"},
           {"name.given + 1", 1, "one item is needed here"},
           {"1 + 'a'", 1, "  1 + 'a'\n  ^^^^^^^"}}) {
    const auto done = run({expression, patient_});
    EXPECT_EQ(done.code, code) << expression;
    EXPECT_EQ(done.out, "") << expression;
    EXPECT_NE(done.err.find(expected), std::string::npos) << done.err;
  }
}

TEST_F(FhirPathVerb, ChecksTypesWhenAskedTo) {
  EXPECT_EQ(run({"nam.given", patient_}).code, 0);
  const auto done = run({"nam.given", patient_, "--type-check"});
  EXPECT_EQ(done.code, 1);
  EXPECT_NE(done.err.find("Patient has no element \"nam\""), std::string::npos) << done.err;
  EXPECT_EQ(run({"children().first()", patient_, "--type-check"}).code, 1);
}

TEST_F(FhirPathVerb, TakesAContextAndVariables) {
  const auto done =
      run({"%n & given.first() & %resource.id", patient_, "--context", "name", "--var", "n=a=b "});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out,
            "{\"path\":null,\"type\":\"System.String\",\"value\":\"a=b Peterp\"}\n"
            "{\"path\":null,\"type\":\"System.String\",\"value\":\"a=b Jimp\"}\n");
  EXPECT_EQ(run({"1", "--var", "novalue"}).code, 2);
  EXPECT_EQ(run({"1", "--var", "a=1", "--var", "a=2"}).code, 2);
}

TEST_F(FhirPathVerb, ShowsTheCompiledForm) {
  const auto done = run({"name.where(use = 'usual').first()", "--ast"});
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.out,
            "call first\n"
            "  call where\n"
            "    name name\n"
            "    operator =\n"
            "      name use\n"
            "      System.String usual\n");
}

TEST_F(FhirPathVerb, GoesOnAfterABadInput) {
  const auto file =
      program_.write("all.ndjson", std::string(kPatient) +
                                       "\nnonsense\n{\"resourceType\":\"Patient\",\"id\":\"q\"}\n");
  const auto done = run({"id", file});
  EXPECT_EQ(done.code, 1);
  EXPECT_NE(done.err.find("all.ndjson:2:2"), std::string::npos) << done.err;
  EXPECT_NE(done.out.find("\"q\""), std::string::npos);
}

TEST_F(FhirPathVerb, ShowsWhatIsTraced) {
  const auto done = run({"name.given.trace('g').count()", patient_});
  EXPECT_NE(done.err.find("g Peter James Jim"), std::string::npos) << done.err;
  EXPECT_EQ(done.code, 0);
}

}  // namespace
}  // namespace paraneo::cli
