#include "fetch/pull_context.h"

#include <gtest/gtest.h>

namespace paraneo::fetch {
namespace {

PullOptions options() {
  PullOptions made;
  made.base = "https://fhir.test/r4";
  made.pages_max = 3;
  return made;
}

PullQuestion page_of(const char* url) {
  PullQuestion question;
  question.url = url;
  question.label = "Observation";
  question.urls = {url};
  question.pages = 1;
  return question;
}

TEST(PullContext, FollowsLinksOfTheServerToTheEnd) {
  PullContext context(options());
  context.follow(page_of("https://fhir.test/r4/Observation"), "https://fhir.test/r4?page=2");
  ASSERT_EQ(context.questions.size(), 1U);
  EXPECT_EQ(context.questions.back().url, "https://fhir.test/r4?page=2");
  EXPECT_FALSE(context.report.error);
}

TEST(PullContext, AnotherServersLinkACircleAndPagesWithoutEndStopThePull) {
  const auto stopped_by = [](PullQuestion question, const char* link) {
    PullContext context(options());
    context.follow(std::move(question), link);
    EXPECT_TRUE(context.questions.empty());
    return context.report.error ? context.report.error->what : std::string();
  };
  constexpr auto kFirst = "https://fhir.test/r4/Observation";
  EXPECT_NE(stopped_by(page_of(kFirst), "https://other.test/r4?page=2"), "");
  EXPECT_NE(stopped_by(page_of(kFirst), kFirst).find("circle"), std::string::npos);
  auto last = page_of(kFirst);
  last.pages = 3;
  EXPECT_NE(stopped_by(last, "https://fhir.test/r4?page=4").find("do not end"), std::string::npos);
  auto idle = page_of(kFirst);
  idle.pages_idle = 100;
  EXPECT_NE(stopped_by(idle, "https://fhir.test/r4?page=4").find("do not end"), std::string::npos);
}

TEST(PullContext, TheFirstErrorStays) {
  PullContext context(options());
  context.stop(Error{ErrorCode::answer_malformed, "first", {}, {}});
  context.stop(Error{ErrorCode::answer_malformed, "second", {}, {}});
  EXPECT_EQ(context.report.error->what, "first");
}

TEST(PullContext, OnlyAQuestionWithACountOfOursIsAskedAgainWithLess) {
  rest::Reply refused;
  refused.verdict = rest::Verdict::refused;
  PullContext context(options());
  PullQuestion question;
  EXPECT_FALSE(context.ask_for_less(question, refused));
  question.sized = true;
  EXPECT_TRUE(context.ask_for_less(question, refused));
  EXPECT_LT(context.page_size.entries(), 250U);
  rest::Reply failed;
  failed.verdict = rest::Verdict::broken;
  EXPECT_FALSE(context.ask_for_less(question, failed));
  question.pages = 1;  // it took the _count before
  EXPECT_FALSE(context.ask_for_less(question, refused));
}

}  // namespace
}  // namespace paraneo::fetch
