#include "fetch/pull.h"

#include <gtest/gtest.h>

#include "../rest/fake_server.h"

namespace paraneo::fetch {
namespace {

// Answers by URL.
class PullTest : public testing::Test {
 protected:
  void page(const std::string& path, std::string body, int status = 200,
            const std::string& type = "application/fhir+json") {
    rest::Response response;
    response.status = status;
    response.headers = {{"Content-Type", type}};
    response.body = std::move(body);
    pages_[std::string(rest::FakeServer::kBase) + "/" + path] = response;
  }
  static std::string bundle(const std::string& entries, const std::string& next = {},
                            const std::string& total = {}) {
    return R"({"resourceType":"Bundle","type":"searchset")" +
           (total.empty() ? "" : ",\"total\":" + total) +
           (next.empty() ? "" : R"(,"link":[{"relation":"next","url":")" + next + "\"}]") +
           ",\"entry\":[" + entries + "]}";
  }
  static std::string lab(const std::string& id, const std::string& mode = "match") {
    return R"({"resource":{"resourceType":"Observation","id":")" + id +
           R"(","valueQuantity":{"value":26.0}},"search":{"mode":")" + mode + "\"}}";
  }
  PullReport pull(PullOptions options) {
    options.base = rest::FakeServer::kBase;
    got_.clear();
    Pull machine(options, [&](std::string_view type, std::string_view id, std::string_view) {
      got_.push_back(std::string(type) + "/" + std::string(id));
      return Result<void>();
    });
    for (int i = 0; i < 1000 && !machine.done(); ++i) {
      const auto task = machine.next();
      if (!task) break;
      const auto& request = task->request;
      const auto url = request.body.empty() ? request.url : request.url + " " + request.body;
      auto response = pages_.contains(url) ? pages_[url] : missing();
      machine.finished(task->id, rest::classify(std::move(response), 0));
    }
    EXPECT_TRUE(machine.done());
    return machine.report();
  }
  static rest::Response missing() {
    return {
        404, {{"Content-Type", "application/fhir+json"}}, rest::FakeServer::outcome("not-found")};
  }
  static PullOptions labs() {
    PullOptions options;
    options.queries = {"Observation?code=x"};
    return options;
  }
  static constexpr auto kFirst = "Observation?code=x&_count=250&_total=accurate";
  std::map<std::string, rest::Response> pages_;
  std::vector<std::string> got_;
};

TEST_F(PullTest, FollowsNextLinksVerbatimToTheEnd) {
  page(kFirst, bundle(lab("1") + "," + lab("2"), "https://fhir.test/r4?_getpages=a%20b&x=1", "3"));
  pages_["https://fhir.test/r4?_getpages=a%20b&x=1"] = {
      200, {{"Content-Type", "application/fhir+json"}}, bundle(lab("3"))};
  const auto report = pull(labs());
  EXPECT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(got_, (std::vector<std::string>{"Observation/1", "Observation/2", "Observation/3"}));
  EXPECT_EQ(report.expected, 3U);
}

TEST_F(PullTest, ATotalThatDoesNotFitIsAnError) {
  page(kFirst, bundle(lab("1"), "", "2"));
  EXPECT_NE(pull(labs()).error->what.find("announced 2"), std::string::npos);
}

TEST_F(PullTest, AnotherOriginGetsNoRequest) {
  for (const auto* url : {"https://evil.test/r4?page=2", "http://fhir.test/r4?page=2",
                          "https://fhir.test:8443/r4", "https://fhir.test@evil.test/"}) {
    page(kFirst, bundle(lab("1"), url));
    const auto report = pull(labs());
    ASSERT_TRUE(report.error) << url;
    EXPECT_NE(report.error->what.find("no token"), std::string::npos);
    EXPECT_EQ(report.pages, 1U);
  }
}

TEST_F(PullTest, ACircleEnds) {
  page(kFirst, bundle(lab("1"), std::string(rest::FakeServer::kBase) + "/" + kFirst));
  EXPECT_NE(pull(labs()).error->what.find("circle"), std::string::npos);
}

TEST_F(PullTest, DoubtfulPagesAreErrors) {
  for (const auto& body :
       {std::string("{\"resourceType\":\"Bundle\""), std::string(R"({"resourceType":"Patient"})"),
        bundle("{}"), bundle(R"({"resource":{"resourceType":"Patient"}})"),
        bundle(R"({"resource":)" + rest::FakeServer::outcome("incomplete") + "}"),
        bundle(lab("1"), "ht!tp://%%")}) {
    page(kFirst, body);
    EXPECT_TRUE(pull(labs()).error) << body;
  }
  page(kFirst, "<html><head><title>Log in</title>", 200, "text/html");
  EXPECT_NE(pull(labs()).error->what.find("web page"), std::string::npos);
}

TEST_F(PullTest, AServerWithoutTotalParameterIsAskedWithout) {
  page(kFirst, rest::FakeServer::outcome("invalid"), 400);
  page("Observation?code=x&_count=250", bundle(lab("1")));
  const auto report = pull(labs());
  EXPECT_FALSE(report.error);
  EXPECT_EQ(report.without_total, 1U);
  EXPECT_EQ(got_.size(), 1U);
}

TEST_F(PullTest, IncludedResourcesDoNotCountAndRepeatsComeOnce) {
  page(kFirst, bundle(lab("1") + "," + lab("2", "include") + "," + lab("1"), "", "1"));
  const auto report = pull(labs());
  EXPECT_FALSE(report.error);
  EXPECT_EQ(report.resources, 2U);
  EXPECT_EQ(report.repeated, 1U);
}

TEST_F(PullTest, APatientWithoutEverythingIsSearchedByType) {
  page("Patient/p1", R"({"resourceType":"Patient","id":"p1"})");
  page("Patient?_id=p1&_count=250&_total=accurate",
       bundle(R"({"resource":{"resourceType":"Patient","id":"p1"}})"));
  page("Observation?patient=Patient/p1&_count=250&_total=accurate", bundle(lab("1"), "", "1"));
  PullOptions options;
  options.patients = {"p1"};
  const auto report = pull(options);
  EXPECT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(got_, (std::vector<std::string>{"Patient/p1", "Observation/1"}));
  EXPECT_GT(report.notes.size(), 5U);
}

TEST_F(PullTest, WithoutSearchModeAnotherTypeWasIncluded) {
  page(
      "Condition?_include=Condition:subject&_count=250&_total=accurate",
      bundle(
          R"({"resource":{"resourceType":"Condition","id":"c"}},{"resource":{"resourceType":"Patient","id":"p"}})",
          "", "1"));
  page("Condition?_summary=count", R"({"resourceType":"Bundle","total":1})");
  PullOptions options;
  options.queries = {"Condition?_include=Condition:subject"};
  auto report = pull(options);
  EXPECT_FALSE(report.error);
  EXPECT_FALSE(report.unproven);
  EXPECT_EQ(report.resources, 2U);
  // Of the same type: nobody can say which of them was searched for.
  page(
      "Condition?_include=Condition:x&_count=250&_total=accurate",
      bundle(
          R"({"resource":{"resourceType":"Condition","id":"c"}},{"resource":{"resourceType":"Condition","id":"d"}})",
          "", "1"));
  options.queries = {"Condition?_include=Condition:x"};
  report = pull(options);
  EXPECT_FALSE(report.error);
  EXPECT_TRUE(report.unproven);
}

// Six matches and two that came along are not the eight matches that the server counts.
TEST_F(PullTest, WhatCameAlongMakesUpForNothing) {
  page(kFirst, bundle(lab("1") + "," + lab("2", "include"), "", "2"));
  page("Observation?code=x&_summary=count", R"({"resourceType":"Bundle","total":2})");
  EXPECT_TRUE(pull(labs()).error);
}

TEST_F(PullTest, TheLengthOfAPageIsNoCount) {
  auto options = labs();
  options.page_entries = 2;
  constexpr auto kPage = "Observation?code=x&_count=2&_total=accurate";
  page(kPage, bundle(lab("1") + "," + lab("2"), "", "2"));
  EXPECT_TRUE(pull(options).unproven);  // full, and nobody counts
  page("Observation?code=x&_summary=count", bundle(lab("1") + "," + lab("2"), "", "2"));
  EXPECT_TRUE(pull(options).unproven);  // the same page again is no count either
  page("Observation?code=x&_summary=count", R"({"resourceType":"Bundle","total":7})");
  EXPECT_TRUE(pull(options).error);
  page("Observation?code=x&_summary=count", R"({"resourceType":"Bundle","total":2})");
  EXPECT_FALSE(pull(options).unproven);
  EXPECT_FALSE(pull(options).error);
}

TEST_F(PullTest, ACountThatIsTooLargeIsAskedAgainWithLess) {
  const auto refusal = rest::FakeServer::outcome("invalid");
  for (const auto* path : {"Observation?code=x&_count=250&_total=accurate",
                           "Observation?code=x&_count=250", "Observation?code=x&_count=100"})
    page(path, refusal, 400);
  page("Observation?code=x&_count=50", bundle(lab("1")));
  page("Observation?code=x&_summary=count", R"({"resourceType":"Bundle","total":1})");
  page("Patient?_count=50&_total=accurate", bundle("", "", "0"));
  auto options = labs();
  options.queries.push_back("Patient");
  const auto report = pull(options);
  EXPECT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(report.pages, 6U);
  EXPECT_EQ(report.notes.size(), 1U);
  options.queries = {"Observation?code=x&_count=250"};  // the user's own
  EXPECT_TRUE(pull(options).error);
}

TEST_F(PullTest, WordsAboutTheSearchAreShownAndTheQuerysOwnAreNot) {
  const auto outcome = [](const std::string& severity, const std::string& words) {
    return R"({"resource":{"resourceType":"OperationOutcome","issue":[{"severity":")" + severity +
           R"(","code":"informational","diagnostics":")" + words +
           R"("}]},"search":{"mode":"outcome"}})";
  };
  page(kFirst, bundle(outcome("information", "it took long") + "," +
                          outcome("information", "found x") + "," + outcome("warning", "Smith"),
                      "", "0"));
  const auto report = pull(labs());
  EXPECT_FALSE(report.error);
  std::string notes;
  for (const auto& note : report.notes) notes += note + "\n";
  EXPECT_NE(notes.find("it took long"), std::string::npos);
  EXPECT_EQ(notes.find("found"), std::string::npos);
  EXPECT_EQ(notes.find("Smith"), std::string::npos);
  // In the place of an empty Bundle.
  page(
      kFirst,
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"not-found"}]})");
  page("Observation?code=x&_summary=count", R"({"resourceType":"Bundle","total":0})");
  EXPECT_FALSE(pull(labs()).error);
  EXPECT_FALSE(pull(labs()).unproven);
}

TEST_F(PullTest, WhatAPatientsResourcesReferToComesToo) {
  page("Patient/p1", R"({"resourceType":"Patient","id":"p1"})");
  page(
      "Patient/p1/$everything?_count=250",
      bundle(
          R"({"resource":{"resourceType":"Patient","id":"p1","generalPractitioner":[{"reference":"Practitioner/d"}]}},
                 {"resource":{"resourceType":"MedicationStatement","id":"s","medicationReference":{"reference":"Medication/m"}}},
                 {"resource":{"resourceType":"Observation","id":"o","specimen":{"reference":"Specimen/gone"}}})",
          "", "3"));
  page("Patient/p1/$everything?_count=1", bundle(lab("1"), "Patient?page=2"));
  page(
      "Medication/m",
      R"({"resourceType":"Medication","id":"m","ingredient":[{"itemReference":{"reference":"Substance/s"}}]})");
  page("Substance/s", R"({"resourceType":"Substance","id":"s"})");
  page("Practitioner/d", R"({"resourceType":"Practitioner","id":"d"})");
  PullOptions options;
  options.patients = {"p1"};
  auto report = pull(options);
  EXPECT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(got_, (std::vector<std::string>{"Patient/p1", "MedicationStatement/s", "Observation/o",
                                            "Medication/m", "Substance/s"}));
  ASSERT_EQ(report.notes.size(), 2U);
  EXPECT_NE(report.notes[0].find("Specimen 1"), std::string::npos);
  EXPECT_NE(report.notes[1].find("Practitioner 1"), std::string::npos);
  options.follow = {"Practitioner"};
  EXPECT_EQ(pull(options).resources, 6U);
}

// Its total may be no more than the length of the page.
TEST_F(PullTest, EverythingWithoutNextLinksIsNotBelieved) {
  const auto patient = R"({"resource":{"resourceType":"Patient","id":"p1"}})";
  page("Patient/p1", R"({"resourceType":"Patient","id":"p1"})");
  page("Patient/p1/$everything?_count=250", bundle(std::string(patient) + "," + lab("1"), "", "2"));
  page("Patient/p1/$everything?_count=1", bundle(patient));
  page("Patient?_id=p1&_count=250&_total=accurate", bundle(patient, "", "1"));
  page("Patient?_id=p1&_summary=count", R"({"resourceType":"Bundle","total":1})");
  page("Observation?patient=Patient/p1&_count=250&_total=accurate",
       bundle(lab("1") + "," + lab("2"), "", "2"));
  page("Observation?patient=Patient/p1&_summary=count", R"({"resourceType":"Bundle","total":2})");
  PullOptions options;
  options.patients = {"p1"};
  EXPECT_FALSE(pull(options).error);
  EXPECT_EQ(got_, (std::vector<std::string>{"Patient/p1", "Observation/1", "Observation/2"}));
}

TEST_F(PullTest, APatientIsFoundByWhatIdentifiesIt) {
  const auto patient = [](const std::string& id) {
    return R"({"resource":{"resourceType":"Patient","id":")" + id + "\"}}";
  };
  const auto everything = [&] {
    page("Patient/x1/$everything?_count=250", bundle(patient("x1") + "," + lab("1"), "", "2"));
    page("Patient/x1/$everything?_count=1", bundle(lab("1"), "Patient?page=2"));
  };
  everything();
  page("Patient/_search identifier=urn:s%7Cdm-017", bundle(patient("x1") + "," + patient("x1")));
  PullOptions options;
  options.identifier_of = [](const std::string& text) { return "urn:s|" + text; };
  options.patients = {"dm-017"};
  auto report = pull(options);
  EXPECT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(got_.size(), 2U);
  EXPECT_TRUE(report.notes.empty());
  page("Patient/_search identifier=urn:s%7Cdm-017", bundle(patient("x1") + "," + patient("x2")));
  EXPECT_NE(pull(options).error->what.find("2 patients"), std::string::npos);
  page("Patient/_search identifier=urn:s%7Cdm-017", bundle(""));
  EXPECT_NE(pull(options).error->what.find("no such patient"), std::string::npos);
  // A server without searches by POST.
  pages_.erase(std::string(rest::FakeServer::kBase) + "/Patient/_search identifier=urn:s%7Cdm-017");
  page("Patient?identifier=urn:s%7Cdm-017", bundle(patient("x1")));
  report = pull(options);
  EXPECT_FALSE(report.error) << report.error->what;
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(report.notes[0].find("by POST"), std::string::npos);
}

TEST_F(PullTest, WhatIdentifiesAPersonGoesByPost) {
  for (const auto* query : {"Patient?name=x", "Observation?patient.identifier=s%7C1",
                            "Observation?subject:Patient.family:exact=x"}) {
    PullOptions options;
    options.base = rest::FakeServer::kBase;
    options.queries = {query};
    Pull machine(options, [](auto, auto, auto) { return Result<void>(); });
    const auto task = machine.next();
    EXPECT_EQ(task->request.method, rest::Method::post) << query;
    EXPECT_TRUE(task->request.url.ends_with("/_search"));
    machine.finished(task->id, rest::FakeServer::reply(200, R"({"resourceType":"Bundle"})"));
    EXPECT_TRUE(machine.next()->request.body.ends_with("_summary=count"));
  }
}

TEST_F(PullTest, PartsOfResourcesAreSaid) {
  page(
      "Observation?_elements=code&_count=250&_total=accurate",
      bundle(
          R"({"resource":{"resourceType":"Observation","id":"o","meta":{"tag":[{"code":"SUBSETTED"}]}}})",
          "", "1"));
  PullOptions options;
  options.queries = {"Observation?_elements=code"};
  const auto report = pull(options);
  EXPECT_EQ(report.subsetted, 1U);
  EXPECT_EQ(report.notes.size(), 2U);
}

TEST_F(PullTest, APatientThatIsNotThereIsAnError) {
  PullOptions options;
  options.patients = {"p1"};
  EXPECT_TRUE(pull(options).error);
  EXPECT_TRUE(got_.empty());
}

TEST_F(PullTest, WithoutAQueryEverySearchableTypeIsFetched) {
  page("metadata", R"({"resourceType":"CapabilityStatement","rest":[{"resource":[
    {"type":"Observation","interaction":[{"code":"read"},{"code":"search-type"}]},
    {"type":"Binary","interaction":[{"code":"read"}]}]}]})");
  page("Observation?_count=250&_lastUpdated=ge2026-01-01&_total=accurate", bundle(lab("1")));
  PullOptions options;
  options.since = "2026-01-01";
  EXPECT_FALSE(pull(options).error);
  EXPECT_EQ(got_.size(), 1U);
}

TEST_F(PullTest, AFullDiskEndsThePull) {
  page(kFirst, bundle(lab("1")));
  auto options = labs();
  options.base = rest::FakeServer::kBase;
  Pull machine(options, [](auto, auto, auto) -> Result<void> {
    return fail(ErrorCode::file_unreadable, "disk full");
  });
  const auto task = machine.next();
  machine.finished(task->id, rest::classify(rest::Response(pages_[task->request.url]), 0));
  EXPECT_TRUE(machine.done());
  EXPECT_EQ(machine.report().error->fault, Fault::io);
}

}  // namespace
}  // namespace paraneo::fetch
