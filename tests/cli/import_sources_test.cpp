// Whose what comes is: [[import.source]], a crosswalk.
#include "import_sources.h"

#include <algorithm>
#include <random>

namespace paraneo::cli {
namespace {

TEST_F(ImportSources, AFolderAndABaseUrlSayWhoseItIs) {
  program_.write("mary/a.ndjson",
                 patient("1", R"(,"gender":"female")") + observation("o", "Patient/1", "of mary"));
  program_.write("north/a.ndjson",
                 patient("1", R"(,"gender":"male")") + observation("o", "Patient/1", "of north"));
  program_.write("post/a.ndjson",
                 observation("p", "https://mary.example/fhir/Patient/1", "by post"));
  const auto ended =
      import({program_.path("mary"), program_.path("north"), program_.path("post"), "--into",
              program_.path("r"), "--report", program_.path("report.ndjson")});
  // The one that says nothing of its own server, but whose patient it is.
  EXPECT_EQ(ended.code, 0) << ended.err;
  auto records = texts("r");
  EXPECT_EQ(names(records), (std::set<std::string>{"north.1.json", "st-mary.1.json"}));
  EXPECT_TRUE(has(records["st-mary.1.json"], "of mary") &&
              has(records["st-mary.1.json"], "by post"))
      << records["st-mary.1.json"];
  EXPECT_FALSE(has(records["st-mary.1.json"], "of north"));
  EXPECT_TRUE(has(records["north.1.json"], R"("source":"north","reference":"Observation/o")"))
      << records["north.1.json"];
  EXPECT_TRUE(has(program_.read("report.ndjson"), R"("source":"north")"));
  // A sender that no table names is not known.
  program_.write("post/b.ndjson", patient("2"));
  EXPECT_EQ(import({program_.path("post/b.ndjson"), "--into", program_.path("r")}).code, 2);
  // Nor is who has deleted something.
  const auto gone = program_.write(
      "post/gone.json",
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Observation/o"}}]})");
  EXPECT_EQ(import({program_.path("mary"), "--deletions", gone, "--into", program_.path("r")}).code,
            2);
  // The command line comes first.
  EXPECT_EQ(import({"--source", "east", program_.path("mary"), "-o", program_.path("e/")}).code, 0);
  EXPECT_EQ(names(texts("e")), (std::set<std::string>{"east.1.json"}));
}

TEST_F(ImportSources, WhatIsWrongInATableIsRefusedByName) {
  const auto refuses = [&](const std::string& toml, const std::string& word) {
    const auto ended = program_.run({"--config", program_.write("w.toml", toml), "import",
                                     program_.write("p.ndjson", patient("1"))});
    EXPECT_EQ(ended.code, 2) << toml << ended.err;
    EXPECT_EQ(ended.out, "") << toml;
    EXPECT_TRUE(has(ended.err, word)) << toml << ended.err;
  };
  const std::string a = "[[import.source]]\nname = \"a\"\n";
  refuses(a + "bases = \"https://a.example\"\n", "did you mean \"base\"?");
  refuses(a, "nothing says what is from the source a");
  refuses("[[import.source]]\nbase = \"https://a.example\"\n", "a source's name");
  refuses(a + "base = \"a.example\"\n", "a base URL of the source a is none");
  refuses(a + "folder = \"x\"\n" + a + "folder = \"y\"\n", "two sources have the same name");
  refuses(
      a + "base = \"https://a.example\"\n[[import.source]]\nname = \"b\"\nbase = \"https://a.example/\"\n",
      "both the source a and the source b");
}

// By id, in a record of the person's name; wherever the deltas are cut.
TEST_F(ImportSources, ACrosswalkMakesOneRecordOfOnePersonAndOfNobodyElse) {
  const auto crosswalk = program_.write("persons.csv",
                                        "Person;Source;Id\r\nR-17;st-mary;1\r\nR-17;north;\xC2\xA0"
                                        "77 \r\n");
  const auto mary =
      patient(
          "1",
          R"(,"birthDate":"1950-03","identifier":[{"system":"http://mary.example/mrn","value":"m"}])") +
      patient("2") + observation("o", "Patient/1", "mary 1") +
      observation("o2", "Patient/2", "mary 2");
  const auto north = patient("77", R"(,"birthDate":"1950")") + patient("1") +
                     observation("o", "Patient/77", "north 77",
                                 R"(,"hasMember":[{"reference":"Observation/late"}])") +
                     observation("o1", "Patient/1", "north 1");
  const auto late = observation("late", "Patient/77", "late");
  const auto into = [&](const std::string& folder, const std::string& of_mary,
                        const std::string& of_north, const std::string& rows) {
    program_.write("mary/a.ndjson", of_mary);
    program_.write("north/a.ndjson", of_north);
    const auto ended = import({program_.path("mary"), program_.path("north"), "--crosswalk", rows,
                               "--into", program_.path(folder)});
    EXPECT_LE(ended.code, 1) << ended.err;
    return ended;
  };
  const auto without_digests = [](std::map<std::string, std::string> records) {
    for (auto& [name, text] : records)
      for (std::size_t at; (at = text.find(",\"digest\":\"")) != std::string::npos;)
        text.erase(at, text.find('"', at + 11) + 1 - at);
    return records;
  };
  into("all", mary, north + late, crosswalk);
  auto all = texts("all");
  EXPECT_EQ(names(all), (std::set<std::string>{"R-17.json", "north.1.json", "st-mary.2.json"}));
  EXPECT_TRUE(has(all["R-17.json"], "mary 1") && has(all["R-17.json"], "north 77"))
      << all["R-17.json"];
  EXPECT_TRUE(has(all["R-17.json"], R"("birthDate":"1950-03")") &&
              has(all["R-17.json"], R"("value":"m")"))
      << all["R-17.json"];
  EXPECT_TRUE(has(all["R-17.json"], R"("member":["north.Observation-late"])")) << all["R-17.json"];
  EXPECT_FALSE(has(all["R-17.json"], "mary 2") || has(all["R-17.json"], "north 1"));
  // One after the other; the crosswalk later than the records.
  into("cut", {}, north, crosswalk);
  into("cut", mary, {}, crosswalk);
  into("cut", {}, late, crosswalk);
  EXPECT_EQ(without_digests(texts("cut")), without_digests(all));
  const auto nobody = program_.write("nobody.csv", "person,source,id\n");
  into("later", mary, north, nobody);
  EXPECT_EQ(texts("later").size(), 4U);
  const auto joined = into("later", {}, late, crosswalk);
  EXPECT_TRUE(has(joined.err, "[import-merged]")) << joined.err;
  EXPECT_EQ(without_digests(texts("later")), without_digests(all));
  const auto before = texts("later");
  EXPECT_EQ(into("later", mary, north + late, crosswalk).code, 0);
  EXPECT_EQ(texts("later"), before);
  // What a person changed stays, and a deletion finds its fact.
  auto record = before.at("R-17.json");
  program_.write("later/R-17.json", record.replace(record.find("mary 1"), 6, "by hand"));
  program_.write("mary/a.ndjson", mary);
  program_.write(
      "north/gone.json",
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Observation/o"}}]})");
  program_.write("north/a.ndjson", {});
  const auto gone = import({program_.path("mary"), "--deletions", program_.path("north/gone.json"),
                            "--crosswalk", crosswalk, "--into", program_.path("later")});
  EXPECT_TRUE(has(gone.err, "[import-removed]")) << gone.err;
  const auto after = texts("later").at("R-17.json");
  EXPECT_TRUE(has(after, "by hand") && !has(after, "north 77") && has(after, "late")) << after;
}

TEST_F(ImportSources, PatientsOfOnePersonWhoContradictEachOtherAreNamed) {
  const auto crosswalk =
      program_.write("persons.csv", "person,source,id\nR-1,st-mary,1\nR-1,north,1\n");
  program_.write("mary/a.ndjson", patient("1", R"(,"gender":"female","birthDate":"1950")"));
  const auto run = [&](const std::string& of_north) {
    program_.write("north/a.ndjson", patient("1", of_north));
    return import({program_.path("mary"), program_.path("north"), "--crosswalk", crosswalk,
                   "--into", program_.path("r")});
  };
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(run(R"(,"gender":"female","birthDate":"1950-07")").code, 0);
    const auto ended = run(R"(,"gender":"female","birthDate":"1951-07")");
    EXPECT_EQ(ended.code, 1);
    EXPECT_TRUE(has(ended.err, "north/a.ndjson:1:1: warning: ") &&
                has(ended.err, "[import-conflict]"))
        << ended.err;
    EXPECT_TRUE(has(texts("r").at("R-1.json"), R"("birthDate":"1950",)"))
        << texts("r").at("R-1.json");
    program_.write("mary/a.ndjson", {});  // the subject is there
  }
}

TEST_F(ImportSources, APersonWhoIsCalledLikeSomebodyElsesRecordTakesNothingOfThem) {
  program_.write("mary/a.ndjson", patient("1") + observation("o", "Patient/1", "of 1") +
                                      patient("2") + observation("p", "Patient/2", "of 2"));
  const auto run = [&](const std::string& rows) {
    return import({program_.path("mary"), "--crosswalk",
                   program_.write("persons.csv", "person,source,id\n" + rows), "--into",
                   program_.path("r")});
  };
  const auto ended = run("st-mary.2,st-mary,1\n");
  EXPECT_EQ(ended.code, 1);
  EXPECT_TRUE(has(ended.err, "[import-two-persons]")) << ended.err;
  EXPECT_TRUE(has(texts("r").at("st-mary.2.json"), "of 1") &&
              !has(texts("r").at("st-mary.2.json"), "of 2"));
  // Called like their own record.
  fs::remove_all(program_.path("r"));
  EXPECT_EQ(run("st-mary.2,st-mary,2\n").code, 0);
  EXPECT_EQ(names(texts("r")), (std::set<std::string>{"st-mary.1.json", "st-mary.2.json"}));
}

TEST_F(ImportSources, ACrosswalkMayNameIdentifiersAndTheRecordRemembers) {
  const auto crosswalk = program_.write(
      "persons.csv",
      "person,source,system,value\nR-1,st-mary,http://mary.example/mrn,4\nR-1,north,http://north.example/mrn,5\n");
  program_.write(
      "mary/a.ndjson",
      patient("1", R"(,"identifier":[{"system":"http://mary.example/mrn","value":"4"}])") +
          observation("o", "Patient/1", "mary"));
  program_.write(
      "north/a.ndjson",
      patient("1", R"(,"identifier":[{"system":"http://north.example/mrn","value":"5"}])") +
          observation("o", "Patient/1", "north"));
  const auto both = [&] {
    return import({program_.path("mary"), program_.path("north"), "--crosswalk", crosswalk,
                   "--into", program_.path("r")});
  };
  EXPECT_EQ(both().code, 0);
  EXPECT_EQ(names(texts("r")), (std::set<std::string>{"R-1.json"}));
  // No Patient, so no identifier.
  program_.write("mary/a.ndjson", {});
  program_.write("north/a.ndjson", observation("late", "Patient/1", "late"));
  EXPECT_LE(both().code, 1);
  EXPECT_EQ(names(texts("r")), (std::set<std::string>{"R-1.json"}));
  EXPECT_TRUE(has(texts("r").at("R-1.json"), "\"late\""));
  // Two persons' identifiers in one Patient.
  program_.write("more.csv",
                 program_.read("persons.csv") + "R-2,north,http://north.example/mrn,6\n");
  program_.write(
      "north/a.ndjson",
      patient(
          "9",
          R"(,"identifier":[{"system":"http://north.example/mrn","value":"5"},{"system":"http://north.example/mrn","value":"6"}])"));
  const auto two = import({program_.path("north"), "--crosswalk", program_.path("more.csv"), "-o",
                           program_.path("two/")});
  EXPECT_EQ(two.code, 1);
  EXPECT_TRUE(has(two.err, "[import-two-persons]")) << two.err;
  EXPECT_TRUE(texts("two").empty());
}

TEST_F(ImportSources, EachRowOfACrosswalkThatCannotBeUsedIsNamedWithItsLine) {
  program_.write("mary/a.ndjson", patient("1"));
  const auto ended = import(
      {program_.path("mary"), "--crosswalk",
       program_.write(
           "bad.csv",
           "person,source,id\nA,st-mary,1\nB b,st-mary,2\nC,,3\nD,st-mary,\nE,nroth,4\n\nF,st-mary,1\n"),
       "-o", program_.path("out/")});
  EXPECT_EQ(ended.code, 2);
  for (const auto* word :
       {"bad.csv:3", "bad.csv:4", "bad.csv:5", "bad.csv:6", "nobody knows the source nroth",
        "bad.csv:8", "line 2 says that this patient is another person"})
    EXPECT_TRUE(has(ended.err, word)) << word << "\n" << ended.err;
  EXPECT_FALSE(fs::exists(program_.path("out/st-mary.1.json")));
  EXPECT_EQ(
      import({program_.path("mary"), "--crosswalk", program_.write("no.csv", "A,st-mary,1\n")})
          .code,
      2);
}

// The law of two sources, for everybody whom the crosswalk names and whom it does not.
TEST_F(ImportSources, FactsOfOneNeverReachAnother) {
  std::mt19937 random(3);
  for (int round = 0; round < 6; ++round) {
    std::map<std::string, std::string> record_of;  // "source/patient"
    std::string rows = "person,source,id\n";
    std::map<std::string, std::string> lines{{"st-mary", {}}, {"north", {}}};
    std::map<std::string, std::set<std::string>> expected;
    for (auto& [source, text] : lines)
      for (int p = 1; p <= 4; ++p) {
        const auto id = std::to_string(p);
        auto& record = record_of[source + "/" + id];
        record = source + "." + id;
        if (random() % 2 == 0)
          rows += (record = "P" + std::to_string(random() % 3)) + "," + source + "," + id + "\n";
        text += patient(id);
        for (int o = 1; o <= 3; ++o) {
          const auto value = source + "/" + id + "/" + std::to_string(o);
          text += observation("o" + std::to_string(p * 10 + o), "Patient/" + id, value);
          expected[record + ".json"].insert(value);
        }
      }
    const auto folder = "round" + std::to_string(round);
    const auto crosswalk = program_.write("rows.csv", rows);
    const auto is_cut = round % 2 == 1;
    program_.write("mary/a.ndjson", lines["st-mary"]);
    program_.write("north/a.ndjson", is_cut ? std::string() : lines["north"]);
    ASSERT_LE(import({program_.path("mary"), program_.path("north"), "--crosswalk", crosswalk,
                      "--into", program_.path(folder)})
                  .code,
              1);
    program_.write("north/a.ndjson", lines["north"]);
    ASSERT_LE(
        import({program_.path("north"), "--crosswalk", crosswalk, "--into", program_.path(folder)})
            .code,
        1);
    const auto records = texts(folder);
    EXPECT_EQ(records.size(), expected.size());
    for (const auto& [name, values] : expected)
      for (const auto& [other, text] : records)
        for (const auto& value : values)
          EXPECT_EQ(has(text, "\"" + value + "\""), name == other)
              << value << " in " << other << "\n"
              << rows;
  }
}

}  // namespace
}  // namespace paraneo::cli
