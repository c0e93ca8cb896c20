#include "validate/profile_rules.h"

#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

TEST(Profile, NarrowsHowManyThereAre) {
  const std::vector<std::string> profile{profile_of(
      "p", "Patient",
      R"({"path":"Patient.birthDate","min":1},{"path":"Patient.name","max":"1"},{"path":"Patient.photo","max":"0"})")};
  EXPECT_EQ(
      problems(R"({"resourceType":"Patient","birthDate":"2003","name":[{"text":"x"}]})", profile),
      Problems{});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","name":[{"text":"x"},{"text":"y"}],"photo":[{"url":"http://example.org/x"}]})",
          profile),
      (Problems{"validate-cardinality Patient", "validate-cardinality Patient",
                "validate-cardinality Patient"}));
}

TEST(Profile, SaysOnceWhatItsTypeSaysToo) {
  const std::vector<std::string> profile{
      profile_of("p", "Observation", R"({"path":"Observation.status","min":1,"max":"1"})")};
  EXPECT_EQ(problems(R"({"resourceType":"Observation","code":{"text":"x"}})", profile),
            Problems{"validate-cardinality Observation"});
}

TEST(Profile, ReachesIntoDataTypes) {
  const std::vector<std::string> profile{
      profile_of("p", "Patient", R"({"path":"Patient.name.family","min":1})")};
  EXPECT_EQ(problems(R"({"resourceType":"Patient","name":[{"family":"x"},{"text":"y"}]})", profile),
            Problems{"validate-cardinality Patient.name[1]"});
}

TEST(Profile, IsOfOneType) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient"})", {profile_of("p", "Observation", "")}),
            Problems{"validate-type Patient"});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","meta":{"profile":["http://hl7.org/fhir/StructureDefinition/Group"]}})"),
      Problems{"validate-type Patient.meta.profile[0]"});
  EXPECT_EQ(
      problems(R"({"resourceType":"Patient","meta":{"profile":["http://example.org/none"]}})"),
      Problems{"validate-profile Patient.meta.profile[0]"});
}

TEST(Profile, NarrowsTypes) {
  const std::vector<std::string> profile{profile_of(
      "p", "Observation",
      R"({"path":"Observation.value[x]","type":[{"code":"Quantity"},{"code":"string"}]})")};
  const auto observation = [](const std::string& value) {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},)" + value + "}";
  };
  EXPECT_EQ(problems(observation(R"("valueQuantity":{"value":1})"), profile), Problems{});
  EXPECT_EQ(problems(observation(R"("valueBoolean":true)"), profile),
            Problems{"validate-type Observation.value"});
}

TEST(Profile, NarrowsWhatMayBeReferredTo) {
  const std::vector<std::string> profiles{
      profile_of(
          "p", "Condition",
          R"({"path":"Condition.subject","type":[{"code":"Reference","targetProfile":["http://example.org/named"]}]})"),
      profile_of("named", "Patient", R"({"path":"Patient.name","min":1})")};
  const auto condition = [](const std::string& contained, const std::string& subject) {
    return R"({"resourceType":"Condition","contained":[)" + contained +
           R"(],"subject":{"reference":")" + subject + R"("},"asserter":{"reference":"#in"}})";
  };
  EXPECT_EQ(
      problems(condition(R"({"resourceType":"Patient","id":"in","name":[{"text":"x"}]})", "#in"),
               profiles),
      Problems{});
  EXPECT_EQ(problems(condition(R"({"resourceType":"Patient","id":"in"})", "#in"), profiles),
            Problems{"validate-profile Condition.subject"});
  EXPECT_EQ(
      problems(condition(R"({"resourceType":"Patient","id":"in"})", "Patient/elsewhere"), profiles),
      Problems{});
  EXPECT_EQ(problems(condition(R"({"resourceType":"Patient","id":"in"})", "Group/1"), profiles),
            Problems{"validate-reference Condition.subject"});
}

TEST(Profile, HoldsValuesToWhatIsFixed) {
  const std::vector<std::string> profile{profile_of(
      "p", "Observation",
      R"({"path":"Observation.code","fixedCodeableConcept":{"coding":[{"system":"http://l.org","code":"1"}]}})")};
  const auto observation = [](const std::string& code) {
    return R"({"resourceType":"Observation","status":"final","code":)" + code + "}";
  };
  EXPECT_EQ(problems(observation(R"({"coding":[{"system":"http://l.org","code":"1"}]})"), profile),
            Problems{});
  for (const auto* code :
       {R"({"coding":[{"system":"http://l.org","code":"2"}]})",
        R"({"coding":[{"system":"http://l.org","code":"1"}],"text":"x"})",
        R"({"coding":[{"system":"http://l.org","code":"1"},{"system":"http://l.org","code":"1"}]})",
        R"({"text":"x"})"})
    EXPECT_EQ(problems(observation(code), profile), Problems{"validate-fixed Observation.code"})
        << code;
}

TEST(Profile, HoldsValuesToPatterns) {
  const std::vector<std::string> profile{profile_of(
      "p", "Observation",
      R"({"path":"Observation.code","patternCodeableConcept":{"coding":[{"system":"http://l.org","code":"1"}]}})")};
  const auto observation = [](const std::string& code) {
    return R"({"resourceType":"Observation","status":"final","code":)" + code + "}";
  };
  EXPECT_EQ(
      problems(
          observation(
              R"({"coding":[{"system":"http://x.org","code":"1"},{"system":"http://l.org","code":"1","display":"x"}],"text":"x"})"),
          profile),
      Problems{});
  EXPECT_EQ(
      problems(
          observation(
              R"({"coding":[{"system":"http://x.org","code":"1"},{"system":"http://l.org","code":"2"}]})"),
          profile),
      Problems{"validate-pattern Observation.code"});
}

// FHIR R4 5.1.0: a profile cannot break the rules of its base.
TEST(Profile, ThatContradictsItsBaseIsHeldToBoth) {
  const auto base = profile_of(
      "base", "Patient",
      R"({"path":"Patient.name","min":2,"max":"3"},{"path":"Patient.gender","fixedCode":"male"})");
  const auto patient = [](int names) {
    std::string out = R"({"resourceType":"Patient","gender":"male","name":[{"text":"a"})";
    for (int i = 1; i < names; ++i) out += R"(,{"text":"b"})";
    return out + "]}";
  };
  const auto loose =
      profile_of("p", "Patient", R"({"path":"Patient.name","min":1,"max":"*"})", "base");
  const std::string warning = "validate-profile Patient";
  EXPECT_EQ(problems(patient(2), {loose, base}), Problems{warning});
  EXPECT_EQ(problems(patient(1), {loose, base}),
            (Problems{warning, "validate-cardinality Patient"}));
  EXPECT_EQ(problems(patient(4), {loose, base}),
            (Problems{warning, "validate-cardinality Patient"}));
  const auto tight =
      profile_of("p", "Patient", R"({"path":"Patient.name","min":2,"max":"2"})", "base");
  EXPECT_EQ(problems(patient(2), {tight, base}), Problems{});
  const auto other =
      profile_of("p", "Patient", R"({"path":"Patient.gender","fixedCode":"female"})", "base");
  EXPECT_EQ(problems(patient(2), {other, base}),
            (Problems{warning, "validate-fixed Patient.gender"}));
}

// A code is derived from a string, and is no string where a choice is made.
TEST(Profile, TakesTheTypeThatItNames) {
  const std::vector<std::string> strings{profile_of(
      "p", "Parameters", R"({"path":"Parameters.parameter.value[x]","type":[{"code":"string"}]})")};
  const auto parameter = [](const std::string& value) {
    return R"({"resourceType":"Parameters","parameter":[{"name":"x",)" + value + "}]}";
  };
  EXPECT_EQ(problems(parameter(R"("valueString":"x")"), strings), Problems{});
  EXPECT_EQ(problems(parameter(R"("valueCode":"x")"), strings),
            Problems{"validate-type Parameters.parameter[0].value"});
}

// What two profiles bind alike is told once.
TEST(Profile, SaysOnceWhatIsBoundAlike) {
  const std::string bound =
      R"({"path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"}})";
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","meta":{"profile":["http://example.org/other"]},"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}})",
          {profile_of("p", "Patient", bound), profile_of("other", "Patient", bound)}),
      Problems{"validate-binding Patient.maritalStatus"});
}

TEST(Profile, SaysHowAReferenceMayLeadThere) {
  const auto subject = [](const std::string& ways) {
    return std::vector<std::string>{profile_of(
        "p", "Observation",
        R"({"path":"Observation.subject","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Patient"],"aggregation":[)" +
            ways + "]}]}")};
  };
  const auto observation = [](const std::string& reference) {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":")" +
           reference + R"("},"contained":[{"resourceType":"Patient","id":"p","active":true}]})";
  };
  const Problems wrong{"validate-reference Observation.subject"};
  EXPECT_EQ(problems(observation("#p"), subject(R"("contained")")), Problems{});
  EXPECT_EQ(problems(observation("#p"), subject(R"("referenced","bundled")"))[0], wrong[0]);
  const auto outside =
      R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"}})";
  EXPECT_EQ(problems(outside, subject(R"("contained")")), wrong);
  EXPECT_EQ(problems(outside, subject(R"("contained","referenced")")), Problems{});
}

// By http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet and the additional
// bindings of newer guides.
TEST(Profile, BindsMoreThanOnce) {
  const auto status = [](const std::string& more) {
    return std::vector<std::string>{profile_of(
        "p", "Patient",
        R"({"path":"Patient.maritalStatus","binding":{"strength":"preferred","valueSet":"http://hl7.org/fhir/ValueSet/marital-status",)" +
            more + "}}")};
  };
  const auto patient = [](const std::string& code) {
    return R"({"resourceType":"Patient","maritalStatus":)" + code + "}";
  };
  const auto coded = [&](const std::string& system, const std::string& code) {
    return patient(R"({"coding":[{"system":")" + system + R"(","code":")" + code + R"("}]})");
  };
  const auto max = status(
      R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet","valueCanonical":"http://hl7.org/fhir/ValueSet/administrative-gender"}])");
  const std::string gender = "http://hl7.org/fhir/administrative-gender";
  const Problems wrong{"validate-binding Patient.maritalStatus"};
  const auto errors = [&](const std::string& text, const std::vector<std::string>& profiles) {
    auto all = problems(text, profiles);
    // The type's own binding is extensible.
    if (!all.empty()) all.erase(all.begin());
    return all;
  };
  EXPECT_EQ(errors(coded(gender, "male"), max), Problems{});
  EXPECT_EQ(problems(patient(R"({"text":"x"})"), max), Problems{});
  EXPECT_EQ(errors(coded("http://example.org", "x"), max), wrong);
  const auto extension = status(
      R"("extension":[{"url":"http://hl7.org/fhir/tools/StructureDefinition/additional-binding","extension":[{"url":"purpose","valueCode":"required"},{"url":"valueSet","valueCanonical":"http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1"}]}])");
  EXPECT_EQ(errors(coded(gender, "male"), extension), Problems{});
  EXPECT_EQ(errors(coded("http://example.org", "x"), extension), wrong);
  // What depends on where the data is used is for those who are there.
  const auto element = status(
      R"("additional":[{"purpose":"required","valueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"},{"purpose":"required","valueSet":"http://hl7.org/fhir/ValueSet/name-use","usage":[{"code":{"code":"x"}}]}])");
  EXPECT_EQ(errors(coded(gender, "male"), element), Problems{});
  EXPECT_EQ(errors(coded("http://example.org", "x"), element), wrong);
}

TEST(Profile, AsksItsInvariantsAndBindings) {
  const std::vector<std::string> profile{profile_of(
      "p", "Patient",
      R"({"path":"Patient","constraint":[{"key":"x-1","severity":"error","human":"a name","expression":"name.exists() "},{"key":"x-2","severity":"warning","human":"a date","expression":"birthDate.exists() "}]},)"
      R"({"path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"}})")};
  EXPECT_EQ(
      problems(R"({"resourceType":"Patient","name":[{"text":"x"}],"birthDate":"2003"})", profile),
      Problems{});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://x.org","code":"M"}]}})",
          profile),
      (Problems{"validate-invariant Patient", "validate-invariant Patient",
                "validate-binding Patient.maritalStatus"}));
}

// A constraint on a place for a resource is about the resource that has the place.
TEST(Profile, KnowsInWhichResourceAConstraintIsMeant) {
  const std::vector<std::string> profile{profile_of(
      "p", "Patient",
      R"({"path":"Patient.contained","constraint":[{"key":"x-1","severity":"error","human":"x","expression":"%resource is Patient and %rootResource is Patient"}]},)"
      R"({"path":"Patient.contained.name","constraint":[{"key":"x-2","severity":"error","human":"x","expression":"%resource is Practitioner and %rootResource is Patient"}]})")};
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","contained":[{"resourceType":"Practitioner","id":"a","name":[{"text":"x"}]}],"generalPractitioner":[{"reference":"#a"}]})",
          profile),
      Problems{});
}

TEST(Profile, StandsOnItsBase) {
  const std::vector<std::string> profiles{
      profile_of("derived", "Patient", R"({"path":"Patient.birthDate","min":1})", "base"),
      profile_of("base", "Patient", R"({"path":"Patient.name","min":1})")};
  EXPECT_EQ(problems(R"({"resourceType":"Patient"})", profiles).size(), 2U);
  // Nothing to stand on; a circle.
  EXPECT_EQ(problems(R"({"resourceType":"Patient"})", {profile_of("p", "Patient", "", "none")}),
            Problems{"validate-profile Patient"});
  EXPECT_EQ(problems(R"({"resourceType":"Patient"})",
                     {profile_of("a", "Patient", "", "b"), profile_of("b", "Patient", "", "a")}),
            Problems{"validate-profile Patient"});
}

TEST(Profile, GivesContentReferencesTheirElements) {
  const std::vector<std::string> profile{profile_of(
      "p", "Questionnaire",
      R"({"path":"Questionnaire.item.text","min":1},{"path":"Questionnaire.item.item","contentReference":"#Questionnaire.item"})")};
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","text":"x","type":"group","item":[{"linkId":"2","type":"group","item":[{"linkId":"3","type":"string"}]}]}]})",
          profile),
      (Problems{"validate-cardinality Questionnaire.item[0].item[0]",
                "validate-cardinality Questionnaire.item[0].item[0].item[0]"}));
}

// Each one refers to the next and must refer to one of the same profile: asked once, and not for
// ever.
TEST(Profile, EndsWhereReferencesGoInACircle) {
  const std::vector<std::string> profile{profile_of(
      "p", "Observation",
      R"({"path":"Observation.hasMember","type":[{"code":"Reference","targetProfile":["http://example.org/p"]}]})")};
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"hasMember":[{"reference":"#"},{"reference":"#a"}],)"
          R"("contained":[{"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"},"hasMember":[{"reference":"#a"},{"reference":"#"}]}]})",
          profile),
      Problems{});
}

TEST(Profile, ThatIsTheDataKeepsWhatItsBaseSays) {
  const auto base = profile_of(
      "base", "Patient",
      R"({"id":"Patient.gender","path":"Patient.gender","min":1,"fixedCode":"female"},{"id":"Patient.name","path":"Patient.name","max":"2"})");
  const auto of = [&](const std::string& elements) {
    auto all = definition::Profiles::builtin();
    Arena arena;
    diag::Sink sink;
    all.add(*json::read(Source{"base", base}, arena, Limits{}, sink));
    const auto text =
        R"({"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P","status":"draft","abstract":false,"kind":"resource","derivation":"constraint","type":"Patient","baseDefinition":"http://example.org/base","differential":{"element":[)" +
        elements + "]}}";
    auto found = problems_of(text, &all);
    std::erase_if(found, [](const auto& each) { return !each.starts_with("validate-profile"); });
    return found;
  };
  EXPECT_EQ(
      of(R"({"id":"Patient.name","path":"Patient.name","max":"1"},{"id":"Patient.gender","path":"Patient.gender","min":1,"fixedCode":"female"})"),
      Problems{});
  EXPECT_EQ(of(R"({"id":"Patient.gender","path":"Patient.gender","fixedCode":"male"})"),
            (Problems{"validate-profile StructureDefinition.differential.element[0].fixed"}));
  EXPECT_EQ(of(R"({"id":"Patient.gender","path":"Patient.gender","min":0})"),
            (Problems{"validate-profile StructureDefinition.differential.element[0].min"}));
  EXPECT_EQ(of(R"({"id":"Patient.name","path":"Patient.name","max":"*"})"),
            (Problems{"validate-profile StructureDefinition.differential.element[0].max"}));
}

// Versions: the profile is loaded as 1.0.
TEST(Profile, OfAnotherVersionIsNotHeldToTheData) {
  auto profile =
      profile_of("p", "Patient", R"({"id":"Patient.name","path":"Patient.name","min":1})");
  profile.insert(1, R"("version":"1.0.2",)");
  const auto of = [&](const std::string& version) {
    return problems_beside(R"({"resourceType":"Patient","meta":{"profile":["http://example.org/p)" +
                               version + R"("]},"active":true})",
                           {profile});
  };
  const Problems needs_name = {"validate-cardinality Patient"};
  EXPECT_EQ(of(""), needs_name);
  EXPECT_EQ(of("|1.0.2"), needs_name);
  EXPECT_EQ(of("|1.0"), needs_name);
  for (const auto* other : {"|2.0.0", "|1.0.20", "|1.0.2.1"})
    EXPECT_EQ(of(other), Problems{"validate-profile Patient.meta.profile[0]"}) << other;
}

}  // namespace
}  // namespace paraneo::validate
