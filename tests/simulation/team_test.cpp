// The law of workers: several of them over one ledger come to the end that one would have come to,
// whoever of them is killed, and whatever becomes of their sessions and their shares of a topic.
#include <gtest/gtest.h>

#include "laws.h"
#include "team.h"

namespace paraneo::simulation {
namespace {

constexpr std::uint64_t kRuns = 3000;
constexpr int kRounds = 4;

std::string run_team(std::uint64_t seed, bool has_topic, Faults& faults) {
  Dice dice(seed * 15'485'863 + 1);
  auto setting = setting_of(dice);
  setting.run.conflict = sync::OnConflict::park;
  if (setting.retraction == sync::Retraction::keep) setting.retraction = sync::Retraction::remove;
  Team team(setting, seed, has_topic);
  Records records;
  std::set<std::string> erased;  // at any time
  for (int round = 0; round < kRounds; ++round) {
    const auto before = records;
    change_well(records, dice);
    for (const auto& [name, record] : before)
      if (!records.contains(name)) erased.insert(name);
    team.says(records);
    team.works_with_faults();
    if (auto wrong = retracted_alive(team.server(), records, erased); !wrong.empty()) return wrong;
  }
  if (auto wrong = team.comes_to_an_end(); !wrong.empty()) return wrong;
  add(faults, team.faults());
  return end_differs(team.server(), team.ledger(), records);
}

const std::vector<std::string>& kinds_of_network() {
  static const std::vector<std::string> kKinds{
      "lost before",  "lost after",        "late",     "sent twice", "conflict",   "gateway",
      "server error", "too many requests", "web page", "wrong page", "cut answer", "empty answer",
      "another order"};
  return kKinds;
}

std::vector<std::string> kinds_with(std::vector<std::string> kinds) {
  kinds.insert(kinds.end(), kinds_of_network().begin(), kinds_of_network().end());
  kinds.insert(kinds.end(),
               {"a worker is killed", "a session is lost", "the database restarts before a commit",
                "the database restarts after a commit"});
  return kinds;
}

TEST(Simulation, SeveralWorkersOverATopicDoEachOfItsMessagesOnce) {
  const auto faults =
      run_seeds([](std::uint64_t seed, Faults& all) { return run_team(seed, true, all); }, kRuns);
  each_happened(kinds_with({"partitions change hands", "a message is delivered again",
                            "a topic is compacted"}),
                faults);
}

TEST(Simulation, SeveralWorkersOverASourceComeToTheEndOfOne) {
  const auto faults =
      run_seeds([](std::uint64_t seed, Faults& all) { return run_team(seed, false, all); }, kRuns);
  each_happened(kinds_with({"a leader is stale", "a worker is killed while others send"}), faults);
}

}  // namespace
}  // namespace paraneo::simulation
