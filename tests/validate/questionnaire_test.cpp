// Answers against the Questionnaire that they contain, or that comes along in their Bundle.
#include <gtest/gtest.h>

#include "problems.h"

namespace paraneo::validate {
namespace {

std::string response(const std::string& questions, const std::string& answers,
                     const std::string& status = "completed") {
  return R"({"resourceType":"QuestionnaireResponse","status":")" + status +
         R"(","questionnaire":"#q","contained":[{"resourceType":"Questionnaire","id":"q","status":"active","item":[)" +
         questions + R"(]}],"item":[)" + answers + "]}";
}

// What is said of answers to one question: of the code, the places.
Problems of(const std::string& questions, const std::string& answers,
            const std::string& status = "completed") {
  auto found = problems(response(questions, answers, status));
  std::erase_if(found,
                [](const auto& each) { return !each.starts_with("validate-questionnaire"); });
  for (auto& each : found)
    each.erase(0, std::string("validate-questionnaire QuestionnaireResponse").size());
  return found;
}

std::string question(const std::string& type, const std::string& more = {}) {
  return R"({"linkId":"a","type":")" + type + "\"" + more + "}";
}
std::string answers(const std::string& values) {
  return R"({"linkId":"a","answer":[)" + values + "]}";
}
std::string extension(const std::string& name, const std::string& value) {
  return R"(,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/)" + name + "\"," +
         value + "}]";
}

const Problems kNone;

TEST(Questionnaire, AsksForTheTypeOfTheQuestion) {
  EXPECT_EQ(of(question("integer"), answers(R"({"valueInteger":1})")), kNone);
  EXPECT_EQ(of(question("integer"), answers(R"({"valueString":"1"})")),
            (Problems{".item[0].answer[0].value"}));
  EXPECT_EQ(of(question("text"), answers(R"({"valueString":"x"})")), kNone);
  EXPECT_EQ(of(question("open-choice"), answers(R"({"valueString":"x"})")), kNone);
  EXPECT_EQ(of(question("choice"), answers(R"({"valueString":"x"})")),
            (Problems{".item[0].answer[0].value"}));
  // Its options are strings.
  EXPECT_EQ(of(question("choice", R"(,"answerOption":[{"valueString":"x"}])"),
               answers(R"({"valueString":"x"})")),
            kNone);
  EXPECT_EQ(of(question("display"), answers(R"({"valueString":"x"})")), (Problems{".item[0]"}));
}

TEST(Questionnaire, AsksForAnswersOfWhatIsComplete) {
  const auto required = question("string", R"(,"required":true)");
  EXPECT_EQ(of(required, R"({"linkId":"a"})"), (Problems{".item[0]"}));
  EXPECT_EQ(of(required + R"(,{"linkId":"b","type":"string"})", R"({"linkId":"b"})"),
            (Problems{""}));
  EXPECT_EQ(of(required, R"({"linkId":"a"})", "in-progress"), kNone);
  EXPECT_EQ(
      of(R"({"linkId":"g","type":"group","required":true,"item":[)" + question("string") + "]}",
         R"({"linkId":"g"})"),
      (Problems{".item[0]"}));
}

TEST(Questionnaire, KnowsWhereItsItemsStand) {
  const auto two = question("string") +
                   R"(,{"linkId":"g","type":"group","item":[{"linkId":"b","type":"string"}]})";
  const std::string b = R"({"linkId":"b","answer":[{"valueString":"x"}]})";
  EXPECT_EQ(of(two, answers(R"({"valueString":"x"})") + R"(,{"linkId":"g","item":[)" + b + "]}"),
            kNone);
  EXPECT_EQ(of(two, b), (Problems{".item[0]"}));
  EXPECT_EQ(of(two, R"({"linkId":"z"})"), (Problems{".item[0]"}));
  // Of a question: inside of its answer.
  const auto nested = question("string", R"(,"item":[{"linkId":"b","type":"string"}])");
  EXPECT_EQ(of(nested, answers(R"({"valueString":"x","item":[)" + b + "]}")), kNone);
  // Another order; twice what does not repeat.
  const std::string pair = R"({"linkId":"a","type":"string"},{"linkId":"b","type":"string"})";
  EXPECT_EQ(of(pair, b + "," + answers(R"({"valueString":"x"})")), (Problems{".item[1]"}));
  EXPECT_EQ(of(pair, b + "," + b), (Problems{".item[1]"}));
  EXPECT_EQ(of(pair, answers(R"({"valueString":"x"},{"valueString":"y"})")),
            (Problems{".item[0]"}));
}

TEST(Questionnaire, OffersOptions) {
  const auto options =
      R"(,"repeats":true,"answerOption":[{"valueCoding":{"system":"http://s","code":"x","display":"X"}},{"valueCoding":{"system":"http://s","code":"y"})" +
      extension("questionnaire-optionExclusive", R"("valueBoolean":true)") + "}]";
  const std::string x = R"({"valueCoding":{"system":"http://s","code":"x"}})",
                    y = R"({"valueCoding":{"system":"http://s","code":"y"}})",
                    z = R"({"valueCoding":{"system":"http://s","code":"z"}})";
  EXPECT_EQ(of(question("choice", options), answers(x)), kNone);
  EXPECT_EQ(of(question("choice", options), answers(z)), (Problems{".item[0].answer[0].value"}));
  EXPECT_EQ(of(question("choice", options), answers(x + "," + y)),
            (Problems{".item[0].answer[1].value"}));
  const std::string set =
      R"(,"answerValueSet":"http://hl7.org/fhir/ValueSet/administrative-gender")";
  const std::string gender =
      R"({"valueCoding":{"system":"http://hl7.org/fhir/administrative-gender","code":")";
  EXPECT_EQ(of(question("choice", set), answers(gender + R"(female"}})")), kNone);
  EXPECT_EQ(of(question("choice", set), answers(gender + R"(lady"}})")),
            (Problems{".item[0].answer[0].value"}));
}

TEST(Questionnaire, HasBounds) {
  const auto least = extension("minValue", R"("valueDecimal":1.5)");
  EXPECT_EQ(of(question("decimal", least), answers(R"({"valueDecimal":1.50})")), kNone);
  EXPECT_EQ(of(question("decimal", least), answers(R"({"valueDecimal":1.49})")),
            (Problems{".item[0].answer[0].value"}));
  EXPECT_EQ(of(question("decimal", extension("maxDecimalPlaces", R"("valueInteger":1)")),
               answers(R"({"valueDecimal":1.49})")),
            (Problems{".item[0].answer[0].value"}));
  EXPECT_EQ(of(question("date", extension("maxValue", R"("valueDate":"2003-10-05")")),
               answers(R"({"valueDate":"2003-10-06"})")),
            (Problems{".item[0].answer[0].value"}));
  // Nobody can tell.
  EXPECT_EQ(of(question("date", extension("maxValue", R"("valueDate":"2003-10-05")")),
               answers(R"({"valueDate":"2003-10"})")),
            kNone);
  EXPECT_EQ(of(question("string", R"(,"maxLength":2)"), answers(R"({"valueString":"äöü"})")),
            (Problems{".item[0].answer[0].value"}));
  EXPECT_EQ(of(question("string", R"(,"maxLength":3)"), answers(R"({"valueString":"äöü"})")),
            kNone);
}

TEST(Questionnaire, ComparesQuantitiesByTheirUnits) {
  const std::string km =
      R"("valueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"km"})";
  const auto most =
      R"(,"extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-maxQuantity",)" +
      km + "}]";
  const auto value = [](const std::string& number, const std::string& unit) {
    return answers(R"({"valueQuantity":{"value":)" + number +
                   R"(,"system":"http://unitsofmeasure.org","code":")" + unit + "\"}}");
  };
  EXPECT_EQ(of(question("quantity", most), value("1000", "m")), kNone);
  EXPECT_EQ(of(question("quantity", most), value("1001", "m")),
            (Problems{".item[0].answer[0].value"}));
  EXPECT_EQ(of(question("quantity", most), value("1", "kg")),
            (Problems{".item[0].answer[0].value"}));
  const auto unit = extension("questionnaire-unitOption",
                              R"("valueCoding":{"system":"http://unitsofmeasure.org","code":"m"})");
  EXPECT_EQ(of(question("quantity", unit), value("1", "m")), kNone);
  EXPECT_EQ(of(question("quantity", unit), value("1", "km")),
            (Problems{".item[0].answer[0].value"}));
}

TEST(Questionnaire, EnablesItsItems) {
  const auto pair = [](const std::string& op, const std::string& value) {
    return question("integer") +
           R"(,{"linkId":"b","type":"string","required":true,"enableWhen":[{"question":"a","operator":")" +
           op + "\"," + value + "}]}";
  };
  const auto one = answers(R"({"valueInteger":1})");
  const std::string b = R"(,{"linkId":"b","answer":[{"valueString":"x"}]})";
  EXPECT_EQ(of(pair("=", R"("answerInteger":1)"), one + b), kNone);
  EXPECT_EQ(of(pair("=", R"("answerInteger":1)"), one), (Problems{""}));
  EXPECT_EQ(of(pair("=", R"("answerInteger":2)"), one), kNone);
  EXPECT_EQ(of(pair("=", R"("answerInteger":2)"), one + b), (Problems{".item[1]"}));
  EXPECT_EQ(of(pair("!=", R"("answerInteger":2)"), one), (Problems{""}));
  EXPECT_EQ(of(pair(">", R"("answerInteger":0)"), one), (Problems{""}));
  EXPECT_EQ(of(pair("exists", R"("answerBoolean":false)"), one + b), (Problems{".item[1]"}));
}

TEST(Questionnaire, ComesAlongInTheBundle) {
  const auto bundle = [](const std::string& version) {
    return R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Questionnaire"},"resource":{"resourceType":"Questionnaire","url":"http://q","version":"1","status":"active","item":[{"linkId":"a","type":"integer"}]}},
 {"request":{"method":"POST","url":"QuestionnaireResponse"},"resource":{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"http://q)" +
           version + R"(","item":[{"linkId":"a","answer":[{"valueString":"x"}]}]}}]})";
  };
  EXPECT_EQ(problems(bundle("|1")),
            (Problems{"validate-questionnaire Bundle.entry[1].resource.item[0].answer[0].value"}));
  EXPECT_EQ(problems(bundle("|2")), kNone);
}

// R4's que-5 forbids a list of codes for a text, R5 has it: then the text is one of the codes.
TEST(Questionnaire, HoldsATextToTheCodesThatItMayBe) {
  const auto listed = question(
      "string", R"(,"answerValueSet":"http://hl7.org/fhir/ValueSet/administrative-gender")");
  EXPECT_EQ(of(listed, answers(R"({"valueString":"female"})")), kNone);
  EXPECT_EQ(of(listed, answers(R"({"valueString":"Female"})")),
            (Problems{".item[0].answer[0].value"}));
  const auto countries =
      question("string", R"(,"answerValueSet":"http://hl7.org/fhir/ValueSet/jurisdiction")");
  EXPECT_EQ(of(countries, answers(R"({"valueString":"AU"})")), kNone);
  EXPECT_EQ(of(countries, answers(R"({"valueString":"Australia"})")),
            (Problems{".item[0].answer[0].value"}))
      << "no country has a code of this form";
  const auto open = question(
      "open-choice", R"(,"answerValueSet":"http://hl7.org/fhir/ValueSet/administrative-gender")");
  EXPECT_EQ(of(open, answers(R"({"valueString":"something else"})")), kNone);
}

}  // namespace
}  // namespace paraneo::validate
