// Which of several versions counts.
#include "imported.h"
#include "record/gather/version.h"

namespace paraneo::record {
namespace {

TEST(Import, TheNewestVersionCountsInAnyOrder) {
  const auto first = observation(
      "o", R"("meta":{"versionId":"1","lastUpdated":"2020-01-01T00:00:00Z"},"valueString":"old")");
  const auto second = observation(
      "o", R"("meta":{"versionId":"2","lastUpdated":"2020-01-02T00:00:00Z"},"valueString":"new")");
  for (const auto& texts : {std::vector{first, second}, std::vector{second, first}}) {
    const auto out = imported(bundle({entry(kPatient), entry(texts[0]), entry(texts[1])}));
    ASSERT_EQ(out.records.size(), 1U);
    EXPECT_EQ(facts(out), 1U);
    EXPECT_NE(out.records[0].json.find("new"), std::string::npos);
    EXPECT_TRUE(has(out, "import-superseded"));
  }
  // One that was withdrawn takes the older one with it.
  const auto withdrawn = observation("o", R"("meta":{"versionId":"3"})", "entered-in-error");
  const auto out = imported(bundle(
      {entry(kPatient), entry(withdrawn), entry(observation("o", R"("meta":{"versionId":"2"})"))}));
  EXPECT_EQ(facts(out), 0U);
}

TEST(Import, TheSameResourceTwiceIsOneFact) {
  const auto out = imported(
      bundle({entry(kPatient), entry(observation("o")), entry(observation("o")), entry(kPatient)}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(facts(out), 1U);
  EXPECT_TRUE(out.codes.empty());
}

TEST(Import, OfTwoContentsWithoutAVersionNobodyChooses) {
  const auto out =
      imported(bundle({entry(kPatient), entry(observation("o", R"("valueString":"a")")),
                       entry(observation("o", R"("valueString":"b")")), entry(observation("q"))}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(facts(out), 1U);
  EXPECT_TRUE(has(out, "import-versions"));
}

TEST(Import, WhatWasDeletedIsNoFact) {
  const auto deletion = [](const std::string& response) {
    return R"({"fullUrl":"Observation/o","request":{"method":"DELETE","url":"Observation/o"})" +
           response + "}";
  };
  EXPECT_EQ(
      facts(imported(bundle({entry(kPatient), deletion(""), entry(observation("o"))}, "history"))),
      0U);
  // Brought back afterwards.
  EXPECT_EQ(facts(imported(bundle(
                {entry(kPatient), deletion(R"(,"response":{"status":"204","etag":"W/\"2\""})"),
                 entry(observation("o", R"("meta":{"versionId":"3"})"))},
                "history"))),
            1U);
}

// What was changed and changed back is the newest version, too.
TEST(Import, AVersionMayBeAsAnOlderOneWas) {
  const auto out = imported(bundle(
      {entry(kPatient), entry(observation("o", R"("meta":{"versionId":"1"},"valueString":"a")")),
       entry(observation("o", R"("meta":{"versionId":"2"},"valueString":"b")")),
       entry(observation("o", R"("meta":{"versionId":"3"},"valueString":"a")"))}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_NE(out.records[0].json.find(R"("version":"3")"), std::string::npos) << out.records[0].json;
}

// The order of versions.

constexpr std::int64_t kNowMs = 1'583'020'800'000;  // 2020-03-01T00:00:00Z

Problems imported_now(const std::string& json) {
  ChartOptions options;
  options.now_ms = kNowMs;
  Intake intake(Limits{}, options);
  diag::Sink sink;
  Problems out;
  const Source text{"x.json", json};
  EXPECT_TRUE(intake.add(text, sink));
  const auto charts = *intake.next(sink);
  Importer importer(record_maps(), Limits{});
  for (const auto& chart : charts->charts())
    if (auto made = importer.run(*charts, chart, sink)) out.records.push_back(std::move(*made));
  take_messages(sink, out);
  return out;
}

// -1, 0 (they do not say it) or 1: the first one is older, newer.
int order(const Version& a, const Version& b) {
  const auto forth = compare_versions(a, b, kNowMs), back = compare_versions(b, a, kNowMs);
  EXPECT_EQ(forth.value_or(0), -back.value_or(0)) << a.number << a.updated << b.number << b.updated;
  return forth.value_or(0);
}

TEST(Import, TimesSayWhichVersionIsNewerAndNumbersWhereTheyCannot) {
  EXPECT_EQ(order({"1", "2020-01-01T00:00:00Z"}, {"2", "2020-01-02T00:00:00Z"}), -1);
  EXPECT_EQ(order({"a9", "2020-01-01T00:00:00Z"}, {"a1", "2020-01-02T00:00:00Z"}), -1);
  // A server that was set up anew counts from 1 again.
  EXPECT_EQ(order({"7", "2020-01-01T00:00:00Z"}, {"1", "2020-02-02T00:00:00Z"}), -1);
  // A clock was set back, and the days are those of UTC.
  EXPECT_EQ(order({"1", "2020-01-01T03:00:00Z"}, {"2", "2020-01-01T02:10:00Z"}), -1);
  EXPECT_EQ(order({"1", "2020-01-02T01:30:00+02:00"}, {"2", "2020-01-01T23:10:00Z"}), -1);
  EXPECT_EQ(order({"1", "2020-01-01T00:00:00Z"}, {"1", "2020-01-01T00:00:00Z"}), 0);
  EXPECT_EQ(order({"", ""}, {"", "2020-01-01T00:00:00Z"}), 0);
  EXPECT_EQ(order({"W/\"3\"", ""}, {"4", "2020-01-01T00:00:00Z"}), -1);
  // What has not come yet nobody has seen: its time says nothing, in a version that is older or
  // newer.
  for (const auto* never : {"9999-12-31T23:59:59Z", "2020-03-02T00:00:01Z"}) {
    EXPECT_EQ(order({"1", never}, {"2", "2020-01-01T00:00:00Z"}), -1) << never;
    EXPECT_EQ(order({"3", never}, {"2", "2020-01-01T00:00:00Z"}), 1) << never;
    EXPECT_EQ(order({"x", never}, {"y", "2020-01-01T00:00:00Z"}), 0) << never;
  }
  EXPECT_EQ(order({"9", "2020-03-01T23:00:00Z"}, {"8", "2020-01-01T00:00:00Z"}), 1);
}

// Of versions that have both, whatever their clocks said: if a is older than b and b than c, then a
// than c.
TEST(Import, TheOrderOfVersionsGoesRoundInNoCircle) {
  std::vector<Version> all;
  for (const auto* number : {"1", "2", "3", "4"})
    for (const auto* time : {"2020-01-01T00:00:10Z", "2020-01-01T23:59:50Z", "2020-01-02T00:00:05Z",
                             "2020-01-01T22:59:00-02:00", "1970-01-01T00:00:00Z"})
      all.push_back({number, time});
  for (const auto& a : all)
    for (const auto& b : all)
      for (const auto& c : all)
        EXPECT_TRUE(order(a, b) >= 0 || order(b, c) >= 0 || order(a, c) < 0)
            << a.number << a.updated << b.number << b.updated << c.number << c.updated;
}

TEST(Import, ATimeThatHasNotComeBlocksNoLaterVersion) {
  const auto meta = [](const std::string& number, const std::string& time) {
    return R"("meta":{"versionId":")" + number + R"(","lastUpdated":")" + time +
           R"("},"valueString":"v)" + number + "\"";
  };
  const auto odd = observation("o", meta("1", "9999-01-01T00:00:00Z"));
  const auto out = imported_now(bundle(
      {entry(kPatient), entry(odd), entry(observation("o", meta("2", "2020-02-01T00:00:00Z")))}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_NE(out.records[0].json.find("\"v2\""), std::string::npos) << out.records[0].json;
  EXPECT_FALSE(has(out, "import-unclear"));
  // Where it is the newest one, it is said.
  const auto alone = imported_now(bundle({entry(kPatient), entry(odd)}));
  EXPECT_EQ(facts(alone), 1U);
  EXPECT_NE(std::find(alone.codes.begin(), alone.codes.end(),
                      "import-unclear Bundle.entry[1].resource.meta.lastUpdated"),
            alone.codes.end());
  // In what a delta is merged into, too.
  ChartOptions options;
  options.now_ms = kNowMs;
  Intake intake(Limits{}, options);
  diag::Sink sink;
  EXPECT_TRUE(intake.add({"y.json", observation("o", meta("2", "2020-02-01T00:00:00Z"))}, sink));
  const auto charts = *intake.next(sink);
  ASSERT_EQ(charts->charts().size(), 1U);
  const Source there{"p.json", alone.records[0].json};
  RecordsThere records;
  records.own = &there;
  Importer importer(record_maps(), Limits{});
  const auto merged = importer.run(*charts, charts->charts()[0], records, sink);
  ASSERT_TRUE(merged);
  EXPECT_NE(merged->json.find("\"v2\""), std::string::npos) << merged->json;
}

TEST(Import, VersionsThatContradictTheirTimesAreNamed) {
  const auto out = imported_now(bundle(
      {entry(kPatient),
       entry(observation(
           "o",
           R"("meta":{"versionId":"7","lastUpdated":"2020-01-01T00:00:00Z"},"valueString":"a")")),
       entry(observation(
           "o",
           R"("meta":{"versionId":"1","lastUpdated":"2020-02-01T00:00:00Z"},"valueString":"b")"))}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_NE(out.records[0].json.find("\"b\""), std::string::npos) << out.records[0].json;
  EXPECT_TRUE(has(out, "import-unclear"));
}

// What is merged into a record that another input made.
Imported merged_into(const std::string& first, const std::string& delta) {
  const auto before = imported_now(first);
  EXPECT_EQ(before.records.size(), 1U);
  ChartOptions options;
  options.now_ms = kNowMs;
  Intake intake(Limits{}, options);
  diag::Sink sink;
  EXPECT_TRUE(intake.add({"y.json", delta}, sink));
  const auto charts = *intake.next(sink);
  EXPECT_EQ(charts->charts().size(), 1U);
  const Source there{"p.json", before.records[0].json};
  RecordsThere records;
  records.own = &there;
  Importer importer(record_maps(), Limits{});
  auto merged = importer.run(*charts, charts->charts()[0], records, sink);
  EXPECT_TRUE(merged);
  return merged ? std::move(*merged) : Imported{};
}

std::string meta_of(const std::string& number, const std::string& day) {
  return R"("meta":{"versionId":")" + number + R"(","lastUpdated":"2020-02-)" + day +
         R"(T00:00:00Z"})";
}

TEST(Import, AnOlderVersionWithdrawsNothing) {
  const auto newer = meta_of("2", "05") + R"(,"valueString":"v2")";
  const auto full = bundle({entry(kPatient), entry(observation("o", newer))});
  for (const auto* status : {"entered-in-error", "cancelled", "final"}) {
    const auto old = merged_into(full, observation("o", meta_of("1", "02"), status));
    EXPECT_NE(old.json.find("\"v2\""), std::string::npos) << status << old.json;
  }
  const auto gone = merged_into(full, observation("o", meta_of("3", "08"), "entered-in-error"));
  EXPECT_EQ(gone.json.find("\"v2\""), std::string::npos) << gone.json;
}

TEST(Import, WhatIsContainedGoesWithWhatItStoodIn) {
  const auto report = [](const std::string& meta, const std::string& status, bool has_result) {
    return R"({"resourceType":"DiagnosticReport","id":"d",)" + meta + R"(,"status":")" + status +
           R"(","code":{"text":"panel"},"subject":{"reference":"Patient/p"})" +
           (has_result
                ? R"(,"contained":[{"resourceType":"Observation","id":"in","status":"final","code":{"text":"IgM"},"valueString":"high"}],"result":[{"reference":"#in"}])"
                : "") +
           "}";
  };
  const auto full = bundle({entry(kPatient), entry(report(meta_of("2", "05"), "final", true))});
  const auto has_result = [&](const std::string& delta) {
    return merged_into(full, delta).json.find("\"high\"") != std::string::npos;
  };
  EXPECT_FALSE(has_result(report(meta_of("3", "08"), "final", false))) << "a version without it";
  EXPECT_FALSE(has_result(report(meta_of("3", "08"), "entered-in-error", true)));
  EXPECT_TRUE(has_result(report(meta_of("3", "08"), "final", true)));
  EXPECT_TRUE(has_result(report(meta_of("1", "02"), "final", false))) << "an older version";
  EXPECT_TRUE(has_result(report(meta_of("1", "02"), "entered-in-error", true)));
  EXPECT_TRUE(has_result(observation("other"))) << "a delta does not know what it does not mention";
}

}  // namespace
}  // namespace paraneo::record
