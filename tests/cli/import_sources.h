// Files of two senders whom a configuration names, for the tests of whose what comes is.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "program.h"

namespace paraneo::cli {

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

}  // namespace paraneo::cli
