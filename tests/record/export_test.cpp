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
    EXPECT_TRUE(out.has_value() && sink.all().empty()) << record.name << "\n" << render(sink, diag::RenderOptions{});
  }
  EXPECT_EQ(exporter.unmapped().csv(), "count,map,system,code,target_system,target_code,target_display\n");
}

// Each condition looks for all others; what that takes is given back.
TEST(Export, NeedsNoMemoryForWhatWasOnlyAsked) {
  std::string conditions;
  for (int i = 0; i < 1000; ++i)
    conditions += std::string(i == 0 ? "" : ",") + R"({"key":"c)" + std::to_string(i) + R"(","kind":"metastasis","code":{"text":"x"},"related":["c)" +
                  std::to_string((i + 1) % 1000) + "\"]}";
  Limits limits;
  limits.evaluation_bytes_max = std::size_t{12} << 20;
  Exporter exporter(record_maps(), limits);
  diag::Sink sink;
  const auto exported = exporter.run({"x", R"({"resourceType":"CaseRecord","version":"1","id":"x","subject":{"sex":"female"},"conditions":[)" + conditions + "]}"},
                                     ExportOptions{}, sink);
  EXPECT_TRUE(exported.has_value()) << render(sink, diag::RenderOptions{});
}

}  // namespace
}  // namespace paraneo::record
