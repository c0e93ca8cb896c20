// What of who a person is stays: pseudonyms, identifiers, birth dates.
#include "import_sources.h"

namespace paraneo::cli {
namespace {

class ImportPrivacy : public ImportSources {
 protected:
  // Of two senders, with all kinds of names; each is RAW and more, but for the long one.
  void write_charts(const std::string& long_id) const {
    program_.write(
        "mary/a.ndjson",
        patient(
            "RAWp",
            R"(,"birthDate":"1950-03-04","identifier":[{"system":"http://mary.example/mrn","value":"RAW|mrn"}],"link":[{"other":{"reference":"Patient/RAWold"},"type":"replaces"}])") +
            observation(
                "RAWo", "Patient/RAWp", "value o",
                R"(,"identifier":[{"value":"RAWacc"}],"hasMember":[{"reference":"Observation/RAWlate"}],"encounter":{"reference":"Encounter/RAWe"},"performer":[{"reference":"Practitioner/RAWdoc","display":"RAWname"}],"focus":[{"reference":"urn:uuid:RAW-1","type":"Device"}])") +
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
  }
};

TEST_F(ImportPrivacy, WithAKeyNothingOfTheSendersIdsRemains) {
  const auto key = program_.write("key", "0123456789abcdef0123456789abcdef\n");
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  const auto crosswalk =
      program_.write("persons.csv", "person,source,id\nR-5,st-mary,RAWp5\nR-5,north,RAWp5\n");
  const std::string long_id(70, 'R');
  write_charts(long_id);
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

// A condition is hashed as the identifier that it asks for.
TEST_F(ImportPrivacy, AConditionalReferenceFindsItsPatientUnderAKey) {
  const auto key = program_.write("key", "0123456789abcdef0123456789abcdef");
  fs::permissions(key, fs::perms::owner_read);
  program_.write(
      "mary/a.ndjson",
      patient("1", R"(,"identifier":[{"system":"http://mary.example/mrn","value":"RAW"}])") +
          observation("o", "Patient?identifier=http://mary.example/mrn|RAW", "plain") +
          observation(
              "q",
              "https://mary.example/fhir/Patient?identifier=http%3A%2F%2Fmary.example%2Fmrn%7CRAW",
              "escaped"));
  const auto ended = import({program_.path("mary"), "--pseudonym-key-file", key});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_TRUE(has(ended.out, "\"plain\"") && has(ended.out, "\"escaped\"")) << ended.out;
  EXPECT_EQ(count(ended.out, "CaseRecord"), 1U) << ended.out;
  EXPECT_FALSE(has(ended.out + ended.err, "RAW")) << ended.out << ended.err;
}

// With another key nothing that comes would be found, and all would be there twice.
TEST_F(ImportPrivacy, AFolderStaysWithItsKey) {
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

TEST_F(ImportPrivacy, AKeyThatOthersCanReadOrGuessIsRefused) {
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

TEST_F(ImportPrivacy, WhichIdentifiersStayAndHowMuchOfABirthDateIsChosen) {
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
