#include "sync/reconcile/reply_errors.h"

#include <algorithm>

#include "rest/write_request.h"
#include "sync/reconcile/writer.h"

namespace paraneo::sync {
namespace {

// 2xx to a write, and not a word about each resource.
Error unclear_answer(const rest::Reply& reply, const std::string& base, const Limits& limits) {
  const auto answers = rest::read_answers(reply.body, limits);
  if (std::any_of(answers.begin(), answers.end(), [](const auto& each) { return each.malformed; }))
    return rest::malformed_version(base);
  return fail(ErrorCode::answer_malformed,
              "the server's answer to the transaction does not say what it did", base,
              "push again: what was written will be found unchanged");
}

Error too_large(std::size_t entries, const std::string& base) {
  return fail(ErrorCode::entry_refused,
              "the server takes no transaction of " + std::to_string(entries) +
                  " entries, and these refer to each other, so they cannot be parted",
              base, "ask the server's operators for a larger limit");
}

}  // namespace

Error ReplyErrors::of(const Group& group, const rest::Reply& reply) const {
  using rest::Method;
  const auto delivery = group.delivery();
  if (!group.writing && group.single != nullptr) {
    const auto of =
        delivery == Delivery::packed ? std::string() : "/" + group.single->operation.entry.target();
    return rest::to_error(reply, Method::get, base_ + of, words_);
  }
  if (group.writing && (delivery == Delivery::whole || Writer::is_single(group)))
    return of(*group.units.front(), reply);
  return rest::to_error(reply, Method::post, base_, words_);
}

Error ReplyErrors::of(const Unit& unit, const rest::Reply& reply) const {
  using rest::Method;
  if (unit.update.delivery == Delivery::packed)
    return rest::to_error(reply, Method::post, base_, words_);
  if (reply.ok()) return unclear_answer(reply, base_, limits_);
  if (unit.update.delivery == Delivery::apart)
    return of_one(unit.tasks.back().operation.entry, reply);
  const auto writes = static_cast<std::size_t>(
      std::count_if(unit.tasks.begin(), unit.tasks.end(),
                    [](const Task& task) { return task.state != TaskState::done; }));
  if (writes > 1 && rest::refuses_size(reply)) return too_large(writes, base_);
  return rest::to_error(reply, Method::post, base_, words_);
}

Error ReplyErrors::elsewhere() const {
  return fail(ErrorCode::server_unfit,
              "the server keeps what is written to one id under another, so it would be written "
              "again and again",
              base_,
              "ask its operators to let clients choose ids (PUT to a new id: update as create)");
}

Error ReplyErrors::of_one(const rest::PushEntry& entry, const rest::Reply& reply) const {
  const auto method = entry.write == rest::Write::remove               ? rest::Method::del
                      : entry.write == rest::Write::conditional_create ? rest::Method::post
                                                                       : rest::Method::put;
  return rest::to_error(reply, method, base_ + "/" + entry.target(), words_);
}

}  // namespace paraneo::sync
