// What answers mean: whether the server did it, did not, or nobody knows.
#include <algorithm>
#include <utility>

#include "sync/content.h"
#include "sync/run_group.h"

namespace paraneo::sync {
namespace {

using rest::Verdict;

// A web page in the place of FHIR: a proxy, a login page. It says nothing about the resource.
bool is_page(const rest::Reply& reply) { return reply.content_type.find("html") != std::string::npos; }

}  // namespace

std::int64_t Run::backoff(const Group& group) {
  return rest::backoff_ms(options_.retry, std::max(1U, group.failures), random_);
}

// Failures of all groups count together: from some number on there is one request at a time, after
// a pause that grows, until one succeeds.
void Run::failed(Group& group, std::optional<std::int64_t> retry_after_ms, Error error) {
  ++report_.failed_requests;
  ++group.failures;
  ++failures_in_row_;
  window_.failed();
  if (failures_in_row_ >= options_.circuit_failures) {
    window_.close();
    pause_ms_ = rest::backoff_ms(options_.retry, failures_in_row_, random_);
  }
  if (retry_after_ms)
    pause_ms_ = std::max(pause_ms_, std::min(*retry_after_ms, options_.retry.retry_after_ms_max));
  report_.trouble = error;
  if (options_.failures_max > 0 && failures_in_row_ >= options_.failures_max) end(std::move(error));
}

void Run::succeeded(Group& group) {
  ++successes_;
  group.failures = 0;
  failures_in_row_ = 0;
  pause_ms_ = 0;
}

// Only what the server worked on tells how busy it is.
void Run::measure(const Pending& pending, const rest::Reply& reply) {
  const bool worked = !is_page(reply) && (reply.ok() || reply.verdict == Verdict::missing || reply.verdict == Verdict::gone ||
                                          reply.verdict == Verdict::conflict || reply.verdict == Verdict::refused);
  if (worked) window_.answered(pending.weight, clock_.now_ms() - pending.begun_ms);
}

void Run::no_answer(Group& group, const Error& error) {
  if (error.fault != Fault::network && error.fault != Fault::limit) return end(error);
  const bool writing = group.writing;
  group.asks_address = false;
  failed(group, std::nullopt, error);
  if (report_.fatal) return;
  if (writing) in_doubt(group, options_.settle_ms + backoff(group));
  else read(group, backoff(group));
}

// Nothing is sent again before the server was asked what it has.
void Run::in_doubt(Group& group, std::int64_t delay_ms) {
  Changes changes;
  for (auto& unit : group.units)
    for (auto& slot : unit->slots) {
      if (slot.state != SlotState::to_write) continue;
      slot.state = SlotState::unread;
      slot.doubtful = true;
      changes.emplace_back(on_the_way(*unit, slot, store::ResourceState::sent));
    }
  group.intended = false;
  if (apply(changes)) read(group, delay_ms);
}

bool Run::ends_the_run(const rest::Reply& reply) {
  if (is_page(reply)) return false;
  if (reply.status == 401) return true;
  const bool wrong_place = reply.status == 403 || reply.status == 404 || reply.status == 405;
  return wrong_place && successes_ == 0;
}

// A server without batches, or no FHIR server at this address? Then each resource would be "not there".
bool Run::check_address(Group& group, const rest::Reply& reply) {
  const bool may_be_wrong = reply.status == 404 || reply.status == 405 || reply.status == 410;
  if (!may_be_wrong || successes_ > 0 || std::exchange(address_checked_, true)) return false;
  group.asks_address = true;
  ask(group, rest::get_request(options_.base, "metadata"), 0);
  return true;
}

void Run::got_address(Group& group, const rest::Reply& reply) {
  group.asks_address = false;
  const bool is_none = reply.status == 404 || reply.status == 405 || reply.status == 410;
  if (is_none) return end(rest::to_error(reply, rest::Method::get, options_.base + "/metadata"));
  read(group, 0);
}

void Run::answered(Group& group, rest::Reply& reply) {
  if (group.asks_address) return got_address(group, reply);
  // That a resource is not there, or that batches are not done here, says nothing about the address.
  const bool may_be = !group.writing && (group.single == nullptr || reply.verdict == Verdict::missing);
  if ((!may_be || reply.status == 401) && ends_the_run(reply))
    return end(rest::to_error(reply, group.writing ? rest::Method::post : rest::Method::get, options_.base));
  if (group.writing) got_writing(group, reply);
  else if (group.single != nullptr) got_single(group, reply);
  else got_batch(group, reply);
}

void Run::got_batch(Group& group, rest::Reply& reply) {
  std::vector<Slot*> asked;
  group.each([&](Slot& slot) {
    if (slot.state == SlotState::unread) asked.push_back(&slot);
  });
  constexpr unsigned kBatchFailuresMax = 3;
  auto answers = rest::read_answers(reply.ok() ? reply.body : std::string(), options_.limits);
  if (!reply.ok() || answers.size() != asked.size()) {
    const bool no_batches = !is_page(reply) && (reply.verdict == Verdict::refused || reply.verdict == Verdict::missing ||
                                                reply.verdict == Verdict::denied);
    const bool strange = reply.verdict != Verdict::busy && ++batch_failures_ >= kBatchFailuresMax;
    if (no_batches || strange) batch_works_ = false;
    if (no_batches && check_address(group, reply)) return;
    if (no_batches) return read(group, 0);
    auto error = rest::to_error(reply, rest::Method::post, options_.base);
    failed(group, reply.retry_after_ms, std::move(error));
    if (!report_.fatal) read(group, backoff(group));
    return;
  }
  batch_failures_ = 0;
  succeeded(group);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!answers[i].absent() && !answers[i].found()) {
      group.singly = true;
      continue;
    }
    asked[i]->state = SlotState::read;
    const bool found = answers[i].found();
    asked[i]->current = found ? std::move(answers[i].resource) : std::string();
    asked[i]->etag = found ? std::move(answers[i].etag) : std::string();
  }
  read(group, 0);  // what is left, or on to deciding
}

void Run::got_single(Group& group, rest::Reply& reply) {
  auto& slot = *group.single;
  const bool absent = (reply.verdict == Verdict::missing || reply.verdict == Verdict::gone) && !is_page(reply);
  const bool found = reply.ok() && !as_sent(reply.body, options_.limits).empty();
  if (absent || found) {
    auto etag = found && reply.etag.empty() ? rest::etag_of_resource(reply.body, options_.limits)
                                            : Result<std::string>(reply.etag);
    if (!etag) {
      failed(group, reply.retry_after_ms, etag.error());
      if (!report_.fatal) read(group, backoff(group));
      return;
    }
    succeeded(group);
    if (absent) --successes_;  // any web server can say that
    slot.state = SlotState::read;
    slot.current = found ? std::move(reply.body) : std::string();
    slot.etag = found ? std::move(*etag) : std::string();
    return read(group, 0);
  }
  const bool denied = !is_page(reply) && (reply.verdict == Verdict::refused || reply.verdict == Verdict::denied);
  if (!denied) {
    failed(group, reply.retry_after_ms, rest::to_error(reply, rest::Method::get, options_.base));
    if (!report_.fatal) read(group, backoff(group));
    return;
  }
  const auto unit = std::find_if(group.units.begin(), group.units.end(), [&](const auto& each) {
    return &slot >= each->slots.data() && &slot < each->slots.data() + each->slots.size();
  });
  // What an earlier run left on its way stays there: nothing is known about it yet.
  if (group.recovery) ++report_.unsettled;
  else bury_unit(**unit, reply);
  group.units.erase(unit);
  if (report_.fatal) return;
  if (group.units.empty()) close(group);
  else read(group, 0);
}

void Run::got_writing(Group& group, rest::Reply& reply) {
  if (reply.ok()) {
    std::size_t sent = 0;
    group.each([&](const Slot& slot) { sent += slot.state == SlotState::to_write ? 1U : 0U; });
    auto answers = rest::read_answers(reply.body, options_.limits);
    const bool told = answers.size() == sent && std::all_of(answers.begin(), answers.end(), [](const auto& answer) {
                        return answer.status >= 200 && answer.status < 300;
                      });
    if (told) {
      succeeded(group);
      return written(group, answers);
    }
  }
  if (is_page(reply) || reply.verdict == Verdict::broken || reply.verdict == Verdict::strange || reply.ok())
    return broken_write(group, reply);
  switch (reply.verdict) {
    case Verdict::conflict:
      succeeded(group);
      if (++group.conflicts > (only_deletes(group) ? options_.deletion_tries_max : options_.conflict_tries_max))
        return refused(group, reply);
      return in_doubt(group, rest::backoff_ms(options_.retry, group.conflicts, random_));
    case Verdict::busy:
      failed(group, reply.retry_after_ms, rest::to_error(reply, rest::Method::post, options_.base));
      if (report_.fatal) return;
      // Only "too many requests" says for sure that nothing was done.
      if (reply.status == 429) return write(group, backoff(group));
      return in_doubt(group, options_.settle_ms + backoff(group));
    default:
      succeeded(group);
      return refused(group, reply);
  }
}

void Run::broken_write(Group& group, rest::Reply& reply) {
  auto error = rest::to_error(reply, rest::Method::post, options_.base);
  if (group.broken++ == 0) group.writes_done_before = writes_done_;
  reply.body.clear();
  group.last_broken = reply;
  failed(group, reply.retry_after_ms, error);
  if (report_.fatal) return;
  // Reads between the writes succeed and hide that no write does.
  if (options_.failures_max > 0 && ++broken_writes_in_row_ >= options_.failures_max) {
    const bool last_one = feed_ended_ && !left_over_ && again_.empty() && open_.size() == 1 && group.units.size() == 1;
    if (last_one && writes_done_ > 0) return refused(group, reply);
    return end(std::move(error));
  }
  in_doubt(group, options_.settle_ms + rest::backoff_ms(options_.retry, group.broken, random_));
}

}  // namespace paraneo::sync
