// The law of both ways: import(export(record)) == record, for records that the model can say.
// PARANEO_RUNS sets how many, PARANEO_SEED where to begin (a failing seed is replayed with RUNS=1).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "../record/records.h"
#include "format/json.h"
#include "generator.h"
#include "record/export.h"
#include "record/import.h"

namespace paraneo::record {
namespace {

constexpr std::uint64_t kRuns = 10'000;
constexpr std::size_t kFactsMax = 6;

class Law {
 public:
  // Empty when the record comes back equal, and without a word.
  std::string broken(const std::string& json) {
    diag::Sink sink;
    const auto exported = exporter_.run({"record", json}, ExportOptions{}, sink);
    if (!exported) return "export: " + text(sink);
    const auto imported = importer_.run({"bundle", exported->text}, sink);
    // A code that nobody knows is told of, and comes back all the same.
    const auto is_of_code = [](const auto& each) {
      return each.code == diag::Code::validate_unknown_code;
    };
    if (!std::all_of(sink.all().begin(), sink.all().end(), is_of_code))
      return "import: " + text(sink);
    if (imported.size() != 1) return std::to_string(imported.size()) + " records";
    return imported[0].json == json
               ? ""
               : "differs:\n" + imported[0].json + "\nthrough\n" + exported->text;
  }

 private:
  static std::string text(const diag::Sink& sink) {
    return render(sink, diag::RenderOptions{.colour = false, .show_source_line = false});
  }
  Exporter exporter_{record_maps(), Limits{}, {}};
  Importer importer_{record_maps(), Limits{}};
};

class Shrinker {
 public:
  Shrinker(Law& law, Generator& generator, Arena& arena)
      : law_(law), generator_(generator), arena_(arena) {}

  std::string shrink(element::Element& record) {
    while (smaller(record, record)) {}
    return format::to_json(record_maps().definitions(), record);
  }

 private:
  // Takes away the first child that is not needed for the failure.
  bool smaller(element::Element& record, element::Element& parent) {
    element::Element* before = nullptr;
    for (auto* child = parent.first; child != nullptr; before = child, child = child->next) {
      const auto saved_last = parent.last;
      auto* next = child->next;
      (before == nullptr ? parent.first : before->next) = next;
      if (parent.last == child) parent.last = before;
      if (generator_.valid(record, arena_) &&
          !law_.broken(format::to_json(record_maps().definitions(), record)).empty())
        return true;
      (before == nullptr ? parent.first : before->next) = child;
      parent.last = saved_last;
      if (smaller(record, *child)) return true;
    }
    return false;
  }

  Law& law_;
  Generator& generator_;
  Arena& arena_;
};

TEST(RoundTrip, ImportOfExportIsTheRecord) {
  const auto first = from_environment("PARANEO_SEED", 1);
  const auto runs = from_environment("PARANEO_RUNS", kRuns);
  const auto& definitions = record_maps().definitions();
  Generator generator(record_maps(), Limits{});
  Law law;
  Arena arena;
  std::size_t facts = 0;
  for (auto seed = first; seed < first + runs; ++seed) {
    arena.reset();
    auto* record = generator.record(seed, kFactsMax, arena);
    sort_facts(definitions, *record);
    for (const auto* c = record->first; c != nullptr; c = c->next) ++facts;
    ASSERT_TRUE(generator.valid(*record, arena))
        << "seed " << seed << ": the generator made an invalid record\n"
        << format::to_json(definitions, *record);
    if (std::getenv("PARANEO_PRINT") != nullptr)
      std::cout << format::to_json(definitions, *record) << "\n";
    const auto problem = law.broken(format::to_json(definitions, *record));
    if (problem.empty()) continue;
    const auto small = Shrinker(law, generator, arena).shrink(*record);
    FAIL() << "seed " << seed << "\n" << small << "\n" << law.broken(small);
  }
  // The generator must not have grown silent.
  EXPECT_GT(facts, runs * 3);
}

}  // namespace
}  // namespace paraneo::record
