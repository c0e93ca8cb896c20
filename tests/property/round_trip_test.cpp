// The law of both ways: import(export(record)) == record, for records that the model can say.
// PARANEO_RUNS sets how many, PARANEO_SEED where to begin (a failing seed is replayed with RUNS=1).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>

#include "../record/records.h"
#include "format/json.h"
#include "generator.h"
#include "record/export.h"
#include "record/import.h"
#include "record/record.h"

namespace paraneo::record {
namespace {

constexpr std::uint64_t kRuns = 10'000;
constexpr std::size_t kFactsMax = 6;

class Law {
 public:
  explicit Law(const Limits& limits = {})
      : exporter_(record_maps(), limits, {}), importer_(record_maps(), limits) {}

  // Empty when the record comes back equal, and without a word.
  std::string broken(const std::string& json) {
    diag::Sink sink;
    const auto exported = exporter_.run({"record", json}, ExportOptions{}, sink);
    if (!exported) return "export: " + text(sink);
    const auto imported = importer_.run({"bundle", exported->text}, sink);
    // A code that nobody knows, and what cannot all be true (codings, times), are told of, and come
    // back all the same.
    const auto is_told = [](const auto& each) {
      return each.code == diag::Code::validate_unknown_code ||
             each.code == diag::Code::import_unclear ||
             (each.code == diag::Code::validate_invariant &&
              each.severity == diag::Severity::warning);
    };
    if (!std::all_of(sink.all().begin(), sink.all().end(), is_told)) return "import: " + text(sink);
    if (imported.size() != 1) return std::to_string(imported.size()) + " records";
    return imported[0].json == json
               ? ""
               : "differs:\n" + imported[0].json + "\nthrough\n" + exported->text;
  }

 private:
  static std::string text(const diag::Sink& sink) {
    return render(sink, diag::RenderOptions{.colour = false, .show_source_line = false});
  }
  Exporter exporter_;
  Importer importer_;
};

// The record with one value or member changed: a text with another of its texts, a number, a member
// that stands twice, is gone, or stands elsewhere. It stays JSON.
std::string mutated(const std::string& json, SeededRandom& random) {
  auto out = json;
  std::vector<std::pair<std::size_t, std::size_t>> texts;  // begin and size of each, with its
                                                           // quotes
  for (std::size_t at = 0; at < out.size(); ++at) {
    if (out[at] != '"') continue;
    auto end = at + 1;
    while (out[end] != '"') end += out[end] == '\\' ? 2 : 1;
    if (out[end + 1] != ':') texts.emplace_back(at, end + 1 - at);
    at = end;
  }
  if (texts.empty()) return out;
  const auto [to, size] = random.pick(texts);
  const auto [from, from_size] = random.pick(texts);
  const auto other = json.substr(from, from_size);
  const std::vector<std::string> values = {other,
                                           "\" \"",
                                           "\"\"",
                                           R"("\u00e9\ud83d\ude00")",
                                           R"("a\nb")",
                                           "\"<5\"",
                                           "\"2003-10\"",
                                           "\"urn:uuid:x\"",
                                           json.substr(to, size).insert(1, " "),
                                           json.substr(to, size).insert(1, "a")};
  out.replace(to, size, random.pick(values));
  return out;
}

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

// What leaves claims nothing that is not so: no code of a system that has it not, no profile that
// is not met. A coding that the record itself names may be of R4's vital signs, which want a value
// and a time: that the record cannot be sent so is its own.
TEST(RoundTrip, WhatLeavesIsValid) {
  const auto first = from_environment("PARANEO_SEED", 1);
  const auto runs = from_environment("PARANEO_RUNS", kRuns) / 2;
  const auto& definitions = record_maps().definitions();
  Generator generator(record_maps(), Limits{});
  Exporter exporter(record_maps(), Limits{}, {});
  Arena arena;
  std::size_t refused = 0;
  for (auto seed = first; seed < first + runs; ++seed) {
    arena.reset();
    const auto json = format::to_json(definitions, *generator.record(seed, kFactsMax, arena));
    diag::Sink sink;
    if (exporter.run({"record", json}, ExportOptions{.validate = true}, sink)) continue;
    ++refused;
    const auto is_vital_sign = [](const auto& each) {
      return each.message.find("profile http://hl7.org/fhir/StructureDefinition/") !=
             std::string::npos;
    };
    ASSERT_TRUE(std::any_of(sink.all().begin(), sink.all().end(), is_vital_sign))
        << "seed " << seed << "\n"
        << json << "\n"
        << render(sink, diag::RenderOptions{.colour = false, .show_source_line = false});
  }
  EXPECT_LE(refused, 1 + runs / 100);
}

// Most records have a handful of facts. What grows with their number (keys, anchors, order) shows
// in larger ones only.
TEST(RoundTrip, HoldsForRecordsOfUpToTwoThousandFacts) {
  constexpr std::array<std::size_t, 8> kSizes = {1, 10, 30, 100, 300, 600, 1'000, 2'000};
  const auto first = from_environment("PARANEO_SEED", 1);
  const auto is_short = from_environment("PARANEO_RUNS", kRuns) < kRuns;
  const auto& definitions = record_maps().definitions();
  Limits limits;
  limits.time_ms_max = 600'000;  // of a sanitizer's build on a busy machine
  Generator generator(record_maps(), limits);
  Law law(limits);
  Arena arena;
  for (const auto size : kSizes) {
    if (is_short && size > 300) break;
    arena.reset();
    auto* record = generator.record_of(first, size, arena);
    sort_facts(definitions, *record);
    ASSERT_TRUE(generator.valid(*record, arena)) << size;
    const auto problem = law.broken(format::to_json(definitions, *record));
    EXPECT_EQ(problem, "") << size << " facts: " << problem.substr(0, 2'000);
  }
}

// A record that a person or a program wrote is not in the generator's order or words. Whatever is
// changed in it, it is refused, or comes back as it is.
TEST(RoundTrip, HoldsForWhateverIsAccepted) {
  const auto first = from_environment("PARANEO_SEED", 1);
  const auto runs = from_environment("PARANEO_RUNS", kRuns) / 4;
  const auto& definitions = record_maps().definitions();
  Generator generator(record_maps(), Limits{});
  RecordReader reader(record_maps(), Limits{});
  Law law;
  Arena arena;
  std::size_t accepted = 0;
  for (auto seed = first; seed < first + runs; ++seed) {
    arena.reset();
    auto* made = generator.record(seed, kFactsMax, arena);
    SeededRandom random(seed ^ 0x5EEDULL);
    const Source changed{"record", mutated(format::to_json(definitions, *made), random)};
    diag::Sink sink;
    auto* record = reader.read(changed, arena, sink);
    if (record == nullptr || sink.errors() > 0) continue;
    ++accepted;
    sort_facts(definitions, *record);
    const auto json = format::to_json(definitions, *record);
    const auto problem = law.broken(json);
    ASSERT_EQ(problem, "") << "seed " << seed << "\n" << changed.text;
  }
  EXPECT_GT(accepted, runs / 10);
}

}  // namespace
}  // namespace paraneo::record
