#include "rest/reference_order.h"

#include <gtest/gtest.h>

namespace paraneo::rest {
namespace {

PushEntry entry(const std::string& target, const std::vector<std::string>& references,
                const std::string& full_url = {}) {
  PushEntry made;
  made.type = target.substr(0, target.find('/'));
  made.id = target.substr(target.find('/') + 1);
  made.full_url = full_url;
  for (const auto& reference : references) made.resource += R"({"reference":")" + reference + "\"}";
  return made;
}

std::string order(const std::vector<PushEntry>& entries) {
  std::vector<const PushEntry*> all;
  for (const auto& each : entries) all.push_back(&each);
  std::string text;
  for (const auto& part : reference_order(all)) {
    text += text.empty() ? "" : " | ";
    for (const auto i : part) text += (i == part.front() ? "" : " ") + entries[i].target();
  }
  return text;
}

TEST(ReferenceOrder, WhatIsReferredToGoesFirst) {
  EXPECT_EQ(order({entry("Condition/c", {"Patient/p", "Observation/o"}),
                   entry("Observation/o", {"Patient/p"}), entry("Patient/p", {})}),
            "Patient/p | Observation/o | Condition/c");
  EXPECT_EQ(
      order({entry("Patient/p", {}), entry("Observation/o", {"Patient/p", "Patient/elsewhere"})}),
      "Patient/p | Observation/o");
}

TEST(ReferenceOrder, WhatRefersToEachOtherGoesTogether) {
  EXPECT_EQ(
      order({entry("Condition/a", {"Condition/b"}), entry("Condition/b", {"Procedure/c"}),
             entry("Procedure/c", {"Condition/a"}),
             entry("Observation/o", {"Condition/b", "Observation/o"}), entry("Patient/p", {})}),
      "Condition/a Condition/b Procedure/c | Observation/o | Patient/p");
}

TEST(ReferenceOrder, WhatHasNoIdYetGoesWithThoseThatReferToIt) {
  EXPECT_EQ(
      order({entry("Patient/", {}, "urn:uuid:1"), entry("Observation/a", {"urn:uuid:1"}),
             entry("Observation/b", {"urn:uuid:1"}), entry("Practitioner/", {}, "urn:uuid:2")}),
      "Patient/? Observation/a Observation/b | Practitioner/?");
  EXPECT_EQ(order({entry("Observation/a", {"urn:uuid:1"}), entry("Patient/p", {}, "urn:uuid:1")}),
            "Patient/p | Observation/a");
}

TEST(ReferenceOrder, ALongChainNeedsNoDeepStack) {
  constexpr int kLength = 100'000;
  std::vector<PushEntry> entries;
  for (int i = 0; i < kLength; ++i)
    entries.push_back(
        entry("Condition/" + std::to_string(i), {"Condition/" + std::to_string(i + 1)}));
  std::vector<const PushEntry*> all;
  for (const auto& each : entries) all.push_back(&each);
  const auto parts = reference_order(all);
  ASSERT_EQ(parts.size(), std::size_t{kLength});
  EXPECT_EQ(parts.front().front(), std::size_t{kLength - 1});
}

}  // namespace
}  // namespace paraneo::rest
