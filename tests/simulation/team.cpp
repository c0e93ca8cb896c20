#include "team.h"

#include <algorithm>

namespace paraneo::simulation {
namespace {

constexpr std::size_t kPartitions = 3;
constexpr int kFaults = 25;
constexpr int kStepsWithFaults = 400;
constexpr int kStepsMax = 40'000;
constexpr const char* kSource = "list";

std::int32_t partition_of(const std::string& name) {
  return static_cast<std::int32_t>(static_cast<unsigned char>(name.back()) % kPartitions);
}

}  // namespace

Team::Team(const Setting& setting, std::uint64_t seed, bool has_topic)
    : setting_(setting), dice_(seed), has_topic_(has_topic), server_(setting.rules),
      topic_(kPartitions) {
  const auto size = 2 + dice_.below(2);
  for (std::uint64_t i = 0; i < size; ++i) members_.push_back(std::make_unique<Member>());
  for (auto& member : members_) join(*member);
}

void Team::says(const Records& records) {
  if (has_topic_) {
    for (const auto& [name, record] : records)
      if (!records_.contains(name) || records_.at(name) != record) {
        // What it was once more, before what it is.
        if (dice_.chance(30) && records_.contains(name))
          topic_.put(partition_of(name), name, text_of(name, records_.at(name)));
        topic_.put(partition_of(name), name, text_of(name, record));
      }
    for (const auto& [name, record] : records_)
      if (!records.contains(name)) topic_.put(partition_of(name), name, std::nullopt);
  }
  records_ = records;
  for (auto& member : members_) member->is_done = false;
}

void Team::works_with_faults() {
  trouble_.allow(kFaults);
  for (int i = 0; i < kStepsWithFaults; ++i) {
    trouble();
    step();
  }
  trouble_.allow(0);
}

std::string Team::comes_to_an_end() {
  for (int i = 0; i < kStepsMax; ++i) {
    if (all_done()) return {};
    step();
  }
  return "the workers came to no end";
}

Faults Team::faults() const {
  auto all = trouble_.made();
  if (topic_.delivered_again() > 0) all["a message is delivered again"] += topic_.delivered_again();
  return all;
}

void Team::join(Member& member) {
  member.is_done = false;
  member.ledger = std::make_unique<sync::KeptLedger>(
      session_of(member).value(), [this, &member] { return session_of(member); });
  if (has_topic_) {
    member.worker = worker_over_topic(member);
    return;
  }
  member.reading = std::make_unique<Reading>(std::vector<Line>());
  member.worker = std::make_unique<sync::SourceWorker>(
      sync::SourceWorkerOptions{{kSource, "1", setting_.retraction}, {1, 1}}, *member.ledger,
      *member.reading, made_of, [] { return false; });
}

std::unique_ptr<sync::Worker> Team::worker_over_topic(Member& member) {
  const auto open =
      [this, &member](sync::SharedFeed::Start start) -> Result<std::unique_ptr<sync::SharedFeed>> {
    auto feed = std::make_unique<sync::FakeFeed>(topic_, std::set<std::int32_t>(), start);
    member.feed = feed.get();
    feed->gone = [&member] { member.feed = nullptr; };
    for (std::size_t i = 0; i < members_.size(); ++i)
      if (members_[i].get() == &member) feed->assign(share_of(i));
    return std::unique_ptr<sync::SharedFeed>(std::move(feed));
  };
  sync::FeedNews news;
  // In the middle of a batch, too.
  news.waiting = [this] {
    if (trouble_.happens(2, "partitions change hands")) rebalance();
  };
  return std::make_unique<sync::FeedWorker>(
      sync::FeedWorkerOptions{
          {kSource, "1", setting_.retraction}, "topic", true, {1 + dice_.below(6), 10'000}},
      *member.ledger, made_of, open, std::move(news), [] { return false; });
}

Result<std::unique_ptr<store::Ledger>> Team::session_of(Member& member) {
  auto session = std::make_unique<TeamSession>(
      all_, claims_, [this] { return fate(); }, [this] { restart_database(); });
  member.session = session.get();
  return std::unique_ptr<store::Ledger>(std::move(session));
}

// Of a change that is in flight to the database.
TeamSession::Fate Team::fate() {
  if (!trouble_.happens(2)) return TeamSession::Fate::fine;
  const bool before = dice_.chance(50);
  trouble_.happened(before ? "the database restarts before a commit"
                           : "the database restarts after a commit");
  return before ? TeamSession::Fate::lost_before : TeamSession::Fate::lost_after;
}

void Team::restart_database() {
  for (auto& member : members_)
    if (member->session != nullptr) member->session->lose();
}

// Answers come in their order; whoever needs none goes on at any time.
void Team::step() {
  if (dice_.chance(40) && deliver_next()) return;
  step(*members_[dice_.below(members_.size())]);
  clock_.now += 1;
}

void Team::step(Member& member) {
  if (member.run) return look_at_run(member);
  using Action = sync::Worker::Action;
  switch (member.worker->next()) {
    case Action::read:
      // Each member reads what the source says by then; what it says while it is read, the world of
      // one worker plays.
      if (member.reading) {
        std::vector<Line> lines;
        for (const auto& [name, record] : records_)
          lines.push_back({text_of(name, record), 1, false, "d/" + name});
        *member.reading = Reading(std::move(lines), true);
      }
      member.worker->read();
      return;
    case Action::send:
      member.run = std::make_unique<sync::Run>(
          setting_.run, **member.ledger, [&member] { return member.worker->next_update(); }, clock_,
          dice_);
      return;
    case Action::wait: clock_.now += sync::kOthersWorkMs; return;
    case Action::end: return ended(member);
  }
}

void Team::look_at_run(Member& member) {
  while (auto task = member.run->next()) {
    const auto sent = clock_.now + task->delay_ms;
    const auto due = network_.due(task->delay_ms);
    member.open.push_back({std::move(*task), sent, due});
  }
  if (!member.open.empty()) return;
  member.worker->sent(member.run->report(), member.run->done());
  member.run.reset();
}

void Team::ended(Member& member) {
  const auto& how = member.worker->ended();
  member.is_done = how.well() && member.worker->counts().deferred == 0 &&
                   member.worker->report_of_round().referred == 0;
  if (member.ledger->renew("server")) return;
  member.is_done = false;
}

bool Team::deliver_next() {
  Member* whose = nullptr;
  std::size_t which = 0;
  for (auto& member : members_)
    for (std::size_t i = 0; i < member->open.size(); ++i)
      if (whose == nullptr || member->open[i].due < whose->open[which].due)
        whose = member.get(), which = i;
  if (whose == nullptr) return false;
  auto open = std::move(whose->open[which]);
  whose->open.erase(whose->open.begin() + static_cast<std::ptrdiff_t>(which));
  clock_.now = std::max(clock_.now, open.due);
  network_.serve_late();
  auto response = network_.delivery(open.task.request);
  trace(clock_, open.task.request, response);
  if (!response) whose->run->finished(open.task.id, response.error());
  else whose->run->finished(open.task.id, rest::classify(std::move(*response), clock_.now_ms()));
  return true;
}

void Team::trouble() {
  auto& member = *members_[dice_.below(members_.size())];
  if (trouble_.happens(1, "a worker is killed")) kill(member);
  // What it has sent falls to another one that is at the same source.
  const bool others_send = std::any_of(members_.begin(), members_.end(), [&](const auto& each) {
    return each.get() != &member && each->run;
  });
  if (!has_topic_ && others_send && !member.open.empty() &&
      trouble_.happens(5, "a worker is killed while others send"))
    kill(member);
  if (trouble_.happens(1, "a session is lost")) {
    const bool leads = claims_.contains(store::claim_on_source(kSource)) &&
                       claims_.at(store::claim_on_source(kSource)) == member.session;
    if (!has_topic_ && leads && member.run) trouble_.happened("a leader is stale");
    member.session->lose();
  }
  if (!has_topic_) return;
  if (trouble_.happens(1, "partitions change hands")) rebalance();
  if (trouble_.happens(2)) {
    const auto partition = static_cast<std::int32_t>(dice_.below(kPartitions));
    const auto cursor = all_.cursor(
        store::claim_on_stream(std::string(kSource) + "[" + std::to_string(partition) + "]"));
    const auto read = cursor->empty() ? 0 : std::stoll(*cursor);
    if (topic_.compact(partition, read) > 0) trouble_.happened("a topic is compacted");
  }
}

// What has left it goes on; what waited for its time does not. Another one comes in its place.
void Team::kill(Member& member) {
  for (auto& open : member.open)
    if (open.sent <= clock_.now && dice_.chance(70)) {
      // As late as whoever looks what became of it waits for it.
      const auto late = static_cast<std::int64_t>(
          dice_.below(static_cast<std::uint64_t>(setting_.run.settle_ms) / 2));
      network_.arrives_late(open.due + late, std::move(open.task.request));
    }
  member.open.clear();
  member.run.reset();
  member.worker.reset();
  member.session = nullptr;
  member.ledger.reset();
  join(member);
  if (has_topic_) rebalance();
}

void Team::rebalance() {
  shift_ += dice_.below(members_.size());  // they may come back to who had them
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (members_[i]->feed != nullptr) members_[i]->feed->assign(share_of(i));
}

std::set<std::int32_t> Team::share_of(std::size_t member) const {
  std::set<std::int32_t> share;
  for (std::size_t i = 0; i < kPartitions; ++i)
    if ((i + shift_) % members_.size() == member) share.insert(static_cast<std::int32_t>(i));
  return share;
}

bool Team::all_done() const {
  if (!std::all_of(members_.begin(), members_.end(), [](const auto& member) {
        return member->is_done && !member->run && member->open.empty();
      }))
    return false;
  if (!has_topic_) return true;
  auto& ledger = const_cast<MemoryLedger&>(all_);
  const auto ranges = topic_.ranges();
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto cursor =
        ledger.cursor(store::claim_on_stream(std::string(kSource) + "[" + std::to_string(i) + "]"));
    if (ranges[i].high > 0 && (cursor->empty() || std::stoll(*cursor) < ranges[i].high))
      return false;
  }
  return true;
}

}  // namespace paraneo::simulation
