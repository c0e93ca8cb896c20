// The picture of a record with 10,000 values, from the record's tree to the SVG.
#include <benchmark/benchmark.h>

#include "../record/records.h"
#include "record/record.h"
#include "view/page.h"

namespace paraneo::view {
namespace {

constexpr int kValues = 10'000;

std::string record_text() {
  std::string out = R"({"resourceType":"CaseRecord","version":"1","id":"r","observations":[)";
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  for (int i = 0; i < kValues; ++i)
    out += std::string(i == 0 ? "" : ",") + R"({"key":"o)" + std::to_string(i) +
           R"(","code":{"text":"CK"},"value":{"number":)" + std::to_string(100 + i * 37 % 991) +
           R"(,"unit":"U/L"},"range":[{"low":24,"high":170,"unit":"U/L"}],"at":{"date":")" +
           std::to_string(1990 + i / 336) + "-" + two(i / 28 % 12 + 1) + "-" + two(i % 28 + 1) +
           "\"}}";
  return out + "]}";
}

void BM_PictureOfTenThousandValues(benchmark::State& state) {
  const Source source{"record", record_text()};
  record::RecordReader reader(record::record_maps(), Limits{});
  Arena arena;
  diag::Sink sink;
  const auto* record = reader.read(source, arena, sink);
  const Fields fields(record::record_maps().definitions(), {});
  for (auto _ : state)
    benchmark::DoNotOptimize(
        svg_of(fields, *record, {}, [](std::string_view spelling) { return spelling; }).size());
}
BENCHMARK(BM_PictureOfTenThousandValues)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace paraneo::view

BENCHMARK_MAIN();
