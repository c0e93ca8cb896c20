#include "sync/order.h"

#include <gtest/gtest.h>

namespace paraneo::sync {
namespace {

Operation operation(const std::string& target, const std::vector<std::string>& references,
                    Effect effect = Effect::put) {
  Operation made;
  made.effect = effect;
  made.entry.type = target.substr(0, target.find('/'));
  made.entry.id = target.substr(target.find('/') + 1);
  for (const auto& reference : references)
    made.entry.resource += R"({"reference":")" + reference + "\"}";
  return made;
}

std::string order(std::vector<Operation> operations) {
  std::string text;
  for (const auto& part : parts_in_order(std::move(operations))) {
    text += text.empty() ? "" : " | ";
    for (const auto& each : part) text += (&each == &part.front() ? "" : " ") + each.entry.target();
  }
  return text;
}

TEST(OrderTest, WhatIsReferredToGoesFirst) {
  EXPECT_EQ(order({operation("Condition/c", {"Patient/p", "Observation/o"}),
                   operation("Observation/o", {"Patient/p"}), operation("Patient/p", {})}),
            "Patient/p | Observation/o | Condition/c");
  EXPECT_EQ(order({operation("Patient/p", {}),
                   operation("Observation/o", {"Patient/p", "Patient/elsewhere"})}),
            "Patient/p | Observation/o");
}

TEST(OrderTest, WhatIsRemovedKeepsItsOrderAtTheEnd) {
  EXPECT_EQ(order({operation("Observation/gone", {"Patient/gone"}, Effect::remove),
                   operation("Condition/c", {"Patient/p"}),
                   operation("Patient/gone", {}, Effect::remove), operation("Patient/p", {})}),
            "Patient/p | Condition/c | Observation/gone | Patient/gone");
}

}  // namespace
}  // namespace paraneo::sync
