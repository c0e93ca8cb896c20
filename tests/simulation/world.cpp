#include "world.h"

#include <algorithm>

#include "store/sqlite_ledger.h"

namespace paraneo::simulation {
namespace {

constexpr int kFaultsPerRound = 25;
constexpr int kRunsPerRound = 200;
constexpr int kStepsPerRun = 20'000;

std::string resource_text(const std::string& type, const std::string& id,
                          const std::string& value) {
  auto text = R"({"resourceType":")" + type + R"(","id":")" + id + '"';
  if (type == "Observation") text += R"(,"status":"final")";
  return text + R"(,"note":[{"text":")" + value + "\"}]}";
}

}  // namespace

std::string text_of(const std::string& name, const Record& record) {
  auto text = name + "\n";
  for (const auto& [key, value] : record) text += key + "=" + value + "\n";
  return text;
}

// The first letter of a key is the type's.
sync::Made made_of(const Source& text) {
  sync::Made made;
  std::size_t at = text.text.find('\n');
  made.record = text.text.substr(0, at++);
  while (at < text.text.size()) {
    const auto end = text.text.find('\n', at);
    const auto equal = text.text.find('=', at);
    const auto key = text.text.substr(at, equal - at);
    const auto value = text.text.substr(equal + 1, end - equal - 1);
    at = end + 1;
    if (value == "UNREADABLE") {
      made.refusal = "this cannot be exported";
      continue;
    }
    rest::PushEntry entry;
    entry.type = key[0] == 'p' ? "Patient" : key[0] == 'e' ? "AdverseEvent" : "Observation";
    entry.id = made.record + "-" + key;
    entry.resource = resource_text(entry.type, entry.id, value);
    made.entries.push_back(std::move(entry));
  }
  return made;
}

Setting setting_of(Dice& dice) {
  Setting setting;
  setting.rules.detects_no_change = dice.chance(50);
  setting.rules.stale_status = dice.chance(50) ? 412 : 409;
  setting.rules.batches = dice.chance(80);
  if (dice.chance(20)) setting.rules.entries_max = 2 + dice.below(6);
  setting.run.base = FakeServer::kBase;
  setting.run.concurrency_max = 1 + dice.below(4);
  setting.run.transaction_entries_max = 1 + dice.below(12);
  setting.run.if_match = dice.chance(85);
  const auto conflict = dice.below(3);
  setting.run.conflict = conflict == 0   ? sync::OnConflict::ours
                         : conflict == 1 ? sync::OnConflict::theirs
                                         : sync::OnConflict::park;
  const auto retraction = dice.below(3);
  setting.retraction = retraction == 0   ? sync::Retraction::remove
                       : retraction == 1 ? sync::Retraction::keep
                                         : sync::Retraction::entered_in_error;
  setting.steady = dice.chance(50);
  setting.rules.refuses_over = setting.run.only_new = setting.run.if_match && dice.chance(50);
  return setting;
}

World::World(const Setting& setting, std::uint64_t seed, bool faults, bool sqlite)
    : setting_(setting), dice_(seed), faults_(faults), server_(setting.rules) {
  if (sqlite) ledger_ = store::open_sqlite_ledger(":memory:", store::LedgerUse::work).value();
  else ledger_ = std::make_unique<MemoryLedger>();
}

bool World::fault(std::uint64_t percent) {
  if (faults_left_ <= 0 || !dice_.chance(percent)) return false;
  --faults_left_;
  return true;
}

bool World::fault(std::uint64_t percent, const char* kind) {
  const bool happens = fault(percent);
  if (happens) happened(kind);
  return happens;
}

std::vector<Line> World::lines_of(const Records& records, bool moves, bool may_miss) {
  std::vector<Line> lines;
  auto number =
      static_cast<std::uint32_t>(moves && fault(20, "lines have moved") ? 1 + dice_.below(4) : 1);
  for (const auto& [name, record] : records)
    lines.push_back({text_of(name, record), number++, false});
  if (!moves || lines.empty()) return lines;
  const auto any = [&] { return static_cast<std::ptrdiff_t>(dice_.below(lines.size())); };
  if (fault(10, "a line stands twice")) {
    auto other = lines[static_cast<std::size_t>(any())];
    other.text += "o9=" + std::to_string(dice_.below(4)) + "\n";
    other.number = number;
    lines.push_back(std::move(other));
  }
  if (may_miss && fault(20, "a line is missing in one reading")) lines.erase(lines.begin() + any());
  if (!lines.empty() && fault(10, "a line cannot be read"))
    lines[static_cast<std::size_t>(any())].unreadable = true;
  return lines;
}

const std::vector<std::string>& fault_kinds() {
  static const std::vector<std::string> kKinds{"lines have moved",
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
                                               "empty answer"};
  return kKinds;
}

std::string World::round(const Records& records) {
  faults_left_ = faults_ ? kFaultsPerRound : 0;
  for (int i = 0; i < kRunsPerRound; ++i)
    if (run_once(records, false)) {
      if (faults_left_ <= 0 || i > 20) return {};
      if (fault(50, "a run more")) continue;  // a run more, which finds nothing to do
      return {};
    }
  return "no run came to its end: " + last_error_;
}

void World::attempt(const Records& records) {
  faults_left_ = faults_ ? kFaultsPerRound : 0;
  run_once(records, true);
}

// Everything but the server, the ledger and what is under way in the network is new with each run.
bool World::run_once(const Records& records, bool moves) {
  FaultyLedger disk(*ledger_, [&] {
    using Fate = FaultyLedger::Fate;
    if (!fault(6)) return Fate::fine;
    constexpr std::pair<Fate, const char*> kFates[] = {
        {Fate::crash_before, "crash before the disk"},
        {Fate::crash_after, "crash after the disk"},
        {Fate::full, "full disk"}};
    const auto& [fate, kind] = kFates[dice_.below(3)];
    happened(kind);
    return fate;
  });
  const bool first_misses = dice_.chance(50);  // never both: a line that is nowhere has vanished
  Reading first(lines_of(records, moves, first_misses));
  sync::Intake looks({"list", "1", setting_.retraction}, disk, first, made_of);
  if (const auto survey = sync::survey(looks, disk); !survey) return false;
  Reading second(lines_of(records, moves, !first_misses));
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
        late_.push_back({clock_.now + static_cast<std::int64_t>(dice_.below(500)),
                         std::move(open.task.request)});
    open_.clear();
  }
  // Until the next run begins, everything that was under way has arrived.
  clock_.now += 10'000;
  serve_late();
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
      const auto latency =
          static_cast<std::int64_t>(setting_.steady ? 50 + dice_.below(15) : 1 + dice_.below(200));
      const auto due = clock_.now + task->delay_ms + latency;
      open_.push_back({std::move(*task), due});
    }
    if (open_.empty()) return;
    const auto first = std::min_element(open_.begin(), open_.end(),
                                        [](const Open& a, const Open& b) { return a.due < b.due; });
    auto open = std::move(*first);
    open_.erase(first);
    clock_.now = std::max(clock_.now, open.due);
    if (fault(1, "the clock jumps"))
      clock_.jump +=
          (dice_.chance(50) ? 1 : -1) * static_cast<std::int64_t>(dice_.below(10'000'000'000));
    serve_late();
    deliver(run, std::move(open));
  }
}

void World::deliver(sync::Run& run, Open open) {
  auto response = travel(open.task.request);
  if (std::getenv("PARANEO_TRACE") != nullptr)
    std::fprintf(stderr, "%lld %s %s %.1500s\n   -> %s %.300s\n",
                 static_cast<long long>(clock_.now),
                 std::string(name_of(open.task.request.method)).c_str(),
                 open.task.request.url.c_str(), open.task.request.body.c_str(),
                 response ? std::to_string(response->status).c_str() : "lost",
                 response ? response->body.c_str() : "");
  const auto id = open.task.id;
  if (!response) return run.finished(id, response.error());
  const auto reply = rest::classify(std::move(*response), clock_.now_ms());
  run.finished(id, reply);
  if (fault(2, "an answer told twice")) run.finished(id, reply);  // the same answer twice
}

// A second copy is only told from the first by If-Match, or by a server that sees no change.
bool World::may_double(const rest::Request& request) const {
  if (setting_.rules.detects_no_change) return true;
  std::size_t puts = 0;
  std::size_t matches = 0;
  for (auto at = request.body.find("\"method\":\"PUT\""); at != std::string::npos;
       at = request.body.find("\"method\":\"PUT\"", at + 1))
    ++puts;
  for (auto at = request.body.find("\"ifMatch\":"); at != std::string::npos;
       at = request.body.find("\"ifMatch\":", at + 1))
    ++matches;
  for (auto at = request.body.find("\"ifNoneMatch\":"); at != std::string::npos;
       at = request.body.find("\"ifNoneMatch\":", at + 1))
    ++matches;
  return puts == matches;
}

Result<rest::Response> World::travel(const rest::Request& request) {
  return fault(20) ? with_fault(request) : Result<rest::Response>(server_.answer(request));
}

Result<rest::Response> World::with_fault(const rest::Request& request) {
  const auto lost = fail(Fault::network, "the connection was lost");
  const bool done = dice_.chance(50);  // before the fault
  const auto page = [](int status) {
    return FakeServer::respond(status, "<html><title>Welcome</title></html>", "text/html");
  };
  const auto kind = dice_.below(12);
  constexpr const char* kKinds[] = {
      "lost before", "lost after",   "late",     "sent twice", "conflict",   "too many requests",
      "gateway",     "server error", "web page", "wrong page", "cut answer", "empty answer"};
  happened(kKinds[kind]);
  switch (kind) {
    case 0: return lost;
    case 1: server_.answer(request); return lost;
    case 2:  // arrives after we gave up waiting, and before we ask
      if (may_double(request))
        late_.push_back({clock_.now + static_cast<std::int64_t>(dice_.below(
                                          static_cast<std::uint64_t>(setting_.run.settle_ms))),
                         request});
      return lost;
    case 3:  // arrives twice
      if (may_double(request)) server_.answer(request);
      return server_.answer(request);
    case 4:
      return FakeServer::respond(dice_.chance(50) ? 409 : 412, FakeServer::outcome("conflict"));
    case 5: {
      auto response = FakeServer::respond(429, {});
      if (dice_.chance(50))
        response.headers.push_back({"Retry-After", std::to_string(dice_.below(20))});
      return response;
    }
    case 6:
      if (done) server_.answer(request);
      return page(static_cast<int>(502 + dice_.below(3)));
    case 7:
      if (done) server_.answer(request);
      return FakeServer::respond(
          500, dice_.chance(20) ? FakeServer::outcome("exception") : std::string());
    case 8:
      if (done) server_.answer(request);
      return page(200);
    case 9: return page(dice_.chance(50) ? 404 : 400);
    case 10: {
      auto response = server_.answer(request);
      response.body.resize(response.body.size() / 2);
      return response;
    }
    default: {
      auto response = server_.answer(request);
      response.body.clear();
      return response;
    }
  }
}

void World::serve_late() {
  std::vector<Late> due;
  std::erase_if(late_, [&](Late& late) {
    if (late.due > clock_.now) return false;
    due.push_back(std::move(late));
    return true;
  });
  for (const auto& late : due) server_.answer(late.request);
}

}  // namespace paraneo::simulation
