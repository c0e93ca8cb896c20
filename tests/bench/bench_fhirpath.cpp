// The expressions of ../shared/suites/fpbench, compiled once, on resources that are read already.
// With a peer's results (../shared/peers/run.sh path, in the same hour on the same machine) each
// expression is compared with its figure, and with its result.
//   bench_fhirpath [RESULT.json...] [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <cmath>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "diag/render.h"
#include "fhirpath/fhirpath.h"
#include "format/json.h"
#include "json/read.h"
#include "syntax/parse_expression.h"

namespace paraneo {
namespace {

const std::string kSuite = PARANEO_SHARED_DIR "/suites/fpbench/";

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

struct Case {
  std::string expression;
  const element::Element* input = nullptr;
  std::shared_ptr<const fhirpath::Program> program;
  double rate = 0;  // evaluations a second, once measured
};

class Bench {
 public:
  Bench() : engine_(definition::Definitions::builtin()) {
    for (const auto* name : {"patient", "observation", "bundle"}) resource(name);
    const auto* list = parsed(kSuite + "expressions.json");
    if (list != nullptr)
      for (const auto& one : list->items()) add(one);
    std::cerr << render(sink_, diag::RenderOptions{});
  }

  std::deque<Case>& cases() { return cases_; }
  const json::Value* parsed(const std::string& path) {
    return json::read(sources_.emplace_back(Source{path, text_of(path)}), arena_, limits_, sink_);
  }

  fhirpath::Collection evaluated(const Case& one, Arena& arena) const {
    arena.reset();
    const fhirpath::Environment environment{arena, limits_, now_, nullptr, nullptr, {}};
    const auto out = engine_.evaluate(
        *one.program, fhirpath::Collection(fhirpath::Item::of(one.input)), environment);
    return out ? *out : fhirpath::Collection();
  }
  // As the peers' results say it: the number of items, and the first one.
  std::string told(const Case& one) const {
    Arena arena;
    const auto all = evaluated(one, arena);
    auto text = std::to_string(all.size()) + ":";
    if (all.empty()) return text;
    const auto first = engine_.system_value(all[0], arena);
    return text + std::string(first.is_element()
                                  ? engine_.definitions().type_name(first.element->type)
                                  : fhirpath::text_of(first, arena).value_or(""));
  }

 private:
  void resource(const std::string& name) {
    const auto* json = parsed(kSuite + name + ".json");
    if (json != nullptr)
      resources_[name] =
          format::read_json(engine_.definitions(), *json, sources_.back(), {}, arena_, sink_);
  }
  void add(const json::Value& one) {
    Case made;
    made.expression = one.text_of("expression");
    made.input = resources_[std::string(one.text_of("resource"))];
    const auto* tree = syntax::parse_expression(
        sources_.emplace_back(Source{"expression", made.expression}), arena_, limits_, sink_);
    if (tree == nullptr || made.input == nullptr) return;
    made.program = engine_.compile(*tree, {made.input->type, {}}, sink_);
    if (made.program != nullptr) cases_.push_back(made);
  }

  Limits limits_;
  Arena arena_;
  diag::Sink sink_;
  std::deque<Source> sources_;
  fhirpath::Engine engine_;
  std::map<std::string, const element::Element*> resources_;
  std::deque<Case> cases_;
  std::optional<DateTime> now_ = DateTime::parse_date_time("2026-01-01T00:00:00Z");
};

void evaluate(benchmark::State& state, const Bench& bench, const Case& one) {
  Arena arena;
  for (auto _ : state) benchmark::DoNotOptimize(bench.evaluated(one, arena).size());
  state.SetItemsProcessed(state.iterations());
}

// Keeps each case's rate; the table is Google Benchmark's.
class Reporter : public benchmark::ConsoleReporter {
 public:
  explicit Reporter(std::deque<Case>& cases) : cases_(cases) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const auto& run : runs)
      for (auto& one : cases_)
        if (run.benchmark_name() == one.expression) one.rate = run.counters.at("items_per_second");
  }

 private:
  std::deque<Case>& cases_;
};

void compare(Bench& bench, const std::string& path) {
  const auto* results = bench.parsed(path);
  if (results == nullptr) return;
  double logs = 0;
  int count = 0;
  for (const auto& peer : results->items()) {
    for (const auto& one : bench.cases()) {
      if (one.rate == 0 || peer.text_of("e") != one.expression || peer.find("eps") == nullptr)
        continue;
      double best = 0;
      for (const auto& rate : peer.find("eps")->items())
        best = std::max(best, std::strtod(std::string(rate.text()).c_str(), nullptr));
      logs += std::log(one.rate / best);
      ++count;
      std::printf("%8.1f times  %s\n", one.rate / best, one.expression.c_str());
      if (bench.told(one) != peer.text_of("result"))
        std::printf("  results differ: %s here, %s there\n", bench.told(one).c_str(),
                    std::string(peer.text_of("result")).c_str());
    }
  }
  if (count > 0)
    std::printf("%8.1f times %s (geometric mean of %d)\n", std::exp(logs / count), path.c_str(),
                count);
}

}  // namespace
}  // namespace paraneo

int main(int argc, char** argv) {
  using namespace paraneo;
  benchmark::Initialize(&argc, argv);
  Bench bench;
  if (bench.cases().empty()) {
    std::cerr << "there is no suite in " << kSuite << "\n";
    return 1;
  }
  for (auto& one : bench.cases())
    benchmark::RegisterBenchmark(one.expression.c_str(),
                                 [&](benchmark::State& state) { evaluate(state, bench, one); });
  Reporter reporter(bench.cases());
  benchmark::RunSpecifiedBenchmarks(&reporter);
  double logs = 0;
  for (const auto& one : bench.cases()) logs += std::log(one.rate);
  std::printf("%.0f evaluations/s (geometric mean of %zu)\n",
              std::exp(logs / static_cast<double>(bench.cases().size())), bench.cases().size());
  for (int i = 1; i < argc; ++i) compare(bench, argv[i]);
}
