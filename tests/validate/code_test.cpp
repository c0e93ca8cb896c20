// Codes against code systems and value sets, vital signs by their codes, what a search gives, links
// of narratives.
#include <gtest/gtest.h>

#include "problems.h"

namespace paraneo::validate {
namespace {

const Problems kNone;

Problems of_coding(const std::string& system, const std::string& rest) {
  return problems(
      R"({"resourceType":"Observation","status":"final","code":{"coding":[{"system":")" + system +
      "\"," + rest + "}]}}");
}

TEST(Codes, AreThoseOfTheirSystem) {
  EXPECT_EQ(of_coding("http://hl7.org/fhir/item-type", R"("code":"string","display":"STRING")"),
            kNone);
  EXPECT_EQ(of_coding("http://hl7.org/fhir/item-type", R"("code":"strings")"),
            (Problems{"validate-binding Observation.code.coding[0].code"}));
  EXPECT_EQ(of_coding("http://hl7.org/fhir/item-type", R"("code":"string","display":"Australia")"),
            (Problems{"validate-binding Observation.code.coding[0].display"}));
  EXPECT_EQ(of_coding("urn:ietf:rfc:3986", R"("code":"https://example.org/x")"), kNone);
  EXPECT_EQ(of_coding("urn:ietf:rfc:3986", R"("code":"x")"),
            (Problems{"validate-datatype Observation.code.coding[0].code"}));
  // What is not here is not judged.
  EXPECT_EQ(of_coding("http://example.org/codes", R"("code":"x","display":"y")"), kNone);
}

// Of the set of BCP 47 that R4 gives as the greatest one of languages, beside those it prefers.
TEST(Codes, AreOfTheGreatestSetThatATypeAllows) {
  const auto language = [](const std::string& code) {
    return problems(R"({"resourceType":"Patient","active":true,"language":")" + code + "\"}");
  };
  EXPECT_EQ(language("de-CH"), kNone);
  EXPECT_EQ(language("mul"), kNone);
  for (const auto* wrong : {"toolonglanguage", "xx nonsense", "de_CH"})
    EXPECT_EQ(language(wrong), Problems{"validate-binding Patient.language"}) << wrong;
  const auto spoken = [](const std::string& language) {
    return problems(R"({"resourceType":"Practitioner","communication":[{)" + language + "}]}");
  };
  EXPECT_EQ(spoken(R"("text":"Platt")"), kNone);
  EXPECT_EQ(spoken(R"("coding":[{"system":"urn:ietf:bcp:47","code":"nds"}])"), kNone);
  EXPECT_EQ(spoken(R"("coding":[{"system":"http://example.org/l","code":"nds"}])"),
            Problems{"validate-binding Practitioner.communication[0]"});
}

TEST(Codes, OfExtensibleBindingsAreWarnedOf) {
  const auto of = [](const std::string& coding) {
    return problems(R"({"resourceType":"Condition","category":[{"coding":[)" + coding +
                    R"(]}],"subject":{"display":"x"}})");
  };
  EXPECT_EQ(
      of(R"({"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"encounter-diagnosis"})"),
      kNone);
  EXPECT_EQ(of(R"({"system":"http://example.org/codes","code":"x"})"),
            (Problems{"validate-binding Condition.category[0]"}));
  // One of the codings is enough.
  EXPECT_EQ(
      of(R"({"system":"http://example.org/codes","code":"x"},{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"encounter-diagnosis"})"),
      kNone);
}

TEST(Codes, OfQuantitiesAreBoundByTheirUnit) {
  const auto profile = profile_of(
      "p", "Observation",
      R"({"id":"Observation.value[x]","path":"Observation.value[x]","type":[{"code":"Quantity"}],"binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/age-units"}})");
  const auto of = [&](const std::string& unit) {
    return problems(
        R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":")" +
            unit + "\"}}",
        {profile});
  };
  EXPECT_EQ(of("a"), kNone);
  EXPECT_EQ(of("m"), (Problems{"validate-binding Observation.value"}));
}

TEST(VitalSigns, AreHeldToTheirProfileByTheirCode) {
  const auto of = [](const std::string& code, const std::string& when) {
    return problems(
        R"({"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":")" +
        code + R"("}]},"subject":{"reference":"Patient/1"},)" + when +
        R"("valueQuantity":{"value":37,"unit":"C","system":"http://unitsofmeasure.org","code":"Cel"}})");
  };
  EXPECT_EQ(of("8310-5", R"("effectiveDateTime":"2003-10-05",)"), kNone);
  EXPECT_EQ(of("8310-5", ""), (Problems{"validate-cardinality Observation"}));
  EXPECT_EQ(of("2157-6", ""), kNone);
}

TEST(SearchSet, HasWhatWasLookedFor) {
  const auto of = [](const std::string& entry) {
    return problems(
        R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"https://x.example.org/Patient?name=x"}],"entry":[{"fullUrl":"https://x.example.org/Organization/1",)" +
        entry + "}]}");
  };
  EXPECT_EQ(
      of(R"("resource":{"resourceType":"Organization","id":"1","name":"x"},"search":{"mode":"include"})"),
      kNone);
  EXPECT_EQ(
      of(R"("resource":{"resourceType":"Organization","id":"1","name":"x"},"search":{"mode":"match"})"),
      (Problems{"validate-bundle Bundle.entry[0].resource"}));
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Organization","name":"x"}}]})"),
      (Problems{"validate-bundle Bundle.entry[0].resource"}));
}

TEST(Canonicals, AreOfTheTypeThatIsAskedFor) {
  const auto of = [](const std::string& url) {
    return problems(
        R"({"resourceType":"QuestionnaireResponse","status":"in-progress","questionnaire":")" +
        url + "\"}");
  };
  EXPECT_EQ(of("http://example.org/Questionnaire/x"), kNone);
  EXPECT_EQ(of("http://hl7.org/fhir/ValueSet/administrative-gender"),
            (Problems{"validate-reference QuestionnaireResponse.questionnaire"}));
  EXPECT_EQ(of("#x"), (Problems{"validate-reference QuestionnaireResponse.questionnaire"}));
}

TEST(Narrative, HasLinksThatLeadSomewhere) {
  const auto of = [](const std::string& text) {
    return problems(
        R"({"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">)" +
        text + R"(</div>"},"name":[{"id":"n","family":"x"}]})");
  };
  EXPECT_EQ(of(R"(<a href=\"#n\">x</a> <a href=\"#t\">y</a> <p id=\"t\">#1</p>)"), kNone);
  EXPECT_EQ(of(R"(<a title='#' href = \"#z\">x</a>)"),
            (Problems{"validate-narrative Patient.text.div"}));
}

TEST(Narrative, HasThePartThatAnExtensionLeadsTo) {
  const auto of = [](const std::string& link, const std::string& text) {
    return problems(
        R"({"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">)" +
        text +
        R"(</div>"},"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/narrativeLink","valueUrl":")" +
        link + R"("}],"active":true})");
  };
  EXPECT_EQ(of("#t", R"(<p id=\"t\">x</p>)"), kNone);
  EXPECT_EQ(of("https://example.org/fhir/Patient/1#t", "x"), kNone);
  EXPECT_EQ(of("#u", R"(<p id=\"t\">x</p>)"),
            (Problems{"validate-narrative Patient.extension[0]"}));
  EXPECT_EQ(of("#t", R"(<p id=\"t\">x</p><p id=\"t\">y</p>)"),
            (Problems{"validate-narrative Patient.extension[0]"}));
}

TEST(Parameters, ReferToEachOther) {
  const auto of = [](const std::string& reference) {
    return problems(
        R"({"resourceType":"Parameters","parameter":[{"name":"a","resource":{"resourceType":"Patient","id":"1"}},{"name":"b","resource":{"resourceType":"Condition","subject":{"reference":"Patient/1"},"encounter":{"reference":")" +
        reference + "\"}}}]}");
  };
  EXPECT_EQ(of("Encounter/1"), kNone);
  EXPECT_EQ(of("Patient/1"),
            (Problems{"validate-reference Parameters.parameter[1].resource.encounter"}));
}

}  // namespace
}  // namespace paraneo::validate
