// A small case for the tests of sync.
#pragma once

#include <string>
#include <vector>

namespace paraneo::cli {

// With one observation of this value, or a second one beside it.
inline std::string case_record(const std::string& id, const std::string& value,
                               bool second = false) {
  return R"({"resourceType":"CaseRecord","version":"1","id":")" + id +
         R"(","subject":{"sex":"female"},"observations":[{"key":"a","code":{"text":"first"},"value":{"number":)" +
         value + R"(,"unit":"U/L"}})" +
         (second ? R"(,{"key":"b","code":{"text":"second"},"value":{"number":1,"unit":"U/L"}})"
                 : "") +
         "]}";
}

inline std::string case_record(int number, const std::string& value, bool second = false) {
  return case_record("case-" + std::to_string(number), value, second);
}

// Actions of sync that take no option of a server or a source.
inline bool looks_into_the_ledger_only(const std::vector<std::string>& action) {
  return action[0] == "status" || action[0] == "retry" || action[0] == "drop";
}

}  // namespace paraneo::cli
