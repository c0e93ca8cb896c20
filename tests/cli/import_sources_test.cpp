// Whose what comes is: [[import.source]], a crosswalk, and what of who a person is stays.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

class ImportSources : public testing::Test {
 protected:
  ImportSources()
      : program_(std::string("sources-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {
    for (const auto* folder : {"mary", "north", "post"})
      fs::create_directory(program_.path(folder));
  }

  static std::string patient(const std::string& id, const std::string& more = {}) {
    return R"({"resourceType":"Patient","id":")" + id + "\"" + more + "}\n";
  }
  static std::string observation(const std::string& id, const std::string& of,
                                 const std::string& value, const std::string& more = {}) {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","code":{"text":"x"},"subject":{"reference":")" + of +
           R"("},"valueString":")" + value + "\"" + more + "}\n";
  }
  std::string config(const std::string& more = {}) const {
    return program_.write(
        "c.toml",
        more +
            "\n[[import.source]]\nname = \"st-mary\"\nbase = \"https://mary.example/fhir/\"\nfolder = [\"" +
            program_.path("mary") + "\"]\n[[import.source]]\nname = \"north\"\nfolder = \"" +
            program_.path("north") + "\"\n");
  }
  Ended import(std::vector<std::string> words) {
    return program_.run(with({"--config", config(), "import"}, std::move(words)));
  }
  static std::vector<std::string> with(std::vector<std::string> words,
                                       std::vector<std::string> more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  // Every file below it, and its name.
  std::map<std::string, std::string> texts(const std::string& folder) const {
    std::map<std::string, std::string> out;
    for (const auto& each : fs::recursive_directory_iterator(program_.path(folder)))
      if (each.is_regular_file() && each.path().extension() == ".json")
        out[each.path().filename()] = program_.read(fs::relative(each.path(), program_.path(".")));
    return out;
  }
  static std::set<std::string> names(const std::map<std::string, std::string>& texts) {
    std::set<std::string> out;
    for (const auto& [name, text] : texts) out.insert(name);
    return out;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
  }

  Program program_;
};

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

TEST_F(ImportSources, WithAKeyNothingOfTheSendersIdsRemains) {
  const auto key = program_.write("key", "0123456789abcdef0123456789abcdef\n");
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  const auto crosswalk =
      program_.write("persons.csv", "person,source,id\nR-5,st-mary,RAWp5\nR-5,north,RAWp5\n");
  const std::string long_id(70, 'R');
  program_.write(
      "mary/a.ndjson",
      patient(
          "RAWp",
          R"(,"birthDate":"1950-03-04","identifier":[{"system":"http://mary.example/mrn","value":"RAW|mrn"}],"link":[{"other":{"reference":"Patient/RAWold"},"type":"replaces"}])") +
          observation(
              "RAWo", "Patient/RAWp", "value o",
              R"(,"identifier":[{"value":"RAWacc"}],"hasMember":[{"reference":"Observation/RAWlate"}],"encounter":{"reference":"Encounter/RAWe"},"performer":[{"reference":"Practitioner/RAWdoc","display":"RAWname"}],"focus":[{"reference":"urn:uuid:RAW-1"}])") +
          R"({"resourceType":"Condition","id":"RAWc","contained":[{"resourceType":"Observation","id":"RAWin","status":"final","code":{"text":"in"}}],"code":{"text":"c"},"subject":{"reference":"https://mary.example/fhir/Patient/RAWp/_history/3"},"evidence":[{"detail":[{"reference":"#RAWin"}]}]})"
          "\n" +
          R"({"resourceType":"Procedure","identifier":[{"system":"urn:x","value":"RAWproc"}],"status":"completed","code":{"text":"q"},"subject":{"identifier":{"system":"http://mary.example/mrn","value":"RAW|mrn"}}})"
          "\n" +
          patient("RAW_odd") + observation(long_id, "Patient/RAW_odd", "value odd") +
          patient("RAWp5") + observation("RAWo5", "Patient/RAWp5", "mary 5") +
          R"({"resourceType":"Observation","id":"RAWbad","status":"cancelled","code":{"text":"x"},"subject":{"reference":"Patient/RAWp"}})"
          "\n" +
          R"({"resourceType":"Goal","id":"RAWgoal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/RAWp"}})"
          "\n");
  program_.write(
      "north/a.json",
      R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:RAWurn","resource":{"resourceType":"Patient","identifier":[{"system":"urn:n","value":"RAWn"}]}},)"
      R"({"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"urn:uuid:RAWurn"},"valueString":"of urn"}},)"
      R"({"fullUrl":"https://north.example/Observation/RAWo5","resource":{"resourceType":"Observation","id":"RAWo5","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/RAWp5"},"valueString":"north 5"}}]})");
  const auto run = [&](std::vector<std::string> more = {}) {
    return import(with({program_.path("mary"), program_.path("north"), "--crosswalk", crosswalk,
                        "--pseudonym-key-file", key, "--into", program_.path("r"), "--report",
                        program_.path("report.ndjson")},
                       std::move(more)));
  };
  const auto holds_none = [&](const Ended& ended) {
    EXPECT_LE(ended.code, 1) << ended.err;
    EXPECT_FALSE(has(ended.err, "RAW")) << ended.err;
    EXPECT_FALSE(has(program_.read("report.ndjson"), "RAW")) << program_.read("report.ndjson");
    for (const auto& [name, text] : texts("r")) {
      EXPECT_FALSE(has(name, "RAW") || has(text, "RAW") || has(text, long_id)) << name << "\n"
                                                                               << text;
    }
  };
  holds_none(run());
  EXPECT_TRUE(has(program_.read("report.ndjson"),
                  R"({"path":"Patient.identifier[0].value","reason":"identifying"})"))
      << program_.read("report.ndjson");
  std::string all;
  for (const auto& [name, text] : texts("r")) all += text;
  for (const auto* value : {"\"value o\"", "\"in\"", "\"q\"", "\"value odd\"", "\"mary 5\"",
                            "\"north 5\"", "\"of urn\""})
    EXPECT_EQ(count(all, value), 1U) << value << "\n" << all;
  EXPECT_EQ(texts("r").size(), 4U);
  EXPECT_TRUE(has(texts("r").at("R-5.json"), "mary 5") &&
              has(texts("r").at("R-5.json"), "north 5"));
  // The next night finds what is there; a deletion, too, and what was waited for.
  const auto before = texts("r");
  holds_none(run());
  EXPECT_EQ(texts("r"), before);
  program_.write("mary/a.ndjson", observation("RAWlate", "Patient/RAWp", "value late"));
  holds_none(run(
      {"--deletions",
       program_.write(
           "mary/gone.json",
           R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Condition/RAWc"}}]})")}));
  all.clear();
  for (const auto& [name, text] : texts("r")) all += text;
  EXPECT_FALSE(has(all, R"({"text":"c"})")) << all;
  EXPECT_TRUE(has(all, R"("member":[)")) << all;
  // Another key gives other names.
  const auto other = program_.write("other", "fedcba9876543210fedcba9876543210");
  fs::permissions(other, fs::perms::owner_read);
  EXPECT_LE(
      import({program_.path("mary"), "--pseudonym-key-file", other, "-o", program_.path("o/")})
          .code,
      1);
  for (const auto& [name, text] : texts("o")) EXPECT_FALSE(before.contains(name)) << name;
}

// With another key nothing that comes would be found, and all would be there twice.
TEST_F(ImportSources, AFolderStaysWithItsKey) {
  program_.write("mary/a.ndjson", patient("1") + observation("o", "Patient/1", "v"));
  const auto key = [&](const std::string& name, const std::string& text) {
    const auto path = program_.write(name, text);
    fs::permissions(path, fs::perms::owner_read);
    return path;
  };
  const auto ours = key("ours", "0123456789abcdef0123456789abcdef");
  const auto other = key("other", "fedcba9876543210fedcba9876543210");
  const auto into = [&](const std::string& folder, std::vector<std::string> more) {
    return import(with({program_.path("mary"), "--into", program_.path(folder)}, std::move(more)));
  };
  EXPECT_LE(into("r", {"--pseudonym-key-file", ours}).code, 1);
  const auto before = texts("r");
  EXPECT_EQ(before.size(), 1U);
  EXPECT_EQ(into("r", {"--pseudonym-key-file", other}).code, 2);
  EXPECT_EQ(into("r", {}).code, 2);
  EXPECT_EQ(import({program_.path("mary"), "-o", program_.path("r/")}).code, 2);
  EXPECT_LE(into("r", {"--pseudonym-key-file", ours}).code, 1);
  EXPECT_EQ(texts("r"), before);
  EXPECT_FALSE(
      has(program_.run({"export", program_.path("r"), "-o", program_.path("b.ndjson")}).err,
          "left out"));
  // All at once first, a delta afterwards.
  EXPECT_LE(
      import({program_.path("mary"), "-o", program_.path("all/"), "--pseudonym-key-file", ours})
          .code,
      1);
  EXPECT_LE(into("all", {"--pseudonym-key-file", ours}).code, 1);
  // And a folder that never had a key.
  EXPECT_LE(into("plain", {}).code, 1);
  const auto refused = into("plain", {"--pseudonym-key-file", ours});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(has(refused.err, "own ids")) << refused.err;
}

TEST_F(ImportSources, AKeyThatOthersCanReadOrGuessIsRefused) {
  program_.write("mary/a.ndjson", patient("1"));
  const auto refuses = [&](const std::string& path, const std::string& word) {
    const auto ended = import({program_.path("mary"), "--pseudonym-key-file", path});
    EXPECT_EQ(ended.code, 2) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(has(ended.err, word)) << ended.err;
  };
  refuses(program_.path("none"), "cannot be read");
  const auto key = program_.write("key", "0123456789abcdef0123456789abcdef");
  fs::permissions(key, fs::perms::owner_all | fs::perms::group_read);
  refuses(key, "others than its owner");
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(import({program_.path("mary"), "--pseudonym-key-file", key}).code, 0);
  program_.write("key",
                 "0123456789abcdef\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
  refuses(key, "shorter than 32 bytes");
}

TEST_F(ImportSources, WhichIdentifiersStayAndHowMuchOfABirthDateIsChosen) {
  program_.write(
      "mary/a.ndjson",
      patient(
          "1",
          R"(,"birthDate":"1950-03-04","identifier":[{"system":"http://a.example","value":"a1"},{"system":"http://b.example","value":"b1"},{"value":"none1"},{"system":"http://hl7.org/fhir/sid/us-ssn","value":"ssn1"}])") +
          observation(
              "o", "Patient/1", "v",
              R"(,"identifier":[{"system":"http://a.example","value":"a2"},{"system":"http://b.example","value":"b2"}])"));
  const auto run = [&](const std::vector<std::string>& more) {
    return import(with({program_.path("mary"), "--report", program_.path("report.ndjson")}, more));
  };
  const auto usual = run({});
  EXPECT_TRUE(has(usual.out, "\"a1\"") && has(usual.out, "\"b1\"") && has(usual.out, "\"none1\"") &&
              !has(usual.out, "\"ssn1\"") && has(usual.out, "\"1950-03-04\""))
      << usual.out;
  const auto some = run({"--identifiers", "http://a.example", "--identifiers",
                         "http://hl7.org/fhir/sid/us-ssn", "--birth-date", "month"});
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_TRUE(has(some.out, "\"a1\"") && has(some.out, "\"a2\"") && has(some.out, "\"1950-03\""))
      << some.out;
  for (const auto* gone : {"\"b1\"", "\"b2\"", "\"none1\"", "\"ssn1\""})
    EXPECT_FALSE(has(some.out, gone)) << gone << some.out;
  EXPECT_TRUE(
      has(program_.read("report.ndjson"), R"({"path":"Patient.birthDate","reason":"identifying"})"))
      << program_.read("report.ndjson");
  EXPECT_TRUE(has(program_.read("report.ndjson"),
                  R"({"path":"Observation.identifier[1].value","reason":"identifying"})"))
      << program_.read("report.ndjson");
  const auto none = run({"--identifiers", "none", "--birth-date", "year"});
  EXPECT_FALSE(has(none.out, "\"identifier\"")) << none.out;
  EXPECT_TRUE(has(none.out, "\"birthDate\":\"1950\"")) << none.out;
  const auto configured = program_.run(
      {"--config",
       config("[import]\nidentifiers = [\"http://b.example\"]\nbirth-date = \"year\"\n"), "import",
       program_.path("mary")});
  EXPECT_TRUE(has(configured.out, "\"b2\"") && !has(configured.out, "\"a2\"") &&
              has(configured.out, "\"1950\""))
      << configured.out << configured.err;
}

}  // namespace
}  // namespace paraneo::cli
