// What a person sees on a terminal.
#include <gtest/gtest.h>

#include "cli/terminal/progress.h"
#include "program.h"

namespace paraneo::cli {
namespace {

TEST(Bar, FitsTheTerminalOfAnyWidth) {
  for (std::size_t columns = 0; columns < 200; ++columns)
    for (const auto& state : {ProgressState{123456, 40, 100, 61.5}, ProgressState{0, 0, 100, 1},
                              ProgressState{123456, 0, 0, 5}}) {
      const auto line = progress_line(state, "resources", columns);
      EXPECT_LT(line.size(), std::max<std::size_t>(columns, 1)) << line;
    }
  EXPECT_EQ(progress_line({1234, 50, 100, 10}, "records", 30), "[#####.....]  50 %  0:10 left");
  EXPECT_EQ(progress_line({1234, 50, 100, 10}, "records", 20), "[#####......]  50 %");
  EXPECT_EQ(progress_line({1234, 50, 100, 10}, "records", 80),
            "[###############...............]  50 %  0:10 left  1234 records  123/s");
  EXPECT_EQ(progress_line({1234, 0, 0, 10}, "records", 80), "1234 records  123/s");
}

// By script(1), which gives it a terminal.
class Terminal : public testing::Test {
 protected:
  Terminal() : program_("terminal") {
    if (std::system("command -v script >/dev/null") != 0)
      ADD_FAILURE() << "script(1) of util-linux is needed";
  }
  std::string shown(const std::string& settings, const std::string& words) {
    const auto command = "cd '" + program_.path(".") + "' && script -qec '" + settings +
                         " " PARANEO_BINARY " " + words + "' /dev/null >out.txt 2>&1 </dev/null";
    static_cast<void>(std::system(command.c_str()));
    return program_.read("out.txt");
  }
  Program program_;
};

TEST_F(Terminal, ColoursAreLeftOutForThoseWhoWantNone) {
  EXPECT_NE(shown("TERM=xterm", "fhirpath 1 none.json").find("\x1b["), std::string::npos);
  for (const auto* settings : {"TERM=dumb", "TERM=xterm NO_COLOR=1", "TERM=xterm CLICOLOR=0",
                               "TERM=xterm NO_COLOR=1 CLICOLOR_FORCE=1"}) {
    const auto text = shown(settings, "fhirpath 1 none.json");
    EXPECT_NE(text.find("error"), std::string::npos);
    EXPECT_EQ(text.find("\x1b["), std::string::npos) << settings << text;
  }
}

// The summary stood behind the last bar.
TEST_F(Terminal, TheBarIsGoneBeforeAnythingElseIsWritten) {
  std::ofstream records(program_.path("many.ndjson"));
  for (int i = 0; i < 60; ++i)
    records << "{\"resourceType\":\"CaseRecord\",\"version\":\"1\",\"id\":\"r" << i
            << "\",\"subject\":{\"sex\":\"female\"}}\n";
  records.close();
  const auto text = shown(
      "stty cols 40; (while read -r line; do sleep 0.03; echo \"$line\"; done < many.ndjson) | TERM=xterm",
      "export - -o out.ndjson");
  const auto bar = text.rfind("/s");
  ASSERT_NE(bar, std::string::npos) << text;
  EXPECT_TRUE(text.substr(bar).starts_with("/s\r\x1b[K60 bundles")) << text.substr(bar);
}

}  // namespace
}  // namespace paraneo::cli
