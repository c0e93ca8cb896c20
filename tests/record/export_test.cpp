#include "record/export.h"

#include <gtest/gtest.h>

#include "records.h"

namespace paraneo::record {
namespace {

TEST(Export, TakesEveryCommittedRecordWithoutAWord) {
  Exporter exporter(builtin_mappings(), Limits{});
  const auto records = committed_records();
  ASSERT_EQ(records.size(), 22U);
  for (const auto& record : records) {
    diag::Sink sink;
    const auto out = exporter.run(record, ExportOptions{}, sink);
    EXPECT_TRUE(out.has_value() && sink.all().empty()) << record.name << "\n" << render(sink, diag::RenderOptions{});
  }
  EXPECT_EQ(exporter.unmapped().csv(), "count,map,system,code,target_system,target_code,target_display\n");
}

}  // namespace
}  // namespace paraneo::record
