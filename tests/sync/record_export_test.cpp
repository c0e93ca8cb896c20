#include "sync/record_export.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace paraneo::sync {
namespace {

namespace fs = std::filesystem;

// Takes the place of the program's own profile of patients: they must be male.
constexpr const char* kProfile =
    R"({"resourceType":"StructureDefinition","url":"https://paraneo.github.io/fhir/StructureDefinition/record-patient","name":"P","status":"active","kind":"resource","abstract":false,"type":"Patient","fhirVersion":"4.0.1",
 "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint","differential":{"element":[{"id":"Patient.gender","path":"Patient.gender","fixedCode":"male"}]}})";

Source record(const std::string& sex) {
  return {"record", R"({"resourceType":"CaseRecord","version":"1","id":"x","subject":{"sex":")" +
                        sex + R"("}})"};
}

TEST(RecordExport, RefusesWhatIsNotValidOnRequest) {
  const auto folder = fs::temp_directory_path() / ("paraneo-sync-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "profile.json") << kProfile;
  diag::Sink sink;
  auto knowledge = knowledge::Knowledge::load(
      {.guides = {folder.string()}, .records = true, .validation = true}, sink);
  fs::remove_all(folder);
  ASSERT_TRUE(knowledge.operator bool());
  const auto maps = record::RecordMaps::compile(std::move(*knowledge), sink);
  ASSERT_NE(maps, nullptr);
  record::ExportOptions strict;
  strict.validate = true;
  const auto plain = record_maker(maps, Limits{}, {});
  const auto validating = record_maker(maps, Limits{}, {}, strict);

  EXPECT_FALSE(plain(record("female")).refusal);
  EXPECT_FALSE(validating(record("male")).refusal);
  EXPECT_FALSE(validating(record("male")).entries.empty());
  const auto refused = validating(record("female"));
  ASSERT_TRUE(refused.refusal);
  EXPECT_NE(refused.refusal->find("gender"), std::string::npos) << *refused.refusal;
  EXPECT_TRUE(refused.entries.empty());
  EXPECT_FALSE(refused.record.empty());
  // A run with the option looks at all records again.
  EXPECT_NE(maker_fingerprint(maps->knowledge(), {}, true),
            maker_fingerprint(maps->knowledge(), {}));
}

}  // namespace
}  // namespace paraneo::sync
