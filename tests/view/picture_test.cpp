// What holds for every picture: each fact is drawn or said not to be, marks stand at their dates,
// labels do not overlap, and the words beside it have every value. PARANEO_RUNS sets how many
// generated records, PARANEO_SEED where to begin.
#include "view/picture.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "../property/generator.h"
#include "format/json.h"
#include "pictured.h"
#include "view/markup.h"

namespace paraneo::view {
namespace {

constexpr std::uint64_t kRuns = 500;

// Days since 1970-01-01 in the Gregorian calendar, counted year by year.
double plain_day(int year, int month, int day) {
  const auto is_leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  double out = 0;
  for (int y = 1970; y < year; ++y) out += is_leap(y) ? 366 : 365;
  for (int y = year; y < 1970; ++y) out -= is_leap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) out += kDays[m - 1] + (m == 2 && is_leap(year) ? 1 : 0);
  return out + day - 1;
}

// The first and the last instant of a date as it is written.
std::pair<double, double> plain_days(const std::string& date) {
  const int year = std::stoi(date.substr(0, 4));
  if (date.size() == 4) return {plain_day(year, 1, 1), plain_day(year + 1, 1, 1)};
  const int month = std::stoi(date.substr(5, 2));
  if (date.size() == 7)
    return {plain_day(year, month, 1),
            month == 12 ? plain_day(year + 1, 1, 1) : plain_day(year, month + 1, 1)};
  double at = plain_day(year, month, std::stoi(date.substr(8, 2)));
  if (date.size() > 10)
    at += std::stoi(date.substr(11, 2)) / 24.0 + std::stoi(date.substr(14, 2)) / 1440.0 +
          std::stod(date.substr(17, date.find_first_of("Z+-", 17) - 17)) / 86400.0;
  return {at, at};
}

double x_of(const Drawn& drawn, double day) {
  const auto& knots = drawn.knots.at(0);
  for (std::size_t i = 1; i < knots.size(); ++i)
    if (day >= knots[i - 1].first && day <= knots[i].first)
      return knots[i - 1].second + (knots[i].second - knots[i - 1].second) *
                                       (day - knots[i - 1].first) /
                                       (knots[i].first - knots[i - 1].first);
  return day <= knots.front().first ? knots.front().second : knots.back().second;
}

bool has_x(const std::vector<double>& xs, double x) {
  return std::any_of(xs.begin(), xs.end(), [x](double each) { return std::abs(each - x) <= 0.5; });
}

// A day, and so many days or weeks later or earlier, along a chain of facts; none where it is not
// that simple.
std::optional<double> simple_day(const Facts& facts, const Fact& fact, int depth) {
  const auto* moment = fact.moments[0];
  if (moment == nullptr || depth == 0) return {};
  const auto text = [&](std::string_view name) {
    return std::string(fields().text(*moment, name));
  };
  if (const auto date = text("date"); date.size() == 10) return plain_days(date).first;
  const auto relation = text("relation"), unit = text("unit"), offset = text("offset");
  const auto anchor = facts.find(text("anchor"));
  if (anchor == Facts::kNone || (relation != "after-start" && relation != "before-start") ||
      !text("comparator").empty() || !text("anchorTime").empty())
    return {};
  if (offset.empty() || !text("offsetMax").empty() || (unit != "d" && unit != "wk")) return {};
  const auto from = simple_day(facts, facts[anchor], depth - 1);
  const double days = std::stod(offset) * (unit == "wk" ? 7 : 1);
  return from ? std::optional(relation == "after-start" ? *from + days : *from - days)
              : std::nullopt;
}

// What is wrong with the place of the fact's marks; empty: nothing, or there is no date.
std::string misplaced(const Drawn& drawn, const Facts& facts, const Fact& fact) {
  const auto* moment = fact.moments[0];
  const auto date = moment == nullptr ? std::string() : std::string(fields().text(*moment, "date"));
  const auto& xs = drawn.xs.at(std::string(fact.key));
  if (const auto day = simple_day(facts, fact, 20); day && !has_x(xs, x_of(drawn, *day)))
    return std::string(fact.key) + " has nothing at x=" + std::to_string(x_of(drawn, *day));
  if (date.empty()) return {};
  // Of a bound, the end where it may be nearest.
  const auto comparator = std::string(fields().text(*moment, "comparator"));
  auto [from, to] = plain_days(date);
  if (comparator.starts_with("<")) from = to;
  if (comparator.starts_with(">")) to = from;
  for (const auto day : {from, to})
    if (!has_x(xs, x_of(drawn, day)))
      return std::string(fact.key) + " of " + date +
             " has nothing at x=" + std::to_string(x_of(drawn, day));
  return {};
}

void add_leaves(const element::Element& element, std::vector<std::string>& to) {
  const auto name = fields().name(element);
  if (name == "origin" || name == "relation" || name == "resourceType") return;
  if (element.has_value) to.emplace_back(element.value());
  for (const auto* child = element.first; child != nullptr; child = child->next)
    add_leaves(*child, to);
}

std::string problem_of(const Pictured& pictured) {
  const DrawnReader picture(pictured.svg());
  const auto chapter = pictured.chapter();
  const DrawnReader page(chapter.section);
  std::set<std::string> stated, drawn, both;
  for (const auto& fact : pictured.facts().all()) stated.insert(std::string(fact.key));
  if (const auto* subject = fields().child(pictured.element(), "subject"))
    if (fields().child(*subject, "died") != nullptr) stated.insert("subject");
  for (const auto& [key, xs] : picture.drawn().xs) {
    if (xs.empty()) return key + " is drawn without a mark";
    drawn.insert(key);
  }
  const auto& not_drawn = page.drawn().not_drawn;
  std::set_intersection(drawn.begin(), drawn.end(), not_drawn.begin(), not_drawn.end(),
                        std::inserter(both, both.end()));
  if (!both.empty()) return *both.begin() + " is drawn, and said not to be";
  drawn.insert(not_drawn.begin(), not_drawn.end());
  if (drawn != stated) return "facts are missing or made up";
  for (const auto& [frame, knots] : picture.drawn().knots)
    if (!std::is_sorted(knots.begin(), knots.end(),
                        [](const auto& a, const auto& b) { return a.second < b.second; }))
      return "time runs backwards in frame " + std::to_string(frame);
  if (const auto found = overlaps(picture.drawn()); !found.empty())
    return "labels overlap: " + found;
  for (const auto& fact : pictured.facts().all())
    if (!not_drawn.contains(std::string(fact.key)))
      if (auto found = misplaced(picture.drawn(), pictured.facts(), fact); !found.empty())
        return found;
  std::vector<std::string> leaves;
  for (const auto& fact : pictured.facts().all()) add_leaves(*fact.element, leaves);
  for (const auto& leaf : leaves)
    if (page.drawn().text.find(leaf) == std::string::npos &&
        page.drawn().text.find(one_line(leaf)) == std::string::npos)
      return "the page does not say \"" + leaf + "\"";
  return {};
}

TEST(Picture, HoldsForTheCommittedRecords) {
  for (const auto& record : record::committed_records()) {
    const Pictured pictured(record.text);
    EXPECT_EQ(problem_of(pictured), "") << record.name;
  }
}

TEST(Picture, HoldsForGeneratedRecords) {
  const auto& definitions = record::record_maps().definitions();
  const auto first = from_environment("PARANEO_SEED", 1),
             runs = from_environment("PARANEO_RUNS", kRuns);
  record::Generator generator(record::record_maps(), Limits{});
  Arena arena;
  std::size_t drawn = 0;
  for (auto seed = first; seed < first + runs; ++seed) {
    arena.reset();
    const auto json =
        format::to_json(definitions, *generator.record(seed, seed % 10 == 0 ? 60 : 8, arena));
    const Pictured pictured(json);
    ASSERT_EQ(problem_of(pictured), "") << "seed " << seed << "\n" << json;
    drawn += pictured.facts().size() -
             std::min(pictured.facts().size(), pictured.course().not_drawn.size());
  }
  EXPECT_GT(drawn, runs);
}

TEST(Picture, TheOrderOfFactsChangesNothing) {
  const std::string
      a = R"({"key":"a","code":{"text":"CK"},"value":{"number":1},"at":{"date":"2019-01-01"}})",
      b = R"({"key":"b","code":{"text":"CK"},"value":{"number":2},"at":{"date":"2019-01-01"}})";
  EXPECT_EQ(Pictured(Pictured::record("\"observations\":[" + a + "," + b + "]")).svg(),
            Pictured(Pictured::record("\"observations\":[" + b + "," + a + "]")).svg());
}

TEST(Picture, HostileTextStaysText) {
  const std::string evil =
      R"(</text></svg><script>alert(1)</script>\" onload=\"x ' & <!-- ]]> \u202E)";
  const std::string quoted = "\"" + evil + "\"";
  const Pictured pictured(Pictured::record(
      R"("source":{"title":)" + quoted + R"(},"subject":{"words":)" + quoted +
      R"(},"conditions":[{"key":"a","code":{"text":)" + quoted +
      R"(},"onset":{"date":"2019"},"note":[)" + quoted +
      R"(]}],"medications":[{"key":"b","code":{"text":)" + quoted +
      R"(},"start":{"date":"2019"},"dosage":[{"text":)" + quoted +
      R"(}]}],"observations":[{"key":"c","code":{"text":)" + quoted +
      R"(},"value":{"number":1,"unit":)" + quoted +
      R"(},"at":{"date":"2019"}},{"key":"d","code":{"text":)" + quoted +
      R"(},"value":{"number":2,"unit":)" + quoted + R"(},"at":{"date":"2019"}}])"));
  const DrawnReader picture(pictured.svg());
  EXPECT_EQ(picture.drawn().element_names,
            (std::set<std::string>{"svg", "title", "desc", "rect", "g", "text", "line", "path",
                                   "circle"}));
  const DrawnReader page(pictured.chapter().section);
  EXPECT_FALSE(page.drawn().element_names.contains("script"));
  EXPECT_EQ(overlaps(picture.drawn()), "");
}

TEST(Picture, ExtremesAreDrawn) {
  const std::string huge(200'000, 'W');
  std::string observations;
  for (const auto* date : {"0001", "0001-01-01", "9999-12-31", "9999", "2019-02-28T23:59:60Z"})
    observations += std::string(observations.empty() ? "" : ",") + R"({"key":"o)" +
                    std::to_string(observations.size()) + R"(","code":{"text":")" + huge +
                    R"("},"value":{"number":1e-30,"unit":"U/L"},"at":{"date":")" + date + "\"}}";
  const Pictured pictured(Pictured::record("\"observations\":[" + observations + "]"));
  EXPECT_EQ(problem_of(pictured), "");
}

TEST(Picture, TenThousandPointsAreDrawn) {
  std::string observations;
  for (int i = 0; i < 10'000; ++i)
    observations += std::string(i == 0 ? "" : ",") + R"({"key":"o)" + std::to_string(i) +
                    R"(","code":{"text":"CK"},"value":{"number":)" +
                    std::to_string(100 + i * 37 % 991) + R"(,"unit":"U/L"},"at":{"date":")" +
                    std::to_string(1990 + i / 336) + "-" + (i / 28 % 12 < 9 ? "0" : "") +
                    std::to_string(i / 28 % 12 + 1) + "-" + (i % 28 < 9 ? "0" : "") +
                    std::to_string(i % 28 + 1) + "\"}}";
  const Pictured pictured(Pictured::record("\"observations\":[" + observations + "]"));
  const DrawnReader picture(pictured.svg());
  EXPECT_EQ(picture.drawn().xs.size(), 10'000U);
  EXPECT_EQ(overlaps(picture.drawn()), "");
}

TEST(Picture, ARecordWithoutTimesSaysSo) {
  const Pictured pictured(Pictured::record(R"("conditions":[{"key":"a","code":{"text":"a"}}])"));
  EXPECT_NE(pictured.svg().find("nothing can be drawn"), std::string::npos);
  EXPECT_EQ(problem_of(pictured), "");
}

}  // namespace
}  // namespace paraneo::view
