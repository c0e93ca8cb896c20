// Private to push*.cpp: the resources that are read and written together.
#pragma once

#include "rest/push.h"

namespace paraneo::rest {

enum class SlotState {
  unread,     // the server has not been asked
  read,       // `current` is what it has
  to_write,   // it has something else, or nothing
  unchanged,  // it has just this
  written,    // and counted
  finished,   // failed and counted, or left to another group
};

struct Push::Slot {
  PushEntry entry = {};
  SlotState state = SlotState::unread;
  std::string current = {};  // JSON of the server; empty when it has none
  std::string etag = {};     // of `current`
  unsigned conflicts = 0;
  std::string key = {};  // target before the id was known
  std::size_t part = 0;  // of its transaction
};

struct Push::Group {
  bool transaction = false;
  std::vector<Slot> slots = {};
  std::size_t waiting = 0;  // tasks under way
  Error refusal = {};       // why it was deferred
  std::size_t part = 0;     // that is written now
  bool is_cut = false;      // sent in parts
};

}  // namespace paraneo::rest
