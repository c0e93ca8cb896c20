// The map of ../shared/suites/mapbench, from text to text, beside the bare cost of the bytes:
// RapidJSON parsing the records into DOMs, and writing the results from DOMs. Peers on the same
// work: ../shared/peers/run.sh map and limit. The last lines are the ratios.
//   bench_transform [RECORDS.ndjson] [--benchmark_filter=...]
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "diag/render.h"
#include "fml/compile/library.h"
#include "fml/transform.h"
#include "format/json.h"
#include "json/read.h"
#include "ratios.h"

namespace paraneo {
namespace {

constexpr std::size_t kOutputBytes = std::size_t{50} << 10;  // of a record, about
const std::string kSuite = PARANEO_SHARED_DIR "/suites/mapbench/";

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

std::string generated() {
  std::string out;
  auto* pipe = popen(("python3 " + kSuite + "gen.py 500").c_str(), "r");
  char block[1 << 16];
  while (pipe != nullptr) {
    const auto count = std::fread(block, 1, sizeof block, pipe);
    out.append(block, count);
    if (count == 0) break;
  }
  if (pipe != nullptr) pclose(pipe);
  return out;
}

class Bench {
 public:
  explicit Bench(const std::string& records) : definitions_(definition::Definitions::builtin()) {
    diag::Sink sink;
    const Source model{"CaseRecord.json", text_of(kSuite + "CaseRecord.json")};
    const auto* json = json::read(model, arena_, limits_, sink);
    if (json != nullptr) definitions_.add(*json, sink);
    definitions_.link(sink);
    engine_ = std::make_unique<fhirpath::Engine>(definitions_);
    const auto* map =
        library_.add({"case2bundle.map", text_of(kSuite + "case2bundle.map")}, limits_, sink);
    if (map != nullptr) transformation_ = fml::Transformation::make(*map, library_, *engine_, sink);
    std::cerr << render(sink, diag::RenderOptions{});
    std::istringstream lines(records);
    for (std::string line; std::getline(lines, line);) records_.push_back({"record", line});
  }

  bool ready() const { return transformation_ != nullptr && !records_.empty(); }
  const std::vector<Source>& records() const { return records_; }

  std::string transformed(const Source& record, Arena& arena) const {
    diag::Sink sink;
    arena.reset();
    std::string out;
    out.reserve(kOutputBytes);
    for (const auto* made :
         transformation_->run(record, {arena, limits_, sink, record.text, std::nullopt, nullptr}))
      format::append_json(definitions_, *made, out);
    return out;
  }

 private:
  Limits limits_;
  Arena arena_;
  definition::Definitions definitions_;
  std::unique_ptr<fhirpath::Engine> engine_;
  fml::Library library_;
  std::shared_ptr<const fml::Transformation> transformation_;
  std::vector<Source> records_;
};

void read_and_write(benchmark::State& state, const Bench& bench,
                    const std::vector<rapidjson::Document>& results) {
  for (auto _ : state) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      rapidjson::Document input;
      input.Parse(bench.records()[i].text.c_str());
      rapidjson::StringBuffer buffer;
      rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
      results[i].Accept(writer);
      benchmark::DoNotOptimize(buffer.GetSize());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(results.size()));
}

void transform(benchmark::State& state, const Bench& bench) {
  Arena arena;
  for (auto _ : state)
    for (const auto& record : bench.records())
      benchmark::DoNotOptimize(bench.transformed(record, arena).size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(bench.records().size()));
}

}  // namespace
}  // namespace paraneo

int main(int argc, char** argv) {
  using namespace paraneo;
  benchmark::Initialize(&argc, argv);
  const Bench bench(argc > 1 ? text_of(argv[1]) : generated());
  if (!bench.ready()) {
    std::cerr << "there is no suite in " << kSuite << ", or no records\n";
    return 1;
  }
  std::vector<rapidjson::Document> results;
  Arena arena;
  std::size_t bytes_in = 0;
  std::size_t bytes_out = 0;
  for (const auto& record : bench.records()) {
    const auto text = bench.transformed(record, arena);
    results.emplace_back().Parse(text.c_str());
    bytes_in += record.text.size();
    bytes_out += text.size();
  }
  benchmark::RegisterBenchmark(
      "RapidJSON: parse the record, write the result from a DOM",
      [&](benchmark::State& state) { read_and_write(state, bench, results); })
      ->UseRealTime();
  const auto body = [&](benchmark::State& state) { transform(state, bench); };
  benchmark::RegisterBenchmark("transform", body)->UseRealTime()->Threads(1)->Threads(2);
  Ratios reporter("records");
  benchmark::RunSpecifiedBenchmarks(&reporter);
  const auto count = bench.records().size();
  std::cout << count << " records, " << bytes_in / count << " bytes in and " << bytes_out / count
            << " out each\n";
}
