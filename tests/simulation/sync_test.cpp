// The law of sync: when the faults stop, the server and the ledger are as after runs without any
// fault. PARANEO_RUNS: how many seeds; PARANEO_SEED: just this one, to see a failure again;
// PARANEO_TRACE: every request and answer on standard error.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <set>

#include "world.h"

namespace paraneo::simulation {
namespace {

constexpr int kRounds = 4;
constexpr std::uint64_t kRunsDefault = 10'000;
constexpr std::uint64_t kSqliteEvery = 50;

std::uint64_t environment(const char* name, std::uint64_t otherwise) {
  const auto* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : std::strtoull(value, nullptr, 10);
}

std::string value_of(Dice& dice) {
  const auto roll = dice.below(20);
  return roll == 0 ? "BAD" : roll == 1 ? "UNREADABLE" : std::to_string(dice.below(4));
}

bool is_bad(const Records& records, const std::string& name) {
  return records.contains(name) && text_of(name, records.at(name)).find("BAD") != std::string::npos;
}

// `edited`: what others changed is never refused too, because which of the two the server finds
// first is its own business. Nor is what goes in parts: which of them have gone by then depends on
// what the server has refused before.
void change(Records& records, const std::set<std::string>& edited, bool in_parts, Dice& dice) {
  for (auto left = dice.below(6); left > 0; --left) {
    const auto name = "r" + std::to_string(dice.below(8));
    if (dice.chance(15)) {
      records.erase(name);
      continue;
    }
    auto& record = records[name];
    if (record.empty()) record["p"] = "0";
    const auto key = std::string(dice.chance(20) ? "e" : "o") + std::to_string(dice.below(5));
    if (dice.chance(25)) {
      record.erase(key);
      continue;
    }
    record[key] = value_of(dice);
    if ((in_parts || edited.contains(name)) && record[key] == "BAD") record[key] = "0";
  }
}

std::string states(store::Ledger& ledger) {
  std::string text;
  EXPECT_TRUE(ledger.each_record("list", [&](const store::RecordRow& row) {
    text += row.name + " " + std::string(name_of(row.state)) + "\n";
  }));
  for (const auto& letter : ledger.letters().value()) text += "letter " + letter.record + "\n";
  std::set<std::string> conflicts;
  for (const auto& conflict : ledger.conflicts().value()) conflicts.insert(conflict.target);
  for (const auto& target : conflicts) text += "conflict " + target + "\n";
  for (const auto& name : ledger.records_on_the_way().value()) text += "on the way " + name + "\n";
  return text;
}

std::string describe(const FakeServer& server, const FakeServer& other) {
  std::string text;
  for (const auto& [target, stored] : server.all()) {
    const auto there = other.all().find(target);
    if (there == other.all().end() || !(there->second == stored))
      text += target + " v" + std::to_string(stored.version) + " " + stored.body + "\n";
  }
  return text;
}

// What differs between the world with faults and the one without; empty when nothing does.
std::string differs(World& faulty, World& clean) {
  if (faulty.server().all() != clean.server().all())
    return "with faults:\n" + describe(faulty.server(), clean.server()) + states(faulty.ledger()) +
           "without:\n" + describe(clean.server(), faulty.server()) + states(clean.ledger());
  if (!faulty.server().twice().empty()) return "sent twice: " + faulty.server().twice().front();
  const auto a = states(faulty.ledger());
  const auto b = states(clean.ledger());
  return a == b ? std::string() : "ledger with faults:\n" + a + "without:\n" + b;
}

void add(Faults& all, const Faults& some) {
  for (const auto& [kind, count] : some) all[kind] += count;
}

std::string run_seed(std::uint64_t seed, Faults& faults) {
  Dice dice(seed * 7919 + 1);
  const auto setting = setting_of(dice);
  World faulty(setting, seed, true, seed % kSqliteEvery == 0);
  World clean(setting, seed, false, false);
  Records records;
  std::set<std::string> edited;
  const bool refuses_size = setting.rules.entries_max < ServerRules().entries_max;
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < 3; ++i) change(records, edited, refuses_size, dice);
    for (auto* world : {&clean, &faulty})
      if (auto wrong = world->round(records); !wrong.empty()) return wrong;
    if (auto wrong = differs(faulty, clean); !wrong.empty())
      return "round " + std::to_string(round) + ": " + wrong;
    // A server that refuses large transactions may refuse the edited record before it looks at
    // versions.
    if (dice.chance(50) || refuses_size || clean.server().all().empty()) continue;
    auto chosen = clean.server().all().begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(dice.below(clean.server().all().size())));
    const auto target = chosen->first;
    const auto name = target.substr(target.find('/') + 1, 2);
    if (is_bad(records, name)) continue;
    edited.insert(name);
    clean.server().edit(target);
    faulty.server().edit(target);
  }
  add(faults, faulty.faults());
  return {};
}

bool says_nothing_more(const FakeServer::Stored& stored) {
  return stored.body.empty() || stored.body.find("entered-in-error") != std::string::npos ||
         stored.body.find(R"("active":false)") != std::string::npos;
}

// Whatever a reading of the source looked like: who never left it is not retracted.
std::string retracted_alive(const FakeServer& server, const Records& records,
                            const std::set<std::string>& erased) {
  for (const auto& [name, record] : records) {
    const auto there = server.all().find("Patient/" + name + "-p");
    if (!erased.contains(name) && there != server.all().end() && says_nothing_more(there->second))
      return name + " lives and was retracted";
  }
  return {};
}

// The source moves on while runs crash; in the end the server says what the source says, and no
// copy of ours is taken for somebody else's.
std::string run_moving_seed(std::uint64_t seed, Faults& faults) {
  Dice dice(seed * 104'729 + 1);
  auto setting = setting_of(dice);
  setting.run.conflict = sync::OnConflict::park;
  if (setting.retraction == sync::Retraction::keep) setting.retraction = sync::Retraction::remove;
  World world(setting, seed, true, seed % kSqliteEvery == 0);
  Records records;
  std::set<std::string> erased;  // at any time
  for (int attempt = 0; attempt < 6; ++attempt) {
    const auto before = records;
    change(records, {}, false, dice);
    for (const auto& [name, record] : before)
      if (!records.contains(name)) erased.insert(name);
    for (auto& [name, record] : records)
      for (auto& [key, value] : record)
        if (value == "BAD" || value == "UNREADABLE") value = "0";
    world.attempt(records);
    if (auto wrong = retracted_alive(world.server(), records, erased); !wrong.empty()) return wrong;
  }
  if (auto wrong = world.round(records); !wrong.empty()) return wrong;
  add(faults, world.faults());
  std::map<std::string, std::string> desired;
  for (const auto& [name, record] : records)
    for (const auto& entry : made_of({name, text_of(name, record), 1}).entries)
      desired[entry.target()] = entry.resource;
  for (const auto& [target, stored] : world.server().all()) {
    const auto wanted = desired.find(target);
    if (wanted == desired.end() ? !says_nothing_more(stored) : stored.body != wanted->second)
      return target + " is " + stored.body + "\n" + states(world.ledger());
    if (wanted != desired.end()) desired.erase(wanted);
  }
  if (!desired.empty()) return desired.begin()->first + " is not there\n" + states(world.ledger());
  if (!world.ledger().conflicts()->empty()) return "a false conflict\n" + states(world.ledger());
  if (!world.server().twice().empty()) return "sent twice: " + world.server().twice().front();
  return {};
}

Faults run_seeds(const std::function<std::string(std::uint64_t, Faults&)>& run) {
  const auto only = environment("PARANEO_SEED", 0);
  const auto first = only > 0 ? only : 1;
  const auto last = only > 0 ? only : environment("PARANEO_RUNS", kRunsDefault);
  Faults faults;
  int failures = 0;
  for (auto seed = first; seed <= last && failures < 3; ++seed)
    if (const auto wrong = run(seed, faults); !wrong.empty()) {
      ++failures;
      ADD_FAILURE() << "PARANEO_SEED=" << seed << " shows it again\n" << wrong;
    }
  std::uint64_t all = 0;
  for (const auto& [kind, count] : faults) all += count;
  std::printf("%llu seeds, %llu faults of %zu kinds\n",
              static_cast<unsigned long long>(last - first + 1),
              static_cast<unsigned long long>(all), faults.size());
  return faults;
}

// A fault that never happens tries nothing.
TEST(Simulation, ASourceThatMovesOnBetweenCrashesIsWhatTheServerSays) {
  const auto faults = run_seeds(run_moving_seed);
  if (environment("PARANEO_SEED", 0) > 0 ||
      environment("PARANEO_RUNS", kRunsDefault) < kRunsDefault)
    return;
  for (const auto& kind : fault_kinds()) EXPECT_TRUE(faults.contains(kind)) << kind;
  EXPECT_EQ(faults.size(), fault_kinds().size());
}

TEST(Simulation, WhateverFailsTheServerEndsAsIfNothingHad) { run_seeds(run_seed); }

}  // namespace
}  // namespace paraneo::simulation
