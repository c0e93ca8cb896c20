// XML to elements and back, beside expat's bare parse of the same bytes (no handlers). The last
// lines are the ratios, of bytes.
//   bench_xml [FHIR.json] [--benchmark_filter=...]
#include <expat.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "diag/render.h"
#include "format/xml.h"
#include "ratios.h"

namespace paraneo {
namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

std::string as_xml(const std::string& path, bool pretty) {
  const Source source{path, text_of(path)};
  const auto& definitions = definition::Definitions::builtin();
  Arena arena;
  diag::Sink sink;
  std::string out;
  const auto* root = format::read_json(definitions, source, {}, {}, arena, sink);
  if (root != nullptr) format::append_xml(definitions, *root, pretty, sink, out);
  std::cerr << render(sink, diag::RenderOptions{});
  return out;
}

void bare(benchmark::State& state, const std::string& xml) {
  for ([[maybe_unused]] auto _ : state) {
    auto* parser = XML_ParserCreate("UTF-8");
    benchmark::DoNotOptimize(XML_Parse(parser, xml.data(), static_cast<int>(xml.size()), 1));
    XML_ParserFree(parser);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(xml.size()));
}

void reading(benchmark::State& state, const std::string& xml) {
  const Source source{"in.xml", xml};
  Arena arena;
  for ([[maybe_unused]] auto _ : state) {
    arena.reset();
    diag::Sink sink;
    benchmark::DoNotOptimize(
        format::read_xml(definition::Definitions::builtin(), source, {}, {}, arena, sink));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(xml.size()));
}

void writing(benchmark::State& state, const std::string& xml) {
  const Source source{"in.xml", xml};
  Arena arena;
  diag::Sink sink;
  const auto* root =
      format::read_xml(definition::Definitions::builtin(), source, {}, {}, arena, sink);
  for ([[maybe_unused]] auto _ : state) {
    std::string out;
    format::append_xml(definition::Definitions::builtin(), *root, false, sink, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(xml.size()));
}

}  // namespace
}  // namespace paraneo

int main(int argc, char** argv) {
  using namespace paraneo;
  benchmark::Initialize(&argc, argv);
  const auto xml =
      as_xml(argc > 1 ? argv[1] : PARANEO_SHARED_DIR "/suites/fpbench/bundle.json", true);
  if (xml.empty()) return 1;
  benchmark::RegisterBenchmark("expat, bare", [&](benchmark::State& state) { bare(state, xml); });
  benchmark::RegisterBenchmark("read_xml", [&](benchmark::State& state) { reading(state, xml); });
  benchmark::RegisterBenchmark("append_xml", [&](benchmark::State& state) { writing(state, xml); });
  Ratios ratios("bytes");
  benchmark::RunSpecifiedBenchmarks(&ratios);
  return 0;
}
