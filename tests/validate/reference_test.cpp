#include <gtest/gtest.h>

#include <algorithm>

#include "validate/problems.h"
#include "validate/references.h"

namespace paraneo::validate {
namespace {

std::string condition(const std::string& subject) {
  return R"({"resourceType":"Condition","contained":[{"resourceType":"Patient","id":"in"}],"asserter":{"reference":"#in"},"subject":)" +
         subject + "}";
}

const Problems kWrong{"validate-reference Condition.subject"};

TEST(Reference, TakesEveryFormOfFhir) {
  for (const auto* reference :
       {"Patient/1", "Patient/1/_history/2", "https://example.org/fhir/Patient/1",
        "https://example.org/whatever", "#in", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
        "Patient?identifier=x|1"})
    EXPECT_EQ(problems(condition(R"({"reference":")" + std::string(reference) + "\"}")), Problems{})
        << reference;
}

TEST(Reference, RefusesWhatIsNone) {
  for (const auto* reference :
       {"1", "patient/1", "Patiant/1", "x/Patient/1", "Patient/a b", "#out"})
    EXPECT_EQ(problems(condition(R"({"reference":")" + std::string(reference) + "\"}")), kWrong)
        << reference;
}

TEST(Reference, HoldsItsTypeToTheElement) {
  EXPECT_EQ(problems(condition(R"({"reference":"Device/1"})")), kWrong);
  EXPECT_EQ(problems(condition(R"({"reference":"https://example.org/fhir/Device/1"})")), kWrong);
  EXPECT_EQ(problems(condition(R"({"type":"Device","display":"x"})")), kWrong);
  EXPECT_EQ(problems(condition(R"({"type":"Group","reference":"Patient/1"})")), kWrong);
}

TEST(Reference, LooksIntoTheBundle) {
  const auto bundle = [](const std::string& full_url, const std::string& subject) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"https://a.example.org/fhir/Patient/1","resource":{"resourceType":"Patient","id":"1"}},)"
           R"({"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Device"}},)"
           R"({"fullUrl":")" +
           full_url +
           R"(","resource":{"resourceType":"Condition","id":"1","subject":{"reference":")" +
           subject + "\"}}}]}";
  };
  const Problems wrong{"validate-reference Bundle.entry[2].resource.subject"};
  EXPECT_EQ(problems(bundle("https://a.example.org/fhir/Condition/1", "Patient/1")), Problems{});
  EXPECT_EQ(problems(bundle("https://b.example.org/fhir/Condition/1", "Patient/1")), wrong);
  EXPECT_EQ(problems(bundle("https://b.example.org/fhir/Condition/1", "Patient/2")), Problems{});
  EXPECT_EQ(problems(bundle("https://a.example.org/fhir/Condition/1",
                            "urn:uuid:c757873d-ec9a-4326-a141-556f43239520")),
            wrong);
  EXPECT_EQ(problems(bundle("https://a.example.org/fhir/Condition/1",
                            "urn:uuid:c757873d-ec9a-4326-a141-556f43239521")),
            wrong);
}

TEST(Reference, HoldsTheVersionToThatOfTheResource) {
  const auto of = [](const std::string& type, const std::string& reference,
                     const std::string& meta) {
    return problems(
        R"({"resourceType":"Bundle","type":")" + type +
        R"(","entry":[{"fullUrl":"https://a.example.org/fhir/Condition/1","resource":{"resourceType":"Condition","id":"1","subject":{"reference":")" +
        reference +
        R"("}}},{"fullUrl":"https://a.example.org/fhir/Patient/1","resource":{"resourceType":"Patient","id":"1")" +
        meta + "}}]}");
  };
  const Problems wrong{"validate-reference Bundle.entry[0].resource.subject"};
  for (const auto* reference :
       {"Patient/1/_history/2", "https://a.example.org/fhir/Patient/1/_history/2"}) {
    EXPECT_EQ(of("collection", reference, R"(,"meta":{"versionId":"2"})"), Problems{}) << reference;
    EXPECT_EQ(of("collection", reference, ""), Problems{}) << reference;
    EXPECT_EQ(of("collection", reference, R"(,"meta":{"versionId":"3"})"), wrong) << reference;
  }
}

TEST(Reference, CannotTellContainedResourcesOfOneIdApart) {
  const auto patient = [](const std::string& second) {
    return R"({"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a","active":true},{"resourceType":"Patient","id":")" +
           second +
           R"(","active":true}],"link":[{"other":{"reference":"#a"},"type":"seealso"},{"other":{"reference":"#)" +
           second + R"("},"type":"seealso"}]})";
  };
  EXPECT_EQ(problems(patient("b")), Problems{});
  const auto same = problems(patient("a"));
  EXPECT_EQ(std::count(same.begin(), same.end(), "validate-reference Patient.contained[1]"), 1);
}

TEST(Reference, KnowsTheParts) {
  const auto& definitions = definition::Definitions::builtin();
  const auto parts = parts_of(definitions, "https://example.org/fhir/Patient/1/_history/7");
  EXPECT_EQ(parts.base, "https://example.org/fhir/");
  EXPECT_EQ(parts.type, "Patient");
  EXPECT_EQ(parts.id, "1");
  EXPECT_EQ(parts.version, "7");
  EXPECT_EQ(parts_of(definitions, "/Patient/1").kind, ReferenceParts::Kind::other);
  EXPECT_EQ(parts_of(definitions, "").kind, ReferenceParts::Kind::other);
}

// A document of a Composition with these elements, and of more entries.
Problems in_document(const std::string& elements, const std::string& more = {}) {
  return problems(
      R"({"resourceType":"Bundle","type":"document","identifier":{"system":"urn:oid:1.2","value":"1"},"timestamp":"2020-01-01T00:00:00Z","entry":[{"fullUrl":"http://h.org/Composition/c","resource":{"resourceType":"Composition","id":"c","status":"final","type":{"text":"t"},"date":"2020-01-01","title":"T",)" +
      elements + "}}" + more + "]}");
}

TEST(Reference, OfADocumentOrAMessageLeadsIntoIt) {
  const std::string author = R"("author":[{"reference":"Patient/p"}])";
  const std::string patient =
      R"(,{"fullUrl":"http://h.org/Patient/p","resource":{"resourceType":"Patient","id":"p","active":true}})";
  const std::string display = R"("author":[{"display":"x"}])";
  const auto at = [](const std::string& place) {
    return Problems{"validate-reference Bundle.entry[0].resource." + place};
  };
  EXPECT_EQ(in_document(author, patient), Problems{});
  EXPECT_EQ(in_document(author), at("author[0]"));
  EXPECT_EQ(in_document(R"("author":[{"reference":"http://other.org/Patient/p"}])", patient),
            Problems{"validate-reference Bundle.entry[0].resource.author[0]"});
  EXPECT_EQ(
      in_document(
          display +
          R"(,"section":[{"title":"s","section":[{"title":"t","entry":[{"reference":"Observation/o"}]}]}])"),
      at("section[0].section[0].entry[0]"));
  // Another document, and what is said beside.
  EXPECT_EQ(
      in_document(
          display +
          R"(,"relatesTo":[{"code":"replaces","targetReference":{"reference":"Composition/b"}}])"),
      Problems{});
  EXPECT_EQ(
      in_document(
          display,
          R"(,{"fullUrl":"http://h.org/Patient/p","resource":{"resourceType":"Patient","id":"p","managingOrganization":{"reference":"Organization/o"}}})"),
      Problems{});
  const auto message = [](const std::string& header) {
    return problems(
        R"({"resourceType":"Bundle","type":"message","entry":[{"fullUrl":"http://h.org/MessageHeader/m","resource":{"resourceType":"MessageHeader","id":"m","eventUri":"http://e.org/x","source":{"endpoint":"http://s.org"},)" +
        header + "}}]}");
  };
  EXPECT_EQ(message(R"("focus":[{"reference":"Patient/p"}])"), at("focus[0]"));
  EXPECT_EQ(message(R"("sender":{"reference":"Organization/p"})"), Problems{});
}

TEST(Reference, ToWhatASearchFindsIsForTransactions) {
  const auto of = [](const std::string& type, const std::string& more) {
    return problems(
        R"({"resourceType":"Bundle","type":")" + type +
        R"(","entry":[{"fullUrl":"http://h.org/Observation/o","resource":{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=a|b"}})" +
        more + "}]}");
  };
  const std::string request = R"(,"request":{"method":"PUT","url":"Observation/o"})";
  EXPECT_EQ(of("transaction", request), Problems{});
  EXPECT_EQ(of("batch", request), Problems{});
  EXPECT_EQ(of("collection", ""), Problems{"validate-reference Bundle.entry[0].resource.subject"});
}

}  // namespace
}  // namespace paraneo::validate
