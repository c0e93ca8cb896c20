#include "laws.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace paraneo::simulation {
namespace {

std::uint64_t environment(const char* name, std::uint64_t otherwise) {
  const auto* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : std::strtoull(value, nullptr, 10);
}

std::string value_of(Dice& dice) {
  const auto roll = dice.below(20);
  return roll == 0 ? "BAD" : roll == 1 ? "UNREADABLE" : std::to_string(dice.below(4));
}

bool says_nothing_more(const FakeServer::Stored& stored) {
  return stored.body.empty() || stored.body.find("entered-in-error") != std::string::npos ||
         stored.body.find(R"("active":false)") != std::string::npos;
}

}  // namespace

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

void change_well(Records& records, Dice& dice) {
  change(records, {}, false, dice);
  for (auto& [name, record] : records)
    for (auto& [key, value] : record)
      if (value == "BAD" || value == "UNREADABLE") value = "0";
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

std::string retracted_alive(const FakeServer& server, const Records& records,
                            const std::set<std::string>& erased) {
  for (const auto& [name, record] : records) {
    const auto there = server.all().find("Patient/" + name + "-p");
    if (!erased.contains(name) && there != server.all().end() && says_nothing_more(there->second))
      return name + " lives and was retracted";
  }
  return {};
}

std::string end_differs(const FakeServer& server, store::Ledger& ledger, const Records& records) {
  std::map<std::string, std::string> desired;
  for (const auto& [name, record] : records)
    for (const auto& entry : made_of({name, text_of(name, record), 1}).entries)
      desired[entry.target()] = entry.resource;
  for (const auto& [target, stored] : server.all()) {
    const auto wanted = desired.find(target);
    if (wanted == desired.end() ? !says_nothing_more(stored) : stored.body != wanted->second)
      return target + " is " + stored.body + "\n" + states(ledger);
    if (wanted != desired.end()) desired.erase(wanted);
  }
  if (!desired.empty()) return desired.begin()->first + " is not there\n" + states(ledger);
  if (!ledger.conflicts()->empty()) return "a false conflict\n" + states(ledger);
  if (!server.twice().empty()) return "sent twice: " + server.twice().front();
  if (!server.unlabelled().empty())
    return "a label of others is gone from " + server.unlabelled().front();
  return {};
}

void add(Faults& all, const Faults& some) {
  for (const auto& [kind, count] : some) all[kind] += count;
}

Faults run_seeds(const Seed& run, std::uint64_t runs) {
  const auto only = environment("PARANEO_SEED", 0);
  const auto first = only > 0 ? only : 1;
  const auto last = only > 0 ? only : environment("PARANEO_RUNS", runs);
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

void each_happened(const std::vector<std::string>& kinds, const Faults& faults) {
  if (environment("PARANEO_SEED", 0) > 0 || environment("PARANEO_RUNS", 0) > 0) return;
  for (const auto& kind : kinds) EXPECT_TRUE(faults.contains(kind)) << kind;
  EXPECT_EQ(faults.size(), kinds.size());
}

}  // namespace paraneo::simulation
