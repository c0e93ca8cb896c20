#include "base/clock.h"
#include "format/xml.h"
#include "json/read.h"
#include "record/export.h"
#include "imported.h"

namespace paraneo::record {
namespace {

// A record's text in canonical form: properties in the model's order, facts by key.
std::string canonical(const Source& source) {
  Arena arena;
  diag::Sink sink;
  RecordReader reader(record_maps(), Limits{});
  auto* record = reader.read(source, arena, sink);
  if (record == nullptr) return render(sink, diag::RenderOptions{});
  sort_facts(record_maps().definitions(), *record);
  return format::to_json(record_maps().definitions(), *record);
}

TEST(Import, GivesEveryCommittedRecordBack) {
  Exporter exporter(record_maps(), Limits{});
  Importer importer(record_maps(), Limits{});
  for (const auto& record : committed_records()) {
    diag::Sink sink;
    const auto exported = exporter.run(record, ExportOptions{}, sink);
    ASSERT_TRUE(exported) << record.name;
    const Source bundle{record.name + " as FHIR", exported->text};
    const auto imported = importer.run(bundle, sink);
    EXPECT_TRUE(sink.all().empty())
        << render(sink, diag::RenderOptions{.colour = false, .show_source_line = false});
    ASSERT_EQ(imported.size(), 1U) << record.name;
    EXPECT_EQ(imported[0].json, canonical(record)) << record.name;
  }
}

// One odd element costs that element, and many cost no patient.
TEST(Import, SetsAsideThousandsOfOddElementsOfOnePatient) {
  constexpr int kCount = 1500;
  std::string text =
      R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p","gender":"female"}})";
  for (int i = 0; i < kCount; ++i) {
    const auto number = std::to_string(i);
    text +=
        R"(,{"resource":{"resourceType":"MedicationStatement","id":"m)" + number +
        R"(","status":"active","subject":{"reference":"Patient/p"},"medicationCodeableConcept":{"text":"a drug"},"dosage":[{"text":"daily","timing":{"repeat":{"periodUnit":"d"}}}]}})";
    text +=
        R"(,{"resource":{"resourceType":"AdverseEvent","id":"a)" + number +
        R"(","actuality":"actual","subject":{"reference":"Patient/p"},"seriousness":{"text":"serious"}}})";
  }
  diag::Sink sink;
  Importer importer(record_maps(), Limits{});
  const auto imported = importer.run(Source{"chart.json", text + "]}"}, sink);
  ASSERT_EQ(imported.size(), 1U);
  EXPECT_EQ(imported[0].resources.at("MedicationStatement"), static_cast<std::size_t>(kCount));
  EXPECT_EQ(imported[0].resources.count("AdverseEvent"), 0U);
  std::size_t count = 0;
  for (auto at = imported[0].json.find("\"dosage\":[{\"text\":\"daily\"}]");
       at != std::string::npos;
       at = imported[0].json.find("\"dosage\":[{\"text\":\"daily\"}]", at + 1))
    ++count;
  EXPECT_EQ(count, static_cast<std::size_t>(kCount)) << imported[0].json.substr(0, 600);
}

TEST(Import, GivesEveryCommittedRecordBackThroughXml) {
  Exporter exporter(record_maps(), Limits{});
  Importer importer(record_maps(), Limits{});
  for (const auto& record : committed_records()) {
    diag::Sink sink;
    auto exported = exporter.run(record, ExportOptions{.xml = true}, sink);
    ASSERT_TRUE(exported) << record.name;
    ASSERT_TRUE(exported->text.starts_with("<Bundle xmlns=")) << record.name;
    Source bundle{record.name + " as FHIR", std::move(exported->text)};
    ASSERT_TRUE(format::make_json(record_maps().definitions(), {}, bundle, sink)) << record.name;
    const auto imported = importer.run(bundle, sink);
    EXPECT_TRUE(sink.all().empty())
        << render(sink, diag::RenderOptions{.colour = false, .show_source_line = false});
    ASSERT_EQ(imported.size(), 1U) << record.name;
    EXPECT_EQ(imported[0].json, canonical(record)) << record.name;
  }
}

TEST(Export, IsTheSameForAReorderedRecord) {
  Exporter exporter(record_maps(), Limits{});
  for (const auto& record : committed_records()) {
    diag::Sink sink;
    const auto one = exporter.run(record, ExportOptions{}, sink);
    const auto other = exporter.run({record.name, canonical(record)}, ExportOptions{}, sink);
    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->text, other->text) << record.name;
  }
}

// What the record says, without what it was made of.
std::string without_origins(std::string json) {
  constexpr std::string_view kBegin = "\"origin\":{";
  for (std::size_t at = 0; (at = json.find(kBegin)) != std::string::npos;) {
    auto end = at + kBegin.size();
    for (int depth = 1; depth > 0; ++end) depth += json[end] == '{' ? 1 : json[end] == '}' ? -1 : 0;
    const auto comma = json[end] == ',' ? 1U : 0U;
    const auto before = comma == 0 && json[at - 1] == ',' ? 1U : 0U;
    json.erase(at - before, end + comma - at + before);
  }
  if (const auto empty = json.find(",\"subject\":{}"); empty != std::string::npos)
    json.erase(empty, 13);
  return json;
}

// A foreign resource leaves with its origin, and comes back with it; one of ours gets none.
TEST(Import, AnOriginGoesThroughAnExport) {
  const auto first = imported(R"({"resourceType":"Bundle","type":"collection","entry":[
    {"fullUrl":"https://a.example/fhir/Patient/p","resource":{"resourceType":"Patient","id":"p","gender":"female"}},
    {"fullUrl":"https://a.example/fhir/Observation/o","resource":{"resourceType":"Observation","id":"o","meta":{"versionId":"3","lastUpdated":"2020-01-02T03:04:05Z"},"status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"hasMember":[{"reference":"Observation/later"}]}},
    {"fullUrl":"https://a.example/fhir/MedicationRequest/m","resource":{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"plan","medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/p"}}},
    {"fullUrl":"https://a.example/fhir/AdverseEvent/v","resource":{"resourceType":"AdverseEvent","id":"v","actuality":"actual","event":{"text":"x"},"subject":{"reference":"Patient/p"}}}]})");
  ASSERT_EQ(first.records.size(), 1U);
  EXPECT_EQ(first.codes,
            (std::vector<std::string>{"import-pending Bundle.entry[1].resource.hasMember"}));
  for (
      const auto* part :
      {R"("source":"https://a.example/fhir","reference":"Observation/o","version":"3","updated":"2020-01-02T03:04:05Z")",
       R"("pending":[{"element":"hasMember","reference":"https://a.example/fhir/Observation/later"}])"})
    EXPECT_NE(first.records[0].json.find(part), std::string::npos) << first.records[0].json;
  Exporter exporter(record_maps(), Limits{});
  diag::Sink sink;
  const auto exported = exporter.run({"r", first.records[0].json}, ExportOptions{}, sink);
  ASSERT_TRUE(exported) << render(sink, diag::RenderOptions{});
  const auto again = imported(exported->text);
  EXPECT_EQ(again.codes, std::vector<std::string>{});
  ASSERT_EQ(again.records.size(), 1U);
  EXPECT_EQ(again.records[0].json, first.records[0].json);
}

TEST(Import, RecognisesStandardCodesOfOthers) {
  const auto out = imported(
      R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p","gender":"female"}},
    {"resource":{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2157-6","display":"CK"}]},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":26.0,"unit":"U/L","system":"http://unitsofmeasure.org","code":"U/L"}}}]})");
  EXPECT_EQ(out.codes, std::vector<std::string>{});
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(
      without_origins(out.records[0].json),
      R"({"resourceType":"CaseRecord","id":"p","version":"1","subject":{"sex":"female"},"observations":[{"key":"Observation-o","code":{"code":"lab-creatine-kinase"},"value":{"number":26.0,"unit":"U/L"}}]})");
}

TEST(Import, ReportsWhatARecordCannotHold) {
  const auto out = imported(
      R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p","active":true,"multipleBirthBoolean":true}},
    {"resource":{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"issued":"2003-10-05T07:30:00Z","performer":[{"display":"y"}]}},
    {"resource":{"resourceType":"Observation","id":"e","status":"entered-in-error","code":{"text":"x"},"subject":{"reference":"Patient/p"}}},
    {"resource":{"resourceType":"Goal","id":"g","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"}}},
    {"resource":{"resourceType":"Organization","id":"x","name":"y"}}]})");
  EXPECT_EQ(out.codes,
            (std::vector<std::string>{"import-ignored Bundle.entry[4].resource",
                                      "import-not-a-fact Bundle.entry[2].resource",
                                      "import-ignored Bundle.entry[3].resource",
                                      "import-lost Bundle.entry[0].resource.multipleBirth"}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(
      out.records[0].left_out,
      (LeftOut{{"Observation.issued", 1}, {"Observation.performer", 1}, {"Patient.active", 1}}));
}

TEST(Import, MakesARecordForEachPatient) {
  const auto out = imported(
      R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"a"}},{"resource":{"resourceType":"Patient","id":"b"}},
    {"resource":{"resourceType":"Condition","id":"c","code":{"text":"x"},"subject":{"reference":"http://server/fhir/Patient/b"}}}]})");
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(without_origins(out.records[0].json),
            R"({"resourceType":"CaseRecord","id":"a","version":"1"})");
  EXPECT_EQ(
      without_origins(out.records[1].json),
      R"({"resourceType":"CaseRecord","id":"b","version":"1","conditions":[{"key":"Condition-c","code":{"text":"x"}}]})");
}

// A contained patient's reference ("#p") once became part of the record's id.
TEST(Import, TakesAContainedPatientOut) {
  const auto made = imported(R"({"resourceType":"Condition","id":"c1",
    "contained":[{"resourceType":"Patient","id":"p","gender":"female"}],
    "code":{"coding":[{"system":"http://snomed.info/sct","code":"396230008"}]},"subject":{"reference":"#p"}})");
  ASSERT_EQ(made.records.size(), 1U) << ::testing::PrintToString(made.codes);
  EXPECT_EQ(without_origins(made.records[0].json).find('#'), std::string::npos)
      << made.records[0].json;
  EXPECT_NE(made.records[0].json.find("female"), std::string::npos) << made.records[0].json;
}

TEST(Import, RefusesWhatHasNoPatient) {
  EXPECT_EQ(imported(R"({"resourceType":"Organization","id":"x"})").codes.back(),
            "import-no-patient ");
}

// What was quadratic took minutes here: elements behind later ones, their places in messages,
// references.
TEST(Import, TakesLinearTime) {
  const auto began = steady_clock().now_ms();
  std::string names, resources;
  for (int i = 0; i < 100'000; ++i) names += std::string(i == 0 ? "" : ",") + R"({"family":"x"})";
  for (int i = 0; i < 3'000; ++i) {
    const auto id = std::to_string(i);
    resources +=
        R"(,{"fullUrl":"http://h/Patient/p)" + id +
        R"(","resource":{"resourceType":"Patient","id":"p)" + id + R"("}})" +
        R"(,{"fullUrl":"http://h/Observation/o)" + id +
        R"(","resource":{"resourceType":"Observation","id":"o)" + id +
        R"(","status":"final","code":{"text":"x"},"subject":{"reference":"http://h/Patient/p)" +
        id + R"("}}})";
  }
  const auto got = imported(
      R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"a","gender":"male","name":[)" +
      names + "]}}" + resources + "]}");
  EXPECT_EQ(got.records.size(), 3'001U);
  EXPECT_LT(steady_clock().now_ms() - began, 10'000);
}

// May it be used?

TEST(Import, WhatMayNotBeBelievedIsNoFact) {
  const std::vector<std::string> never{
      observation("o", R"("implicitRules":"http://example.org/rules")"),
      observation("o",
                  R"("modifierExtension":[{"url":"http://example.org/not","valueBoolean":true}])"),
      observation(
          "o",
          R"("meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HTEST"}]})"),
      observation("o", "", "entered-in-error"),
      observation("o", "", "Entered-In-Error "),
      observation("o", "", "cancelled"),
      observation("o", R"("focus":[{"reference":"RelatedPerson/donor"}])"),
      R"({"resourceType":"Condition","id":"o","code":{"text":"x"},"subject":{"reference":"Patient/p"},"verificationStatus":{"text":"Entered in error"}})",
      R"({"resourceType":"Procedure","id":"o","status":"done and dusted","code":{"text":"x"},"subject":{"reference":"Patient/p"},"modifierExtension":[{"url":"u","valueBoolean":true}]})",
  };
  for (const auto& resource : never) {
    const auto out =
        imported(bundle({entry(kPatient), entry(resource), entry(observation("good"))}));
    ASSERT_EQ(out.records.size(), 1U) << resource;
    EXPECT_EQ(facts(out), 1U) << resource << out.records[0].json;
    EXPECT_TRUE(has(out, "import-not-a-fact")) << resource;
  }
}

TEST(Import, ARefutationIsOneHoweverItIsSaid) {
  for (
      const auto* verification :
      {R"({"coding":[{"system":"http://hl7.org/fhir/condition-ver-status","code":"refuted"}]})",
       R"({"text":"Refuted"})",
       R"({"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":" REFUTED "}]})"}) {
    const auto out = imported(bundle(
        {entry(kPatient),
         entry(
             R"({"resourceType":"Condition","id":"c","code":{"text":"x"},"subject":{"reference":"Patient/p"},"verificationStatus":)" +
             std::string(verification) + "}")}));
    ASSERT_EQ(out.records.size(), 1U) << verification;
    EXPECT_NE(out.records[0].json.find(R"("verificationStatus":"refuted")"), std::string::npos)
        << out.records[0].json;
  }
  // What cannot be read is never the strongest there is.
  const auto out = imported(bundle(
      {entry(kPatient),
       entry(
           R"({"resourceType":"Condition","id":"c","code":{"text":"x"},"subject":{"reference":"Patient/p"},"verificationStatus":{"text":"?!"}})")}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_NE(out.records[0].json.find(R"("verificationStatus":"unconfirmed")"), std::string::npos)
      << out.records[0].json;
  EXPECT_TRUE(has(out, "import-unclear"));
}

TEST(Import, AStatusWithBlanksIsThatStatusAndAnUnknownOneIsUnknown) {
  const auto procedure = [](const std::string& status) {
    return R"({"resourceType":"Procedure","id":"c","status":")" + status +
           R"(","code":{"text":"x"},"subject":{"reference":"Patient/p"}})";
  };
  const auto not_done = imported(bundle({entry(kPatient), entry(procedure("not-done "))}));
  ASSERT_EQ(not_done.records.size(), 1U);
  EXPECT_NE(not_done.records[0].json.find("not-done"), std::string::npos)
      << not_done.records[0].json;
  const auto unknown = imported(bundle({entry(kPatient), entry(procedure("dunno"))}));
  ASSERT_EQ(unknown.records.size(), 1U);
  EXPECT_EQ(unknown.records[0].json.find("completed"), std::string::npos)
      << unknown.records[0].json;
  EXPECT_TRUE(has(unknown, "import-unclear"));
}

// One odd thing costs that thing.

TEST(Import, OneOddThingCostsThatThing) {
  const std::vector<std::string> odd{
      R"({"resourceType":"Patient","id":"p","gender":"M"})",
      R"({"resourceType":"AdverseEvent","id":"a","actuality":"actual","subject":{"reference":"Patient/p"}})",
      observation("a", R"("referenceRange":[{"low":{"value":9},"high":{"value":1}}])"),
      observation("a", R"("effectivePeriod":{"start":"2020","end":"2010"})"),
      observation("a_b", R"("valueString":"x")"),
      R"({"resourceType":"Observation","id":"a","status":"final","code":{"coding":[{"system":"http://loinc.org"}]},"subject":{"reference":"Patient/p"}})",
      R"({"resourceType":"Nonsense","id":"a","subject":{"reference":"Patient/p"}})",
      R"({"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":"12"}})",
      R"({"resourceType":"Condition","id":"a","code":{"text":"x"},"subject":{"reference":"Patient/p"},"onsetDateTime":"yesterday"})",
  };
  for (const auto& resource : odd) {
    const auto out =
        imported(bundle({entry(kPatient), entry(resource), entry(observation("good"))}));
    ASSERT_EQ(out.records.size(), 1U) << resource << testing::PrintToString(out.codes);
    EXPECT_NE(out.records[0].json.find("Observation-good"), std::string::npos) << resource;
  }
}

TEST(Import, AnIdOfAnyLengthIsTheSameKeyInEveryVersion) {
  const std::string id(100, 'a');
  const auto one =
      imported(bundle({entry(kPatient), entry(observation(id, R"("valueString":"a")"))}));
  const auto other =
      imported(bundle({entry(kPatient), entry(observation(id, R"("valueString":"b")"))}));
  ASSERT_EQ(one.records.size(), 1U);
  const auto key_of = [](const std::string& json) {
    return json.substr(json.find("\"key\":"), 60);
  };
  EXPECT_EQ(key_of(one.records[0].json), key_of(other.records.at(0).json));
}

TEST(Import, ADrugByReferenceIsTheDrug) {
  const std::string drug = R"("code":{"text":"prednisolone"}})";
  const auto loose = imported(bundle(
      {entry(kPatient), entry(R"({"resourceType":"Medication","id":"77",)" + drug),
       entry(
           R"({"resourceType":"MedicationStatement","id":"m","status":"active","medicationReference":{"reference":"Medication/77"},"subject":{"reference":"Patient/p"}})")}));
  ASSERT_EQ(loose.records.size(), 1U);
  EXPECT_NE(loose.records[0].json.find("prednisolone"), std::string::npos) << loose.records[0].json;
  const auto contained = imported(bundle(
      {entry(kPatient),
       entry(
           R"({"resourceType":"MedicationStatement","id":"m","contained":[{"resourceType":"Medication","id":"d",)" +
           drug +
           R"(],"status":"active","medicationReference":{"reference":"#d"},"subject":{"reference":"Patient/p"}})")}));
  ASSERT_EQ(contained.records.size(), 1U);
  EXPECT_NE(contained.records[0].json.find("prednisolone"), std::string::npos)
      << contained.records[0].json;
}

// What a sender says twice, and otherwise, stays both times, and nobody here decides.
TEST(Import, CodesThatContradictEachOtherOrTheirDisplaysAreKeptAndNamed) {
  const auto with_code = [](const std::string& codings) {
    return bundle(
        {entry(kPatient),
         entry(
             R"({"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p"},"valueQuantity":{"value":44,"unit":"U/L"},"code":{"coding":[)" +
             codings + "]}}")});
  };
  const std::string lipase =
      R"({"system":"http://loinc.org","code":"2157-6","display":"Lipase in Serum"})";
  const auto display = imported(with_code(lipase));
  ASSERT_EQ(display.records.size(), 1U);
  EXPECT_NE(display.records[0].json.find(R"("code":{"coding":[)" + lipase + "]}"),
            std::string::npos)
      << display.records[0].json;
  EXPECT_EQ(display.codes, std::vector<std::string>{
                               "import-unclear Bundle.entry[1].resource.code.coding[0].display"});
  // Abbreviations and other languages contradict nothing.
  for (const auto* words : {"CK", "Kreatinkinase", "CREATINE KINASE", "CPK, total", "S-CK"}) {
    const auto other =
        imported(with_code(R"({"system":"http://loinc.org","code":"2157-6","display":")" +
                           std::string(words) + "\"}"));
    EXPECT_TRUE(other.codes.empty()) << words;
    EXPECT_NE(other.records[0].json.find(R"("code":{"code":"lab-creatine-kinase"})"),
              std::string::npos)
        << other.records[0].json;
  }
  const auto two = imported(bundle(
      {entry(kPatient),
       entry(
           R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"396230008"},{"system":"http://hl7.org/fhir/sid/icd-10","code":"M33.2"}]}})")}));
  EXPECT_EQ(two.codes,
            std::vector<std::string>{"import-unclear Bundle.entry[1].resource.code.coding[1]"});
  EXPECT_EQ(two.records[0].json.find(R"("code":{"code")"), std::string::npos)
      << two.records[0].json;
}

// What is in a drug, whether its Medication is contained or comes by itself.
TEST(Import, WhatIsInADrugIsTheFacts) {
  const std::string drug =
      R"("code":{"text":"ointment"},"status":"active","form":{"text":"paste"},"ingredient":[{"itemCodeableConcept":{"text":"tacrolimus"},"strength":{"numerator":{"value":0.1,"unit":"%","system":"http://unitsofmeasure.org","code":"%"},"denominator":{"value":1}}}]})";
  const auto request = [](const std::string& contained, const std::string& reference) {
    return R"({"resourceType":"MedicationRequest","id":"m",)" + contained +
           R"("status":"active","intent":"order","medicationReference":{"reference":")" +
           reference + R"("},"subject":{"reference":"Patient/p"}})";
  };
  const auto loose = imported(bundle(
      {entry(kPatient), entry(R"({"resourceType":"Medication","id":"77",)" + drug),
       entry(request("", "Medication/77")),
       entry(
           R"({"resourceType":"MedicationStatement","id":"n","status":"active","medicationReference":{"reference":"Medication/77"},"subject":{"reference":"Patient/p"}})")}));
  const auto contained = imported(
      bundle({entry(kPatient),
              entry(request(R"("contained":[{"resourceType":"Medication","id":"d",)" + drug + "],",
                            "#d"))}));
  const std::string said =
      R"("code":{"text":"ointment"},"form":{"text":"paste"},"ingredient":[{"code":{"text":"tacrolimus"},"strength":{"number":0.1,"unit":"%"}}])";
  for (const auto* out : {&loose, &contained}) {
    ASSERT_EQ(out->records.size(), 1U);
    EXPECT_NE(out->records[0].json.find(said), std::string::npos) << out->records[0].json;
  }
  EXPECT_EQ(facts(loose), 2U);
  EXPECT_EQ(loose.records[0].json.rfind(said) == loose.records[0].json.find(said), false);
  // Its status alone has no place.
  EXPECT_EQ(loose.codes, std::vector<std::string>{"import-lost Bundle.entry[1].resource.status"});
}

// US Core has words beside the codes of race and ethnicity; where a sender has none, those of the
// codes are the words.
TEST(Import, RaceAndEthnicityComeWithoutWordsOfTheirOwnToo) {
  const auto out = imported(
      R"({"resourceType":"Patient","id":"p","extension":[{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[{"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2028-9","display":"Asian"}},{"url":"detailed","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2039-6","display":"Japanese"}}]},{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity","extension":[{"url":"text","valueString":"not Hispanic"}]}]})");
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_NE(
      out.records[0].json.find(
          R"("race":{"text":"Asian, Japanese","detailed":["2039-6"],"category":["2028-9"]},"ethnicity":{"text":"not Hispanic"})"),
      std::string::npos)
      << out.records[0].json;
  EXPECT_TRUE(out.codes.empty()) << out.codes.front();
}

// What a Specimen says of how it was taken, and what radiotherapy delivered.
TEST(Import, HowASpecimenWasTakenAndWhatWasDeliveredAreTheFacts) {
  const std::string dose =
      R"("extension":[{"url":"http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-radiotherapy-sessions","valueUnsignedInt":31},{"extension":[{"url":"volume","valueReference":{"display":"chest wall"}},{"url":"totalDoseDelivered","valueQuantity":{"value":6000,"system":"http://unitsofmeasure.org","code":"cGy"}},{"url":"fractionsDelivered","valueUnsignedInt":30}],"url":"http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-radiotherapy-dose-delivered-to-volume"}])";
  const std::string specimen =
      R"({"resourceType":"Specimen","id":"s","type":{"text":"skin"},"subject":{"reference":"Patient/p"},"collection":{"method":{"text":"punch biopsy"}}})";
  const auto out = imported(bundle(
      {entry(kPatient), entry(specimen),
       entry(observation("o", R"("specimen":{"reference":"Specimen/s"})")),
       entry(
           R"({"resourceType":"Procedure","id":"rt","status":"completed","code":{"text":"radiotherapy"},"subject":{"reference":"Patient/p"},)" +
           dose + "}")}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_NE(out.records[0].json.find(R"("specimen":"skin","collection":{"text":"punch biopsy"})"),
            std::string::npos)
      << out.records[0].json;
  EXPECT_NE(
      out.records[0].json.find(
          R"("sessions":31,"radiation":[{"volume":"chest wall","dose":{"number":6000,"unitCode":"cGy"},"fractions":30}])"),
      std::string::npos)
      << out.records[0].json;
  EXPECT_TRUE(out.codes.empty()) << out.codes.front();
  // In a delta without the Specimen it stays.
  Intake intake(Limits{}, {});
  diag::Sink sink;
  EXPECT_TRUE(intake.add(
      {"y.json", observation("o", R"("specimen":{"reference":"Specimen/s"},"valueString":"v")")},
      sink));
  const auto charts = *intake.next(sink);
  const Source there{"p.json", out.records[0].json};
  RecordsThere records;
  records.own = &there;
  Importer importer(record_maps(), Limits{});
  const auto merged = importer.run(*charts, charts->charts()[0], records, sink);
  ASSERT_TRUE(merged);
  EXPECT_NE(merged->json.find(R"("collection":{"text":"punch biopsy"})"), std::string::npos)
      << merged->json;
  EXPECT_NE(merged->json.find(R"("text":"v")"), std::string::npos) << merged->json;
}

TEST(Import, GivesTheSameForAnyOrder) {
  std::vector<std::string> entries{
      entry(kPatient), entry(observation("a")),
      entry(observation("b", R"("hasMember":[{"reference":"Observation/a"}])")),
      entry(R"({"resourceType":"Patient","id":"q"})"),
      entry(R"({"resourceType":"Organization","id":"x","name":"y"})")};
  std::sort(entries.begin(), entries.end());
  std::vector<std::string> first;
  do {
    std::vector<std::string> now;
    for (const auto& record : imported(bundle(entries)).records) now.push_back(record.json);
    if (first.empty()) first = now;
    EXPECT_EQ(now, first);
  } while (std::next_permutation(entries.begin(), entries.end()));
}

}  // namespace
}  // namespace paraneo::record
