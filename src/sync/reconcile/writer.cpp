// Entry points: request(), answered().
#include "sync/reconcile/writer.h"

#include <algorithm>

#include "rest/url.h"
#include "sync/reconcile/address.h"
#include "sync/reconcile/answer_order.h"

namespace paraneo::sync {

namespace {

using rest::Verdict;
using Told = Writer::Told;

// Of an answer that is not ok.
Told meaning_of(const rest::Reply& reply) {
  // A proxy says so with a page, before the server sees anything.
  if (reply.status == 413) return Told::refused;
  if (is_page(reply)) return Told::broken;
  switch (reply.verdict) {
    case Verdict::broken:
    case Verdict::strange: return Told::broken;
    case Verdict::conflict: return Told::conflict;
    // Only "too many requests" says for sure that nothing was done.
    case Verdict::busy:
      // A gateway that waited in vain, or got no answer: it may be the record's fault.
      if (reply.status == 502 || reply.status == 504) return Told::broken;
      return reply.status == 429 ? Told::held_off : Told::busy;
    default: return Told::refused;
  }
}

// Type/id; empty where the server chooses the id.
std::string fixed_target(const Task& task) {
  const auto& entry = task.operation.entry;
  return entry.id.empty() ? std::string() : entry.target();
}

Told told_of(AnswerOrder order) {
  return order == AnswerOrder::sound       ? Told::written
         : order == AnswerOrder::elsewhere ? Told::elsewhere
                                           : Told::broken;
}

}  // namespace

bool is_done(const rest::EntryAnswer& answer) {
  constexpr int kAccepted = 202;  // not done yet
  return answer.status >= 200 && answer.status < 300 && answer.status != kAccepted;
}

Writer::Go Writer::before(const Group& group) const {
  if (group.delivery() == Delivery::apart && !batches_work_ && group.units.size() > 1)
    return Go::split;
  if (group.units.size() > 1) return group.broken >= options_.broken_cut ? Go::cut : Go::send;
  const bool tried = group.broken >= options_.broken_tries_max;
  return tried && written_ > group.writes_done_before ? Go::give_up : Go::send;
}

rest::Request Writer::request(const Group& group) const {
  std::vector<rest::Sending> all;
  group.each([&](const Task& task) {
    if (task.state == TaskState::to_write)
      all.push_back({&task.operation.entry, task.etag, task.only_new});
  });
  if (group.delivery() != Delivery::apart) return rest::transaction_request(options_.base, all);
  return all.size() == 1 ? rest::write_request(options_.base, all.front())
                         : rest::batch_write_request(options_.base, all);
}

Writer::Told Writer::answered(const Group& group, const rest::Reply& reply,
                              std::vector<rest::EntryAnswer>& answers) {
  const auto told = is_single(group) ? answered_one(group, reply, answers)
                                     : answered_bundle(group, reply, answers);
  if (told == Told::written) {
    ++written_;
    failed_in_row_ = 0;
  }
  if (group.delivery() != Delivery::apart || is_single(group)) return told;
  // Of a batch nothing is done as a whole, so there is no conflict and no refusal of it.
  if (told != Told::conflict && told != Told::refused && told != Told::broken) return told;
  batches_work_ = false;
  return told == Told::broken ? told : Told::no_batch;
}

Writer::Told Writer::answered_bundle(const Group& group, const rest::Reply& reply,
                                     std::vector<rest::EntryAnswer>& answers) {
  if (!reply.ok()) return meaning_of(reply);
  answers = rest::read_answers(reply.body, options_.limits);
  const bool apart = group.delivery() == Delivery::apart;
  const bool told = answers.size() == group.count(TaskState::to_write) &&
                    std::all_of(answers.begin(), answers.end(), [&](const auto& answer) {
                      return apart ? answer.status > 0 : is_done(answer);
                    });
  if (!told) return Told::broken;
  std::vector<std::string> targets;
  group.each([&](const Task& task) {
    if (task.state == TaskState::to_write) targets.push_back(fixed_target(task));
  });
  return told_of(put_in_order(targets, answers));
}

Writer::Told Writer::answered_one(const Group& group, const rest::Reply& reply,
                                  std::vector<rest::EntryAnswer>& answers) {
  if (reply.ok()) {
    answers = {{reply.status, reply.etag, {}, false, rest::target_in(reply.location)}};
    if (!is_done(answers.front())) return Told::broken;
    const auto* written = &group.units.front()->tasks.front();
    group.each([&](const Task& task) {
      if (task.state == TaskState::to_write) written = &task;
    });
    return told_of(put_in_order({fixed_target(*written)}, answers));
  }
  const auto told = meaning_of(reply);
  // A DELETE carries no If-Match, so it has no version to conflict with: something refers to it.
  return told == Told::conflict && group.only_deletes() ? Told::refused : told;
}

bool Writer::broke_on(Group& group, rest::Reply& reply) {
  if (group.broken++ == 0) group.writes_done_before = written_;
  reply.body.clear();
  group.last_broken = reply;
  group.lost.reset();
  return held_up();
}

bool Writer::lost_on(Group& group, const Error& error) {
  if (group.delivery() == Delivery::apart && !is_single(group)) batches_work_ = false;
  if (group.broken++ == 0) group.writes_done_before = written_;
  group.last_broken = {};
  group.lost = error;
  return held_up();
}

bool Writer::held_up() {
  return options_.failures_max == 0 || ++failed_in_row_ < options_.failures_max;
}

}  // namespace paraneo::sync
