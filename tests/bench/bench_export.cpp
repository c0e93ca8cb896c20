// Records to FHIR and back, beside the bare cost of their bytes: RapidJSON parsing the input and
// writing the output in the same run. The last lines are the ratios.
//   bench_export [--benchmark_filter=...]
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "../property/generator.h"
#include "../record/records.h"
#include "format/json.h"
#include "ratios.h"
#include "record/export.h"
#include "record/import.h"

namespace paraneo::record {
namespace {

constexpr std::size_t kRecords = 2000;
constexpr std::size_t kFactsMax = 30;

struct Data {
  std::vector<Source> records;
  std::vector<Source> bundles;
  std::vector<rapidjson::Document> outputs;
  std::size_t bytes_in = 0;
  std::size_t bytes_out = 0;
};

const Data& data() {
  static const Data all = [] {
    Data d;
    Generator generator(record_maps(), Limits{});
    Exporter exporter(record_maps(), Limits{});
    Arena arena;
    for (std::uint64_t seed = 1; seed <= kRecords; ++seed) {
      arena.reset();
      auto* record = generator.record(seed, kFactsMax, arena);
      d.records.push_back({"record", format::to_json(record_maps().definitions(), *record)});
      diag::Sink sink;
      auto exported = exporter.run(d.records.back(), {}, sink);
      d.bundles.push_back({"bundle", std::move(exported->text)});
      d.outputs.emplace_back().Parse(d.bundles.back().text.c_str());
      d.bytes_in += d.records.back().text.size();
      d.bytes_out += d.bundles.back().text.size();
    }
    return d;
  }();
  return all;
}

void BM_RapidJsonParseAndWrite(benchmark::State& state) {
  const auto& d = data();
  for (auto _ : state) {
    for (std::size_t i = 0; i < d.records.size(); ++i) {
      rapidjson::Document input;
      input.Parse(d.records[i].text.c_str());
      rapidjson::StringBuffer buffer;
      rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
      d.outputs[i].Accept(writer);
      benchmark::DoNotOptimize(buffer.GetSize());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(d.records.size()));
}
BENCHMARK(BM_RapidJsonParseAndWrite)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_Export(benchmark::State& state) {
  const auto& d = data();
  Exporter exporter(record_maps(), Limits{});
  for (auto _ : state) {
    for (const auto& record : d.records) {
      diag::Sink sink;
      benchmark::DoNotOptimize(exporter.run(record, {}, sink));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(d.records.size()));
}
BENCHMARK(BM_Export)->Unit(benchmark::kMillisecond)->UseRealTime()->Threads(1)->Threads(2);

void BM_Import(benchmark::State& state) {
  const auto& d = data();
  Importer importer(record_maps(), Limits{});
  for (auto _ : state) {
    for (const auto& bundle : d.bundles) {
      diag::Sink sink;
      benchmark::DoNotOptimize(importer.run(bundle, sink));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(d.records.size()));
}
BENCHMARK(BM_Import)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace paraneo::record

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  paraneo::Ratios reporter("records");
  benchmark::RunSpecifiedBenchmarks(&reporter);
  const auto& d = paraneo::record::data();
  const auto count = d.records.size();
  std::cout << count << " records, " << d.bytes_in / count << " bytes in and "
            << d.bytes_out / count << " out each\n";
}
