#include "validate/operation.h"

#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

const fhirpath::Engine& engine() {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  return engine;
}

Known known() {
  return {engine(), terminology::ValueSets::builtin(), definition::Profiles::builtin()};
}

Source text(std::string text) { return {"request", std::move(text)}; }

const std::string kPatient = R"({"resourceType":"Patient","birthDate":"1960-02-30"})";

TEST(Operation, AnswersWithAnOutcome) {
  Operation operation(known());
  const auto outcome = operation.outcome(text(kPatient), {});
  EXPECT_NE(outcome.find(R"("resourceType":"OperationOutcome")"), std::string::npos);
  EXPECT_NE(outcome.find(R"("expression":["Patient.birthDate"])"), std::string::npos) << outcome;
  EXPECT_NE(operation.outcome(text("<Patient xmlns=\"http://hl7.org/fhir\"/>"), {})
                .find("no issue was found"),
            std::string::npos);
  EXPECT_NE(operation.outcome(text("nothing"), {}).find(R"("severity":"error")"),
            std::string::npos);
}

TEST(Operation, HasProfilesPolicyAndLevelOfEachCall) {
  Operation operation(known());
  const auto lipid = text(R"({"resourceType":"Observation","status":"final","code":{"text":"x"}})");
  const auto errors = [&](const Call& call) {
    diag::Sink sink;
    operation.check(lipid, call, sink);
    return sink.errors();
  };
  Call of_profile;
  of_profile.profiles = {"http://hl7.org/fhir/StructureDefinition/vitalsigns"};
  EXPECT_EQ(errors({}), 0U);
  EXPECT_GT(errors(of_profile), 0U);
  EXPECT_EQ(errors({}), 0U);

  const auto example = text(
      R"({"resourceType":"Patient","identifier":[{"system":"http://example.org/x","value":"1"}]})");
  Call strict;
  strict.policy.example_urls = true;
  diag::Sink mild, hard;
  EXPECT_TRUE(operation.check(example, {}, mild));
  EXPECT_FALSE(operation.check(example, strict, hard));
}

TEST(Operation, HasLimitsOfEachCall) {
  Operation operation(known());
  const auto message = [&](const std::string& json, const Limits& limits) {
    Call call;
    call.limits = limits;
    diag::Sink sink;
    operation.check(text(json), call, sink);
    std::string out;
    for (const auto& each : sink.all()) out += std::string(diag::info(each.code).name) + " ";
    return out;
  };
  Limits steps;
  steps.steps_max = 1;
  // What was found before the limit is half a verdict.
  EXPECT_EQ(message(kPatient, steps), "validate-limit ");
  Limits depth;
  depth.json_depth_max = 1;
  EXPECT_EQ(message(R"({"resourceType":"Patient","name":[{"family":"x"}]})", depth), "json-depth ");
  EXPECT_EQ(message(R"({"resourceType":"Patient","name":[{"family":"x"}]})", Limits{}), "");
}

// However many errors were kept before it: here the last element's rule looks at all the others.
TEST(Operation, SaysTheLimitAlone) {
  auto profiles = definition::Profiles::builtin();
  const Source profile{
      "profile",
      profile_of(
          "p", "Patient",
          R"({"path":"Patient.link","constraint":[{"key":"all-1","severity":"error","human":"h","expression":"%resource.descendants().count() > 0"}]})")};
  Arena arena;
  diag::Sink unheard;
  profiles.add(*json::read(profile, arena, Limits{}, unheard));
  Operation operation({engine(), terminology::ValueSets::builtin(), profiles});
  std::string names;
  for (int i = 0; i < 30; ++i) names += std::string(i > 0 ? "," : "") + R"({"use":"none"})";
  Call call;
  call.profiles = {"http://example.org/p"};
  call.limits.steps_max = 40;
  diag::Sink sink(5);
  EXPECT_FALSE(
      operation.check(text(R"({"resourceType":"Patient","name":[)" + names +
                           R"(],"link":[{"other":{"reference":"Patient/x"},"type":"seealso"}]})"),
                      call, sink));
  ASSERT_EQ(sink.all().size(), 1U);
  EXPECT_EQ(sink.errors(), 1U);
  EXPECT_EQ(sink.all()[0].code, diag::Code::validate_limit);
  EXPECT_EQ(sink.all()[0].element, "Patient.link[0]");
}

TEST(Operation, SaysTheSameWhateverCameBefore) {
  Operation used(known());
  const auto first = used.outcome(text(kPatient), {});
  used.outcome(text("{"), {});
  used.outcome(text(R"({"resourceType":"Observation"})"), {});
  EXPECT_EQ(used.outcome(text(kPatient), {}), first);
  Operation fresh(known());
  EXPECT_EQ(fresh.outcome(text(kPatient), {}), first);
}

}  // namespace
}  // namespace paraneo::validate
