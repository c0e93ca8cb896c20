// What -o does, in every verb that has it.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/case_record.h"
#include "cli/program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

unsigned permissions_of(const std::string& path) {
  struct stat status{};
  ::stat(path.c_str(), &status);
  return status.st_mode & 07777;
}

std::string record(const std::string& id) {
  return R"({"resourceType":"CaseRecord","version":"1","id":")" + id +
         R"(","subject":{"sex":"female"}})" + "\n";
}

TEST(Output, ADeviceIsWrittenToAndTheReportComes) {
  Program run("device-run");
  const auto input = run.write("r.json", record("a"));
  fs::create_symlink("/dev/null", run.path("null"));
  const auto ended =
      run.run({"export", input, "-o", run.path("null"), "--unmapped", run.path("u.csv")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_TRUE(fs::is_symlink(run.path("null")));
  EXPECT_TRUE(fs::exists(run.path("u.csv")));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(Output, StandardOutputByItsName) {
  Program run("stdout-name");
  const auto input = run.write("r.json", record("a"));
  const auto ended = run.run({"export", input, "-o", "/dev/stdout"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, run.run({"export", input}).out);
}

TEST(Output, AnInputIsNeverWrittenOver) {
  Program run("over-input");
  const auto text = record("a");
  const auto input = run.write("a.json", text);
  fs::create_hard_link(input, run.path("other-name.json"));
  fs::create_symlink(input, run.path("link.json"));
  fs::create_directories(run.path("folder"));
  fs::copy(input, run.path("folder/a.json"));
  for (const auto& output : {input, run.path("other-name.json"), run.path("link.json")}) {
    const auto ended = run.run({"export", input, "-o", output});
    EXPECT_EQ(ended.code, 2);
    EXPECT_NE(ended.err.find("would be written over"), std::string::npos) << ended.err;
    EXPECT_EQ(run.read("a.json"), text);
  }
  EXPECT_EQ(run.run({"export", input, "--unmapped", input}).code, 2);
  EXPECT_EQ(run.run({"export", run.path("folder"), "-o", run.path("folder")}).code, 2);
  EXPECT_EQ(run.read("folder/a.json"), text);
  const auto map = run.write("a.map", R"(map "http://example.org/m" = "m"
group g(source a : Patient, target b : Patient) { a.id -> b.id; })");
  EXPECT_EQ(run.run({"transform", "--map", map, input, "-o", map}).code, 2);
  EXPECT_EQ(run.run({"maps", "convert", "--to", "json", map, "-o", map}).code, 2);
  EXPECT_EQ(run.run({"fhirpath", "id", input, "-o", input}).code, 2);
  EXPECT_EQ(run.read("a.json"), text);
}

TEST(Output, FilesOfPatientsAreForTheirOwner) {
  Program run("private");
  const auto input = run.write("r.json", record("a"));
  ASSERT_EQ(
      run.run({"export", input, "-o", run.path("b.ndjson"), "--unmapped", run.path("u.csv")}).code,
      0);
  ASSERT_EQ(run.run({"export", input, "-o", run.path("folder/")}).code, 0);
  for (const auto* name : {"b.ndjson", "u.csv", "folder/a.json"})
    EXPECT_EQ(permissions_of(run.path(name)), 0600U) << name;
  ::chmod(run.path("b.ndjson").c_str(), 0640);
  ASSERT_EQ(run.run({"export", input, "-o", run.path("b.ndjson")}).code, 0);
  EXPECT_EQ(permissions_of(run.path("b.ndjson")), 0640U);
}

TEST(Output, OfTwoRunsWithOneOutputOneIsRefused) {
  Program run("two-runs");
  const auto one = run.write("one.json", record("a"));
  ASSERT_EQ(::mkfifo(run.path("slow").c_str(), 0600), 0);
  for (const auto& output : {run.path("out.ndjson"), run.path("out/")}) {
    // The first run waits for its input, and holds its output.
    std::thread feeder([&] {
      std::ofstream slow(run.path("slow"));
      for (int i = 0;
           i < 6000 && !fs::exists(run.path("out.ndjson.part")) && !fs::exists(run.path("out"));
           ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      Program second("second-run");
      const auto ended = second.run({"export", one, "-o", output});
      EXPECT_EQ(ended.code, 2);
      EXPECT_NE(ended.err.find("another run is writing here"), std::string::npos) << ended.err;
      slow << record("b");
    });
    const auto first = run.run({"export", run.path("slow"), "-o", output});
    feeder.join();
    EXPECT_EQ(first.code, 0) << first.err;
  }
  EXPECT_EQ(run.read("out.ndjson"), run.run({"export", run.write("b.json", record("b"))}).out);
  EXPECT_TRUE(fs::exists(run.path("out/b.json")));
}

TEST(Output, AFullDiskLeavesTheOldFilesOfAFolder) {
  Program run("full");
  const auto input = run.write("r.ndjson", record("a") + record("b"));
  ASSERT_EQ(run.run({"export", input, "-o", run.path("out/")}).code, 0);
  const auto old = run.read("out/a.json");
  ASSERT_FALSE(old.empty());
  const auto ended =
      run.run_with_files_of(100, {"export", input, "-o", run.path("out/"), "--pretty"});
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_EQ(run.read("out/a.json"), old);
  EXPECT_FALSE(fs::exists(run.path("out/a.json.part")));
}

TEST(Output, AReaderThatHasEnoughIsNoError) {
  Program run("head");
  std::string many;
  for (int i = 0; i < 2000; ++i) many += record("r" + std::to_string(i));
  const auto input = run.write("many.ndjson", many);
  const auto command = "set -o pipefail; " PARANEO_BINARY " export " + input + " 2>" +
                       run.path("err") + " | head -c 100 >/dev/null; test ${PIPESTATUS[0]} = 141";
  EXPECT_EQ(std::system(("bash -c '" + command + "'").c_str()), 0);
  EXPECT_EQ(run.read("err"), "");
}

TEST(Output, ADeltaThatNobodyHasReadIsNotWrittenOver) {
  Program run("delta");
  const auto base = run.sandbox();
  auto pull = run.connection(base);
  pull.insert(pull.begin(), {"pull", "--since", "auto", "-o", run.path("new.ndjson"), "--deletions",
                             run.path("gone.ndjson")});
  auto push = run.connection(base);
  push.insert(push.begin(),
              {"push", run.write("bundle.json",
                                 run.run({"export", run.write("a.json", record("a"))}).out)});
  const auto pushed = run.run(push);
  ASSERT_EQ(pushed.code, 0) << pushed.err;
  ASSERT_EQ(run.run(pull).code, 0);
  const auto delta = run.read("new.ndjson");
  ASSERT_FALSE(delta.empty());
  const auto refused = run.run(pull);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("move it away"), std::string::npos) << refused.err;
  EXPECT_EQ(run.read("new.ndjson"), delta);
  fs::rename(run.path("new.ndjson"), run.path("read.ndjson"));
  EXPECT_EQ(run.run(pull).code, 0);
  // Empty: there is nothing to lose.
  EXPECT_EQ(run.run(pull).code, 0);
}

}  // namespace
}  // namespace paraneo::cli
