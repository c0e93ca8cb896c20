#include "definition/type_names.h"

#include <gtest/gtest.h>

namespace paraneo::definition {
namespace {

constexpr std::string_view kPatient = "http://hl7.org/fhir/StructureDefinition/Patient";

TEST(TypeNames, TellsReleasesApart) {
  TypeNames names;
  const auto r5 = names.release_of("5.0.0");
  EXPECT_EQ(names.release_of("4.0.1"), 0);
  EXPECT_EQ(names.release_of("5.0.0-snapshot1"), r5);
  names.add(kPatient, 1, 0);
  names.add(kPatient, 2, r5);
  EXPECT_EQ(names.find(kPatient), 1U);
  EXPECT_EQ(names.find(kPatient, r5), 2U);
  EXPECT_EQ(names.find("http://hl7.org/fhir/5.0/StructureDefinition/Patient"), 2U);
  EXPECT_EQ(names.find(std::string(kPatient) + "|5.0.0"), 2U);
  EXPECT_EQ(names.find(std::string(kPatient) + "|3.0.2"), 0U);
  names.prefer("5.0");
  EXPECT_EQ(names.find(kPatient), 2U);
  EXPECT_TRUE(names.knows("4.0.1", kPatient));
  EXPECT_FALSE(names.knows("4.3.0", kPatient));
}

TEST(TypeNames, FindsWhatOnlyAnotherReleaseHas) {
  TypeNames names;
  const auto r5 = names.release_of("5.0.0");
  names.add("Transport", 7, r5);
  EXPECT_EQ(names.find("Transport"), 7U);
  EXPECT_EQ(names.find_in(0, "Transport"), 7U);
  names.add("Transport", 8, 0);
  EXPECT_EQ(names.find("Transport"), 8U);
  EXPECT_EQ(names.find("Transport", r5), 7U);
}

}  // namespace
}  // namespace paraneo::definition
