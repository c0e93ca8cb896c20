#include "world.h"

#include <algorithm>

#include "store/sqlite_ledger.h"

namespace paraneo::simulation {
namespace {

constexpr int kFaultsPerRound = 25;
constexpr int kRunsPerRound = 200;
constexpr int kStepsPerRun = 20'000;

}  // namespace

World::World(const Setting& setting, std::uint64_t seed, bool faults, bool sqlite)
    : setting_(setting), dice_(seed), faults_(faults), server_(setting.rules) {
  if (sqlite) ledger_ = store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value();
  else ledger_ = std::make_unique<MemoryLedger>();
}

std::vector<Line> World::lines_of(const Records& records, bool moves, bool may_miss) {
  std::vector<Line> lines;
  auto number = static_cast<std::uint32_t>(
      moves && trouble_.happens(20, "lines have moved") ? 1 + dice_.below(4) : 1);
  for (const auto& [name, record] : records)
    lines.push_back({text_of(name, record), number++, false});
  if (!moves || lines.empty()) return lines;
  const auto any = [&] { return static_cast<std::ptrdiff_t>(dice_.below(lines.size())); };
  if (trouble_.happens(10, "a line stands twice")) {
    auto other = lines[static_cast<std::size_t>(any())];
    other.text += "o9=" + std::to_string(dice_.below(4)) + "\n";
    other.number = number;
    lines.push_back(std::move(other));
  }
  if (may_miss && trouble_.happens(20, "a line is missing in one reading"))
    lines.erase(lines.begin() + any());
  if (!lines.empty() && trouble_.happens(10, "a line cannot be read"))
    lines[static_cast<std::size_t>(any())].unreadable = true;
  return lines;
}

// Files are links: two may change their places, and one leads nowhere for a while.
std::vector<Line> World::files_of(const Records& records, bool moves, bool may_miss) {
  for (const auto& [name, record] : records)
    links_.try_emplace(name, "d" + std::to_string(name.back() % 2) + "/" + name);
  const auto any = [&] {
    return std::next(records.begin(), static_cast<std::ptrdiff_t>(dice_.below(records.size())))
        ->first;
  };
  if (moves && records.size() > 1 && trouble_.happens(20, "two links changed places")) {
    // In one folder: who moves into a share that is not mounted is nowhere.
    auto& one = links_[any()];
    auto& other = links_[any()];
    if (one.substr(0, 3) == other.substr(0, 3)) std::swap(one, other);
  }
  const auto missing = moves && may_miss && !records.empty() &&
                               trouble_.happens(20, "a file is missing in one reading")
                           ? any()
                           : std::string();
  const bool dangles = dice_.chance(75);
  std::vector<Line> lines;
  for (const auto& [name, record] : records)
    if (name != missing || name == dangling_)  // never in both: a file that is nowhere has vanished
      lines.push_back({text_of(name, record), 1, dangles && name == dangling_, links_[name]});
  return lines;
}

Reading World::reading_of(const Records& records, bool moves, bool may_miss) {
  if (!setting_.folder) return Reading(lines_of(records, moves, may_miss));
  auto lines = files_of(records, moves, may_miss);
  if (!moves || !trouble_.happens(15, "a share is not mounted")) return Reading(lines, true);
  std::erase_if(lines, [](const Line& line) { return line.file.starts_with("d0/"); });
  return Reading(lines, true, {"d0/"});
}

const std::vector<std::string>& fault_kinds() {
  static const std::vector<std::string> kKinds{"two links changed places",
                                               "a link leads nowhere",
                                               "a file is missing in one reading",
                                               "a share is not mounted",
                                               "lines have moved",
                                               "a line stands twice",
                                               "a line is missing in one reading",
                                               "a line cannot be read",
                                               "crash before the disk",
                                               "crash after the disk",
                                               "full disk",
                                               "a run more",
                                               "the clock jumps",
                                               "an answer told twice",
                                               "lost before",
                                               "lost after",
                                               "late",
                                               "sent twice",
                                               "conflict",
                                               "too many requests",
                                               "gateway",
                                               "server error",
                                               "web page",
                                               "wrong page",
                                               "cut answer",
                                               "empty answer",
                                               "another order"};
  return kKinds;
}

std::string World::round(const Records& records) {
  trouble_.allow(faults_ ? kFaultsPerRound : 0);
  for (int i = 0; i < kRunsPerRound; ++i)
    if (run_once(records, false)) {
      if (trouble_.is_over() || i > 20) return {};
      if (trouble_.happens(50, "a run more")) continue;  // a run more, which finds nothing to do
      return {};
    }
  return "no run came to its end: " + last_error_;
}

void World::attempt(const Records& records) {
  trouble_.allow(faults_ ? kFaultsPerRound : 0);
  run_once(records, true);
}

// It has the file of one that has left meanwhile, and no run has seen either: unread it cannot be
// told from that one.
bool World::stands_in_for_another(const std::string& name, const Records& records) {
  const auto owners = ledger_->records_at("list", links_[name] + ":1");
  return std::any_of(owners->begin(), owners->end(), [&](const auto& owner) {
    return !records.contains(owner) && !is_gone(ledger_->record(owner).value()->state);
  });
}

// Everything but the server, the ledger and what is under way in the network is new with each run.
bool World::run_once(const Records& records, bool moves) {
  FaultyLedger disk(*ledger_, [&] {
    using Fate = FaultyLedger::Fate;
    if (!trouble_.happens(6)) return Fate::fine;
    constexpr std::pair<Fate, const char*> kFates[] = {
        {Fate::crash_before, "crash before the disk"},
        {Fate::crash_after, "crash after the disk"},
        {Fate::full, "full disk"}};
    const auto& [fate, kind] = kFates[dice_.below(3)];
    trouble_.happened(kind);
    return fate;
  });
  dangling_.clear();
  if (moves && setting_.folder && !records.empty() && trouble_.happens(30, "a link leads nowhere"))
    dangling_ =
        std::next(records.begin(), static_cast<std::ptrdiff_t>(dice_.below(records.size())))->first;
  if (!dangling_.empty() && stands_in_for_another(dangling_, records)) dangling_.clear();
  const bool first_misses = dice_.chance(50);  // never both: a line that is nowhere has vanished
  auto first = reading_of(records, moves, first_misses);
  sync::IntakeOptions options{"list", "1", setting_.retraction};
  options.notes_places = true;
  sync::Intake looks(options, disk, first, made_of);
  try {
    if (const auto survey = sync::survey(looks, disk); !survey) return false;
  } catch (const Crash&) { return false; }
  auto second = reading_of(records, moves, !first_misses);
  sync::Intake intake({"list", "1", setting_.retraction, false, true, &looks.reading()}, disk,
                      second, made_of);
  sync::Run run(setting_.run, disk, [&] { return intake.next(); }, clock_, dice_);
  open_.clear();
  bool crashed = false;
  try {
    drive(run);
  } catch (const Crash&) {
    crashed = true;
    // What was handed out may have left before the crash.
    for (auto& open : open_)
      if (dice_.chance(50))
        network_.arrives_late(clock_.now + static_cast<std::int64_t>(dice_.below(500)),
                              std::move(open.task.request));
    open_.clear();
  }
  // Until the next run begins, everything that was under way has arrived.
  clock_.now += 10'000;
  network_.serve_late();
  last_error_ = crashed                     ? "crash"
                : run.report().fatal        ? run.report().fatal->what
                : !run.done()               ? "not done"
                : run.report().referred > 0 ? "not all deleted"
                                            : "";
  return last_error_.empty();
}

void World::drive(sync::Run& run) {
  for (int steps = 0; !run.done() && steps < kStepsPerRun; ++steps) {
    while (auto task = run.next()) {
      const auto due = network_.due(task->delay_ms);
      open_.push_back({std::move(*task), due});
    }
    if (open_.empty()) return;
    const auto first = std::min_element(open_.begin(), open_.end(),
                                        [](const Open& a, const Open& b) { return a.due < b.due; });
    auto open = std::move(*first);
    open_.erase(first);
    clock_.now = std::max(clock_.now, open.due);
    if (trouble_.happens(1, "the clock jumps"))
      clock_.jump +=
          (dice_.chance(50) ? 1 : -1) * static_cast<std::int64_t>(dice_.below(10'000'000'000));
    network_.serve_late();
    deliver(run, std::move(open));
  }
}

void World::deliver(sync::Run& run, Open open) {
  auto response = network_.delivery(open.task.request);
  trace(clock_, open.task.request, response);
  const auto id = open.task.id;
  if (!response) return run.finished(id, response.error());
  const auto reply = rest::classify(std::move(*response), clock_.now_ms());
  run.finished(id, reply);
  if (trouble_.happens(2, "an answer told twice"))
    run.finished(id, reply);  // the same answer twice
}

}  // namespace paraneo::simulation
