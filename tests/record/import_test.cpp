#include "record/import.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/clock.h"
#include "json/read.h"
#include "records.h"

namespace paraneo::record {
namespace {

// A record's text in canonical form: properties in the model's order, facts by key.
std::string canonical(const Source& source) {
  Arena arena;
  diag::Sink sink;
  RecordReader reader(builtin_mappings(), Limits{});
  auto* record = reader.read(source, arena, sink);
  if (record == nullptr) return render(sink, diag::RenderOptions{});
  sort_facts(builtin_mappings().definitions(), *record);
  return format::to_json(builtin_mappings().definitions(), *record);
}

TEST(Import, GivesEveryCommittedRecordBack) {
  Exporter exporter(builtin_mappings(), Limits{});
  Importer importer(builtin_mappings(), Limits{});
  for (const auto& record : committed_records()) {
    diag::Sink sink;
    const auto exported = exporter.run(record, ExportOptions{}, sink);
    ASSERT_TRUE(exported) << record.name;
    const Source bundle{record.name + " as FHIR", exported->json};
    const auto imported = importer.run(bundle, sink);
    EXPECT_TRUE(sink.all().empty()) << render(sink, diag::RenderOptions{.colour = false, .show_source_line = false});
    ASSERT_EQ(imported.size(), 1U) << record.name;
    EXPECT_EQ(imported[0].json, canonical(record)) << record.name;
  }
}

TEST(Export, IsTheSameForAReorderedRecord) {
  Exporter exporter(builtin_mappings(), Limits{});
  for (const auto& record : committed_records()) {
    diag::Sink sink;
    const auto one = exporter.run(record, ExportOptions{}, sink);
    const auto other = exporter.run({record.name, canonical(record)}, ExportOptions{}, sink);
    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->json, other->json) << record.name;
  }
}

struct Problems {
  std::vector<std::string> codes;
  std::vector<Imported> records;
};

Problems imported(std::string json) {
  Importer importer(builtin_mappings(), Limits{});
  diag::Sink sink;
  Problems out;
  out.records = importer.run({"x.json", std::move(json)}, sink);
  for (const auto& d : sink.all()) out.codes.push_back(std::string(diag::info(d.code).name) + " " + d.element);
  return out;
}

TEST(Import, RecognisesStandardCodesOfOthers) {
  const auto out = imported(R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p","gender":"female"}},
    {"resource":{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2157-6","display":"CK"}]},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":26.0,"unit":"U/L","system":"http://unitsofmeasure.org","code":"U/L"}}}]})");
  EXPECT_EQ(out.codes, std::vector<std::string>{});
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].json, R"({"resourceType":"CaseRecord","id":"p","version":"1","subject":{"sex":"female"},"observations":[{"key":"Observation-o","code":{"code":"lab-creatine-kinase"},"value":{"number":26.0,"unit":"U/L"}}]})");
}

TEST(Import, ReportsWhatARecordCannotHold) {
  const auto out = imported(R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p","active":true}},
    {"resource":{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"issued":"2003-10-05T07:30:00Z","performer":[{"display":"y"}]}},
    {"resource":{"resourceType":"Observation","id":"e","status":"entered-in-error","code":{"text":"x"},"subject":{"reference":"Patient/p"}}},
    {"resource":{"resourceType":"Goal","id":"g","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"}}},
    {"resource":{"resourceType":"Organization","id":"x","name":"y"}}]})");
  EXPECT_EQ(out.codes, (std::vector<std::string>{"import-ignored Bundle.entry[4].resource", "import-lost Bundle.entry[0].resource.active",
                                                 "import-lost Bundle.entry[1].resource.issued", "import-lost Bundle.entry[1].resource.performer[0]",
                                                 "import-not-a-fact ", "import-ignored "}));
  ASSERT_EQ(out.records.size(), 1U);
}

TEST(Import, MakesARecordForEachPatient) {
  const auto out = imported(R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"a"}},{"resource":{"resourceType":"Patient","id":"b"}},
    {"resource":{"resourceType":"Condition","id":"c","code":{"text":"x"},"subject":{"reference":"http://server/fhir/Patient/b"}}}]})");
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].json, R"({"resourceType":"CaseRecord","id":"a","version":"1"})");
  EXPECT_EQ(out.records[1].json, R"({"resourceType":"CaseRecord","id":"b","version":"1","conditions":[{"key":"Condition-c","code":{"text":"x"}}]})");
}

// A contained patient's reference ("#p") once became part of the record's id.
TEST(Import, TakesAContainedPatientOut) {
  const auto made = imported(R"({"resourceType":"Condition","id":"c1",
    "contained":[{"resourceType":"Patient","id":"p","gender":"female"}],
    "code":{"coding":[{"system":"http://snomed.info/sct","code":"396230008"}]},"subject":{"reference":"#p"}})");
  ASSERT_EQ(made.records.size(), 1U) << ::testing::PrintToString(made.codes);
  EXPECT_EQ(made.records[0].json.find('#'), std::string::npos) << made.records[0].json;
  EXPECT_NE(made.records[0].json.find("female"), std::string::npos) << made.records[0].json;
}

TEST(Export, SaysWhereEachResourceComesFrom) {
  Exporter exporter(builtin_mappings(), Limits{});
  for (const auto& record : committed_records()) {
    diag::Sink sink;
    const auto made = exporter.run(record, {ExportForm::ndjson, false}, sink);
    ASSERT_TRUE(made);
    std::istringstream lines(made->json);
    for (std::string line; std::getline(lines, line);) {
      const auto source = line.find("\"meta\":{\"source\":\"https://");
      ASSERT_NE(source, std::string::npos) << made->record_id;
      const auto end = line.find('"', line.find("https://", source));
      EXPECT_TRUE(line.substr(0, end).ends_with("/" + made->record_id)) << made->record_id;
    }
  }
}

TEST(Import, RefusesWhatHasNoPatient) {
  EXPECT_EQ(imported(R"({"resourceType":"Organization","id":"x"})").codes.back(), "import-no-patient ");
}

// What was quadratic took minutes here: elements behind later ones, their places in messages, references.
TEST(Import, TakesLinearTime) {
  const auto began = steady_clock().now_ms();
  std::string names, resources;
  for (int i = 0; i < 100'000; ++i) names += std::string(i == 0 ? "" : ",") + R"({"family":"x"})";
  for (int i = 0; i < 3'000; ++i) {
    const auto id = std::to_string(i);
    resources += R"(,{"fullUrl":"http://h/Patient/p)" + id + R"(","resource":{"resourceType":"Patient","id":"p)" + id + R"("}})" +
                 R"(,{"fullUrl":"http://h/Observation/o)" + id + R"(","resource":{"resourceType":"Observation","id":"o)" + id +
                 R"(","status":"final","code":{"text":"x"},"subject":{"reference":"http://h/Patient/p)" + id + R"("}}})";
  }
  const auto got = imported(R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"a","gender":"male","name":[)" +
                            names + "]}}" + resources + "]}");
  EXPECT_EQ(got.records.size(), 3'001U);
  EXPECT_LT(steady_clock().now_ms() - began, 10'000);
}

}  // namespace
}  // namespace paraneo::record
