#include <gtest/gtest.h>

#include "program.h"

namespace paraneo::cli {
namespace {

constexpr const char* kRecords =
    R"({"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":26.0}}
{"resourceType":"Patient","id":"p1"}
)";

class PushPull : public testing::Test {
 protected:
  PushPull() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  Ended run(std::vector<std::string> arguments, const std::string& base,
            const std::string& input = {}) {
    for (auto& word : program_.connection(base)) arguments.push_back(word);
    return program_.run(arguments, input);
  }
  Program program_;
};

TEST_F(PushPull, WhatIsPushedComesBackAndASecondPushChangesNothing) {
  const auto base = program_.sandbox();
  ASSERT_FALSE(base.empty()) << program_.read("stderr-sandbox");
  const auto first = run({"push", "-"}, base, kRecords);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_TRUE(first.err.ends_with("\ncreated 2, updated 0, deleted 0, unchanged 0, failed 0\n"))
      << first.err;
  EXPECT_TRUE(first.out.empty());
  EXPECT_TRUE(run({"push", "-"}, base, kRecords)
                  .err.ends_with("\ncreated 0, updated 0, deleted 0, unchanged 2, failed 0\n"));
  const auto pulled = run({"pull", "--patient", "p1"}, base);
  EXPECT_EQ(pulled.code, 0) << pulled.err;
  EXPECT_EQ(std::count(pulled.out.begin(), pulled.out.end(), '\n'), 2);
  EXPECT_NE(pulled.out.find("\"value\":26.0"), std::string::npos);
  EXPECT_NE(pulled.err.find("the server's counts agree"), std::string::npos);
  EXPECT_EQ(run({"pull"}, base).code, 0);
  const auto folder = program_.path("out/");
  EXPECT_EQ(run({"pull", "--query", "Patient?_id=p1", "-o", folder, "--pretty"}, base).code, 0);
  EXPECT_EQ(program_.read("out/Patient-p1.json").substr(0, 4), "{\n  ");
}

TEST_F(PushPull, XmlOnTheWireSaysTheSame) {
  const auto base = program_.sandbox();
  const auto first = run({"push", "-", "--format", "xml"}, base, kRecords);
  EXPECT_TRUE(first.err.ends_with("\ncreated 2, updated 0, deleted 0, unchanged 0, failed 0\n"))
      << first.err;
  EXPECT_TRUE(run({"push", "-"}, base, kRecords)
                  .err.ends_with("\ncreated 0, updated 0, deleted 0, unchanged 2, failed 0\n"));
  const auto as_json = run({"pull"}, base);
  const auto as_xml = run({"pull", "--format", "xml"}, base);
  EXPECT_EQ(as_xml.code, 0) << as_xml.err;
  EXPECT_EQ(as_xml.out, as_json.out);
  EXPECT_NE(as_xml.out.find("\"value\":26.0"), std::string::npos);
  // What XML has no place for is not sent without it.
  const auto refused =
      run({"push", "-", "--format", "xml"}, base, R"({"resourceType":"Patient","id":"p2","x":1})");
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("cannot be sent as XML: Patient has no element \"x\""),
            std::string::npos)
      << refused.err;
  EXPECT_EQ(run({"pull", "--bulk", "--format", "xml", "-o", program_.path("bulk/")}, base).code, 2);
}

TEST_F(PushPull, AFileInXmlIsPushed) {
  const auto base = program_.sandbox();
  const auto file = program_.write(
      "b.xml",
      "<Bundle xmlns=\"http://hl7.org/fhir\">\n <type value=\"collection\"/>\n <entry><resource><Patient><id value=\"p1\"/></Patient></resource></entry>\n"
      " <entry>\n  <resource><Patient><gender value=\"male\"/></Patient></resource></entry>\n</Bundle>\n");
  const auto done = run({"push", file}, base);
  EXPECT_EQ(done.code, 1);
  EXPECT_NE(done.err.find("created 1"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("b.xml:5:13"), std::string::npos) << done.err;
}

TEST_F(PushPull, APatientIsFoundByItsRecordOrIdentifier) {
  const auto base = program_.sandbox();
  const auto record = program_.write(
      "dm-017.json",
      R"({"resourceType":"CaseRecord","version":"1","id":"dm-017","subject":{"sex":"female"}})");
  ASSERT_EQ(program_.run({"export", record, "-o", program_.path("b.json")}).code, 0);
  ASSERT_EQ(run({"push", program_.path("b.json")}, base).code, 0);
  ASSERT_EQ(
      run({"push", "-"}, base,
          R"({"resourceType":"Patient","id":"q","identifier":[{"system":"urn:mrn","value":"1,2|3"}]})")
          .code,
      0);
  EXPECT_NE(run({"pull", "--patient", "dm-017"}, base).out.find("dm-017#subject"),
            std::string::npos);
  EXPECT_EQ(run({"pull", "--patient", "dm-018"}, base).code, 3);
  EXPECT_EQ(run({"pull", "--patient", "Patient/q"}, base).code, 2);
}

TEST_F(PushPull, APatientIsFoundByItsRecordOfANamespace) {
  const auto base = program_.sandbox();
  const auto record = program_.write(
      "dm-017.json",
      R"({"resourceType":"CaseRecord","version":"1","id":"dm-017","subject":{"sex":"female"}})");
  for (const auto* name_space : {"https://a.example.org/cases", "https://b.example.org/cases"}) {
    ASSERT_EQ(
        program_.run({"export", record, "--namespace", name_space, "-o", program_.path("b.json")})
            .code,
        0);
    ASSERT_EQ(run({"push", program_.path("b.json")}, base).code, 0);
  }
  const auto found =
      run({"pull", "--patient", "dm-017", "--namespace", "https://b.example.org/cases"}, base);
  EXPECT_NE(found.out.find("https://b.example.org/cases|dm-017#subject"), std::string::npos)
      << found.err;
  EXPECT_EQ(found.out.find("https://a.example.org/cases|"), std::string::npos);
  EXPECT_EQ(run({"pull", "--patient", "dm-017"}, base).code, 3);  // of ours there is none
  EXPECT_EQ(run({"pull", "--namespace", "https://b.example.org/cases"}, base).code, 2);
}

TEST_F(PushPull, OneTypeIsPulledByItsName) {
  const auto base = program_.sandbox();
  ASSERT_EQ(run({"push", "-"}, base, kRecords).code, 0);
  const auto patients = run({"pull", "--type", "Patient"}, base);
  EXPECT_EQ(patients.code, 0) << patients.err;
  EXPECT_EQ(std::count(patients.out.begin(), patients.out.end(), '\n'), 1);
  EXPECT_EQ(patients.out, run({"pull", "--query", "Patient"}, base).out);
  const auto both = run({"pull", "--type", "Patient", "--type", "Observation"}, base);
  EXPECT_EQ(std::count(both.out.begin(), both.out.end(), '\n'), 2);
  EXPECT_EQ(run({"pull", "--type", "Patient?x=y"}, base).code, 2);
  EXPECT_EQ(run({"pull", "--type", "Patient", "--patient", "p1"}, base).code, 2);
}

TEST_F(PushPull, AnOutputThatIsThereAlreadyIsNotReplacedUnasked) {
  const auto base = program_.sandbox();
  const auto file = program_.write("all.ndjson", "mine\n");
  EXPECT_EQ(run({"pull", "-o", file}, base).code, 2);
  EXPECT_EQ(program_.read("all.ndjson"), "mine\n");
  EXPECT_EQ(run({"pull", "-o", file, "--overwrite"}, base).code, 0);
  EXPECT_NE(program_.read("all.ndjson"), "mine\n");
  EXPECT_EQ(run({"pull", "-o", file, "--since", "auto", "--overwrite"}, base).code, 2);
}

TEST_F(PushPull, FindingsInTheDataAreExitCodeOne) {
  const auto base = program_.sandbox();
  const auto file = program_.write(
      "a.ndjson",
      std::string(kRecords) +
          "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"x\":1}\nnonsense\n{\"resourceType\":\"Patient\"}\n");
  const auto done = run({"push", file}, base);
  EXPECT_EQ(done.code, 1);
  for (const auto* expected :
       {"a.ndjson:3:1", "a.ndjson:4:2", "a.ndjson:5:1", "has no id", "created 2"})
    EXPECT_NE(done.err.find(expected), std::string::npos) << expected << "\n" << done.err;
}

// Nothing is lost by it: what is not valid goes where it is told to, or with the rest.
TEST_F(PushPull, WhatComesIsValidatedOnRequest) {
  const auto base = program_.sandbox();
  const auto pushed = run(
      {"push", "-"}, base,
      std::string(kRecords) + "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"gender\":\"m\"}\n");
  ASSERT_EQ(pushed.code, 0) << pushed.err;
  const auto named = run({"pull", "--validate"}, base);
  EXPECT_EQ(named.code, 1) << named.err;
  EXPECT_EQ(std::count(named.out.begin(), named.out.end(), '\n'), 3);
  EXPECT_NE(named.err.find("(at Patient.gender)"), std::string::npos) << named.err;
  EXPECT_NE(named.err.find("1 resource of 3 with errors"), std::string::npos) << named.err;
  EXPECT_EQ(named.err.find("p2"), std::string::npos) << named.err;
  const auto apart = run({"pull", "--validate", "--invalid", program_.path("odd.ndjson"), "-o",
                          program_.path("good.ndjson")},
                         base);
  EXPECT_EQ(apart.code, 1) << apart.err;
  EXPECT_NE(program_.read("odd.ndjson").find("\"p2\""), std::string::npos);
  EXPECT_EQ(program_.read("good.ndjson").find("\"p2\""), std::string::npos);
  EXPECT_NE(program_.read("good.ndjson").find("\"p1\""), std::string::npos);
  EXPECT_EQ(run({"pull", "--validate", "--type", "Observation"}, base).code, 0);
  EXPECT_EQ(run({"pull", "--validate", "--bulk", "-o", program_.path("bulk/")}, base).code, 2);
}

TEST_F(PushPull, AServerThatIsNotTrustedIsExitCodeThree) {
  const auto base = program_.sandbox();
  const auto done = program_.run({"pull", "--server", base, "-o", program_.path("x")});
  EXPECT_EQ(done.code, 3);
  EXPECT_NE(done.err.find("--certificate-authority"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(program_.path("x")));
  const auto loud = program_.run({"pull", "--server", base, "-k"});
  EXPECT_EQ(loud.code, 0);
  EXPECT_NE(loud.err.find("WARNING: --insecure"), std::string::npos);
}

TEST_F(PushPull, TokensComeFromFiles) {
  const auto token = program_.write("token", "secret\r\n");  // as some editors write it
  const auto base = program_.sandbox({"--bearer-token-file", token});
  const auto without = run({"pull"}, base);
  EXPECT_EQ(without.code, 3);
  EXPECT_NE(without.err.find("401"), std::string::npos);
  EXPECT_EQ(run({"pull", "--bearer-token-file", token}, base).code, 0);
}

TEST_F(PushPull, WrongUseIsExitCodeTwo) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{},
        {"nonsense"},
        {"push"},
        {"push", "x.json"},
        {"push", "-", "--server", "example.org"},
        {"push", "-", "--server", "http://example.org"},
        {"push", "/none", "--server", "https://localhost:1"},
        {"pull", "--server", "https://localhost:1", "--query", "x"},
        {"pull", "--server", "https://localhost:1", "--patient", "a/b"},
        {"pull", "--server", "https://localhost:1", "--header", "nocolon"},
        {"sandbox", "--http", "--host", "0.0.0.0"}})
    EXPECT_EQ(program_.run(words).code, 2);
}

TEST_F(PushPull, HelpHasAnExample) {
  for (const auto* verb : {"push", "pull", "sandbox"}) {
    const auto help = program_.run({verb, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_NE(help.out.find("Example"), std::string::npos) << verb;
  }
  EXPECT_EQ(program_.run({"--version"}).out.substr(0, 8), "paraneo ");
}

TEST_F(PushPull, LogJsonIsOneObjectALine) {
  const auto base = program_.sandbox();
  const auto done = run({"--log", "json", "push", "-"}, base, kRecords);
  EXPECT_EQ(done.err.substr(0, 9), "{\"time\":\"");
  EXPECT_NE(done.err.find("\"created\":2,"), std::string::npos);
}

TEST_F(PushPull, TheEndSaysWhatWasExchanged) {
  const auto base = program_.sandbox();
  const auto pushed = run({"push", "-"}, base, kRecords);
  const auto pulled = run({"pull", "-o", program_.path("all.ndjson")}, base);
  for (const auto* err : {&pushed.err, &pulled.err})
    for (const auto* line : {"requests   ", "latencies  mean ", "bodies     ", "answers    20"})
      EXPECT_NE(err->find(line), std::string::npos) << line << "\n" << *err;
  EXPECT_EQ(pushed.err.find("none:"), std::string::npos) << pushed.err;
  EXPECT_EQ(run({"push", "-", "-q"}, base, kRecords).err, "");
  const auto json = run({"push", "-", "--log", "json"}, base, kRecords);
  const auto event = json.err.find(R"("event":"traffic")");
  ASSERT_NE(event, std::string::npos) << json.err;
  for (const auto* member : {R"("requests":)", R"("unanswered":0)", R"("bytes_sent":)",
                             R"("latency_99_us":)", R"("status_200":)"})
    EXPECT_NE(json.err.find(member, event), std::string::npos) << member << "\n" << json.err;
  // Nobody answered: there is nothing to sum up.
  EXPECT_EQ(program_.run({"pull", "--server", "http://127.0.0.1:9"}).err.find("latencies"),
            std::string::npos);
}

TEST_F(PushPull, APushThatWasKilledIsCompletedByTheNext) {
  const auto base = program_.sandbox({"--log-requests"});
  constexpr int kCount = 2000;
  std::string lines;
  for (int i = 0; i < kCount; ++i)
    lines += "{\"resourceType\":\"Patient\",\"id\":\"p" + std::to_string(i) + "\"}\n";
  std::vector<std::string> words{"push", program_.write("many.ndjson", lines)};
  for (auto& word : program_.connection(base)) words.push_back(word);
  int killed = 0;
  for (int i = 0; i < 3; ++i) {
    const auto before = program_.answered();
    killed +=
        program_.run_and_kill_when(words, [&] { return program_.answered() > before; }) ? 1 : 0;
  }
  EXPECT_GT(killed, 0);
  EXPECT_EQ(program_.run(words).code, 0);
  const auto pulled = run({"pull", "--query", "Patient"}, base);
  EXPECT_EQ(std::count(pulled.out.begin(), pulled.out.end(), '\n'), kCount) << pulled.err;
  EXPECT_EQ(pulled.out.find("\"versionId\":\"2\""), std::string::npos);
}

TEST_F(PushPull, TheSandboxKeepsItsDataInAFile) {
  const auto data = program_.path("data.sqlite");
  {
    const auto base = program_.sandbox({"--data", data});
    EXPECT_EQ(run({"push", "-"}, base, kRecords).code, 0);
  }
  const auto base = program_.sandbox({"--data", data});
  EXPECT_NE(run({"push", "-"}, base, kRecords).err.find("\ncreated 0"), std::string::npos);
}

TEST_F(PushPull, OptionsComeFromAConfigFile) {
  const auto base = program_.sandbox();
  const auto config = program_.write("paraneo.toml", "[pull]\nserver = \"" + base +
                                                         "\"\ncertificate-authority = \"" +
                                                         program_.path("tls/ca.crt") + "\"\n");
  const auto done = program_.run({"--config", config, "pull"});
  EXPECT_EQ(done.code, 0) << done.err;
}

}  // namespace
}  // namespace paraneo::cli
