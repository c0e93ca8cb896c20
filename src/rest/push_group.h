// Private to push*.cpp: the resources that are read and written together.
#pragma once

#include "rest/push.h"

namespace paraneo::rest {

enum class SlotState {
  unread,     // the server has not been asked
  read,       // `current` is what it has
  to_write,   // it has something else, or nothing
  unchanged,  // it has just this
  finished,   // written, or failed and counted
};

struct Push::Slot {
  PushEntry entry = {};
  SlotState state = SlotState::unread;
  std::string current = {};  // JSON of the server; empty when it has none
  std::string etag = {};     // of `current`
  unsigned conflicts = 0;
  std::string key = {};  // target before the id was known
};

struct Push::Group {
  bool transaction = false;
  std::vector<Slot> slots = {};
  std::size_t waiting = 0;  // tasks under way
  Error refusal = {};       // why it was deferred
};

}  // namespace paraneo::rest
