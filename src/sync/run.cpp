// The order of work: open_groups -> start -> read -> decide -> write -> finish. Entry points: next(), finished().
#include "sync/run.h"

#include <algorithm>
#include <utility>

namespace paraneo::sync {
namespace {

using rest::Verdict;

// What is asked of the server by the request under way.
Window::Weight weight_of(const Group& group) {
  const auto entries = group.count(group.writing ? SlotState::to_write : SlotState::unread);
  return {group.writing, group.single != nullptr ? 1 : entries};
}

// Only what the server worked on tells how busy it is.
bool has_worked(const rest::Reply& reply) {
  return !is_page(reply) && (reply.ok() || reply.verdict == Verdict::missing || reply.verdict == Verdict::gone ||
                             reply.verdict == Verdict::conflict || reply.verdict == Verdict::refused);
}

}  // namespace

Run::Run(RunOptions options, store::Ledger& ledger, Feed feed, const Clock& clock, Random& random)
    : options_(std::move(options)), ledger_(ledger), feed_(std::move(feed)), clock_(clock), recovery_(ledger),
      batcher_({options_.transaction_entries_max, options_.transaction_bytes_max, options_.if_match}),
      reader_(options_.base, options_.limits), decider_(options_.base, options_.conflict, options_.limits),
      writer_({options_.base, options_.broken_cut, options_.broken_tries_max, options_.failures_max, options_.limits}),
      outcome_(options_.base, options_.failures_kept_max, clock),
      pace_({options_.concurrency_max, options_.circuit_failures, options_.failures_max, options_.retry}, random) {}

bool Run::done() const {
  if (!pending_.empty()) return false;
  if (ended()) return true;
  return started_ && feed_ended_ && recovery_.empty() && open_.empty() && batcher_.empty();
}

std::optional<rest::Task> Run::next() {
  if (!started_ && !ended()) {
    if (const auto found = recovery_.find(); !found) end(found.error());
    started_ = true;
  }
  open_groups();
  if (ended() || ready_.empty() || !pace_.allows_another(pending_.size())) return std::nullopt;
  auto ready = std::move(ready_.front());
  ready_.pop_front();
  const auto id = ++last_task_;
  const auto delay_ms = std::max(ready.delay_ms, pace_.pause_ms());
  pending_[id] = {ready.group, clock_.now_ms() + delay_ms, weight_of(*ready.group)};
  return rest::Task{id, delay_ms, std::move(ready.request)};
}

void Run::finished(std::uint64_t task, Result<rest::Reply> reply) {
  const auto found = pending_.find(task);
  if (found == pending_.end()) return;  // told twice
  const auto pending = found->second;
  pending_.erase(found);
  ++outcome_.report().requests;
  if (ended()) return;
  if (!reply) return no_answer(*pending.group, reply.error());
  if (has_worked(*reply)) pace_.answered(pending.weight, clock_.now_ms() - pending.begun_ms);
  answered(*pending.group, *reply);
}

void Run::open_groups() {
  while (!ended() && open_.size() < options_.concurrency_max) {
    auto group = next_group();
    if (!group) return;
    open_.push_back(std::move(group));
    start(*open_.back());
  }
}

std::unique_ptr<Group> Run::next_group() {
  if (!recovery_.empty()) {
    auto group = recovery_.next(batcher_.entries_max());
    if (group) return std::move(*group);
    end(group.error());
    return nullptr;
  }
  const bool recovering = std::any_of(open_.begin(), open_.end(), [](const auto& group) { return group->recovery; });
  if (recovering) return nullptr;
  auto group = batcher_.next([this] { return take_work(); });
  return ended() ? nullptr : std::move(group);
}

// Reads from the feed; what cannot be sent at all is written down and passed over.
std::optional<Work> Run::take_work() {
  while (!feed_ended_ && !ended()) {
    auto read = feed_();
    if (!read) {
      end(read.error());
    } else if (!*read) {
      feed_ended_ = true;
    } else if ((*read)->refusal) {
      Outcome::Changes changes;
      outcome_.unfit(**read, changes);
      apply(changes);
    } else {
      return std::move(**read);
    }
  }
  return std::nullopt;
}

void Run::start(Group& group) {
  // A worker that died this moment may have a request that the server has not got yet.
  read(group, group.recovery && ledger_.shared() ? options_.settle_ms : 0);
}

void Run::read(Group& group, std::int64_t delay_ms) {
  if (auto request = reader_.request(group)) ask(group, std::move(*request), delay_ms);
  else decide(group);
}

// All that had to be read is read.
void Run::decide(Group& group) {
  Outcome::Changes changes;
  std::vector<std::unique_ptr<Unit>> to_write;
  if (group.recovery) {
    outcome_.recovered(group, decider_, changes);
  } else {
    for (auto& unit : group.units) switch (decider_.decide(*unit)) {
        case Decider::Verdict::write: to_write.push_back(std::move(unit)); break;
        case Decider::Verdict::finish: finish(std::move(unit), changes); break;
        case Decider::Verdict::park: outcome_.parked(*unit, changes); break;
      }
  }
  group.units = std::move(to_write);
  if (!apply(changes)) return;
  if (group.units.empty()) close(group);
  else write(group, 0);
}

// The intent goes to the ledger before the request goes anywhere.
void Run::write(Group& group, std::int64_t delay_ms) {
  auto go = writer_.before(group);
  if (go == Writer::Go::cut) {
    batcher_.cut(group);
    go = group.units.size() == 1 ? writer_.before(group) : Writer::Go::send;
  }
  if (go == Writer::Go::give_up) return refused(group, group.last_broken);
  if (!group.intended && !apply(outcome_.intended(group))) return;
  group.intended = true;
  group.writing = true;
  ask(group, writer_.request(group), delay_ms);
}

// Nothing is sent again before the server was asked what it has.
void Run::in_doubt(Group& group, std::int64_t delay_ms) {
  group.intended = false;
  if (apply(outcome_.doubtful(group))) read(group, delay_ms);
}

void Run::no_answer(Group& group, const Error& error) {
  if (error.fault != Fault::network && error.fault != Fault::limit) return end(error);
  const bool writing = group.writing;
  group.asks_address = false;
  if (!failed(group, std::nullopt, error)) return;
  if (writing) in_doubt(group, options_.settle_ms + backoff_ms(group));
  else read(group, backoff_ms(group));
}

void Run::answered(Group& group, rest::Reply& reply) {
  if (group.asks_address) return got_address(group, reply);
  // That a resource is not there, or that batches are not done here, says nothing about the address.
  const bool may_be = !group.writing && (group.single == nullptr || reply.verdict == Verdict::missing);
  if ((!may_be || reply.status == 401) && address_.ends_the_run(reply))
    return end(rest::to_error(reply, group.writing ? rest::Method::post : rest::Method::get, options_.base));
  if (group.writing) got_written(group, reply);
  else got_read(group, reply);
}

void Run::got_address(Group& group, const rest::Reply& reply) {
  group.asks_address = false;
  if (Address::no_server(reply)) return end(rest::to_error(reply, rest::Method::get, options_.base + "/metadata"));
  read(group, 0);
}

void Run::got_read(Group& group, rest::Reply& reply) {
  const auto answer = reader_.answered(group, reply);
  using Kind = Reader::Answer::Kind;
  switch (answer.kind) {
    case Kind::heard:
      if (!answer.only_absent) address_.proven();
      heard(group);
      return read(group, 0);  // what is left, or on to deciding
    case Kind::no_batches:
      if (!address_.is_to_be_asked(reply)) return read(group, 0);
      group.asks_address = true;
      return ask(group, rest::get_request(options_.base, "metadata"), 0);
    case Kind::failed:
      if (failed(group, reply.retry_after_ms, answer.error)) read(group, backoff_ms(group));
      return;
    case Kind::not_allowed: return refused_reading(group, reply);
  }
}

void Run::got_written(Group& group, rest::Reply& reply) {
  std::vector<rest::EntryAnswer> answers;
  const auto told = writer_.answered(group, reply, answers);
  if (told == Writer::Told::broken) return broke(group, reply);
  if (told == Writer::Told::busy || told == Writer::Told::held_off) {
    if (!failed(group, reply.retry_after_ms, rest::to_error(reply, rest::Method::post, options_.base))) return;
    if (told == Writer::Told::held_off) return write(group, backoff_ms(group));
    return in_doubt(group, options_.settle_ms + backoff_ms(group));
  }
  address_.proven();
  heard(group);
  if (told == Writer::Told::refused) return refused(group, reply);
  if (told == Writer::Told::conflict) {
    if (++group.conflicts > (group.only_deletes() ? options_.deletion_tries_max : options_.conflict_tries_max))
      return refused(group, reply);
    return in_doubt(group, pace_.backoff_ms(group.conflicts));
  }
  Outcome::Changes changes;
  outcome_.written(group, answers, changes);
  for (auto& unit : group.units) finish(std::move(unit), changes);
  group.units.clear();
  if (apply(changes)) close(group);
}

void Run::broke(Group& group, rest::Reply& reply) {
  auto error = rest::to_error(reply, rest::Method::post, options_.base);
  const bool goes_on = writer_.broke_on(group, reply);
  if (!failed(group, reply.retry_after_ms, error)) return;
  if (goes_on) return in_doubt(group, options_.settle_ms + pace_.backoff_ms(group.broken));
  const bool last_one = feed_ended_ && batcher_.empty() && open_.size() == 1 && group.units.size() == 1;
  if (last_one && writer_.any_written()) return refused(group, reply);
  end(std::move(error));
}

// False: the run has ended.
bool Run::failed(Group& group, std::optional<std::int64_t> retry_after_ms, Error error) {
  ++outcome_.report().failed_requests;
  ++group.failures;
  outcome_.report().trouble = error;
  if (!pace_.failed(retry_after_ms)) end(std::move(error));
  return !ended();
}

void Run::heard(Group& group) {
  group.failures = 0;
  pace_.succeeded();
}

std::int64_t Run::backoff_ms(const Group& group) { return pace_.backoff_ms(std::max(1U, group.failures)); }

// Refused as a whole, so nothing of it was done.
void Run::refused(Group& group, const rest::Reply& reply) {
  if (again_in_parts(group, reply) || refused_deletion(group, reply)) return;
  if (group.units.size() > 1) {
    batcher_.cut(group);
    return write(group, 0);
  }
  Outcome::Changes changes;
  outcome_.refused(*group.units.front(), reply, changes);
  if (apply(changes)) close(group);
}

// The server takes fewer at once. False when that is not the reason, or there is nothing to part.
bool Run::again_in_parts(Group& group, const rest::Reply& reply) {
  const auto sent = group.count(SlotState::to_write);
  if (sent < 2 || !rest::refuses_size(reply)) return false;
  batcher_.refused_size(sent);
  if (group.units.size() > 1) {
    batcher_.cut(group);
    write(group, 0);
    return true;
  }
  if (!batcher_.part(*group.units.front())) return false;
  start(group);
  return true;
}

// A deletion is refused because something refers to it: the others go by themselves, this one when
// they are gone. What nothing helps is left as it is, and the next run tries again.
bool Run::refused_deletion(Group& group, const rest::Reply& reply) {
  const bool counts = reply.verdict == Verdict::conflict || reply.verdict == Verdict::refused;
  if (!counts || group.units.size() != 1 || !group.only_deletes()) return false;
  auto& unit = group.units.front();
  group.conflicts = 0;
  if (!unit->singly) {
    batcher_.part_singly(*unit);
    start(group);
    return true;
  }
  Outcome::refused_deletion(*unit, reply);
  Outcome::Changes changes;
  finish(std::move(unit), changes);
  group.units.clear();
  if (apply(changes)) close(group);
  return true;
}

// What an earlier run left on its way stays there: nothing is known about it yet.
void Run::refused_reading(Group& group, const rest::Reply& reply) {
  const auto unit = std::find_if(group.units.begin(), group.units.end(), [&](const auto& each) {
    return std::any_of(each->slots.begin(), each->slots.end(), [&](const Slot& slot) { return &slot == group.single; });
  });
  Outcome::Changes changes;
  if (group.recovery) ++outcome_.report().unsettled;
  else outcome_.refused(**unit, reply, changes);
  group.units.erase(unit);
  if (!apply(changes)) return;
  if (group.units.empty()) close(group);
  else read(group, 0);
}

void Run::finish(std::unique_ptr<Unit> unit, Outcome::Changes& changes) {
  auto left = outcome_.finished(*unit, changes);
  if (!left.empty()) batcher_.again(std::move(unit), std::move(left));
}

void Run::close(Group& group) {
  std::erase_if(open_, [&](const auto& open) { return open.get() == &group; });
}

bool Run::apply(const Outcome::Changes& changes) {
  if (changes.empty()) return true;
  const auto applied = ledger_.apply(changes);
  if (!applied) end(applied.error());
  return applied.has_value();
}

void Run::ask(Group& group, rest::Request request, std::int64_t delay_ms) {
  if (!ended()) ready_.push_back({&group, delay_ms, std::move(request)});
}

void Run::end(Error error) {
  if (!ended()) outcome_.report().fatal = std::move(error);
  ready_.clear();
}

}  // namespace paraneo::sync
