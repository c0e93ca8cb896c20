// What the tests against HL7's suites have in common: files, and lists of known differences.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace paraneo::validate {

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(out).str();
}

// The lines of tests/conformance/NAME that are neither empty nor a comment.
inline std::vector<std::string> lines_of_list(const std::string& name) {
  std::vector<std::string> out;
  std::ifstream list(std::filesystem::path(PARANEO_SOURCE_DIR) / "tests/conformance" / name);
  for (std::string line; std::getline(list, line);)
    if (!line.empty() && line[0] != '#') out.push_back(line);
  return out;
}

// Who is right: the specification decides for us or for HL7 (still to be done here), or what is not
// here does.
inline bool is_known_judge(const std::string& who) {
  return who == "server" || who == "ours" || who == "theirs";
}

}  // namespace paraneo::validate
