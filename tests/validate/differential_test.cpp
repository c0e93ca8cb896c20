#include "validate/differential.h"

#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

// Of a profile of Observation that is validated itself.
Problems of_elements(const std::string& elements, const std::string& more = {}) {
  auto out = problems(
      R"({"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P","status":"draft",)" +
      more +
      R"("kind":"resource","abstract":false,"type":"Observation","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation","derivation":"constraint","differential":{"element":[)" +
      elements + "]}}");
  std::erase_if(out, [](const std::string& each) { return !each.starts_with("validate-profile"); });
  return out;
}
std::string element(const std::string& path, const std::string& more = {}) {
  return R"({"id":")" + path + R"(","path":")" + path + "\"" + more + "}";
}
std::string sliced(const std::string& path, const std::string& discriminator) {
  return element(path, R"(,"slicing":{"discriminator":[{"type":"value","path":")" + discriminator +
                           R"("}],"rules":"open"})");
}
const std::string kElement = "StructureDefinition.differential.element[0]";

TEST(Differential, HasPathsThatLeadToElements) {
  for (const auto* path :
       {"Observation", "Observation.component.code.coding", "Observation.value[x]",
        "Observation.valueQuantity.unit", "Observation.value[x].unit", "Observation.extension.url",
        "Observation.contained.anything", "Observation.subject.reference.extension",
        "Observation.component.referenceRange.low"})
    EXPECT_EQ(of_elements(element(path)), Problems{}) << path;
  for (const auto* path : {"Observation.coed", "Observation...unit", "Observation.code.unit",
                           "Observation.valueAttachment", "Observation.value[x].nothing"})
    EXPECT_EQ(of_elements(element(path)), Problems{"validate-profile " + kElement + ".path"})
        << path;
}

// Of the path of each that stands too late.
TEST(Differential, KeepsTheOrderOfTheType) {
  const auto late = Problems{"validate-profile StructureDefinition.differential.element[1].path"};
  const auto order = [](const std::string& first, const std::string& second) {
    return of_elements(element(first) + "," + element(second));
  };
  EXPECT_EQ(order("Observation.subject", "Observation.code"), late);
  EXPECT_EQ(order("Observation.code", "Observation.identifier"), late);
  EXPECT_EQ(order("Observation.component.value[x]", "Observation.component.code"), late);
  EXPECT_EQ(order("Observation.component.value[x]", "Observation.code.coding"), late);
  EXPECT_EQ(order("Observation.code", "Observation.id"), late);
  EXPECT_EQ(order("Observation.code.coding.code", "Observation.code.coding.system"), late);
  EXPECT_EQ(order("Observation.valueQuantity", "Observation.value[x]"), Problems{});
  EXPECT_EQ(order("Observation.code", "Observation.valueString"), Problems{});
  EXPECT_EQ(order("Observation.component.code", "Observation.component"), Problems{});
  EXPECT_EQ(order("Observation.component.code", "Observation.component.value[x]"), Problems{});
  EXPECT_EQ(order("Observation.subject.reference", "Observation.subject.identifier"), Problems{});
}

// Those of other releases have other elements.
TEST(Differential, IsJudgedByItsRelease) {
  EXPECT_EQ(of_elements(element("Observation.triggeredBy"), R"("fhirVersion":"5.0.0",)"),
            Problems{});
  EXPECT_EQ(of_elements(element("Observation.triggeredBy"), R"("fhirVersion":"4.0.1",)").size(),
            1U);
}

TEST(Differential, TellsSlicesByWhatIsThere) {
  for (const auto* path :
       {"$this", "code", "code.coding.code", "value", "value.ofType(Quantity).unit",
        "value.as(Quantity)", "extension('http://x.org').value", "extension.url"})
    EXPECT_EQ(of_elements(sliced("Observation.component", path)), Problems{}) << path;
  EXPECT_EQ(of_elements(sliced("Observation.performer", "resolve().active")), Problems{});
  for (const auto* path : {"kode", "code.coding.url", "value.ofType(Quantity).coding"})
    EXPECT_EQ(of_elements(sliced("Observation.component", path)),
              Problems{"validate-profile " + kElement + ".slicing.discriminator[0]"})
        << path;
}

TEST(Differential, BindsWhatHasCodes) {
  const std::string binding =
      R"(,"binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/languages"})";
  for (const auto* path : {"Observation.code", "Observation.status", "Observation.value[x]",
                           "Observation.referenceRange.low.unit", "Observation.implicitRules"})
    EXPECT_EQ(of_elements(element(path, binding)), Problems{}) << path;
  EXPECT_EQ(of_elements(element("Observation.issued", binding)),
            Problems{"validate-profile " + kElement + ".binding"});
  EXPECT_EQ(
      of_elements(element("Observation.value[x]", R"(,"type":[{"code":"dateTime"}])" + binding)),
      Problems{"validate-profile " + kElement + ".binding"});
}

}  // namespace
}  // namespace paraneo::validate
