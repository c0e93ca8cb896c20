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
std::vector<Work> all_works(Intake& intake) {
  std::vector<Work> works;
  while (true) {
    auto work = intake.next();
    EXPECT_TRUE(work) << work.error().what;
    if (!work || !*work) return works;
    works.push_back(std::move(**work));
  }
}

}  // namespace paraneo::sync
