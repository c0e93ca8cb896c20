// The examples in --help, pasted as they stand into a shell at the root of the repository.
#include <gtest/gtest.h>

#include <sstream>

#include "program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> examples_of(const std::string& help) {
  std::vector<std::string> out;
  std::istringstream lines(help.substr(std::min(help.find("\nExample"), help.size())));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("  paraneo ")) out.push_back(line.substr(2));
  return out;
}

class Help : public testing::Test {
 protected:
  Help() : program_("help") {
    const fs::path source(PARANEO_SOURCE_DIR);
    for (const auto* part : {"mappings", "tests/records", "profiles/built"}) {
      fs::create_directories(program_.path(part));
      fs::copy(source / part, program_.path(part), fs::copy_options::recursive);
    }
    fs::create_directories(program_.path("bin"));
    fs::create_symlink(PARANEO_BINARY, program_.path("bin/paraneo"));
  }
  int shell(const std::string& line) const {
    const auto command = "cd '" + program_.path(".") + "' && PATH=\"$PWD/bin:$PATH\" && export PATH && " + line + " >out.txt 2>err.txt";
    return WEXITSTATUS(std::system(command.c_str()));
  }
  Program program_;
};

TEST_F(Help, ExamplesWorkAsTheyStand) {
  for (const std::string verb : {"export", "import", "transform", "fhirpath", "maps fmt", "maps convert", "maps check", "maps coverage", "package list"}) {
    ASSERT_EQ(shell("paraneo " + verb + " --help"), 0);
    const auto examples = examples_of(program_.read("out.txt"));
    EXPECT_FALSE(examples.empty()) << verb;
    for (const auto& example : examples)
      EXPECT_EQ(shell(example), verb == "maps coverage" ? 1 : 0) << example << "\n" << program_.read("err.txt");
  }
}

TEST_F(Help, NamesTheOptionsOfEveryVerb) {
  ASSERT_EQ(shell("paraneo maps check --help"), 0);
  EXPECT_NE(program_.read("out.txt").find("--ig"), std::string::npos);
}

}  // namespace
}  // namespace paraneo::cli
