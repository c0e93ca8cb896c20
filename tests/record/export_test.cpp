#include "record/export.h"

#include <gtest/gtest.h>

#include "records.h"

namespace paraneo::record {
namespace {

TEST(Export, TakesEveryCommittedRecordWithoutAWord) {
  Exporter exporter(record_maps(), Limits{});
  const auto records = committed_records();
  ASSERT_EQ(records.size(), 22U);
  for (const auto& record : records) {
    diag::Sink sink;
    const auto out = exporter.run(record, ExportOptions{}, sink);
    EXPECT_TRUE(out.has_value() && sink.all().empty()) << record.name << "\n"
                                                       << render(sink, diag::RenderOptions{});
  }
  EXPECT_TRUE(exporter.unmapped().empty());
  // What is words alone is counted beside that.
  EXPECT_FALSE(exporter.unmapped().rows().empty());
}

// Each condition looks for all others; what that takes is given back.
TEST(Export, NeedsNoMemoryForWhatWasOnlyAsked) {
  std::string conditions;
  for (int i = 0; i < 1000; ++i)
    conditions += std::string(i == 0 ? "" : ",") + R"({"key":"c)" + std::to_string(i) +
                  R"(","kind":"metastasis","code":{"text":"x"},"related":["c)" +
                  std::to_string((i + 1) % 1000) + "\"]}";
  Limits limits;
  limits.evaluation_bytes_max = std::size_t{12} << 20;
  Exporter exporter(record_maps(), limits);
  diag::Sink sink;
  const auto exported = exporter.run(
      {"x",
       R"({"resourceType":"CaseRecord","version":"1","id":"x","subject":{"sex":"female"},"conditions":[)" +
           conditions + "]}"},
      ExportOptions{}, sink);
  EXPECT_TRUE(exported.has_value()) << render(sink, diag::RenderOptions{});
}

// A series of values relative to one fact: each asks where the fact is. Steps in proportion, so
// that a thousand facts and ten thousand are allowed the same for each.
TEST(Export, TakesStepsInProportionToItsFacts) {
  constexpr std::uint64_t kStepsPerFact = 400;
  for (const std::uint64_t facts : {1'000U, 10'000U}) {
    std::string observations;
    for (std::uint64_t i = 0; i < facts; ++i)
      observations +=
          std::string(i == 0 ? "" : ",") + R"({"key":"o)" + std::to_string(i) +
          R"(","code":{"text":"CK"},"value":{"number":1,"unit":"U/L"},"at":{"relation":"after-start","anchor":"dm","offset":)" +
          std::to_string(i + 1) + R"(,"unit":"d"}})";
    Limits limits;
    limits.steps_max = kStepsPerFact * facts;
    Exporter exporter(record_maps(), limits);
    diag::Sink sink;
    const auto exported = exporter.run(
        {"x",
         R"({"resourceType":"CaseRecord","version":"1","id":"x","subject":{"sex":"female"},"conditions":[{"key":"dm","code":{"text":"x"},"onset":{"date":"2015"}}],"observations":[)" +
             observations + "]}"},
        ExportOptions{}, sink);
    EXPECT_TRUE(exported.has_value()) << facts << "\n" << render(sink, diag::RenderOptions{});
  }
}

}  // namespace
}  // namespace paraneo::record
