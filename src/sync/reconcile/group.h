// What the parts of a run hand to each other: one resource, one record, and the records that travel
// together. Plain data without an order of work of its own; a group owns its units, a unit its
// slots.
// One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rest/reply.h"
#include "sync/reconcile/target_claim.h"
#include "sync/work.h"

namespace paraneo::sync {

// Where one resource of a group stands.
enum class SlotState {
  unread,    // the server is to be asked
  read,      // `current` is what it has
  to_write,  // it has something else, or nothing
  done,      // it has just this, or nothing is to be done
};

// A resource.
struct Slot {
  Want want = {};
  SlotState state = SlotState::unread;
  std::string current = {};  // JSON of the server; empty when it has none
  std::string etag = {};     // of `current`; when written: If-Match
  bool only_new = false;  // not asked about: written only if the server has none (If-None-Match: *)
  bool doubtful = false;  // sent once, outcome unknown
  bool conflict = false;  // somebody else's version is in the way
  bool yields = false;    // left as somebody else made it
  bool was_there = false;
  bool written = false;
};

// A record.
struct Unit {
  Work work = {};  // without its wants
  std::vector<Slot> slots = {};
  std::vector<Want> later = {};    // more than one transaction may have
  std::vector<Slot> waiting = {};  // the same, read and decided already
  std::vector<Slot> parked = {};   // in conflict; the others of the record go on
  std::uint64_t parts_done = 0;
  std::uint64_t parts_written = 0;
  bool singly = false;                       // deletions, each in a request of its own
  bool deleted_any = false;                  // since all of them were tried last
  std::vector<Want> still_referred_to = {};  // the server does not delete these
  rest::Reply refusal = {};  // of the last of them; or of a record that is tried again at the end
  TargetClaim claim = {};
};

// Records in one transaction, or in one batch.
struct Group {
  std::vector<std::unique_ptr<Unit>> units = {};
  bool recovery = false;         // left by an earlier run: asked about, never sent
  bool writing = false;          // what the request under way does
  bool intended = false;         // the ledger knows what is to be written
  std::int64_t intended_ms = 0;  // since when
  bool asks_address = false;     // the request under way is about the server itself
  bool singly = false;           // a batch did not tell about all of them
  Slot* single = nullptr;        // read by itself; null: all unread ones in a batch
  unsigned failures = 0;         // in a row
  unsigned conflicts = 0;
  unsigned broken = 0;                   // 5xx to its writing
  std::uint64_t writes_done_before = 0;  // others', at its first 5xx
  rest::Reply last_broken = {};          // without its body

  template <class Visit>
  void each(const Visit& visit) {
    for (auto& unit : units)
      for (auto& slot : unit->slots) visit(slot);
  }
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& unit : units)
      for (const auto& slot : unit->slots) visit(static_cast<const Slot&>(slot));
  }
  // All units of a group travel in the same way.
  Travel travel() const { return units.empty() ? Travel::packed : units.front()->work.travel; }
  std::size_t count(SlotState state) const {
    std::size_t slots = 0;
    each([&](const Slot& slot) { slots += slot.state == state ? 1U : 0U; });
    return slots;
  }
  // The request under way writes, and some of it whatever the server has.
  bool writes_unguarded() const {
    bool any = false;
    each([&](const Slot& slot) {
      any = any || (slot.state == SlotState::to_write && slot.etag.empty() && !slot.only_new);
    });
    return writing && any;
  }
  // What is to be written of it is to be deleted, all of it.
  bool only_deletes() const {
    bool any = false;
    bool only = true;
    each([&](const Slot& slot) {
      if (slot.state != SlotState::to_write) return;
      any = true;
      only = only && slot.want.act == Act::remove;
    });
    return any && only;
  }
};

}  // namespace paraneo::sync
