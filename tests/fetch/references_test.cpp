#include "fetch/references.h"

#include <gtest/gtest.h>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"

namespace paraneo::fetch {
namespace {

void take(References& references, const std::string& json) {
  const Source source{"resource", json};
  Arena arena;
  diag::Sink sink;
  references.take(*json::read(source, arena, {}, sink));
}

TEST(References, FollowsWhatAPatientsDataNeedsAndCountsTheRest) {
  References references("https://h/r4", {"Practitioner"});
  references.settle("Patient/p");
  take(references, R"({"resourceType":"MedicationStatement","subject":{"reference":"Patient/p"},
    "medicationReference":{"reference":"https://h/r4/Medication/m/_history/2"},
    "informationSource":{"reference":"Practitioner/d"},
    "derivedFrom":[{"reference":"Observation/o"},{"reference":"Observation/o"},{"reference":"#contained"},
                   {"reference":"urn:uuid:1"},{"reference":"https://elsewhere/r4/Medication/x"},
                   {"reference":"Patient?identifier=1"},{"identifier":{"value":"1"}}]})");
  EXPECT_EQ(references.next_to_follow(), "Medication/m");
  references.settle("Medication/m");
  EXPECT_EQ(references.next_to_follow(), "Practitioner/d");
  references.settle("Practitioner/d");
  EXPECT_EQ(references.next_to_follow(), "");
  EXPECT_EQ(references.left(), (std::map<std::string, std::size_t>{{"Observation", 1}}));
  EXPECT_EQ(references.foreign(), 1U);
  references.settle("Observation/o");  // came on a later page
  EXPECT_TRUE(references.left().empty());
}

}  // namespace
}  // namespace paraneo::fetch
