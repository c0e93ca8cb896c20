// What the tests of both intakes share.
#pragma once

#include <gtest/gtest.h>

#include "sync/survey.h"

namespace paraneo::sync {

inline rest::PushEntry observation(const std::string& id, const std::string& value) {
  rest::PushEntry entry;
  entry.type = "Observation";
  entry.id = id;
  entry.resource = R"({"resourceType":"Observation","id":")" + id + R"(","x":")" + value + "\"}";
  return entry;
}

template <class Intake>
std::vector<RecordUpdate> all_updates(Intake& intake) {
  std::vector<RecordUpdate> updates;
  while (true) {
    auto update = intake.next();
    EXPECT_TRUE(update) << update.error().what;
    if (!update || !*update) return updates;
    updates.push_back(std::move(**update));
  }
}

}  // namespace paraneo::sync
