// Entry points: request(), answered().
#include "sync/reconcile/writer.h"

#include <algorithm>

#include "sync/reconcile/address.h"

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
    case Verdict::busy: return reply.status == 429 ? Told::held_off : Told::busy;
    default: return Told::refused;
  }
}

}  // namespace

bool is_done(const rest::EntryAnswer& answer) {
  return answer.status >= 200 && answer.status < 300;
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
    broken_in_row_ = 0;
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
  return told ? Told::written : Told::broken;
}

Writer::Told Writer::answered_one(const Group& group, const rest::Reply& reply,
                                  std::vector<rest::EntryAnswer>& answers) {
  if (reply.ok()) {
    answers = {{reply.status, reply.etag, {}, false}};
    return Told::written;
  }
  const auto told = meaning_of(reply);
  // A DELETE carries no If-Match, so it has no version to conflict with: something refers to it.
  return told == Told::conflict && group.only_deletes() ? Told::refused : told;
}

bool Writer::broke_on(Group& group, rest::Reply& reply) {
  if (group.broken++ == 0) group.writes_done_before = written_;
  reply.body.clear();
  group.last_broken = reply;
  return options_.failures_max == 0 || ++broken_in_row_ < options_.failures_max;
}

}  // namespace paraneo::sync
