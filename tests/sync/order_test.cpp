#include "sync/order.h"

#include <gtest/gtest.h>

namespace paraneo::sync {
namespace {

Want want(const std::string& target, const std::vector<std::string>& references,
          Act act = Act::put) {
  Want made;
  made.act = act;
  made.entry.type = target.substr(0, target.find('/'));
  made.entry.id = target.substr(target.find('/') + 1);
  for (const auto& reference : references)
    made.entry.resource += R"({"reference":")" + reference + "\"}";
  return made;
}

std::string order(std::vector<Want> wants) {
  std::string text;
  for (const auto& part : parts_in_order(std::move(wants))) {
    text += text.empty() ? "" : " | ";
    for (const auto& each : part) text += (&each == &part.front() ? "" : " ") + each.entry.target();
  }
  return text;
}

TEST(OrderTest, WhatIsReferredToGoesFirst) {
  EXPECT_EQ(order({want("Condition/c", {"Patient/p", "Observation/o"}),
                   want("Observation/o", {"Patient/p"}), want("Patient/p", {})}),
            "Patient/p | Observation/o | Condition/c");
  EXPECT_EQ(
      order({want("Patient/p", {}), want("Observation/o", {"Patient/p", "Patient/elsewhere"})}),
      "Patient/p | Observation/o");
}

TEST(OrderTest, WhatIsRemovedKeepsItsOrderAtTheEnd) {
  EXPECT_EQ(order({want("Observation/gone", {"Patient/gone"}, Act::remove),
                   want("Condition/c", {"Patient/p"}), want("Patient/gone", {}, Act::remove),
                   want("Patient/p", {})}),
            "Patient/p | Condition/c | Observation/gone | Patient/gone");
}

}  // namespace
}  // namespace paraneo::sync
