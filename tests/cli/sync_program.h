// The verb sync, as a user runs it over a folder of records, against the sandbox.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "case_record.h"
#include "program.h"

namespace paraneo::cli {

inline std::string record(int number, const std::string& value, bool second = true) {
  return case_record(number, value, second);
}

class SyncTest : public testing::Test {
 protected:
  SyncTest() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(program_.path("records"));
  }
  void put(int number, const std::string& text) {
    program_.write("records/" + std::to_string(number) + ".json", text);
  }
  void configure(const std::string& base, const std::string& more = {}) {
    program_.write("paraneo.toml", "[sync]\nserver = \"" + base + "\"\ncertificate-authority = \"" +
                                       program_.path("tls/ca.crt") + "\"\nsource = \"" +
                                       program_.path("records") + "\"\nledger = \"" +
                                       program_.path("ledger.sqlite") + "\"\n" + more);
  }
  std::vector<std::string> words(std::vector<std::string> action) const {
    action.insert(action.begin(), "sync");
    action.insert(action.end(), {"--config", program_.path("paraneo.toml")});
    return action;
  }
  Ended sync(const std::vector<std::string>& action) { return program_.run(words(action)); }
  // Somebody else writes to the server; the exit code of that.
  int push_there(const std::string& base, const std::string& text) {
    std::vector<std::string> push{"push", "-"};
    for (const auto& word : program_.connection(base)) push.push_back(word);
    return program_.run(push, text).code;
  }
  int delete_there(const std::string& base, const std::string& target) {
    return push_there(
        base,
        R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":")" +
            target + "\"}}]}");
  }
  // Every resource of the server, with its version, without its time.
  std::string all(const std::string& base) {
    std::vector<std::string> arguments{"pull"};
    for (const auto& word : program_.connection(base)) arguments.push_back(word);
    auto text = program_.run(arguments).out;
    const std::string name = "\"lastUpdated\":\"";
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      const auto begin = at + name.size();
      text.replace(begin, text.find('"', begin) - begin, "2026-01-01T00:00:00Z");
    }
    return text;
  }
  Program program_;
};

}  // namespace paraneo::cli
