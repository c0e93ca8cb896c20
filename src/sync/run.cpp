// What is worked on, and when. Entry points: next(), finished().
#include "sync/run.h"

#include <algorithm>

#include "sync/content.h"
#include "sync/run_group.h"

namespace paraneo::sync {

Run::Run(RunOptions options, store::Ledger& ledger, Feed feed, const Clock& clock, Random& random)
    : options_(std::move(options)), ledger_(ledger), feed_(std::move(feed)), clock_(clock), random_(random),
      window_(options_.concurrency_max) {}

Run::~Run() = default;

Window::Weight Run::weight_of(Group& group) {
  std::size_t entries = 0;
  const auto wanted = group.writing ? SlotState::to_write : SlotState::unread;
  group.each([&](const Slot& slot) { entries += slot.state == wanted ? 1U : 0U; });
  return {group.writing, group.single != nullptr ? 1 : entries};
}

bool Run::done() const {
  if (!pending_.empty()) return false;
  if (report_.fatal) return true;
  return started_ && feed_ended_ && to_recover_.empty() && open_.empty() && again_.empty() && !left_over_;
}

std::optional<rest::Task> Run::next() {
  if (!started_ && !report_.fatal) {
    find_what_to_recover();
    started_ = true;
  }
  open_groups();
  if (report_.fatal || ready_.empty()) return std::nullopt;
  if (pending_.size() >= window_.size()) return std::nullopt;
  auto ready = std::move(ready_.front());
  ready_.pop_front();
  const auto id = ++last_task_;
  const auto delay_ms = std::max(ready.delay_ms, pause_ms_);
  pending_[id] = {ready.group, clock_.now_ms() + delay_ms, weight_of(*ready.group)};
  return rest::Task{id, delay_ms, std::move(ready.request)};
}

void Run::finished(std::uint64_t task, Result<rest::Reply> reply) {
  const auto found = pending_.find(task);
  if (found == pending_.end()) return;  // told twice
  const auto pending = found->second;
  auto& group = *pending.group;
  pending_.erase(found);
  ++report_.requests;
  if (report_.fatal) return;
  if (reply) measure(pending, *reply);
  if (reply) answered(group, *reply);
  else no_answer(group, reply.error());
}

void Run::open_groups() {
  while (!report_.fatal && open_.size() < options_.concurrency_max) {
    auto group = next_group();
    if (!group) return;
    open_.push_back(std::move(group));
    start(*open_.back());
  }
}

std::unique_ptr<Run::Group> Run::next_group() {
  if (!to_recover_.empty()) return recovery_group();
  const bool recovering = std::any_of(open_.begin(), open_.end(), [](const auto& group) { return group->recovery; });
  if (recovering) return nullptr;
  if (!again_.empty()) {
    auto group = std::move(again_.front());
    again_.pop_front();
    return group;
  }
  auto group = std::make_unique<Group>();
  std::size_t entries = 0;
  std::size_t bytes = 0;
  while (entries < options_.transaction_entries_max && group->units.size() < options_.transaction_entries_max) {
    auto unit = std::move(left_over_);
    Work work;
    if (!unit && take_work(work)) {
      unit = std::make_unique<Unit>();
      auto wants = std::move(work.wants);
      unit->work = std::move(work);
      fill(*unit, std::move(wants));
    }
    if (!unit) break;
    std::size_t unit_bytes = 0;
    for (const auto& slot : unit->slots) unit_bytes += slot.want.entry.resource.size();
    const bool fits = entries + unit->slots.size() <= options_.transaction_entries_max &&
                      bytes + unit_bytes <= options_.transaction_bytes_max;
    if (!fits && !group->units.empty()) {
      left_over_ = std::move(unit);
      break;
    }
    entries += unit->slots.size();
    bytes += unit_bytes;
    group->units.push_back(std::move(unit));
  }
  return group->units.empty() || report_.fatal ? nullptr : std::move(group);
}

// What another worker has on its way is not ours to settle, as long as it lives.
void Run::find_what_to_recover() {
  const auto names = ledger_.records_on_the_way();
  if (!names) return end(names.error());
  for (const auto& name : *names) {
    const auto ours = ledger_.claim(store::claim_on_record(name));
    if (!ours) return end(ours.error());
    if (*ours) to_recover_.push_back(name);
  }
}

// What an earlier run may have sent: asked about, never sent from here.
std::unique_ptr<Run::Group> Run::recovery_group() {
  auto group = std::make_unique<Group>();
  group->recovery = true;
  std::size_t entries = 0;
  while (!to_recover_.empty() && entries < options_.transaction_entries_max) {
    auto unit = std::make_unique<Unit>();
    unit->work.record = std::move(to_recover_.front());
    to_recover_.pop_front();
    auto rows = ledger_.resources(unit->work.record);
    if (!rows) {
      end(rows.error());
      return nullptr;
    }
    for (auto& row : *rows) {
      if (!is_on_the_way(row)) continue;
      Slot slot;
      const auto slash = row.target.find('/');
      slot.want.entry.type = row.target.substr(0, slash);
      slot.want.entry.id = row.target.substr(slash + 1);
      slot.want.act = !row.intent_hash.empty() ? Act::put : row.intent_body.empty() ? Act::remove : Act::retract;
      slot.want.hash = row.intent_hash;
      slot.want.entry.resource = row.intent_body;
      slot.want.known = std::move(row);
      unit->slots.push_back(std::move(slot));
    }
    entries += unit->slots.size();
    group->units.push_back(std::move(unit));
  }
  return group;
}

// Reads from the feed; what cannot be sent at all is written down and passed over.
bool Run::take_work(Work& work) {
  while (!feed_ended_ && !report_.fatal) {
    auto read = feed_();
    if (!read) {
      end(read.error());
    } else if (!*read) {
      feed_ended_ = true;
    } else if ((*read)->refusal) {
      if (!refuse_work(**read)) return false;
    } else {
      work = std::move(**read);
      return true;
    }
  }
  return false;
}

bool Run::refuse_work(const Work& work) {
  ++report_.dead;
  fail_record(work, fail(Fault::data, *work.refusal, work.place), RunFailure::Kind::refused);
  const auto name = work.record.empty() ? work.place : work.record;
  Changes changes{store::Letter{name, work.source, work.place, clock_.now_ms(), 0, *work.refusal}};
  set_aside(work, store::RecordState::dead, changes);
  return apply(changes);
}

Run::Slot Run::slot_of(Want&& want) const {
  Slot slot;
  const auto& known = want.known;
  const bool sure = want.act == Act::put && options_.if_match && !known.version.empty() &&
                    (known.state == store::ResourceState::confirmed || known.state == store::ResourceState::retracted);
  if (want.act == Act::keep) {
    slot.state = SlotState::done;
  } else if (sure) {
    slot.state = SlotState::to_write;
    slot.etag = rest::etag_of_version(known.version);
  }
  slot.want = std::move(want);
  return slot;
}

void Run::start(Group& group) {
  bool unread = false;
  group.each([&](const Slot& slot) { unread = unread || slot.state == SlotState::unread; });
  // A worker that died this moment may have a request that the server has not got yet.
  if (unread) read(group, group.recovery && ledger_.shared() ? options_.settle_ms : 0);
  else decide(group);
}

// Both halves stand where the whole stood.
void Run::cut(Group& group) {
  const auto middle = static_cast<std::ptrdiff_t>(group.units.size() / 2);
  auto second = std::make_unique<Group>();
  second->intended = group.intended;
  second->broken = group.broken;
  second->writes_done_before = group.writes_done_before;
  second->last_broken = group.last_broken;
  second->units.assign(std::make_move_iterator(group.units.begin() + middle),
                       std::make_move_iterator(group.units.end()));
  group.units.resize(static_cast<std::size_t>(middle));
  again_.push_front(std::move(second));
}

void Run::close(Group& group) {
  std::erase_if(open_, [&](const auto& open) { return open.get() == &group; });
}

void Run::ask(Group& group, rest::Request request, std::int64_t delay_ms) {
  if (!report_.fatal) ready_.push_back({&group, delay_ms, std::move(request)});
}

void Run::end(Error error) {
  if (!report_.fatal) report_.fatal = std::move(error);
  ready_.clear();
}

bool Run::apply(const Changes& changes) {
  if (changes.empty()) return true;
  const auto applied = ledger_.apply(changes);
  if (!applied) end(applied.error());
  return applied.has_value();
}

}  // namespace paraneo::sync
