// The configuration: that it counts, and that what does nothing is refused by name.
#include <gtest/gtest.h>

#include "program.h"

namespace paraneo::cli {
namespace {

class Config : public testing::Test {
 protected:
  Config()
      : program_(std::string("config-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {
    unsetenv("PARANEO_CONFIG");
  }
  ~Config() override {
    for (const auto* name : {"PARANEO_CONFIG", "PARANEO_CONF", "CREDENTIALS_DIRECTORY"})
      unsetenv(name);
  }
  // Evaluates an expression with this configuration.
  Ended with(const std::string& toml, std::vector<std::string> words = {"fhirpath", "1 | 2"}) {
    words.insert(words.begin(), {"--config", program_.write("c.toml", toml)});
    return program_.run(words);
  }
  void refuses(const std::string& toml, const std::string& place, const std::string& word,
               std::vector<std::string> words = {"fhirpath", "1"}) {
    const auto ended = with(toml, std::move(words));
    EXPECT_EQ(ended.code, 2) << toml << ended.err;
    EXPECT_EQ(ended.out, "") << toml;
    EXPECT_NE(ended.err.find("c.toml:" + place + ": error: "), std::string::npos)
        << toml << ended.err;
    EXPECT_NE(ended.err.find(word), std::string::npos) << toml << ended.err;
    EXPECT_NE(ended.err.find("^"), std::string::npos) << toml << ended.err;
  }
  Program program_;
};

constexpr const char* kPretty = "[fhirpath]\npretty = true\n";
constexpr const char* kIndented = "{\n  \"path\"";

TEST_F(Config, TheVariableCountsAsTheOptionDoes) {
  setenv("PARANEO_CONFIG", program_.write("c.toml", kPretty).c_str(), 1);
  EXPECT_TRUE(program_.run({"fhirpath", "1"}).out.starts_with(kIndented));
  // The option comes first.
  const auto plain = program_.write("plain.toml", "");
  EXPECT_FALSE(program_.run({"--config", plain, "fhirpath", "1"}).out.starts_with(kIndented));
}

TEST_F(Config, AFileThatIsNotThereIsAnError) {
  for (const auto* name : {"none.toml", ".", "\x01"}) {
    setenv("PARANEO_CONFIG", program_.path(name).c_str(), 1);
    const auto ended = program_.run({"fhirpath", "1"});
    EXPECT_EQ(ended.code, 2) << name;
    EXPECT_NE(ended.err.find("PARANEO_CONFIG"), std::string::npos) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(program_.run({"--help"}).code, 0);
  }
  unsetenv("PARANEO_CONFIG");
  EXPECT_EQ(program_.run({"fhirpath", "1", "--config", program_.path("none.toml")}).code, 2);
  EXPECT_EQ(program_.run({"fhirpath", "1", "--config", ""}).code, 2);
}

TEST_F(Config, AMistakeInTheVariablesFileIsShownInItsPlace) {
  setenv("PARANEO_CONFIG", program_.write("c.toml", "[fhirpath]\npretti = true\n").c_str(), 1);
  const auto ended = program_.run({"fhirpath", "1"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("c.toml:2:1: error: there is no option \"pretti\" here [config-key]"),
            std::string::npos)
      << ended.err;
}

TEST_F(Config, AMisspeltVariableIsRefusedAndSomebodyElsesIsNot) {
  setenv("PARANEO_CONF", "x", 1);
  const auto ended = program_.run({"fhirpath", "1"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("did you mean \"PARANEO_CONFIG\"?"), std::string::npos) << ended.err;
  unsetenv("PARANEO_CONF");
  setenv("PARANEO_HOME", "x", 1);
  EXPECT_EQ(program_.run({"fhirpath", "1"}).code, 0);
  unsetenv("PARANEO_HOME");
}

TEST_F(Config, WhatDoesNothingIsRefused) {
  refuses("pretty = true\n", "1:1", "\"pretty\"");
  refuses("[fhirpat]\npretty = true\n", "1:2", "did you mean \"fhirpath\"?");
  refuses("[fhirpath]\noutput = \"a\"\no = \"b\"\n", "3:1", "twice");
  refuses("[probe]\nig = \"x\"\n", "2:1", "probe");
  refuses("ig = \"x\"\n", "1:1", "does not use --ig", {"package", "list"});
  refuses("[sync.status]\non-vanish = \"keep\"\n", "2:1", "status");
}

// A limit of a verb that does not run counted for the one that did.
TEST_F(Config, ATableOfAnotherVerbHasNoEffect) {
  EXPECT_EQ(with("[export]\nlimit = \"depth=1\"\n", {"fhirpath", "(((1)))"}).code, 0);
  EXPECT_EQ(with("[fhirpath]\nlimit = \"depth=1\"\n", {"fhirpath", "(((1)))"}).code, 2);
}

// As on the command line, where an option of every verb may stand behind the verb.
TEST_F(Config, AnInnerTableTakesOptionsOfAnOuterOneAndComesBeforeIt) {
  const auto ig = program_.write("a.map", "map \"http://x/a\" = \"a\"\n");
  EXPECT_EQ(with("[transform]\nig = \"/none\"\n").code, 0);
  EXPECT_EQ(with("ig = \"/none\"\n").code, 2);
  EXPECT_EQ(with("ig = \"/none\"\n[fhirpath]\nig = \"" + ig + "\"\n").code, 0);
}

TEST_F(Config, NamesACredentialOfSystemd) {
  const std::string toml = "[fhirpath]\noutput = \"${CREDENTIALS_DIRECTORY}/out.ndjson\"\n";
  refuses(toml, "2:10", "LoadCredential");
  setenv("CREDENTIALS_DIRECTORY", program_.path(".").c_str(), 1);
  EXPECT_EQ(with(toml).code, 0);
  EXPECT_FALSE(program_.read("out.ndjson").empty());
}

class Unused : public Config, public testing::WithParamInterface<std::vector<std::string>> {};

// Each is taken by the command line and would do nothing.
TEST_P(Unused, IsRefused) {
  const auto ended = program_.run(GetParam());
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_EQ(ended.out, "");
  const auto is_said = [&](const char* words) {
    return ended.err.find(words) != std::string::npos;
  };
  EXPECT_TRUE(is_said("leave ") || is_said("excludes") || is_said("requires")) << ended.err;
}

INSTANTIATE_TEST_SUITE_P(
    Options, Unused,
    testing::Values(
        std::vector<std::string>{"push", "x.json", "--server", "https://127.0.0.1:1/", "--ig", "y"},
        std::vector<std::string>{"probe", "--server", "https://127.0.0.1:1/", "--ig", "y"},
        std::vector<std::string>{"pull", "--server", "https://127.0.0.1:1/", "--level", "system"},
        std::vector<std::string>{"pull", "--server", "https://127.0.0.1:1/", "--patient", "1",
                                 "--type", "Patient"},
        std::vector<std::string>{"pull", "--server", "https://127.0.0.1:1/", "--overlap", "5"},
        std::vector<std::string>{"pull", "--server", "https://127.0.0.1:1/", "--bulk", "-o", "d/",
                                 "--pretty"},
        std::vector<std::string>{"pull", "--server", "https://127.0.0.1:1/", "--bulk", "-o", "d/",
                                 "--page-size", "5"},
        std::vector<std::string>{"pull", "--server", "https://127.0.0.1:1/", "--smart-key-id", "k"},
        std::vector<std::string>{"pull", "--server", "https://127.0.0.1:1/", "--proxy-user", "u"},
        std::vector<std::string>{"sandbox", "--http", "--certificate", "c", "--key", "k"},
        std::vector<std::string>{"maps", "fmt", "x.map", "--ig", "y"},
        std::vector<std::string>{"fhirpath", "1", "--ast", "--pretty"},
        std::vector<std::string>{"fhirpath", "1", "--ast", "x.json"},
        std::vector<std::string>{"fhirpath", "1", "--ast", "-o", "x"},
        std::vector<std::string>{"fhirpath", "1", "--ast", "--context", "x"},
        std::vector<std::string>{"export", "-", "--as", "ndjson", "--pretty"},
        std::vector<std::string>{"transform", "--map", "x.map", "-", "--trace", "--jobs", "2"},
        std::vector<std::string>{"maps", "convert", "x.map", "--to", "map", "--pretty"},
        std::vector<std::string>{"maps", "convert", "x.map", "--to", "map", "--fhir-version", "R5"},
        std::vector<std::string>{"sync", "status", "--on-vanish", "keep"},
        std::vector<std::string>{"sync", "run", "--json"},
        std::vector<std::string>{"sync", "plan", "--metrics", "x"},
        std::vector<std::string>{"sync", "drop", "x", "--source", "y"},
        std::vector<std::string>{"sync", "plan", "--source", "x", "--kafka-group", "y"},
        std::vector<std::string>{"sync", "plan", "--kafka-topic", "x", "--kafka-brokers", "y",
                                 "--shrink-max", "3"},
        std::vector<std::string>{"sync", "retry", "--kind", "parked", "--matching", "x"},
        std::vector<std::string>{"sync", "retry", "--kind", "dead", "--resolve", "ours"},
        std::vector<std::string>{"sync", "retry", "x", "--all"}),
    [](const auto& info) { return "Case" + std::to_string(info.index); });

}  // namespace
}  // namespace paraneo::cli
