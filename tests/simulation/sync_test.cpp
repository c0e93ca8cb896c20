// The law of sync: when the faults stop, the server and the ledger are as after runs without any
// fault. PARANEO_RUNS: how many seeds; PARANEO_SEED: just this one, to see a failure again;
// PARANEO_TRACE: every request and answer on standard error.
#include <gtest/gtest.h>

#include "laws.h"
#include "world.h"

namespace paraneo::simulation {
namespace {

constexpr int kRounds = 4;
constexpr std::uint64_t kRuns = 10'000;
constexpr std::uint64_t kSqliteEvery = 50;

bool is_bad(const Records& records, const std::string& name) {
  return records.contains(name) && text_of(name, records.at(name)).find("BAD") != std::string::npos;
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
  for (auto* world : {&faulty, &clean})
    if (!world->server().unlabelled().empty())
      return "a label of others is gone from " + world->server().unlabelled().front();
  if (!faulty.server().twice().empty()) return "sent twice: " + faulty.server().twice().front();
  const auto a = states(faulty.ledger());
  const auto b = states(clean.ledger());
  return a == b ? std::string() : "ledger with faults:\n" + a + "without:\n" + b;
}

// One of what is there; none where nothing is.
std::string any_target(const FakeServer& server, Dice& dice) {
  if (server.all().empty()) return {};
  auto chosen = server.all().begin();
  std::advance(chosen, static_cast<std::ptrdiff_t>(dice.below(server.all().size())));
  return chosen->first;
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
    if (refuses_size || clean.server().all().empty()) continue;
    if (dice.chance(50)) {
      const auto target = any_target(clean.server(), dice);
      for (auto* world : {&clean, &faulty}) world->server().label(target);
    }
    if (dice.chance(50)) continue;
    const auto target = any_target(clean.server(), dice);
    const auto name = target.substr(target.find('/') + 1, 2);
    if (is_bad(records, name)) continue;
    edited.insert(name);
    clean.server().edit(target);
    faulty.server().edit(target);
  }
  add(faults, faulty.faults());
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
    change_well(records, dice);
    for (const auto& [name, record] : before)
      if (!records.contains(name)) erased.insert(name);
    world.attempt(records);
    if (const auto target = any_target(world.server(), dice); !target.empty() && dice.chance(50)) {
      world.server().label(target);
      ++faults["a label of others"];
    }
    if (auto wrong = retracted_alive(world.server(), records, erased); !wrong.empty()) return wrong;
  }
  if (auto wrong = world.round(records); !wrong.empty()) return wrong;
  add(faults, world.faults());
  return end_differs(world.server(), world.ledger(), records);
}

// A fault that never happens tries nothing.
TEST(Simulation, ASourceThatMovesOnBetweenCrashesIsWhatTheServerSays) {
  const auto faults = run_seeds(run_moving_seed, kRuns);
  auto kinds = fault_kinds();
  kinds.emplace_back("a label of others");
  each_happened(kinds, faults);
}

TEST(Simulation, WhateverFailsTheServerEndsAsIfNothingHad) { run_seeds(run_seed, kRuns); }

}  // namespace
}  // namespace paraneo::simulation
