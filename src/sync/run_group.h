// Private to run*.cpp: the records that travel together.
#pragma once

#include "sync/run.h"

namespace paraneo::sync {

enum class SlotState {
  unread,    // the server is to be asked
  read,      // `current` is what it has
  to_write,  // it has something else, or nothing
  done,      // it has just this, or nothing is to be done
};

struct Run::Slot {
  Want want = {};
  SlotState state = SlotState::unread;
  std::string current = {};  // JSON of the server; empty when it has none
  std::string etag = {};     // of `current`; when written: If-Match
  bool doubtful = false;     // sent once, outcome unknown
  bool conflict = false;
  bool yields = false;       // left as somebody else made it
  bool was_there = false;
};

struct Run::Unit {
  Work work = {};  // without its wants
  std::vector<Slot> slots = {};
  std::vector<Want> later = {};  // more than one transaction may have
  std::vector<Slot> parked = {};  // somebody else's version is in the way; the others of the record go on
  std::uint64_t parts_done = 0;
  bool singly = false;           // deletions, each in a request of its own
  bool deleted_any = false;      // since all of them were tried last
  std::vector<Want> still_referred_to = {};  // the server does not delete these
  rest::Reply refusal = {};      // of the last of them
};

struct Run::Group {
  std::vector<std::unique_ptr<Unit>> units = {};
  bool recovery = false;
  bool writing = false;          // what the request under way does
  bool intended = false;         // the ledger knows what is to be written
  Slot* single = nullptr;        // read by itself; null: all unread ones in a batch
  unsigned failures = 0;         // in a row
  unsigned conflicts = 0;
  unsigned broken = 0;           // 5xx to its writing
  std::uint64_t writes_done_before = 0;  // others', at its first 5xx
  bool asks_address = false;     // the request under way is about the server itself
  bool singly = false;           // a batch did not tell about all of them
  rest::Reply last_broken = {};

  template <class Visit>
  void each(const Visit& visit) {
    for (auto& unit : units)
      for (auto& slot : unit->slots) visit(slot);
  }
};

}  // namespace paraneo::sync
