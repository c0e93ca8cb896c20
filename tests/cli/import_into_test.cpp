// A delta is merged into records: import --into.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "program.h"

namespace paraneo::cli {
namespace {

class ImportInto : public testing::Test {
 protected:
  ImportInto()
      : program_(std::string("into-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {}

  static std::string patient(const std::string& more = {}) {
    return R"({"resourceType":"Patient","id":"p")" + more + "}";
  }
  static std::string observation(const std::string& id, const std::string& value,
                                 const std::string& more = {}) {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","code":{"text":"CK"},"subject":{"reference":"Patient/p"},"valueString":")" +
           value + "\"" + more + "}";
  }
  static std::string version(const std::string& number) {
    return R"(,"meta":{"versionId":")" + number + "\"}";
  }
  static std::string lines(const std::vector<std::string>& resources) {
    std::string out;
    for (const auto& each : resources) out += each + "\n";
    return out;
  }

  Ended into(const std::string& folder, const std::vector<std::string>& resources,
             std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"import", "--source",
                                       "h",      program_.write("delta.ndjson", lines(resources)),
                                       "--into", program_.path(folder)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }
  std::string record(const std::string& folder) const {
    return program_.read(folder + "/h.p.json");
  }
  // As a person edits it.
  void replace(const std::string& folder, const std::string& from, const std::string& to) const {
    auto text = record(folder);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    program_.write(folder + "/h.p.json", text.replace(at, from.size(), to));
  }

  Program program_;
};

// It may come before the result, with it, after it, alone, and again.
TEST_F(ImportInto, TakesWhatASpecimenSaysWheneverItComes) {
  const auto specimen = [](const std::string& number, const std::string& rest) {
    return R"({"resourceType":"Specimen","id":"s","meta":{"versionId":")" + number +
           R"("},"subject":{"reference":"Patient/p"})" + rest + "}";
  };
  const auto urine = specimen(
      "2",
      R"(,"type":{"text":"urine"},"collection":{"collectedDateTime":"2020-01-02","bodySite":{"text":"arm"}})");
  const auto serum =
      specimen("3", R"(,"type":{"text":"serum"},"collection":{"collectedDateTime":"2020-01-03"})");
  const auto silent = specimen("1", "");
  const std::string of_it = R"(,"specimen":{"reference":"Specimen/s"})";
  const auto results = observation("a", "1", of_it) + "\n" +
                       observation("b", "2", of_it + R"(,"effectiveDateTime":"2021-05-06")") +
                       "\n" + observation("c", "3");
  int number = 0;
  for (const auto& before : {std::vector<std::string>{patient(), results},
                             {patient(), results, silent},
                             {patient(), results, urine},
                             {patient(), results, serum}})
    for (const auto& now : {urine, serum, silent}) {
      const auto folder = "r" + std::to_string(++number);
      ASSERT_LE(into(folder, before).code, 1);
      const auto alone = into(folder, {now});
      auto all = before;
      all.push_back(now);
      ASSERT_LE(into("all-" + folder, all).code, 1);
      EXPECT_EQ(record(folder), record("all-" + folder)) << now << "\n" << alone.err;
    }
  // A person's fact stays, with a word.
  ASSERT_LE(into("edited", {patient(), results}).code, 1);
  replace("edited", "\"text\":\"CK\"", "\"text\":\"CK-MB\"");
  const auto edited = into("edited", {urine});
  EXPECT_NE(record("edited").find("CK-MB"), std::string::npos);
}

TEST_F(ImportInto, TakesWhatABodyStructureSaysWheneverItComes) {
  const auto structure = [](const std::string& id, const std::string& number,
                            const std::string& rest) {
    return R"({"resourceType":"BodyStructure","id":")" + id + R"(","meta":{"versionId":")" +
           number + R"("},"patient":{"reference":"Patient/p"})" + rest + "}";
  };
  const auto arm = structure("s", "1", R"(,"location":{"text":"arm"})");
  const auto leg = structure(
      "s", "2",
      R"(,"location":{"text":"leg"},"locationQualifier":[{"coding":[{"system":"http://snomed.info/sct","code":"7771000"}]}])");
  const auto foot = structure("t", "1", R"(,"location":{"text":"foot"})");
  const auto of = [](const std::string& id) {
    return R"({"url":"http://hl7.org/fhir/StructureDefinition/bodySite","valueReference":{"reference":"BodyStructure/)" +
           id + "\"}}";
  };
  const auto condition = [&](const std::string& id, const std::string& number,
                             const std::string& rest) {
    return R"({"resourceType":"Condition","id":")" + id + R"(","meta":{"versionId":")" + number +
           R"("},"code":{"text":"x )" + number +
           R"("},"subject":{"reference":"Patient/p"},"extension":[)" + of("s") + "," + of("t") +
           "]" + rest + "}";
  };
  const auto size = [](const std::string& number, const std::string& rest) {
    return R"({"resourceType":"Observation","id":"size","meta":{"versionId":")" + number +
           R"("},"status":"final","code":{"text":"size"},"subject":{"reference":"Patient/p"},"focus":[{"reference":"BodyStructure/s"}],"valueString":")" +
           number + "\"" + rest + "}";
  };
  const auto facts = [&](const std::string& number) {
    return condition("a", number, R"(,"bodySite":[{"text":"hand"}])") + "\n" +
           condition("b", number, "") + "\n" +
           condition("c", number, R"(,"bodySite":[{"text":"arm"}])") + "\n" + size(number, "");
  };
  const std::vector<std::vector<std::string>> steps = {
      {arm}, {leg}, {foot}, {foot, leg}, {facts("2")}, {facts("2"), leg}};
  const std::vector<std::vector<std::string>> starts = {
      {facts("1")}, {facts("1"), arm}, {facts("1"), arm, foot}, {facts("1"), foot}};
  const std::vector<std::vector<std::string>> ends = {{}, {leg}, {facts("3")}};
  std::size_t number = 0;
  for (const auto& start : starts)
    for (const auto& step : steps) {
      const auto folder = "r" + std::to_string(++number);
      std::vector<std::string> all;
      const auto come = [&](std::vector<std::string> resources) {
        if (all.empty()) resources.push_back(patient());
        all.insert(all.end(), resources.begin(), resources.end());
        if (resources.empty()) return;
        EXPECT_LE(into(folder, resources).code, 1);
      };
      come(start);
      come(step);
      come(ends[number % ends.size()]);
      ASSERT_LE(into("all-" + folder, all).code, 1);
      EXPECT_EQ(record(folder), record("all-" + folder)) << number;
    }
  EXPECT_NE(record("r2").find(
                R"("site":[{"text":"hand"},{"text":"leg","laterality":"laterality-left"}])"),
            std::string::npos)
      << record("r2");
}

// A specimen comes once; what it said of a result stays when the result is corrected.
TEST_F(ImportInto, KeepsWhatASpecimenSaidThatDoesNotComeAgain) {
  const std::string specimen =
      R"({"resourceType":"Specimen","id":"s","type":{"text":"urine"},"subject":{"reference":"Patient/p"},"collection":{"collectedDateTime":"2020-01-02","bodySite":{"text":"arm"}}})";
  const std::string of_it = R"(,"specimen":{"reference":"Specimen/s"})";
  const auto own_time = of_it + R"(,"effectiveDateTime":"2021-05-06")";
  ASSERT_LE(into("r", {patient(), specimen, observation("a", "1", of_it),
                       observation("b", "1", own_time)})
                .code,
            1);
  const auto delta = into("r", {observation("a", "2", of_it), observation("b", "2", own_time)});
  EXPECT_EQ(delta.code, 0) << delta.err;
  ASSERT_LE(into("all", {patient(), specimen, observation("a", "2", of_it),
                         observation("b", "2", own_time)})
                .code,
            1);
  EXPECT_EQ(record("r"), record("all"));
  EXPECT_NE(record("r").find("2020-01-02"), std::string::npos);
  // Its own time is no specimen's, and goes when it is said no more.
  EXPECT_LE(into("r", {observation("b", "3", of_it)}).code, 1);
  EXPECT_EQ(record("r").find("2021-05-06"), std::string::npos) << record("r");
  // Of another specimen this one says nothing; that one is waited for.
  const auto other =
      into("r", {observation("a", "4", R"(,"specimen":{"reference":"Specimen/t"})")});
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_NE(record("r").find(R"("pending":[{"element":"specimen","reference":"Specimen/t"}])"),
            std::string::npos)
      << record("r");
  EXPECT_EQ(record("r").find("2020-01-02"), std::string::npos) << record("r");
}

// import(full), then import(delta, into) = import(full + delta), wherever it is cut.
TEST_F(ImportInto, IsWhatAllAtOnceWouldBe) {
  const std::vector<std::string> all{
      patient(R"(,"gender":"female")"),
      R"({"resourceType":"Encounter","id":"e","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"subject":{"reference":"Patient/p"}})",
      R"({"resourceType":"Condition","id":"c","code":{"text":"x"},"subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e"},"evidence":[{"detail":[{"reference":"Observation/b"},{"reference":"Observation/a"}]}]})",
      observation(
          "a", "1",
          R"(,"encounter":{"reference":"Encounter/e","display":"stay"},"focus":[{"reference":"Condition/c"}])"),
      observation("b", "2",
                  R"(,"hasMember":[{"reference":"Observation/d"},{"reference":"Observation/a"}])"),
      observation("d", "3"),
      R"({"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","medicationCodeableConcept":{"text":"y"},"subject":{"reference":"Patient/p"},"reasonReference":[{"reference":"Condition/c"}]})",
      R"({"resourceType":"AdverseEvent","id":"v","actuality":"actual","event":{"text":"z"},"subject":{"reference":"Patient/p"},"resultingCondition":[{"reference":"Condition/c"}],"suspectEntity":[{"instance":{"reference":"Procedure/o"}}]})",
      R"({"resourceType":"Procedure","id":"o","status":"completed","code":{"text":"q"},"subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e"}})"};
  ASSERT_LE(into("all", all).code, 1);
  const auto expected = record("all");
  EXPECT_EQ(expected.find("pending"), std::string::npos) << expected;
  std::mt19937 random(1);
  for (int round = 0; round < 12; ++round) {
    auto shuffled = all;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const auto folder = "cut" + std::to_string(round);
    const auto cut = static_cast<std::ptrdiff_t>(1 + random() % (all.size() - 1));
    const auto first = into(folder, {shuffled.begin(), shuffled.begin() + cut});
    ASSERT_LE(first.code, 1) << first.err;
    const auto second = into(folder, {shuffled.begin() + cut, shuffled.end()});
    ASSERT_LE(second.code, 1) << second.err;
    // Lists of keys come in the order in which their facts came.
    const auto sorted = [](std::string text) {
      std::sort(text.begin(), text.end());
      return text;
    };
    auto without_digests = [](std::string text) {
      for (std::size_t at; (at = text.find(",\"digest\":\"")) != std::string::npos;)
        text.erase(at, text.find('"', at + 11) + 1 - at);
      return text;
    };
    EXPECT_EQ(sorted(without_digests(record(folder))), sorted(without_digests(expected)))
        << record(folder) << "\n"
        << expected;
    const auto before = record(folder);
    ASSERT_LE(into(folder, {shuffled.begin() + cut, shuffled.end()}).code, 1);
    EXPECT_EQ(record(folder), before);
  }
}

TEST_F(ImportInto, ANewerVersionReplacesAnOlderOneDoesNot) {
  ASSERT_EQ(into("r", {patient(), observation("a", "old", version("1"))}).code, 0);
  const auto newer = into("r", {observation("a", "new", version("2"))});
  EXPECT_EQ(newer.code, 0) << newer.err;
  EXPECT_NE(record("r").find("\"new\""), std::string::npos);
  EXPECT_EQ(record("r").find("\"old\""), std::string::npos);
  const auto older = into("r", {observation("a", "old", version("1"))});
  EXPECT_EQ(older.code, 0) << older.err;
  EXPECT_NE(older.err.find("[import-superseded]"), std::string::npos) << older.err;
  EXPECT_NE(record("r").find("\"new\""), std::string::npos);
}

TEST_F(ImportInto, WhatAPersonChangedStaysAndTheSourcesChangeIsAConflictOnce) {
  ASSERT_EQ(into("r", {patient(), observation("a", "1", version("1")), observation("b", "1")}).code,
            0);
  replace("r", "\"value\":{\"text\":\"1\"}", "\"value\":{\"text\":\"by hand\"}");
  const auto same = into("r", {observation("a", "1", version("1"))});
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(same.err.find("[import-conflict]"), std::string::npos) << same.err;
  const auto changed = into("r", {observation("a", "2", version("2"))});
  EXPECT_EQ(changed.code, 1);
  EXPECT_NE(changed.err.find("[import-conflict]"), std::string::npos) << changed.err;
  EXPECT_NE(record("r").find("by hand"), std::string::npos);
  const auto settled = record("r");
  const auto again = into("r", {observation("a", "2", version("2"))});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(record("r"), settled);
}

// The source says what it said: that its link is closed now is no change of its own.
TEST_F(ImportInto, ALinkThatClosesIsNoConflictWithWhatAPersonChanged) {
  for (const auto& of_a : {std::string(), version("1")}) {
    const auto folder = "r" + std::to_string(of_a.size());
    const auto a =
        observation("a", "1", R"(,"derivedFrom":[{"reference":"Observation/b"}])" + of_a);
    ASSERT_LE(into(folder, {patient(), a}).code, 1);
    replace(folder, "\"value\":{\"text\":\"1\"}", "\"value\":{\"text\":\"by hand\"}");
    for (const auto& came : {std::vector<std::string>{a, observation("b", "2")}, {a}, {a}}) {
      const auto ended = into(folder, came);
      EXPECT_EQ(ended.code, 0) << ended.err;
      EXPECT_NE(record(folder).find("by hand"), std::string::npos);
    }
    const auto changed =
        into(folder, {observation("a", "3",
                                  R"(,"derivedFrom":[{"reference":"Observation/b"}])" +
                                      (of_a.empty() ? of_a : version("2")))});
    EXPECT_NE(changed.err.find("[import-conflict]"), std::string::npos) << changed.err;
  }
}

TEST_F(ImportInto, ALinkThatAnotherDeltaClosesIsNoConflictEither) {
  const auto a = observation("a", "1", R"(,"derivedFrom":[{"reference":"Observation/b"}])");
  ASSERT_LE(into("r", {patient(), a}).code, 1);
  replace("r", "\"value\":{\"text\":\"1\"}", "\"value\":{\"text\":\"by hand\"}");
  ASSERT_EQ(into("r", {observation("b", "2")}).code, 0);
  const auto again = into("r", {a});
  EXPECT_EQ(again.code, 0) << again.err;
  const auto newer = into(
      "r",
      {observation(
          "a", "1",
          R"(,"derivedFrom":[{"reference":"Observation/b"}],"hasMember":[{"reference":"Observation/b"}])" +
              version("7"))});
  EXPECT_NE(newer.err.find("[import-conflict]"), std::string::npos) << newer.err;
}

TEST_F(ImportInto, WhatAPersonWroteIsNeverTouched) {
  ASSERT_EQ(into("r", {patient(), observation("a", "1")}).code, 0);
  replace("r", "\"observations\":[", R"("observations":[{"key":"mine","code":{"text":"mine"}},)");
  const auto delta = into(
      "r", {observation("b", "2")},
      {"--deletions",
       program_.write(
           "gone.ndjson",
           R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Observation/mine"}}]})")});
  EXPECT_EQ(delta.code, 0) << delta.err;
  for (const auto* key : {"\"mine\"", "Observation-a", "Observation-b"})
    EXPECT_NE(record("r").find(key), std::string::npos) << record("r");
}

TEST_F(ImportInto, WhatIsWithdrawnGoesUnlessAPersonChangedIt) {
  ASSERT_EQ(
      into("r", {patient(), observation("a", "1"), observation("b", "1"), observation("c", "3")})
          .code,
      0);
  replace("r", "\"value\":{\"text\":\"3\"}", "\"value\":{\"text\":\"by hand\"}");
  auto wrong = observation("a", "1");
  wrong.replace(wrong.find("final"), 5, "entered-in-error");
  const auto gone = program_.write(
      "gone.ndjson",
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Observation/b"}},{"request":{"method":"DELETE","url":"Observation/c"}}]})");
  const auto ended = into("r", {wrong}, {"--deletions", gone});
  EXPECT_EQ(ended.code, 1);
  for (const auto* key : {"Observation-a", "Observation-b"}) {
    EXPECT_EQ(record("r").find(key), std::string::npos) << record("r");
    EXPECT_NE(ended.err.find(std::string("the fact ") + key + " is taken out"), std::string::npos)
        << ended.err;
  }
  EXPECT_NE(record("r").find("by hand"), std::string::npos);
  EXPECT_NE(ended.err.find("[import-conflict]"), std::string::npos) << ended.err;
  // The deletion alone, of a patient of whom nothing else comes.
  ASSERT_EQ(into("s", {patient(), observation("b", "1")}).code, 0);
  const auto alone = program_.run({"import", "--source", "h", gone, "--into", program_.path("s")});
  EXPECT_EQ(alone.code, 0) << alone.err;
  EXPECT_EQ(record("s").find("Observation-b"), std::string::npos) << record("s");
}

// A delta that is given to -o would erase the rest.
TEST_F(ImportInto, AFolderOfRecordsLosesNoFactBySlip) {
  const auto folder = program_.path("r") + "/";
  const auto run = [&](const std::vector<std::string>& resources,
                       std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{
        "import", "--source", "h", program_.write("in.ndjson", lines(resources)), "-o", folder};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  };
  ASSERT_EQ(run({patient(), observation("a", "1"), observation("b", "1")}).code, 0);
  const auto before = record("r");
  const auto delta = run({observation("c", "2")});
  EXPECT_EQ(delta.code, 1);
  EXPECT_NE(delta.err.find("2 facts that did not come now (Observation-a, Observation-b)"),
            std::string::npos)
      << delta.err;
  EXPECT_NE(delta.err.find("--into"), std::string::npos) << delta.err;
  EXPECT_EQ(record("r"), before);
  // All of it again, and more, is no loss; --overwrite says that it is meant.
  EXPECT_EQ(
      run({patient(), observation("a", "9"), observation("b", "1"), observation("c", "2")}).code,
      0);
  EXPECT_NE(record("r").find("Observation-c"), std::string::npos);
  EXPECT_EQ(run({observation("c", "2")}, {"--overwrite"}).code, 0);
  EXPECT_EQ(record("r").find("Observation-a"), std::string::npos);
}

// What is contained in a resource has its name in the input, and is another fact.
TEST_F(ImportInto, ALinkIsClosedByTheResourceNotByWhatItContains) {
  ASSERT_EQ(
      into("r", {patient(), observation("a", "1", R"(,"focus":[{"reference":"Condition/c"}])")})
          .code,
      0);
  const auto second = into(
      "r",
      {R"({"resourceType":"Condition","id":"c","code":{"text":"x"},"subject":{"reference":"Patient/p"},)"
       R"("evidence":[{"detail":[{"reference":"#o"}]}],"contained":[{"resourceType":"Observation","id":"o","status":"final","code":{"text":"y"}}]})"});
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_NE(record("r").find(R"("about":["Condition-c"])"), std::string::npos) << record("r");
}

// A record's own export says its id, which is not the patient's.
TEST_F(ImportInto, AnExportThatComesBackTakesNothingFromItsRecord) {
  ASSERT_EQ(into("r", {patient(), observation("a", "1"), observation("b", "2")}).code, 0);
  const auto before = record("r");
  auto lines_of = program_.run({"export", program_.path("r/h.p.json"), "--as", "ndjson"}).out;
  const auto a = lines_of.find("Observation-b");
  ASSERT_NE(a, std::string::npos);
  const auto begin = lines_of.rfind('\n', a) + 1;
  lines_of.erase(begin, lines_of.find('\n', begin) + 1 - begin);
  const auto ended =
      program_.run({"import", "--source", "own", program_.write("own.ndjson", lines_of), "--into",
                    program_.path("r")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(record("r"), before);
}

TEST_F(ImportInto, ThePatientNeedNotComeAgain) {
  ASSERT_EQ(into("r", {patient(R"(,"gender":"female")"), observation("a", "1")}).code, 0);
  EXPECT_EQ(into("r", {observation("b", "2")}).code, 0);
  EXPECT_NE(record("r").find("\"sex\":\"female\""), std::string::npos) << record("r");
}

TEST_F(ImportInto, SaysWhoseThePatientIsOrRefuses) {
  const auto delta = program_.write("d.ndjson", lines({patient()}));
  const auto ended = program_.run({"import", delta, "--into", program_.path("r")});
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("--source NAME"), std::string::npos) << ended.err;
  EXPECT_EQ(
      program_.run({"import", delta, "--into", program_.path("r"), "-o", program_.path("s")}).code,
      2);
  EXPECT_EQ(program_.run({"import", "--source", "h", delta, "--into", delta}).code, 2);
  // The server's address tells it, too.
  const auto absolute = program_.write(
      "a.json",
      R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"https://h.example/fhir/Patient/p","resource":)" +
          patient() + "}]}");
  EXPECT_EQ(program_.run({"import", absolute, "--into", program_.path("t")}).code, 0);
}

// Resources without a full URL are from the server of the patient they refer to.
TEST_F(ImportInto, AnAbsoluteReferenceToThePatientTellsTheSource) {
  const auto line = [](const std::string& id, const std::string& more) {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","code":{"text":"x"},"subject":{"reference":"https://h.example/fhir/Patient/p"})" +
           more + "}\n";
  };
  const auto folder = program_.path("r");
  ASSERT_EQ(
      program_
          .run({"import",
                program_.write(
                    "a.ndjson",
                    line("a",
                         R"(,"hasMember":[{"reference":"https://h.example/fhir/Observation/b"}])")),
                "--into", folder})
          .code,
      0);
  const auto second =
      program_.run({"import", program_.write("b.ndjson", line("b", "")), "--into", folder});
  EXPECT_EQ(second.code, 0) << second.err;
  const auto record = program_.read("r/p.json");
  EXPECT_NE(record.find(R"("source":"https://h.example/fhir","reference":"Observation/a")"),
            std::string::npos)
      << record;
  EXPECT_NE(record.find(R"("member":["Observation-b"])"), std::string::npos) << record;
}

TEST_F(ImportInto, FindsARecordWhateverItsFileIsCalled) {
  ASSERT_EQ(into("r", {patient(), observation("a", "1")}).code, 0);
  std::filesystem::rename(program_.path("r/h.p.json"), program_.path("r/case 7.json"));
  ASSERT_EQ(into("r", {observation("b", "2")}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(program_.path("r/h.p.json")));
  EXPECT_NE(program_.read("r/case 7.json").find("Observation-b"), std::string::npos);
  std::filesystem::copy(program_.path("r/case 7.json"), program_.path("r/other.json"));
  const auto ended = into("r", {observation("b", "3")});
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("two files hold the record h.p"), std::string::npos) << ended.err;
}

// What one patient's resources contradict in costs no other patient's facts: the delta stays a
// delta.
TEST_F(ImportInto, AnErrorBesideItErasesNothing) {
  ASSERT_EQ(into("r", {patient(), observation("a", "1")}).code, 0);
  const std::string two_versions = R"({"resourceType":"Patient","id":"z","gender":"male"})"
                                   "\n"
                                   R"({"resourceType":"Patient","id":"z","gender":"female"})";
  const auto ended = into("r", {observation("b", "2"), two_versions});
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.err.find("import-versions"), std::string::npos) << ended.err;
  EXPECT_NE(record("r").find("Observation-a"), std::string::npos) << record("r");
  EXPECT_NE(record("r").find("Observation-b"), std::string::npos) << record("r");
}

TEST_F(ImportInto, SaysWhatMemoryIs) {
  for (const auto* memory : {"0", "12", "1MB", "x", "-1"}) {
    const auto ended = into("r", {patient()}, {"--memory", memory});
    EXPECT_EQ(ended.code, 2) << memory;
    EXPECT_NE(ended.err.find("it is a size from 1M on"), std::string::npos) << ended.err;
  }
}

TEST_F(ImportInto, ARecordThatIsNoneAnyMoreStaysAsItIs) {
  ASSERT_EQ(into("r", {patient(), observation("a", "1")}).code, 0);
  replace("r", "\"version\":\"1\"", "\"version\":\"1\",\"foo\":1");
  const auto before = record("r");
  const auto ended = into("r", {observation("b", "2")});
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.err.find("foo"), std::string::npos) << ended.err;
  EXPECT_EQ(record("r"), before);
}

}  // namespace
}  // namespace paraneo::cli
