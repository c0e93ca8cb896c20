#include "fetch/history_log.h"

#include <gtest/gtest.h>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"

namespace paraneo::fetch {
namespace {

// What a history of these entries says is deleted; "?" behind what must be asked for.
std::string deleted(std::vector<std::string> entries, bool split = false) {
  HistoryLog log;
  const auto take = [&](const std::string& text) {
    const Source source{"history", R"({"resourceType":"Bundle","entry":[)" + text + "]}"};
    Arena arena;
    diag::Sink sink;
    EXPECT_TRUE(log.take(*json::read(source, arena, {}, sink)));
  };
  std::string all;
  for (const auto& entry : entries) {
    if (split) take(entry);
    all += (all.empty() ? "" : ",") + entry;
  }
  if (!split) take(all);
  std::string out;
  for (const auto& each : log.deletions())
    out += (out.empty() ? "" : " ") + each.target + (each.certain ? "" : "?");
  return out;
}

std::string removed(const std::string& at, const std::string& url = "Condition/c") {
  return R"({"request":{"method":"DELETE","url":")" + url +
         R"("},"response":{"status":"204","lastModified":")" + at + "\"}}";
}
std::string written(const std::string& at, const std::string& version = "") {
  return R"({"resource":{"resourceType":"Condition","id":"c","meta":{)" +
         (version.empty() ? "" : R"("versionId":")" + version + "\",") + R"("lastUpdated":")" + at +
         R"("}},"request":{"method":"PUT","url":"Condition/c"}})";
}
constexpr auto kEarly = "2024-01-01T00:10:00Z";
constexpr auto kLate = "2024-01-01T00:12:00Z";
constexpr auto kLatest = "2024-01-01T00:14:00Z";

TEST(HistoryLog, TheOrderOfItsEntriesDecidesNothing) {
  for (const bool split : {false, true}) {
    EXPECT_EQ(deleted({removed(kEarly), written(kLate)}, split), "");
    EXPECT_EQ(deleted({written(kLate), removed(kEarly)}, split), "");
    EXPECT_EQ(deleted({written(kEarly), removed(kLate)}, split), "Condition/c");
    EXPECT_EQ(deleted({removed(kLate), written(kEarly)}, split), "Condition/c");
    // A clock that was set back, or versions that count down: nobody knows which.
    EXPECT_EQ(deleted({removed(kLate, "Condition/c/_history/2"), written(kEarly, "3")}, split),
              "Condition/c?");
    EXPECT_EQ(deleted({written(kLate, "1"), removed(kEarly, "Condition/c/_history/2")}, split),
              "Condition/c?");
    // What is later than both of them decides.
    EXPECT_EQ(deleted({removed(kLate, "Condition/c/_history/2"), written(kEarly, "3"),
                       written(kLatest, "4")},
                      split),
              "");
    EXPECT_EQ(deleted({written(kEarly, "1"), written(kLate, "3"),
                       removed(kEarly, "Condition/c/_history/2")},
                      split),
              "");
  }
}

TEST(HistoryLog, WhatNobodyCanOrderMustBeAskedFor) {
  EXPECT_EQ(deleted({removed(kEarly), written(kEarly)}), "Condition/c?");
  EXPECT_EQ(deleted({written(kEarly), removed(kEarly)}), "Condition/c?");
  EXPECT_EQ(deleted({removed(""), written(kEarly)}), "Condition/c?");
  // Nor does what comes later tell when that was.
  EXPECT_EQ(deleted({removed(""), written(kEarly), written(kLate)}), "Condition/c?");
  EXPECT_EQ(deleted({removed(kEarly), removed(kEarly)}), "Condition/c");  // once more on the next
                                                                          // page
}

TEST(HistoryLog, EntriesWithoutRequest) {
  EXPECT_EQ(deleted({R"({"fullUrl":"https://h/r4/Condition/c"})"}), "Condition/c?");
  EXPECT_EQ(deleted({R"({"resource":{"resourceType":"Condition","id":"c"}})"}), "");
  EXPECT_EQ(
      deleted(
          {R"({"fullUrl":"urn:uuid:1","response":{"status":"201"},"request":{"method":"POST","url":"Condition"}})"}),
      "");
  EXPECT_EQ(
      deleted(
          {R"({"request":{"method":"DELETE","url":"Condition?code=x"},"fullUrl":"https://h/r4/Condition/c/_history/2"})"}),
      "Condition/c");
}

TEST(HistoryLog, ADeletionThatNamesNothingIsAnError) {
  HistoryLog log;
  const Source source{"history",
                      R"({"entry":[{"request":{"method":"DELETE","url":"Condition?code=x"}}]})"};
  Arena arena;
  diag::Sink sink;
  EXPECT_FALSE(log.take(*json::read(source, arena, {}, sink)));
}

TEST(HistoryLog, CountsWhatIsNew) {
  HistoryLog log;
  const Source source{"history", R"({"entry":[)" + removed(kEarly) + "," + written(kLate) + "," +
                                     removed(kEarly) + "]}"};
  Arena arena;
  diag::Sink sink;
  const auto* bundle = json::read(source, arena, {}, sink);
  EXPECT_EQ(*log.take(*bundle), 2U);
  EXPECT_EQ(*log.take(*bundle), 0U);
}

}  // namespace
}  // namespace paraneo::fetch
