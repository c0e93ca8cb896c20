// What the answers to a push mean: what the server has, what is to be written, what was written.
#include <algorithm>

#include "base/arena.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/compare.h"
#include "rest/push_group.h"
#include "rest/request_head.h"
#include "rest/rewrite.h"
#include "rest/url.h"

namespace paraneo::rest {
namespace {

// A JSON text that was read, with what it stands on.
struct Parsed {
  Parsed(std::string text, const Limits& limits) : source{"answer", std::move(text)} {
    root = json::read(source, arena, limits, sink);
  }
  Source source;
  Arena arena;
  diag::Sink sink;
  const json::Value* root = nullptr;
};

std::span<const json::Value> entries_of(const json::Value* bundle) {
  const auto* entries = bundle == nullptr ? nullptr : bundle->find("entry");
  return entries == nullptr ? std::span<const json::Value>() : entries->items();
}

std::string text_of(const json::Value& value) {
  std::string out;
  json::Writer(out).value(value);
  return out;
}

std::string etag_of(const json::Value& resource) {
  const auto* meta = resource.find("meta");
  return etag_of_version(meta == nullptr ? std::string_view() : meta->text_of("versionId"));
}

Error not_confirmed(const std::string& base) {
  return fail(Fault::server, "the server's answer to the transaction does not say what it did", base,
              "push again: what was written will be found unchanged");
}

}  // namespace

void Push::got_batch(Group& group, Reply& reply) {
  auto answers = read_answers(reply.ok() ? std::move(reply.body) : std::string("null"), options_.limits);
  const auto asked = static_cast<std::size_t>(
      std::count_if(group.slots.begin(), group.slots.end(),
                    [](const Slot& slot) { return slot.state == SlotState::unread; }));
  if (!reply.ok() || answers.size() != asked) {
    if (reply.verdict == Verdict::busy) {
      fail_group(group, to_error(reply, Method::post, options_.base, options_.words));
      return;
    }
    // No batches here, or one entry spoils them all: read one by one.
    if (reply.verdict != Verdict::broken) batch_works_ = false;
    for (std::size_t i = 0; i < group.slots.size(); ++i)
      if (group.slots[i].state == SlotState::unread) read_slot(group, i, 0);
    return;
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < group.slots.size(); ++i) {
    auto& slot = group.slots[i];
    if (slot.state != SlotState::unread) continue;
    auto& answer = answers[at++];
    if (answer.malformed) {
      fail_slot(slot, malformed_version(options_.base));
      continue;
    }
    if (!answer.absent() && !answer.found()) {
      read_slot(group, i, 0);
      continue;
    }
    slot.state = SlotState::read;
    const bool found = answer.found();
    slot.current = found ? std::move(answer.resource) : std::string();
    slot.etag = found ? std::move(answer.etag) : std::string();
  }
}

void Push::got_current(Group&, Slot& slot, Reply& reply) {
  if (reply.verdict == Verdict::missing || reply.verdict == Verdict::gone) {
    slot.current.clear();
    slot.etag.clear();
  } else if (reply.ok()) {
    slot.current = std::move(reply.body);
    slot.etag = reply.etag;
  } else {
    fail_slot(slot, to_error(reply, Method::get, options_.base + "/" + slot.entry.target(), options_.words));
    return;
  }
  slot.state = SlotState::read;
}

// All answers to the reads are there.
void Push::decide(Group& group) {
  for (auto& slot : group.slots)
    if (slot.state == SlotState::read && slot.entry.id.empty()) resolve_conditional(group, slot);
  const bool broken = std::any_of(group.slots.begin(), group.slots.end(), [](const Slot& slot) {
    return slot.state == SlotState::finished;
  });
  for (auto& slot : group.slots)
    if (slot.state == SlotState::read) compare(slot);
  if (!group.transaction || !broken) {
    start_writing(group);
    return;
  }
  // All or nothing. What the server has already is no failure.
  fail_group(group, fail(Fault::data, "not written, because another entry of the transaction failed"));
}

void Push::resolve_conditional(Group& group, Slot& slot) {
  Parsed parsed(std::move(slot.current), options_.limits);
  slot.current.clear();
  slot.etag.clear();
  const json::Value* match = nullptr;
  std::size_t matches = 0;
  for (const auto& entry : entries_of(parsed.root)) {
    const auto* resource = entry.find("resource");
    if (resource == nullptr || resource->text_of("resourceType") != slot.entry.type) continue;
    ++matches;
    match = resource;
  }
  if (matches > 1) {
    fail_slot(slot, fail(Fault::conflict,
                         "the condition of this entry finds more than one resource on the server",
                         slot.entry.place, "make the condition more exact, or remove the duplicates"));
    return;
  }
  if (match == nullptr) {
    slot.state = SlotState::to_write;
    return;
  }
  if (!is_id(match->text_of("id")) || !is_field_value(etag_of(*match))) {
    fail_slot(slot, fail(Fault::server, "what the server finds has an id or version that no request can carry [" +
                                            std::string(kResponseSyntax) + "]",
                         options_.base, "report it to the server's operators"));
    return;
  }
  slot.key = slot.entry.target();
  slot.entry.id = match->text_of("id");
  slot.current = text_of(*match);
  slot.etag = etag_of(*match);
  const auto& url = slot.entry.full_url;
  if (slot.entry.write == Write::conditional_put) {
    slot.entry.write = Write::put;
    slot.entry.resource = with_reference(slot.entry.resource, {}, {}, slot.entry.id);
  } else {
    slot.state = SlotState::unchanged;
  }
  if (url.empty()) return;
  for (auto& other : group.slots)
    if (&other != &slot && other.entry.write != Write::remove)
      other.entry.resource =
          with_reference(other.entry.resource, url, slot.entry.target(), other.entry.id);
}

void Push::compare(Slot& slot) const {
  if (slot.entry.write == Write::remove) {
    slot.state = slot.current.empty() ? SlotState::unchanged : SlotState::to_write;
    return;
  }
  slot.state = SlotState::to_write;
  if (slot.current.empty()) return;
  const Parsed theirs(std::move(slot.current), options_.limits);
  slot.current.clear();
  const Parsed ours(slot.entry.resource, options_.limits);
  if (ours.root != nullptr && theirs.root != nullptr &&
      same_content(*ours.root, *theirs.root, options_.base))
    slot.state = SlotState::unchanged;
}

// Reads again, and so decides again, unless that was done often enough.
bool Push::try_again_after_conflict(Group& group, std::size_t slot) {
  auto& first = group.slots[slot];
  if (++first.conflicts >= options_.conflict_tries_max) return false;
  const auto delay = backoff_ms(options_.retry, first.conflicts, random_);
  if (group.transaction) {
    for (auto& each : group.slots)
      if (each.state == SlotState::to_write) each.state = SlotState::unread;
    start_reading(group, delay);
  } else {
    first.state = SlotState::unread;
    read_slot(group, slot, delay);
  }
  return true;
}

void Push::got_written(Group& group, std::size_t index, Reply& reply) {
  auto& slot = group.slots[index];
  if (reply.ok()) {
    count(slot, reply.status == 201);
    slot.state = SlotState::written;
    return;
  }
  const auto method = slot.entry.write == Write::remove ? Method::del
                      : slot.entry.write == Write::conditional_create ? Method::post : Method::put;
  auto error = to_error(reply, method, options_.base + "/" + slot.entry.target(), options_.words);
  // A DELETE carries no If-Match, so it has no version to conflict with: something refers to it.
  const bool referred = slot.entry.write == Write::remove && reply.status == 409;
  if (reply.verdict == Verdict::conflict && !referred && try_again_after_conflict(group, index)) return;
  if (referred || reply.verdict == Verdict::refused || reply.verdict == Verdict::missing)
    defer(group, index, error);
  else
    fail_slot(slot, std::move(error));
}

void Push::got_all_written(Group& group, Reply& reply) {
  const auto first = static_cast<std::size_t>(
      std::find_if(group.slots.begin(), group.slots.end(),
                   [&](const Slot& slot) { return slot.state == SlotState::to_write && slot.part == group.part; }) -
      group.slots.begin());
  if (!reply.ok()) {
    if (again_in_parts(group, reply)) return;
    const auto error = to_error(reply, Method::post, options_.base, options_.words);
    if (reply.verdict == Verdict::conflict && try_again_after_conflict(group, first)) return;
    if (reply.verdict == Verdict::refused || reply.verdict == Verdict::missing)
      defer(group, first, error);
    else
      fail_group(group, error);
    return;
  }
  const auto answers = read_answers(std::move(reply.body), options_.limits);
  const auto sent = entries_to_write(group);
  const bool all = answers.size() == sent &&
                   std::all_of(answers.begin(), answers.end(), [](const EntryAnswer& answer) {
                     return answer.status >= 200 && answer.status < 300;
                   });
  if (!all) {
    const bool malformed = std::any_of(answers.begin(), answers.end(),
                                       [](const EntryAnswer& each) { return each.malformed; });
    fail_group(group, malformed ? malformed_version(options_.base) : not_confirmed(options_.base));
    return;
  }
  std::size_t at = 0;
  for (auto& slot : group.slots) {
    if (slot.state != SlotState::to_write || slot.part != group.part) continue;
    count(slot, answers[at++].status == 201);
    slot.state = SlotState::written;
  }
  write_transaction(group);
}

}  // namespace paraneo::rest
