// Entry points: request(), answered().
#include "sync/reconcile/reader.h"

#include <utility>

#include "sync/content.h"
#include "sync/reconcile/address.h"

namespace paraneo::sync {
namespace {

using rest::Verdict;

constexpr unsigned kBatchFailuresMax = 3;

// A cache's, or of another entry: nothing is known of the one that was asked for.
bool is_of_another(const Task& task, const std::string& target) {
  const auto& entry = task.operation.entry;
  return !entry.id.empty() && !target.empty() && target != entry.target();
}

Error another_resource(const std::string& base, const std::string& target) {
  return fail(ErrorCode::answer_malformed,
              "the server gives another resource than the one that was asked for",
              base + "/" + target, "a cache before the server may do that; ask its operators");
}

}  // namespace

std::optional<rest::Request> Reader::request(Group& group) const {
  group.writing = false;
  group.single = nullptr;
  std::vector<const rest::PushEntry*> unread;
  Task* first = nullptr;
  group.each([&](Task& task) {
    if (task.state != TaskState::unread) return;
    if (first == nullptr) first = &task;
    unread.push_back(&task.operation.entry);
  });
  if (unread.empty()) return std::nullopt;
  if (batches_work_ && !group.singly && unread.size() > 1)
    return rest::batch_read_request(base_, unread);
  group.single = first;
  return rest::read_request(base_, first->operation.entry);
}

Reader::Answer Reader::answered(Group& group, rest::Reply& reply) {
  return group.single != nullptr ? single(*group.single, reply) : batch(group, reply);
}

Reader::Answer Reader::batch(Group& group, rest::Reply& reply) {
  std::vector<Task*> asked;
  group.each([&](Task& task) {
    if (task.state == TaskState::unread) asked.push_back(&task);
  });
  auto answers = rest::read_answers(reply.ok() ? reply.body : std::string(), limits_);
  if (!reply.ok() || answers.size() != asked.size()) {
    const bool no_batches =
        !is_page(reply) && (reply.verdict == Verdict::refused ||
                            reply.verdict == Verdict::missing || reply.verdict == Verdict::denied);
    const bool strange = reply.verdict != Verdict::busy && ++batch_failures_ >= kBatchFailuresMax;
    if (no_batches || strange) batches_work_ = false;
    if (no_batches) return {Answer::Kind::no_batches};
    return {Answer::Kind::failed, false, rest::to_error(reply, rest::Method::post, base_)};
  }
  batch_failures_ = 0;
  // One in another's place: what says that a resource is not there may be about another, too.
  bool mixed_up = false;
  for (std::size_t i = 0; i < asked.size(); ++i)
    mixed_up = mixed_up || (answers[i].found() && is_of_another(*asked[i], answers[i].target));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (mixed_up || (!answers[i].absent() && !answers[i].found())) {
      group.singly = true;
      continue;
    }
    asked[i]->state = TaskState::read;
    const bool found = answers[i].found();
    asked[i]->current = found ? std::move(answers[i].resource) : std::string();
    asked[i]->etag = found ? std::move(answers[i].etag) : std::string();
  }
  return {};
}

Reader::Answer Reader::single(Task& task, rest::Reply& reply) const {
  const bool absent =
      (reply.verdict == Verdict::missing || reply.verdict == Verdict::gone) && !is_page(reply);
  const bool found = reply.ok() && !as_sent(reply.body, limits_).empty();
  if (found && is_of_another(task, rest::target_of_resource(reply.body, limits_)))
    return {Answer::Kind::not_allowed, false,
            another_resource(base_, task.operation.entry.target())};
  if (absent || found) {
    auto etag =
        found ? rest::etag_of_read(reply.etag, reply.body, limits_) : Result<std::string>("");
    if (!etag) return {Answer::Kind::failed, false, etag.error()};
    task.state = TaskState::read;
    task.current = found ? std::move(reply.body) : std::string();
    task.etag = found ? std::move(*etag) : std::string();
    return {Answer::Kind::heard, absent};
  }
  const bool denied =
      !is_page(reply) && (reply.verdict == Verdict::refused || reply.verdict == Verdict::denied);
  if (denied) return {Answer::Kind::not_allowed};
  return {Answer::Kind::failed, false, rest::to_error(reply, rest::Method::get, base_)};
}

}  // namespace paraneo::sync
