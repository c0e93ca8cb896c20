// Entry points: request(), answered().
#include "sync/reconcile/writer.h"

#include <algorithm>

#include "sync/reconcile/address.h"

namespace paraneo::sync {

using rest::Verdict;

Writer::Go Writer::before(const Group& group) const {
  if (group.units.size() > 1) return group.broken >= options_.broken_cut ? Go::cut : Go::send;
  const bool tried = group.broken >= options_.broken_tries_max;
  return tried && written_ > group.writes_done_before ? Go::give_up : Go::send;
}

rest::Request Writer::request(const Group& group) const {
  std::vector<rest::Sending> all;
  group.each([&](const Slot& slot) {
    if (slot.state == SlotState::to_write) all.push_back({&slot.want.entry, slot.etag});
  });
  return rest::transaction_request(options_.base, all);
}

Writer::Told Writer::answered(const Group& group, const rest::Reply& reply, std::vector<rest::EntryAnswer>& answers) {
  if (reply.ok()) {
    answers = rest::read_answers(reply.body, options_.limits);
    const bool told = answers.size() == group.count(SlotState::to_write) &&
                      std::all_of(answers.begin(), answers.end(),
                                  [](const auto& answer) { return answer.status >= 200 && answer.status < 300; });
    if (!told) return Told::broken;
    ++written_;
    broken_in_row_ = 0;
    return Told::written;
  }
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

bool Writer::broke_on(Group& group, rest::Reply& reply) {
  if (group.broken++ == 0) group.writes_done_before = written_;
  reply.body.clear();
  group.last_broken = reply;
  return options_.failures_max == 0 || ++broken_in_row_ < options_.failures_max;
}

}  // namespace paraneo::sync
