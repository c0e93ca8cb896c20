// The verb sync on standard input, which comes once and is read twice.
#include <gtest/gtest.h>

#include <cstdlib>

#include "case_record.h"
#include "program.h"

namespace paraneo::cli {
namespace {

// What came was kept in the system's folder, whatever TMPDIR said, and what was said was to make
// room in TMPDIR.
TEST(SyncStandardInput, IsKeptInTheFolderOfTemporaryFiles) {
  Program program("sync_standard_input");
  const auto base = program.sandbox();
  std::vector<std::string> words{"sync", "run",      "--source",
                                 "-",    "--ledger", program.path("ledger.sqlite")};
  for (const auto& word : program.connection(base)) words.push_back(word);
  const auto text = std::string(case_record(1, "1")) + "\n";
  setenv("TMPDIR", program.path("nowhere").c_str(), 1);
  auto done = program.run(words, text);
  EXPECT_EQ(done.code, 2) << done.err;
  EXPECT_NE(done.err.find(program.path("nowhere")), std::string::npos) << done.err;
  setenv("TMPDIR", program.path("").c_str(), 1);
  done = program.run(words, text);
  unsetenv("TMPDIR");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("1 sent"), std::string::npos) << done.err;
}

}  // namespace
}  // namespace paraneo::cli
