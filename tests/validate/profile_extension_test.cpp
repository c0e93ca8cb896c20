#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

const std::string kCore = "http://hl7.org/fhir/StructureDefinition/";

std::string patient(const std::string& extension) {
  return R"({"resourceType":"Patient","extension":[)" + extension + "]}";
}

TEST(ExtensionProfile, HoldsTheValueToItsType) {
  EXPECT_EQ(problems(patient(R"({"url":")" + kCore +
                             R"(patient-birthPlace","valueAddress":{"text":"x"}})")),
            Problems{});
  EXPECT_EQ(problems(patient(R"({"url":")" + kCore + R"(patient-birthPlace","valueString":"x"})")),
            Problems{"validate-type Patient.extension[0].value"});
}

TEST(ExtensionProfile, SaysWhereItMayStand) {
  EXPECT_EQ(problems(R"({"resourceType":"Basic","code":{"text":"x"},"extension":[{"url":")" +
                     kCore + R"(patient-birthPlace","valueAddress":{"text":"x"}}]})"),
            Problems{"validate-extension Basic.extension[0]"});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","birthDate":"2003","_birthDate":{"extension":[{"url":")" +
          kCore + R"(patient-birthTime","valueDateTime":"2003-10-05"}]}})"),
      Problems{});
}

TEST(ExtensionProfile, HasThePartsThatItsDefinitionNames) {
  const auto nationality = [](const std::string& part) {
    return patient(R"({"url":")" + kCore + R"(patient-nationality","extension":[{"url":")" + part +
                   R"(","valueCodeableConcept":{"text":"x"}}]})");
  };
  EXPECT_EQ(problems(nationality("code")), Problems{});
  EXPECT_EQ(problems(nationality("kode")),
            Problems{"validate-slicing Patient.extension[0].extension[0]"});
}

TEST(ExtensionProfile, IsAModifierOrNot) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient","modifierExtension":[{"url":")" + kCore +
                     R"(patient-birthPlace","valueAddress":{"text":"x"}}]})"),
            Problems{"validate-extension Patient.modifierExtension[0]"});
}

TEST(ExtensionProfile, IsUnknown) {
  EXPECT_EQ(problems(patient(R"({"url":"http://example.org/x","valueString":"x"})")), Problems{});
  EXPECT_EQ(problems(patient(R"({"url":")" + kCore + R"(patient-none","valueString":"x"})")),
            Problems{"validate-extension Patient.extension[0]"});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Patient","modifierExtension":[{"url":"http://example.org/x","valueString":"x"}]})"),
      Problems{"validate-profile Patient.modifierExtension[0]"});
}

}  // namespace
}  // namespace paraneo::validate
