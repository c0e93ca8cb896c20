// The order of work: open_groups -> start -> read -> decide -> write -> finish. Entry points:
// next(), finished().
#include "sync/run.h"

#include <algorithm>
#include <utility>

namespace paraneo::sync {

using rest::Verdict;

Run::Run(RunOptions options, store::Ledger& ledger, Feed feed, const Clock& clock, Random& random)
    : options_(std::move(options)), ledger_(ledger), feed_(std::move(feed)), clock_(clock),
      recovery_(ledger),
      batcher_({options_.transaction_entries_max, options_.transaction_bytes_max, options_.if_match,
                options_.only_new, options_.apart_entries_max}),
      reader_(options_.base, options_.limits),
      decider_(options_.base, options_.conflict, options_.limits),
      writer_({options_.base, options_.broken_cut, options_.broken_tries_max, options_.failures_max,
               options_.limits}),
      outcome_(options_.base, options_.failures_kept_max, clock),
      errors_(options_.base, options_.words, options_.limits), rounds_(options_.refused_bytes_max),
      pace_({options_.concurrency_max, options_.adapts, options_.circuit_failures,
             options_.failures_max, options_.retry},
            random),
      scouting_(options_.only_new) {}

bool Run::done() const {
  if (!pending_.empty()) return false;
  if (ended()) return true;
  return started_ && feed_ended_ && recovery_.empty() && open_.empty() && batcher_.empty() &&
         rounds_.empty();
}

std::optional<rest::Task> Run::next() {
  if (!started_ && !ended()) {
    if (const auto found = recovery_.find(); !found) end(found.error());
    started_ = true;
  }
  open_groups();
  while (!ended() && !ready_.empty() && pace_.allows_another(pending_.size())) {
    auto ready = std::move(ready_.front());
    ready_.pop_front();
    const auto delay_ms = std::max(ready.delay_ms, pace_.pause_ms());
    if (is_stale(ready, delay_ms)) {
      in_doubt(*ready.group, delay_ms, false);
      continue;
    }
    const auto id = ++last_task_;
    pending_[id] = {ready.group, clock_.now_ms() + delay_ms, Pace::weight_of(*ready.group)};
    return rest::Task{id, delay_ms, std::move(ready.request)};
  }
  return std::nullopt;
}

// A worker whose session with the ledger is lost does not know yet that its records are another
// one's, which waits for settle_ms before it looks what the server has. What would come later than
// that is looked at again before it is written, so that nothing older comes after what the other
// one wrote.
bool Run::is_stale(const Ready& ready, std::int64_t delay_ms) const {
  if (!ledger_.shared() || !ready.group->writes_unguarded()) return false;
  const auto age_ms = clock_.now_ms() - ready.group->intended_ms + delay_ms;
  return age_ms < 0 || age_ms > options_.settle_ms / 2;
}

void Run::finished(std::uint64_t task, Result<rest::Reply> reply) {
  const auto found = pending_.find(task);
  if (found == pending_.end()) return;  // told twice
  const auto pending = found->second;
  pending_.erase(found);
  ++outcome_.report().requests;
  if (ended()) return;
  if (!reply) return no_answer(*pending.group, reply.error());
  pace_.answered(*reply, pending.weight, clock_.now_ms() - pending.begun_ms);
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
  const bool recovering =
      std::any_of(open_.begin(), open_.end(), [](const auto& group) { return group->recovery; });
  if (recovering || (scouting_ && !open_.empty())) return nullptr;
  const auto take = [this] { return take_update(); };
  auto group = batcher_.next(take);
  if (!group && open_.empty() && batcher_.empty() && !rounds_.empty() && !ended()) {
    next_round();
    group = batcher_.next(take);
  }
  return ended() ? nullptr : std::move(group);
}

void Run::next_round() {
  auto round = rounds_.next(report().written());
  Outcome::Changes changes;
  for (auto& unit : round.units) {
    if (round.helps) batcher_.put_back_alone(std::move(unit));
    else outcome_.refused(*unit, errors_.of(*unit, unit->refusal), unit->refusal, changes);
  }
  apply(changes);
}

// Reads from the feed; what cannot be sent at all is written down and passed over.
std::optional<RecordUpdate> Run::take_update() {
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
      return std::move(*read);
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
    for (auto& unit : group.units) {
      const auto decision = decider_.decide(*unit);
      switch (decision.verdict) {
        case Decider::Verdict::write: to_write.push_back(std::move(unit)); break;
        case Decider::Verdict::finish: finish(std::move(unit), changes); break;
        case Decider::Verdict::park: outcome_.parked(*unit, changes); break;
        case Decider::Verdict::refuse:
          outcome_.refused(*unit, decision.error, {}, changes, decision.task);
          break;
      }
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
  if (go == Writer::Go::split) {
    batcher_.split(group);
    go = writer_.before(group);
  }
  if (go == Writer::Go::cut) {
    batcher_.cut(group);
    go = group.units.size() == 1 ? writer_.before(group) : Writer::Go::send;
  }
  if (go == Writer::Go::give_up) return refused(group, group.last_broken);
  if (group.delivery() == Delivery::whole) batcher_.part_to_write(*group.units.front());
  if (!group.intended) {
    if (!apply(outcome_.intended(group))) return;
    group.intended = true;
    group.intended_ms = clock_.now_ms();
  }
  group.writing = true;
  ask(group, writer_.request(group), delay_ms);
}

// Nothing is sent again before the server was asked what it has.
void Run::in_doubt(Group& group, std::int64_t delay_ms, bool unknown) {
  group.intended = false;
  if (apply(outcome_.doubtful(group, unknown))) read(group, delay_ms);
}

void Run::no_answer(Group& group, const Error& error) {
  const bool writing = !std::exchange(group.asks_address, false) && group.writing;
  const bool lost = error.fault == Fault::network;
  const bool goes_on = !writing || !lost || writer_.lost_on(group, error);
  // Where others got through, it may be this one that the server does not survive.
  const bool may_be_this_one = writing && goes_on && address_.is_proven();
  const bool ends = options_.retried_below
                        ? error.fault == Fault::auth || (lost && !may_be_this_one)
                        : !lost && error.fault != Fault::limit;
  if (ends) return end(error);
  if (writing && group.delivery() == Delivery::apart && group.units.size() > 1) {
    if (lost) return in_doubt(group, 0);  // and then each by itself
    batcher_.split(group);
    return write(group, 0);
  }
  if (writing) return unclear(group, goes_on, std::nullopt, error);
  if (!failed(group, std::nullopt, error)) return;
  if (group.writing) in_doubt(group, options_.settle_ms + backoff_ms(group));
  else read(group, backoff_ms(group));
}

void Run::answered(Group& group, rest::Reply& reply) {
  if (group.asks_address) return got_address(group, reply);
  // That a resource is not there, or that batches are not done here, says nothing about the
  // address.
  const bool may_be = group.writing ? group.delivery() == Delivery::apart
                                    : group.single == nullptr || reply.verdict == Verdict::missing;
  if ((!may_be || reply.status == 401) && address_.ends_the_run(reply))
    return end(rest::to_error(reply, group.writing ? rest::Method::post : rest::Method::get,
                              options_.base, options_.words));
  if (leads_away(reply) && address_.is_to_be_asked(reply)) return ask_address(group);
  if (group.writing) got_written(group, reply);
  else got_read(group, reply);
}

void Run::ask_address(Group& group) {
  group.asks_address = true;
  ask(group, rest::get_request(options_.base, "metadata"), 0);
}

void Run::got_address(Group& group, const rest::Reply& reply) {
  group.asks_address = false;
  if (Address::no_server(reply))
    return end(
        rest::to_error(reply, rest::Method::get, options_.base + "/metadata", options_.words));
  if (const auto blamed = std::exchange(group.blamed, std::nullopt)) refused(group, *blamed);
  else if (group.writing) in_doubt(group, 0);
  else read(group, 0);
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
      return address_.is_to_be_asked(reply) || address_.may_have_gone(reply) ? ask_address(group)
                                                                             : read(group, 0);
    case Kind::failed:
      if (options_.retried_below && group.single == nullptr && reply.verdict != Verdict::busy) {
        group.singly = true;
        return read(group, 0);
      }
      if (failed(group, reply.retry_after_ms, reply.ok() ? answer.error : errors_.of(group, reply)))
        read(group, backoff_ms(group));
      return;
    case Kind::not_allowed:
      return refused_reading(group,
                             !answer.error.what.empty() ? answer.error
                             : group.delivery() == Delivery::packed
                                 ? errors_.of(*group.units.front(), reply)
                                 : errors_.of(group, reply),
                             reply);
  }
}

void Run::got_written(Group& group, rest::Reply& reply) {
  std::vector<rest::EntryAnswer> answers;
  const auto told = writer_.answered(group, reply, answers);
  if (told == Writer::Told::broken) return broke(group, reply);
  if (told == Writer::Told::busy || told == Writer::Told::held_off) {
    auto error = errors_.of(group, reply);
    if (!failed(group, reply.retry_after_ms, error)) return;
    if (!writer_.held_up()) return end(std::move(error));
    if (told == Writer::Told::held_off) return write(group, backoff_ms(group));
    return in_doubt(group, options_.settle_ms + backoff_ms(group));
  }
  if (told == Writer::Told::no_batch) {
    batcher_.split(group);
    return write(group, 0);
  }
  if (told == Writer::Told::elsewhere) return end(errors_.elsewhere());
  if (!Address::is_nowhere(reply)) address_.proven();
  heard(group);
  switch (told) {
    case Writer::Told::refused: return refused(group, reply);
    case Writer::Told::conflict: return conflicted(group, reply);
    default: return wrote(group, answers);
  }
}

// Of a batch, what the server did not do goes by itself: so its answer says why.
void Run::wrote(Group& group, std::vector<rest::EntryAnswer>& answers) {
  const bool apart = group.delivery() == Delivery::apart;
  Outcome::Changes changes;
  outcome_.written(group, answers, changes);
  std::vector<std::unique_ptr<Unit>> taken;
  for (auto& unit : group.units) {
    auto& last = unit->tasks.back();
    if (!apart || last.state == TaskState::done) {
      finish(std::move(unit), changes);
    } else if (std::exchange(last.only_new, false)) {
      last.state = TaskState::unread;
      taken.push_back(std::move(unit));
    } else {
      batcher_.put_back_alone(std::move(unit));
    }
  }
  if (!taken.empty()) batcher_.read_first();
  batcher_.put_back(std::move(taken));
  group.units.clear();
  if (apply(changes)) close(group);
}

void Run::conflicted(Group& group, const rest::Reply& reply) {
  bool unread = false;
  group.each([&](const Task& task) {
    unread = unread || (task.state == TaskState::to_write && task.only_new);
  });
  if (unread) {
    batcher_.read_first();
    return in_doubt(group, 0, false);
  }
  if (++group.conflicts >
      (group.only_deletes() ? options_.deletion_tries_max : options_.conflict_tries_max))
    return refused(group, reply);
  // It may be one record that is always in conflict: the others do not wait for it.
  if (group.units.size() > 1 && group.conflicts >= options_.broken_cut) batcher_.cut(group);
  in_doubt(group, pace_.backoff_ms(group.conflicts));
}

void Run::broke(Group& group, rest::Reply& reply) {
  auto error = errors_.of(group, reply);
  const bool goes_on = writer_.broke_on(group, reply);
  if (group.delivery() == Delivery::apart && group.units.size() > 1)
    return in_doubt(group, 0);  // and then each by itself
  unclear(group, goes_on, reply.retry_after_ms, std::move(error));
}

// Nobody knows what became of what was written.
void Run::unclear(Group& group, bool goes_on, std::optional<std::int64_t> retry_after_ms,
                  Error error) {
  if (!failed(group, retry_after_ms, error)) return;
  if (goes_on)
    return in_doubt(group,
                    options_.settle_ms + pace_.backoff_ms(std::max(group.failures, group.broken)));
  const bool last_one =
      feed_ended_ && batcher_.empty() && open_.size() == 1 && group.units.size() == 1;
  if (last_one && writer_.any_written()) return refused(group, group.last_broken);
  end(std::move(error));
}

// False: the run has ended.
bool Run::failed(Group& group, std::optional<std::int64_t> retry_after_ms, Error error) {
  ++outcome_.report().failed_requests;
  ++group.failures;
  if (options_.retried_below) {
    give_up(group, error);
    return false;
  }
  outcome_.report().trouble = error;
  if (!pace_.failed(retry_after_ms)) end(std::move(error));
  return !ended();
}

void Run::give_up(Group& group, const Error& error) {
  if (!group.writing && group.single != nullptr) return refused_reading(group, error, {});
  outcome_.given_up(group, error);
  close(group);
}

void Run::heard(Group& group) {
  group.failures = 0;
  pace_.succeeded();
}

std::int64_t Run::backoff_ms(const Group& group) {
  return pace_.backoff_ms(std::max(1U, group.failures));
}

// Refused as a whole, so nothing of it was done.
void Run::refused(Group& group, const rest::Reply& reply) {
  if (again_in_parts(group, reply) || refused_deletion(group, reply)) return;
  if (group.units.size() > 1) {
    batcher_.cut(group);
    return write(group, 0);
  }
  if (address_.may_have_gone(reply)) {
    group.blamed = reply;
    return ask_address(group);
  }
  auto& unit = group.units.front();
  const bool may_help = reply.verdict == Verdict::refused || reply.verdict == Verdict::missing ||
                        (Writer::is_single(group) && group.only_deletes());
  if (options_.refused_again && may_help && rounds_.defer(unit, reply)) {
    group.units.clear();
    return close(group);
  }
  Outcome::Changes changes;
  const bool lost = reply.status == 0 && group.lost;
  outcome_.refused(*unit, lost ? *group.lost : errors_.of(*unit, reply), reply, changes);
  if (apply(changes)) close(group);
}

// The server takes fewer at once. False when that is not the reason, or there is nothing to part.
bool Run::again_in_parts(Group& group, const rest::Reply& reply) {
  const auto sent = group.count(TaskState::to_write);
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
  if (!counts || group.delivery() != Delivery::packed || group.units.size() != 1 ||
      !group.only_deletes())
    return false;
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
void Run::refused_reading(Group& group, const Error& error, const rest::Reply& reply) {
  const auto unit = std::find_if(group.units.begin(), group.units.end(), [&](const auto& each) {
    return std::any_of(each->tasks.begin(), each->tasks.end(),
                       [&](const Task& task) { return &task == group.single; });
  });
  Outcome::Changes changes;
  if (group.recovery) ++outcome_.report().unsettled;
  else outcome_.refused(**unit, error, reply, changes);
  group.units.erase(unit);
  if (!apply(changes)) return;
  if (group.units.empty()) close(group);
  else read(group, 0);
}

void Run::finish(std::unique_ptr<Unit> unit, Outcome::Changes& changes) {
  if (!outcome_.finished(*unit, changes)) batcher_.again(std::move(unit));
}

void Run::close(Group& group) {
  scouting_ = false;
  std::erase_if(open_, [&](const auto& open) { return open.get() == &group; });
}

bool Run::apply(const Outcome::Changes& changes) {
  if (changes.empty()) return true;
  const auto applied = ledger_.apply(changes);
  if (!applied) end(applied.error());
  return applied.has_value();
}

void Run::ask(Group& group, rest::Request request, std::int64_t delay_ms) {
  if (ended()) return;
  Ready ready{&group, delay_ms, std::move(request)};
  // Behind others it would become stale, again and again.
  if (ledger_.shared() && group.writes_unguarded()) ready_.push_front(std::move(ready));
  else ready_.push_back(std::move(ready));
}

void Run::end(Error error) {
  if (!ended()) outcome_.report().fatal = std::move(error);
  ready_.clear();
}

}  // namespace paraneo::sync
