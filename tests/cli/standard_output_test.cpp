// Where standard output goes: to a reader that has enough, to a disk that is full.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "case_record.h"
#include "program.h"

namespace paraneo::cli {
namespace {

class StandardOutput : public testing::Test {
 protected:
  StandardOutput() : program_("standard-output") {
    std::string records;
    for (int i = 0; i < 1000; ++i) records += case_record(i, "1") + "\n";
    records_ = program_.write("many.ndjson", records);
    map_ = program_.write("long.map",
                          "map \"http://x/m\" = \"m\"\n" + std::string(200'000, '\n') + "// end\n");
  }
  // The code of the first of a pipe.
  int bash(const std::string& line) const {
    const auto command = "bash -c 'paraneo() { " PARANEO_BINARY " \"$@\"; }; " + line + " 2>" +
                         program_.path("err.txt") + "'";
    return WEXITSTATUS(std::system(command.c_str()));
  }
  Program program_;
  std::string records_;
  std::string map_;
};

TEST_F(StandardOutput, AReaderThatHasEnoughIsNoError) {
  for (const auto& verb : std::vector<std::string>{"export " + records_ + " --pretty",
                                                   "fhirpath observations " + records_, "--help"}) {
    const int code =
        bash("{ paraneo " + verb + " | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}; }");
    EXPECT_TRUE(code == 128 + SIGPIPE || verb == "--help") << verb << code;
    EXPECT_EQ(program_.read("err.txt").find("error"), std::string::npos)
        << program_.read("err.txt");
  }
}

// One that waits for its input has not kept what it has made of it.
TEST_F(StandardOutput, APipeGetsEachResultAsItIsMade) {
  const auto record = program_.write("one.ndjson", case_record(1, "1") + "\n");
  for (const std::string verb : {"export - --as ndjson", "fhirpath id -"}) {
    const auto fifo = program_.path("fifo");
    std::filesystem::remove(fifo);
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    // The writer ends when the first line has been read, or the reader has waited in vain.
    EXPECT_EQ(bash("{ { cat " + record + "; timeout 20 cat " + fifo + "; } | paraneo " + verb +
                   " | { timeout 10 head -c 10 >/dev/null; code=$?; echo >" + fifo +
                   "; cat >/dev/null; exit $code; } }"),
              0)
        << verb;
  }
}

// Whoever opens all.json expects one JSON text in it.
TEST_F(StandardOutput, AFileIsWhatItsNameSays) {
  const auto ended = program_.run({"export", records_, "-o", program_.path("all.json")});
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_NE(ended.err.find("name it .ndjson"), std::string::npos) << ended.err;
  EXPECT_FALSE(std::filesystem::exists(program_.path("all.json")));
  const auto one = program_.write("one.json", case_record(1, "1"));
  EXPECT_EQ(program_.run({"export", one, "-o", program_.path("bundle.json")}).code, 0);
  EXPECT_EQ(program_.run({"export", one, "--as", "ndjson", "-o", program_.path("lines.json")}).code,
            2);
  EXPECT_EQ(program_.run({"export", one, "--as", "ndjson", "-o", program_.path("lines/")}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(program_.path("lines/case-1.ndjson")));
}

// All that writes there by itself said nothing and ended with 0.
TEST_F(StandardOutput, AFullDiskIsAnErrorOfEveryVerb) {
  for (const auto& verb : std::vector<std::string>{"--help", "fhirpath 1", "fhirpath 1 --ast",
                                                   "export --help", "maps fmt " + map_}) {
    EXPECT_EQ(bash("paraneo " + verb + " >/dev/full"), 2) << verb;
    EXPECT_NE(program_.read("err.txt").find("written"), std::string::npos)
        << verb << program_.read("err.txt");
  }
}

// What the summary calls written is there: of a file nothing until it is whole, of a folder the
// files.
TEST_F(StandardOutput, AFullDiskLeavesWhatTheSummaryCounts) {
  const std::string full = "ulimit -f 16; trap \"\" XFSZ; paraneo --log json export ";
  const auto said = [&] {
    const auto err = program_.read("err.txt");
    EXPECT_NE(err.find("broke off"), std::string::npos) << err;
    const auto at = err.find("\"outputs\":");
    return at == std::string::npos ? -1 : std::stoi(err.substr(at + 10));
  };
  EXPECT_EQ(bash(full + records_ + " -o " + program_.path("all.ndjson")), 2);
  EXPECT_EQ(said(), 0);
  EXPECT_FALSE(std::filesystem::exists(program_.path("all.ndjson")));
  // The record in the middle is larger than any file may be.
  std::string records;
  for (int i = 0; i < 300; ++i) records += case_record(i, "1") + "\n";
  std::string large =
      R"({"resourceType":"CaseRecord","version":"1","id":"large","subject":{"words":")";
  large += std::string(30'000, 'w') + "\"}}\n";
  EXPECT_EQ(bash(full + program_.write("mixed.ndjson", records + large) + " -o " +
                 program_.path("folder/")),
            2);
  std::ptrdiff_t there = 0;
  for (const auto& each : std::filesystem::directory_iterator(program_.path("folder")))
    there += each.path().extension() == ".json" ? 1 : 0;
  EXPECT_EQ(said(), there);
  EXPECT_GT(there, 0);
  EXPECT_LT(there, 300);
  EXPECT_EQ(bash("paraneo export " + records_ + " >/dev/full"), 2);
  EXPECT_EQ(program_.read("err.txt").find("resource"), std::string::npos)
      << program_.read("err.txt");
}

}  // namespace
}  // namespace paraneo::cli
