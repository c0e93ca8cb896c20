// Whose it is: what belongs to which patient, and what to nobody.
#include "imported.h"

namespace paraneo::record {
namespace {

TEST(Import, PatientsOfTwoServersAreTwoPersons) {
  const std::string a = "https://a.example.org/fhir/";
  const std::string b = "https://b.example.org/fhir/";
  const auto condition = [](const std::string& id, const std::string& patient) {
    return R"({"resourceType":"Condition","id":")" + id + R"(","code":{"text":")" + id +
           R"("},"subject":{"reference":")" + patient + R"("}})";
  };
  const auto patient = [](const std::string& birth) {
    return R"({"resourceType":"Patient","id":"1","birthDate":")" + birth + R"("})";
  };
  const auto out =
      imported(bundle({at(a, "Patient/1", patient("1950")), at(b, "Patient/1", patient("1981")),
                       at(a, "Condition/7", condition("7", a + "Patient/1")),
                       at(b, "Condition/8", condition("8", "Patient/1"))}));
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].record_id, "a.example.org.1");
  EXPECT_NE(out.records[0].json.find("Condition-7"), std::string::npos);
  EXPECT_EQ(out.records[0].json.find("Condition-8"), std::string::npos);
  EXPECT_EQ(out.records[1].record_id, "b.example.org.1");
  EXPECT_NE(out.records[1].json.find("1981"), std::string::npos);
  // Without the Patients, and without fullUrls: the references tell.
  const auto loose = imported(
      bundle({entry(condition("7", a + "Patient/1")), entry(condition("8", b + "Patient/1"))}));
  EXPECT_EQ(loose.records.size(), 2U);
}

TEST(Import, TwoInputsThatContradictEachOtherAreBothSetAside) {
  Intake intake(Limits{}, {});
  diag::Sink sink;
  const auto add = [&](const std::string& file, const std::string& text) {
    EXPECT_TRUE(intake.add({file, text}, sink));
  };
  add("a.ndjson", R"({"resourceType":"Patient","id":"1","gender":"female","birthDate":"1950"})");
  add("a.ndjson",
      R"({"resourceType":"Condition","id":"7","code":{"text":"x"},"subject":{"reference":"Patient/1"}})");
  add("b.ndjson", R"({"resourceType":"Patient","id":"1","gender":"male","birthDate":"1981"})");
  add("b.ndjson", R"({"resourceType":"Patient","id":"2","gender":"male"})");
  const auto charts = *intake.next(sink);
  ASSERT_EQ(charts->charts().size(), 1U) << "the patient beside them goes through";
  EXPECT_EQ(charts->charts()[0].record_id, "2");
  EXPECT_EQ(sink.errors(), 3U);
}

TEST(Import, ASourceNamesTheRecord) {
  ChartOptions options;
  options.senders = Senders::of_all("st-mary");
  Intake intake(Limits{}, options);
  diag::Sink sink;
  EXPECT_TRUE(intake.add({"a", kPatient}, sink));
  const auto charts = *intake.next(sink);
  ASSERT_EQ(charts->charts().size(), 1U);
  EXPECT_EQ(charts->charts()[0].record_id, "st-mary.p");
}

// A transaction of a Patient and a Condition without ids, as many write it: with placeholders that
// are the same in every Bundle.
std::string with_placeholders(const std::string& patient, const std::string& words,
                              const std::string& urn = "urn:uuid:patient-1") {
  return R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":")" + urn +
         R"(","resource":)" + patient +
         R"(},{"fullUrl":"urn:uuid:c-1","resource":{"resourceType":"Condition","code":{"text":")" +
         words + R"("},"subject":{"reference":")" + urn + R"("}}},)" +
         R"({"resource":{"resourceType":"Observation","status":"final","code":{"text":"of )" +
         words + R"("},"subject":{"reference":")" + urn +
         R"("},"focus":[{"reference":"urn:uuid:c-1"}]}}]})";
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size()))
    ++count;
  return count;
}

TEST(Import, TheSamePlaceholderInTwoBundlesIsTwoResources) {
  const auto patient = [](const std::string& more) {
    return R"({"resourceType":"Patient")" + more + "}";
  };
  for (const auto& [one, other] :
       {std::pair(patient(R"(,"identifier":[{"system":"urn:mrn","value":"17"}])"),
                  patient(R"(,"identifier":[{"system":"urn:mrn","value":"18"}])")),
        std::pair(patient(R"(,"gender":"male")"), patient(R"(,"gender":"female")")),
        std::pair(patient(R"(,"gender":"male")"), patient(R"(,"gender":"male")"))}) {
    diag::Sink sink;
    const auto records =
        imported_together({with_placeholders(one, "this"), with_placeholders(other, "that")}, sink);
    std::string all;
    for (const auto& record : records) {
      all += record.json;
      EXPECT_LE(
          count_of(record.json, "\"text\":\"this\"") + count_of(record.json, "\"text\":\"that\""),
          1U)
          << record.json;
      EXPECT_LE(count_of(record.json, "\"text\":\"of this\"") +
                    count_of(record.json, "\"text\":\"of that\""),
                1U)
          << record.json;
    }
    EXPECT_EQ(records.size(), 2U);
    EXPECT_EQ(count_of(all, "\"text\":\"this\""), 1U);
    EXPECT_EQ(count_of(all, "\"text\":\"that\""), 1U);
  }
}

TEST(Import, APatientWithoutAnIdIsWhoTheIdentifierSays) {
  const std::string patient =
      R"({"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"17"}],"gender":"male"})";
  const auto one =
      with_placeholders(patient, "this", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0");
  const auto other =
      with_placeholders(patient, "that", "urn:uuid:1c3151bd-1cbf-4d64-b04d-cd9187a4c6e0");
  diag::Sink sink;
  const auto records = imported_together({one, other, one}, sink);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(count_of(records[0].json, "\"text\":\"this\""), 1U) << records[0].json;
  EXPECT_EQ(count_of(records[0].json, "\"text\":\"that\""), 1U) << records[0].json;
}

// A UUID is nobody else's: the Patient may stand in another Bundle, or nowhere.
TEST(Import, AUuidMeansOnePatientInAllBundles) {
  const std::string urn = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
  diag::Sink sink;
  const auto records = imported_together(
      {with_placeholders(R"({"resourceType":"Patient","gender":"male"})", "this", urn),
       R"({"resourceType":"Condition","id":"c","code":{"text":"that"},"subject":{"reference":")" +
           urn + R"("}})"},
      sink);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(count_of(records[0].json, "\"text\":\"that\""), 1U) << records[0].json;
}

TEST(Import, OnlyAPatientIsAPatient) {
  for (const auto* subject : {"Group/g", "Device/d", "Location/l", "Practitioner/q"}) {
    const auto out = imported(bundle(
        {entry(kPatient),
         entry(
             R"({"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":")" +
             std::string(subject) + R"("}})")}));
    EXPECT_EQ(out.records.size(), 1U) << subject;
    EXPECT_EQ(facts(out), 0U) << subject;
    EXPECT_TRUE(has(out, "import-ignored")) << subject;
  }
}

TEST(Import, FindsThePatientByIdentifierAndByCondition) {
  const std::string patient =
      R"({"resourceType":"Patient","id":"p","identifier":[{"system":"urn:mrn","value":"17"}]})";
  for (const auto* subject : {R"({"identifier":{"system":"urn:mrn","value":"17"}})",
                              R"({"reference":"Patient?identifier=urn:mrn|17"})"}) {
    const auto out = imported(bundle(
        {entry(patient),
         entry(
             R"({"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":)" +
             std::string(subject) + "}")}));
    ASSERT_EQ(out.records.size(), 1U) << subject;
    EXPECT_EQ(facts(out), 1U) << subject;
  }
}

TEST(Import, AReplacedPatientsFactsGoToTheOneWhoRemains) {
  const auto out = imported(bundle(
      {entry(
           R"({"resourceType":"Patient","id":"p","link":[{"other":{"reference":"Patient/q"},"type":"replaced-by"}]})"),
       entry(R"({"resourceType":"Patient","id":"q"})"), entry(observation("o"))}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].record_id, "q");
  EXPECT_EQ(facts(out), 1U);
  EXPECT_FALSE(has(out, "import-lost"));
}

TEST(Import, AReplacedPatientSaysNothingOfTheOneWhoRemains) {
  const auto remains = [](const std::string& id) {
    return R"({"resourceType":"Patient","id":")" + id +
           R"(","gender":"female","birthDate":"1960"})";
  };
  const auto replaced = [](const std::string& id, const std::string& by) {
    return R"({"resourceType":"Patient","id":")" + id +
           R"(","gender":"male","birthDate":"1950","link":[{"other":{"reference":"Patient/)" + by +
           R"("},"type":"replaced-by"}]})";
  };
  for (const auto& [gone, stays] : {std::pair{"a", "z"}, std::pair{"z", "a"}}) {
    const auto out = imported(
        bundle({entry(replaced(gone, stays)), entry(replaced("m", gone)), entry(remains(stays))}));
    ASSERT_EQ(out.records.size(), 1U) << gone;
    EXPECT_EQ(out.records[0].record_id, stays);
    EXPECT_NE(out.records[0].json.find(R"("sex":"female","birthDate":"1960")"), std::string::npos)
        << out.records[0].json;
    EXPECT_TRUE(has(out, "import-superseded"));
    EXPECT_FALSE(has(out, "fml-overwritten"));
  }
}

TEST(Import, AReportsResultsAreItsPatients) {
  const auto out = imported(bundle(
      {entry(kPatient),
       entry(
           R"({"resourceType":"DiagnosticReport","id":"d","status":"final","code":{"text":"r"},"subject":{"reference":"Patient/p"},"result":[{"reference":"Observation/o"}]})"),
       entry(R"({"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"}})")}));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(facts(out), 2U);
  EXPECT_NE(out.records[0].json.find(R"("result":["Observation-o"])"), std::string::npos)
      << out.records[0].json;
}

// A reference and an identifier of one subject are of one Patient.
TEST(Import, ASubjectThatNamesTwoPatientsIsNobodys) {
  const auto patient = [](const std::string& id) {
    return entry(R"({"resourceType":"Patient","id":")" + id +
                 R"(","identifier":[{"system":"http://h/mrn","value":"of-)" + id + R"("}]})");
  };
  const auto condition = [](const std::string& id, const std::string& subject) {
    return entry(R"({"resourceType":"Condition","id":")" + id + R"(","code":{"text":")" + id +
                 R"("},"subject":)" + subject + "}");
  };
  const auto both = [](const std::string& reference, const std::string& value) {
    return R"({"reference":")" + reference +
           R"(","identifier":{"system":"http://h/mrn","value":")" + value + R"("}})";
  };
  const auto out = imported(bundle(
      {patient("a"), patient("b"), condition("two", both("Patient/a", "of-b")),
       condition("one", both("Patient/a", "of-a")),
       condition("unknown", both("Patient/a", "of-nobody")),
       condition(
           "absolute",
           R"({"reference":"https://h/fhir/Patient?identifier=http%3A%2F%2Fh%2Fmrn%7Cof-b"})"),
       condition("open", R"({"reference":"Patient?identifier=http://h/mrn|of-nobody"})")}));
  ASSERT_EQ(out.records.size(), 2U);
  const auto& of_a = out.records[0].json;
  const auto& of_b = out.records[1].json;
  EXPECT_NE(of_a.find("Condition-one"), std::string::npos);
  EXPECT_NE(of_a.find("Condition-unknown"), std::string::npos);
  EXPECT_NE(of_b.find("Condition-absolute"), std::string::npos);
  EXPECT_EQ((of_a + of_b).find("Condition-two"), std::string::npos);
  EXPECT_EQ((of_a + of_b).find("Condition-open"), std::string::npos);
  EXPECT_TRUE(has(out, "import-two-persons"));
  EXPECT_TRUE(has(out, "import-ignored"));
}

}  // namespace
}  // namespace paraneo::record
