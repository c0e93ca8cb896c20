#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

std::string slices(const std::string& discriminator, const std::string& more = {}) {
  return R"({"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[)" +
         discriminator + R"(],"rules":"open")" + more + "}}";
}
std::string slice(const std::string& name, const std::string& more) {
  return R"(,{"id":"Patient.identifier:)" + name +
         R"(","path":"Patient.identifier","sliceName":")" + name + "\"" + more + "}";
}
std::string of_slice(const std::string& name, const std::string& path, const std::string& more) {
  return R"(,{"id":"Patient.identifier:)" + name + "." + path + R"(","path":"Patient.identifier.)" +
         path + "\"," + more + "}";
}
std::string patient(const std::string& identifiers) {
  return R"({"resourceType":"Patient","identifier":[)" + identifiers + "]}";
}

const std::string kA = R"({"system":"http://a.org","value":"1"})";
const std::string kB = R"({"system":"http://b.org","value":"1"})";
const std::string kC = R"({"system":"http://c.org","value":"1"})";

std::vector<std::string> by_system(const std::string& more,
                                   const std::string& of_a = R"(,"min":1,"max":"1")") {
  return {profile_of("p", "Patient",
                     slices(R"({"type":"value","path":"system"})", more) + slice("a", of_a) +
                         of_slice("a", "system", R"("fixedUri":"http://a.org")") +
                         of_slice("a", "value", R"("min":1)") + slice("b", "") +
                         of_slice("b", "system", R"("patternUri":"http://b.org")"))};
}

TEST(Slicing, CountsWhatIsInASlice) {
  EXPECT_EQ(problems(patient(kA + "," + kC), by_system("")), Problems{});
  EXPECT_EQ(problems(patient(kC), by_system("")), Problems{"validate-cardinality Patient"});
  EXPECT_EQ(problems(patient(kA + "," + kA), by_system("")),
            Problems{"validate-cardinality Patient"});
}

TEST(Slicing, HoldsEachToItsSlice) {
  EXPECT_EQ(problems(patient(R"({"system":"http://a.org"})"), by_system("")),
            Problems{"validate-cardinality Patient.identifier[0]"});
}

TEST(Slicing, ClosesOrdersAndEnds) {
  const auto rules = [](const std::string& word) { return R"(,"rules":")" + word + "\""; };
  const auto with = [](const std::string& rules_and_order) {
    auto profile = by_system("");
    const auto at = profile[0].find(R"("rules":"open")");
    profile[0].replace(at, std::string(R"("rules":"open")").size(), rules_and_order.substr(1));
    return profile;
  };
  EXPECT_EQ(problems(patient(kA + "," + kC), with(rules("closed"))),
            Problems{"validate-slicing Patient.identifier[1]"});
  EXPECT_EQ(problems(patient(kC + "," + kA), with(rules("openAtEnd"))),
            Problems{"validate-slicing Patient.identifier[1]"});
  EXPECT_EQ(problems(patient(kA + "," + kC), with(rules("openAtEnd"))), Problems{});
  EXPECT_EQ(problems(patient(kB + "," + kA), with(rules("open") + R"(,"ordered":true)")),
            Problems{"validate-slicing Patient.identifier[1]"});
  EXPECT_EQ(problems(patient(kA + "," + kB), with(rules("open") + R"(,"ordered":true)")),
            Problems{});
}

TEST(Slicing, TellsSlicesByWhatIsThere) {
  const std::vector<std::string> profile{profile_of(
      "p", "Patient",
      slices(R"({"type":"exists","path":"period"})") + slice("old", R"(,"max":"1")") +
          of_slice("old", "period", R"("min":1)") + slice("new", "") +
          of_slice("new", "period", R"("max":"0")") + of_slice("new", "value", R"("min":1)"))};
  EXPECT_EQ(
      problems(patient(R"({"system":"http://a.org","period":{"start":"2003"}},)" + kA), profile),
      Problems{});
  EXPECT_EQ(problems(patient(R"({"system":"http://a.org"})"), profile),
            Problems{"validate-cardinality Patient.identifier[0]"});
  EXPECT_EQ(
      problems(
          patient(
              R"({"period":{"start":"2003"},"value":"1"},{"period":{"start":"2004"},"value":"1"})"),
          profile),
      Problems{"validate-cardinality Patient"});
}

TEST(Slicing, TellsSlicesByType) {
  const std::vector<std::string> profile{profile_of(
      "p", "Observation",
      R"({"id":"Observation.value[x]","path":"Observation.value[x]","slicing":{"discriminator":[{"type":"type","path":"$this"}],"rules":"open"}},)"
      R"({"id":"Observation.value[x]:valueQuantity","path":"Observation.value[x]","sliceName":"valueQuantity","type":[{"code":"Quantity"}]},)"
      R"({"id":"Observation.value[x]:valueQuantity.code","path":"Observation.value[x].code","min":1})")};
  const auto observation = [](const std::string& value) {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},)" + value + "}";
  };
  EXPECT_EQ(problems(observation(R"("valueString":"x")"), profile), Problems{});
  EXPECT_EQ(problems(observation(R"("valueQuantity":{"value":1})"), profile),
            Problems{"validate-cardinality Observation.value"});
  // The same in the short form.
  EXPECT_EQ(
      problems(
          observation(R"("valueQuantity":{"value":1})"),
          {profile_of(
              "p", "Observation",
              R"({"id":"Observation.valueQuantity.code","path":"Observation.valueQuantity.code","min":1})")}),
      Problems{"validate-cardinality Observation.value"});
}

TEST(Slicing, TellsSlicesByProfile) {
  const std::vector<std::string> profiles{
      profile_of(
          "p", "Observation",
          R"x({"id":"Observation.hasMember","path":"Observation.hasMember","slicing":{"discriminator":[{"type":"profile","path":"resolve()"}],"rules":"closed"}},)x"
          R"({"id":"Observation.hasMember:a","path":"Observation.hasMember","sliceName":"a","min":1,"type":[{"code":"Reference","targetProfile":["http://example.org/a"]}]})"),
      profile_of("a", "Observation",
                 R"({"path":"Observation.code","patternCodeableConcept":{"text":"a"}})")};
  const auto observation = [](const std::string& text) {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"hasMember":[{"reference":"#in"}],"contained":[{"resourceType":"Observation","id":"in","status":"final","code":{"text":")" +
           text + "\"}}]}";
  };
  EXPECT_EQ(problems(observation("a"), profiles), Problems{});
  EXPECT_EQ(
      problems(observation("b"), profiles),
      (Problems{"validate-slicing Observation.hasMember[0]", "validate-cardinality Observation"}));
}

// What a reference leads to outside of the input may be anything of the type that it says.
TEST(Slicing, KnowsWhatItCannotKnowOfReferences) {
  const auto performer = [](const std::string& type, const std::string& path,
                            const std::string& target) {
    return std::vector<std::string>{
        profile_of(
            "p", "Observation",
            R"({"id":"Observation.performer","path":"Observation.performer","slicing":{"discriminator":[{"type":")" +
                type + R"(","path":")" + path +
                R"("}],"rules":"closed"}},{"id":"Observation.performer:a","path":"Observation.performer","sliceName":"a","min":1,"type":[{"code":"Reference","targetProfile":[")" +
                target + "\"]}]}"),
        profile_of("active", "Practitioner",
                   R"({"path":"Practitioner.active","min":1,"fixedBoolean":true})")};
  };
  const auto observation = [](const std::string& reference) {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"performer":[{"reference":")" +
           reference + "\"}]}";
  };
  const auto by_type =
      performer("type", "resolve()", "http://hl7.org/fhir/StructureDefinition/Practitioner");
  EXPECT_EQ(problems(observation("Practitioner/1"), by_type), Problems{});
  EXPECT_EQ(
      problems(observation("Organization/1"), by_type),
      (Problems{"validate-slicing Observation.performer[0]", "validate-cardinality Observation"}));
  const auto by_value = performer("value", "resolve().active", "http://example.org/active");
  EXPECT_EQ(problems(observation("Practitioner/1"), by_value), Problems{});
}

TEST(Slicing, SlicesASliceAgain) {
  const std::vector<std::string> profile{profile_of(
      "p", "Patient",
      slices(R"({"type":"value","path":"system"})") +
          slice("a",
                R"(,"slicing":{"discriminator":[{"type":"value","path":"use"}],"rules":"open"})") +
          of_slice("a", "system", R"("fixedUri":"http://a.org")") +
          slice("a/old", R"(,"max":"0")") + of_slice("a/old", "use", R"("fixedCode":"old")"))};
  EXPECT_EQ(problems(patient(kA + R"(,{"system":"http://b.org","use":"old"})"), profile),
            Problems{});
  EXPECT_EQ(problems(patient(R"({"system":"http://a.org","use":"old"})"), profile),
            Problems{"validate-cardinality Patient"});
}

// R4's own: the systolic component of a blood pressure is told by codes inside of codes.
TEST(Slicing, TellsSlicesByValuesFurtherInside) {
  const auto component = [](const std::string& code) {
    return R"({"code":{"coding":[{"system":"http://loinc.org","code":")" + code +
           R"("}]},"valueQuantity":{"value":1,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}})";
  };
  const auto pressure = [&](const std::string& second) {
    return R"({"resourceType":"Observation","meta":{"profile":["http://hl7.org/fhir/StructureDefinition/bp"]},"status":"final",)"
           R"("category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],)"
           R"("code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"display":"x"},"effectiveDateTime":"2003-10-05","component":[)" +
           component("8480-6") + "," + component(second) + "]}";
  };
  EXPECT_EQ(problems(pressure("8462-4")), Problems{});
  EXPECT_EQ(problems(pressure("8480-6")),
            (Problems{"validate-cardinality Observation", "validate-cardinality Observation"}));
}

}  // namespace
}  // namespace paraneo::validate
