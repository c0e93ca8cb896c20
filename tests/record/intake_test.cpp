#include "record/gather/intake.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "record/gather/entry_bytes.h"
#include "records.h"

namespace paraneo::record {
namespace {

constexpr std::size_t kLittle = std::size_t{64} << 10;
constexpr int kPatients = 60;

std::string observation(const std::string& id, const std::string& links) {
  return R"({"resourceType":"Observation","id":")" + id +
         R"(","status":"final","code":{"text":"x"})" + links + "}";
}

// Texts whose entries are in need of each other in each way that there is.
std::vector<std::string> linked_texts() {
  std::vector<std::string> out = {
      R"({"resourceType":"Medication","id":"m","code":{"text":"a drug"},"ingredient":[{"itemReference":{"reference":"Substance/s"}}]})",
      R"({"resourceType":"Substance","id":"s","code":{"text":"what is in it"}})"};
  for (int i = 0; i < kPatients; ++i) {
    const auto n = std::to_string(i);
    const auto subject = R"(,"subject":{"reference":"Patient/p)" + n + "\"}";
    out.push_back(observation("o" + n, subject));
    out.push_back(observation("lent" + n, ""));
    out.push_back(observation(
        "group" + n, subject + R"(,"hasMember":[{"reference":"Observation/lent)" + n + "\"}]"));
    out.push_back(
        observation("by-identifier" + n,
                    R"(,"subject":{"identifier":{"system":"urn:mrn","value":")" + n + "\"}}"));
    out.push_back(observation(
        "by-condition" + n, R"(,"subject":{"reference":"Patient?identifier=urn:mrn|)" + n + "\"}"));
    out.push_back(R"({"resourceType":"MedicationStatement","id":"t)" + n +
                  R"(","status":"active","medicationReference":{"reference":"Medication/m"})" +
                  subject + "}");
    // An older version, which was somebody else's.
    out.push_back(observation(
        "moved" + n,
        R"(,"meta":{"lastUpdated":"2020-01-01T00:00:00Z"},"subject":{"reference":"Patient/p)" +
            std::to_string(i ^ 1) + "\"}"));
    out.push_back(
        observation("moved" + n, R"(,"meta":{"lastUpdated":"2021-01-01T00:00:00Z"})" + subject));
    out.push_back(R"({"resourceType":"Patient","id":"p)" + n +
                  R"(","identifier":[{"system":"urn:mrn","value":")" + n + "\"}]}");
  }
  return out;
}

// What is in each chart: names of the entries, and of the context.
struct Seen {
  std::map<std::string, std::multiset<std::string>> charts;
  std::size_t parts = 0;
  std::multiset<std::string> messages;
};

Seen seen(const std::vector<std::string>& texts, std::size_t memory_bytes,
          ChartOptions options = {}, bool loads_ahead = false) {
  IntakeOptions intake_options;
  intake_options.memory_bytes_max = memory_bytes;
  intake_options.loads_ahead = loads_ahead;
  Intake intake(Limits{}, std::move(options), std::move(intake_options));
  Seen out;
  diag::Sink sink(100'000);
  std::size_t line = 0;
  for (const auto& text : texts)
    EXPECT_TRUE(intake.add({"in.ndjson", text, static_cast<std::uint32_t>(++line)}, sink));
  while (true) {
    auto charts = intake.next(sink);
    EXPECT_TRUE(charts);
    if (!charts || *charts == nullptr) break;
    ++out.parts;
    for (const auto& chart : (*charts)->charts()) {
      auto& names = out.charts[chart.patient + " = " + chart.record_id];
      EXPECT_TRUE(names.empty()) << chart.patient << " is in two parts";
      for (const auto* entry : chart.entries)
        names.insert(entry->reference() + " " + entry->digest + " " + entry->text.text);
      for (const auto* entry : chart.context)
        names.insert("context " + entry->reference() + " " + entry->text.text);
    }
  }
  EXPECT_TRUE(intake.is_last());
  for (const auto& message : sink.all())
    out.messages.insert(message.message + " " + message.element);
  return out;
}

TEST(Intake, GivesTheSameChartsInParts) {
  const auto texts = linked_texts();
  const auto whole = seen(texts, std::size_t{1} << 30);
  const auto parts = seen(texts, kLittle);
  EXPECT_EQ(whole.parts, 1U);
  EXPECT_GT(parts.parts, 3U);
  EXPECT_EQ(whole.charts.size(), static_cast<std::size_t>(kPatients));
  EXPECT_EQ(whole.charts, parts.charts);
  EXPECT_EQ(whole.messages, parts.messages);
  EXPECT_FALSE(whole.messages.empty()) << "who is superseded is named";
}

TEST(Intake, WhatAThreadMakesBeforeItIsAskedForIsTheSame) {
  const auto texts = linked_texts();
  const auto asked = seen(texts, kLittle);
  const auto ahead = seen(texts, kLittle, {}, true);
  EXPECT_EQ(ahead.parts, asked.parts) << "the order of what is made must not depend on threads";
  EXPECT_EQ(asked.charts, ahead.charts);
  EXPECT_EQ(asked.messages, ahead.messages);
}

// Nobody asks for the rest: the thread that is at work ends, and nothing is left.
TEST(Intake, MayGoWhileTheNextPartIsMade) {
  IntakeOptions intake_options;
  intake_options.memory_bytes_max = kLittle;
  intake_options.loads_ahead = true;
  Intake intake(Limits{}, ChartOptions{}, std::move(intake_options));
  diag::Sink sink;
  for (const auto& text : linked_texts()) EXPECT_TRUE(intake.add({"in.ndjson", text, 1}, sink));
  auto charts = intake.next(sink);
  ASSERT_TRUE(charts);
  EXPECT_NE(*charts, nullptr);
  EXPECT_FALSE(intake.is_last());
}

TEST(Intake, ReversedTextsGiveTheSameParts) {
  auto texts = linked_texts();
  const auto first = seen(texts, kLittle);
  std::reverse(texts.begin(), texts.end());
  const auto second = seen(texts, kLittle);
  EXPECT_EQ(first.charts, second.charts);
  EXPECT_EQ(first.parts, second.parts);
}

// A part without a subject that two patients' reports have: in any order of them, and in any
// memory.
TEST(Intake, WhatTwoPatientsHaveAsAPartIsNobodys) {
  auto texts = linked_texts();
  texts.push_back(observation("inner", ""));
  texts.push_back(observation("claimed", R"(,"hasMember":[{"reference":"Observation/inner"}])"));
  for (const auto* patient : {"p2", "p50"})
    texts.push_back(observation(
        std::string("claims-") + patient,
        R"(,"hasMember":[{"reference":"Observation/claimed"}],"subject":{"reference":"Patient/)" +
            std::string(patient) + "\"}"));
  const auto whole = seen(texts, std::size_t{1} << 30);
  const auto parts = seen(texts, kLittle);
  std::reverse(texts.begin(), texts.end());
  const auto reversed = seen(texts, std::size_t{1} << 30);
  EXPECT_EQ(whole.charts, parts.charts);
  EXPECT_EQ(whole.charts, reversed.charts);
  EXPECT_EQ(whole.messages, parts.messages);
  for (const auto& [chart, entries] : whole.charts)
    for (const auto& entry : entries)
      EXPECT_FALSE(entry.starts_with("Observation/claimed ") ||
                   entry.starts_with("Observation/inner "))
          << chart;
  EXPECT_EQ(std::count_if(whole.messages.begin(), whole.messages.end(),
                          [](const auto& message) {
                            return message.find("whose it is") != std::string::npos;
                          }),
            2);
}

// Two whom a crosswalk or a link makes one, wherever they stand in the order.
TEST(Intake, KeepsOnePersonTogether) {
  auto texts = linked_texts();
  texts.push_back(
      R"({"resourceType":"Patient","id":"survivor","link":[{"other":{"reference":"Patient/p3"},"type":"replaces"},{"other":{"reference":"Patient/p44"},"type":"replaces"}]})");
  // Of these only facts came.
  texts.push_back(
      R"({"resourceType":"Patient","id":"zzz","link":[{"other":{"reference":"Patient/aaa"},"type":"replaces"}]})");
  texts.push_back(observation("of-aaa", R"(,"subject":{"reference":"Patient/aaa"})"));
  ChartOptions options;
  options.crosswalk.add({"one-person", "", "p5", 2});
  options.crosswalk.add({"one-person", "", "urn:mrn|50", 3});
  const auto whole = seen(texts, std::size_t{1} << 30, options);
  const auto parts = seen(texts, kLittle, options);
  EXPECT_EQ(whole.charts, parts.charts);
  EXPECT_EQ(whole.charts.size(), static_cast<std::size_t>(kPatients - 3 + 2));
  EXPECT_TRUE(whole.charts.contains("person:/Patient/one-person = one-person"));
}

// Each part is an open file for a while.
TEST(ShardPlan, HasNoMoreShardsThanFilesMayBeOpen) {
  const Senders senders;
  const Crosswalk crosswalk;
  for (const auto shards_max : {std::size_t{4}, std::size_t{50}}) {
    ShardPlan plan(senders, crosswalk, testing::TempDir(), std::size_t{1} << 20);
    std::vector<ShardPlan::Home> homes;
    for (int i = 0; i < 1000; ++i) {
      ChartEntry entry;
      entry.type = i % 3 == 0 ? "Organization" : "Patient";
      entry.id = std::to_string(i);
      homes.push_back(*plan.add(
          entry, {}, [](std::size_t, std::string_view) { return nullptr; }, i % 2 == 0 ? 1 : 1000));
    }
    ASSERT_TRUE(plan.decide(100, shards_max));
    EXPECT_LE(plan.shard_count(), shards_max + 1);
    EXPECT_GT(plan.shard_count(), shards_max / 3);
    for (const auto& home : homes)
      for (const auto shard : plan.shards_of(home)) EXPECT_LT(shard, plan.shard_count());
  }
}

// Two hospitals that count from one are not one patient after the other.
TEST(Intake, EqualIdsOfTwoServersDoNotBindAll) {
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) {
    const auto n = std::to_string(i);
    const auto of_server = [&](const std::string& server, const std::string& patient) {
      return R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"https://)" +
             server + "/Observation/" + n + R"(","resource":)" +
             observation(n, R"(,"subject":{"reference":"Patient/)" + patient + "\"}") + "}]}";
    };
    texts.push_back(of_server("a.example", "a" + n));
    texts.push_back(of_server("b.example", "b" + std::to_string((i * 7) % 200)));
  }
  const auto parts = seen(texts, kLittle);
  EXPECT_EQ(parts.charts.size(), 400U);
  EXPECT_GT(parts.parts, 5U);
}

TEST(Intake, AnEntryKeepsAllThatItIs) {
  ChartEntry entry;
  entry.text = {"file", "{\"a\":1}", 7, 9, nullptr, 11};
  entry.path = "Bundle.entry[3].resource";
  entry.type = "Observation";
  entry.id = "o";
  entry.base = "sender:x:/";
  entry.full_url = "urn:uuid:1";
  entry.name = "a name";
  entry.scope = 5;
  entry.version = "2";
  entry.updated = "2020";
  entry.digest = "d";
  entry.faults.push_back({1, 2, diag::Code::json_number_length, "message", "advice", "path"});
  entry.is_deletion = entry.is_of_other_release = true;
  EntryLinks links{{"r"}, {"i"}, {"m"}, {"o1", "o2"}, "by", {"replaces"}, {"own"}, "male", "1950"};
  std::string bytes;
  append_bytes(bytes, entry, links, 42);
  ChartEntry read;
  EntryLinks read_links;
  const auto original = std::make_shared<const Original>(Original{{"x.xml", "<a/>"}, {{1, 2}}});
  read_bytes(bytes, read, read_links, [&](std::uint64_t at) {
    EXPECT_EQ(at, 42U);
    return original;
  });
  EXPECT_EQ(read.text.original, original);
  std::string again;
  append_bytes(again, read, read_links, 42);
  EXPECT_EQ(bytes, again);
  EXPECT_EQ(read.faults.at(0).path, "path");
  EXPECT_EQ(read.text.first_column, 9U);
  EXPECT_TRUE(read.is_of_other_release);
  EXPECT_EQ(read_links.others, links.others);
  EXPECT_EQ(read_links.birth, "1950");
  std::string original_bytes;
  append_bytes(original_bytes, *original);
  EXPECT_EQ(original_of(original_bytes).places, original->places);
  EXPECT_EQ(original_of(original_bytes).written.text, "<a/>");
}

}  // namespace
}  // namespace paraneo::record
