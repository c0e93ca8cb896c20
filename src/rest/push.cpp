// The order of work: open_group -> start_reading -> decide -> start_writing -> finish. How the
// requests look is in write_request.cpp, what answers mean in push_answer.cpp.
#include "rest/push.h"

#include <algorithm>

#include "rest/push_group.h"

namespace paraneo::rest {

Push::Push(PushOptions options, PushSource source, Random& random)
    : options_(std::move(options)), source_(std::move(source)), random_(random) {}

Push::~Push() = default;

bool Push::done() const {
  if (!pending_.empty()) return false;
  if (report_.fatal) return true;
  return source_ended_ && left_over_.entries.empty() && open_.empty() && !blocked_ &&
         again_.empty() && deferred_.empty();
}

std::optional<Task> Push::next() {
  if (report_.fatal) return std::nullopt;
  while (ready_.empty()) {
    if (open_group()) continue;
    if (!open_.empty() || blocked_ || deferred_.empty() || !again_.empty()) return std::nullopt;
    next_round();
  }
  auto task = std::move(ready_.front());
  ready_.pop_front();
  return task;
}

// False when nothing more can be started now.
bool Push::open_group() {
  if (open_.size() >= options_.groups_open_max) return false;
  auto group = blocked_ ? std::move(blocked_) : make_group();
  if (!group) return false;
  if (!targets_free(*group)) {
    blocked_ = std::move(group);
    return false;
  }
  for (const auto& slot : group->slots) targets_.insert(slot.entry.target());
  open_.push_back(std::move(group));
  start_reading(*open_.back(), 0);
  return true;
}

// Reads from the source; a text that cannot be pushed is counted and passed over.
bool Push::take_item(PushItem& item) {
  if (!left_over_.entries.empty()) {
    item = std::exchange(left_over_, {});
    return true;
  }
  while (!source_ended_) {
    auto read = source_();
    if (!read) {
      keep_failure({read.error().where, {}, read.error()});
      continue;
    }
    if (!*read) {
      source_ended_ = true;
      continue;
    }
    for (auto& error : (*read)->refused) keep_failure({error.where, {}, error});
    if ((*read)->entries.empty()) continue;
    item = std::move(**read);
    return true;
  }
  return false;
}

// A transaction by itself, or as many single resources as one batch reads well.
std::unique_ptr<Push::Group> Push::make_group() {
  if (!again_.empty()) {
    auto group = std::move(again_.front());
    again_.pop_front();
    return group;
  }
  auto group = std::make_unique<Group>();
  std::set<std::string> targets;
  std::size_t bytes = 0;
  PushItem item;
  while (take_item(item)) {
    if (item.transaction) {
      if (!group->slots.empty()) {
        left_over_ = std::move(item);
        return group;
      }
      group->transaction = true;
      for (auto& entry : item.entries) group->slots.push_back({std::move(entry)});
      return group;
    }
    std::size_t taken = 0;
    for (; taken < item.entries.size(); ++taken) {
      auto& entry = item.entries[taken];
      const bool full = group->slots.size() >= options_.group_entries_max ||
                        (bytes > 0 && bytes + entry.resource.size() > options_.group_bytes_max);
      if (full || (!entry.id.empty() && targets.contains(entry.target()))) break;
      targets.insert(entry.target());
      bytes += entry.resource.size();
      group->slots.push_back({std::move(entry)});
    }
    if (taken < item.entries.size()) {
      item.entries.erase(item.entries.begin(),
                         item.entries.begin() + static_cast<std::ptrdiff_t>(taken));
      left_over_ = std::move(item);
      return group;
    }
  }
  return group->slots.empty() ? nullptr : std::move(group);
}

bool Push::targets_free(const Group& group) const {
  return std::none_of(group.slots.begin(), group.slots.end(), [&](const Slot& slot) {
    return !slot.entry.id.empty() && targets_.contains(slot.entry.target());
  });
}

void Push::ask(Group& group, Step step, std::size_t slot, Request request, std::int64_t delay_ms) {
  if (report_.fatal) return;
  const auto id = ++last_task_;
  pending_[id] = {&group, step, slot};
  ++group.waiting;
  ready_.push_back({id, delay_ms, std::move(request)});
}

void Push::start_reading(Group& group, std::int64_t delay_ms) {
  std::vector<const PushEntry*> unread;
  for (const auto& slot : group.slots)
    if (slot.state == SlotState::unread) unread.push_back(&slot.entry);
  if (batch_works_ && unread.size() > 1) {
    ask(group, Step::read_batch, 0, batch_read_request(options_.base, unread), delay_ms);
    return;
  }
  for (std::size_t i = 0; i < group.slots.size(); ++i)
    if (group.slots[i].state == SlotState::unread) read_slot(group, i, delay_ms);
}

void Push::read_slot(Group& group, std::size_t slot, std::int64_t delay_ms) {
  ask(group, Step::read_one, slot, read_request(options_.base, group.slots[slot].entry), delay_ms);
}

void Push::finished(std::uint64_t task, Result<Reply> reply) {
  const auto found = pending_.find(task);
  if (found == pending_.end()) return;
  const auto [group, step, slot] = found->second;
  pending_.erase(found);
  --group->waiting;
  const bool login = reply && reply->status == 401;
  const bool lost = !reply && (reply.error().fault == Fault::network ||
                               reply.error().fault == Fault::auth);
  if (login || lost) {
    if (!report_.fatal)
      report_.fatal = login ? to_error(*reply, Method::get, options_.base, options_.words) : reply.error();
    for (const auto& waiting : ready_) pending_.erase(waiting.id);
    ready_.clear();
    return;
  }
  if (!reply) {
    if (step == Step::read_batch || step == Step::write_all) fail_group(*group, reply.error());
    else fail_slot(group->slots[slot], reply.error());
  } else {
    switch (step) {
      case Step::read_batch: got_batch(*group, *reply); break;
      case Step::read_one: got_current(*group, group->slots[slot], *reply); break;
      case Step::write_one: got_written(*group, slot, *reply); break;
      case Step::write_all: got_all_written(*group, *reply); break;
    }
  }
  if (group->waiting == 0) decide(*group);
  finish_group_if_idle(*group);
}

void Push::start_writing(Group& group) {
  if (!group.transaction) {
    for (std::size_t i = 0; i < group.slots.size(); ++i)
      if (group.slots[i].state == SlotState::to_write)
        ask(group, Step::write_one, i, write_request(options_.base, sending(group.slots[i])), 0);
    return;
  }
  write_transaction(group);
}

Sending Push::sending(const Slot& slot) { return {&slot.entry, slot.etag}; }

void Push::finish_group_if_idle(Group& group) {
  if (group.waiting > 0) return;
  for (const auto& slot : group.slots) {
    targets_.erase(slot.key);
    if (slot.state == SlotState::unchanged) ++report_.unchanged;
  }
  for (const auto& slot : group.slots) targets_.erase(slot.entry.target());
  std::erase_if(open_, [&](const auto& open) { return open.get() == &group; });
}

void Push::defer(Group& group, std::size_t slot, const Error& error) {
  std::size_t bytes = 0;
  auto later = std::make_unique<Group>();
  later->transaction = group.transaction;
  later->refusal = error;
  const auto move_out = [&](Slot& from) {
    bytes += from.entry.resource.size();
    later->slots.push_back({from.entry});
    from.state = SlotState::finished;
  };
  if (group.transaction) {
    for (auto& each : group.slots)
      if (each.state == SlotState::to_write) move_out(each);
  } else {
    move_out(group.slots[slot]);
  }
  if (deferred_bytes_ + bytes > options_.deferred_bytes_max) {
    fail_group(*later, error);
    return;
  }
  deferred_bytes_ += bytes;
  deferred_.push_back(std::move(later));
}

void Push::next_round() {
  const bool helped = report_.written() > written_before_round_;
  written_before_round_ = report_.written();
  for (auto& group : deferred_) {
    if (helped) again_.push_back(std::move(group));
    else fail_group(*group, group->refusal);
  }
  deferred_.clear();
  deferred_bytes_ = 0;
}

void Push::count(const Slot& slot, bool created) {
  if (slot.entry.write == Write::remove) ++report_.deleted;
  else if (created) ++report_.created;
  else ++report_.updated;
}

// One reason is one message, however many resources it is about.
void Push::keep_failure(PushFailure failure) {
  report_.failed += failure.resources;
  if (failure.error.fault == Fault::conflict) report_.conflicts += failure.resources;
  if (report_.failures.size() < options_.failures_max) report_.failures.push_back(std::move(failure));
}

void Push::fail_slot(Slot& slot, Error error) {
  slot.state = SlotState::finished;
  keep_failure({slot.entry.place, slot.entry.target(), std::move(error)});
}

void Push::fail_group(Group& group, const Error& error) {
  PushFailure failure{{}, {}, error, 0};
  for (auto& slot : group.slots) {
    if (slot.state == SlotState::written || slot.state == SlotState::finished || slot.state == SlotState::unchanged) continue;
    if (failure.resources++ == 0) {
      failure.place = slot.entry.place;
      failure.target = slot.entry.target();
    }
    slot.state = SlotState::finished;
  }
  if (failure.resources > 1) failure.target.clear();
  if (failure.resources > 0) keep_failure(std::move(failure));
}

}  // namespace paraneo::rest
