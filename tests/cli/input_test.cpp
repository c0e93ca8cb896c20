#include "cli/terminal/input.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/terminal/output.h"
#include "base/gzip.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

class InputOutput : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("paraneo-io-" + std::to_string(::getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) {
    const auto path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  static std::string packed(std::string_view text) {
    std::string out;
    Deflater().feed(text, true, out);
    return out;
  }
  static std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::vector<Source> all(const std::vector<std::string>& inputs, Limits limits = {}) {
    std::vector<Source> sources;
    auto input = Input::open(inputs, limits);
    EXPECT_TRUE(input) << input.error().what;
    while (input) {
      auto next = input->next();
      EXPECT_TRUE(next) << next.error().what;
      if (!next || *next == nullptr) break;
      sources.push_back(**next);
    }
    return sources;
  }
  fs::path folder_;
};

TEST_F(InputOutput, NdjsonComesLineByLineWithItsLineNumber) {
  const auto got = all({write("a.ndjson", "{\"a\":1}\n\n{\"b\":2}\r\n  \n{\"c\":3}")});
  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[0].text, "{\"a\":1}");
  EXPECT_EQ(got[1].first_line, 3U);
  EXPECT_EQ(got[2].text, "{\"c\":3}");
  EXPECT_EQ(got[2].first_line, 5U);
}

TEST_F(InputOutput, JsonOverSeveralLinesIsOneText) {
  const std::string text = "\n{\n  \"a\": \"}\"\n}\n";
  const auto got = all({write("a.json", text)});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].first_line, 2U);
  EXPECT_EQ(got[0].text, text.substr(1));
}

// A file of one resource that was cut off to nothing must not look like a record that is gone.
TEST_F(InputOutput, AnEmptyFileOfOneResourceIsAnErrorAndNdjsonIsNot) {
  auto input = Input::open({write("a.json", " \n"), write("b.ndjson", ""), write("c.json", "{}")}, {});
  ASSERT_TRUE(input);
  const auto first = input->next();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().what, "the file is empty");
  const auto second = input->next();
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->text, "{}");
  EXPECT_EQ(*input->next(), nullptr);
}

TEST_F(InputOutput, NdjsonUnderAnotherNameIsRecognisedByItsFirstLine) {
  EXPECT_EQ(all({write("a.txt", "{\"a\":\"}{\"}\n{\"b\":2}\n")}).size(), 2U);
}

TEST_F(InputOutput, FoldersAreSortedAndSayWhatTheyLeaveOut) {
  write("in/b.json", "{}");
  write("in/a/z.ndjson", "{\"a\":1}\n{\"a\":2}\n");
  write("in/c.json.gz", packed("{\"c\":1}"));
  write("in/readme.md", "x");
  auto input = Input::open({(folder_ / "in").string()}, {});
  ASSERT_TRUE(input);
  EXPECT_EQ(input->files_total(), 3U);
  EXPECT_EQ(input->skipped().size(), 1U);
  EXPECT_EQ(all({(folder_ / "in").string()}).back().text, "{\"c\":1}");
}

TEST_F(InputOutput, PackedTextsAreKnownByTheirBytes) {
  const auto two = packed("{\"a\":1}\n") + packed("{\"b\":1}\n");
  EXPECT_EQ(all({write("a.ndjson", two)}).size(), 2U);
}

TEST_F(InputOutput, ATruncatedArchiveIsAnErrorAndTheNextFileStillComes) {
  auto whole = packed(std::string(5000, ' ') + "{\"a\":1}\n");
  whole.resize(whole.size() - 6);
  auto input = Input::open({write("a.ndjson.gz", whole), write("b.json", "{}")}, {});
  ASSERT_TRUE(input);
  bool failed = false;
  std::size_t texts = 0;
  for (;;) {
    auto next = input->next();
    if (!next) {
      failed = true;
      EXPECT_EQ(next.error().fault, Fault::data);
      continue;
    }
    if (*next == nullptr) break;
    ++texts;
  }
  EXPECT_TRUE(failed);
  EXPECT_EQ(texts, 2U);  // the line before the cut is whole
}

TEST_F(InputOutput, ATextOverTheLimitIsRefused) {
  Limits limits;
  limits.json_bytes_max = 100;
  for (const auto& text : {std::string(300000, 'x'), packed(std::string(300000, 'x'))}) {
    auto input = Input::open({write("a.json", text)}, limits);
    ASSERT_TRUE(input);
    const auto next = input->next();
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().fault, Fault::limit);
  }
}

TEST_F(InputOutput, WhatIsNotThereIsSaid) {
  EXPECT_EQ(Input::open({(folder_ / "none").string()}, {}).error().fault, Fault::io);
  EXPECT_EQ(Input::open({}, {}).error().fault, Fault::usage);
  EXPECT_EQ(Input::open({folder_.string()}, {}).error().fault, Fault::usage);
}

TEST_F(InputOutput, AFileAppearsOnlyWhenItIsFinished) {
  const auto path = (folder_ / "out.ndjson").string();
  auto output = Output::open({path, false});
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->write("x", "{\"a\":1}"));
  EXPECT_FALSE(fs::exists(path));
  ASSERT_TRUE(output->finish());
  EXPECT_EQ(content(path), "{\"a\":1}\n");
  { auto dropped = Output::open({path + "2", false}); }
  EXPECT_FALSE(fs::exists(path + "2.part"));
}

TEST_F(InputOutput, AFolderGetsOneFileEach) {
  auto output = Output::open({(folder_ / "out/").string(), true});
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->write("a/../b", "{\"a\":1}"));
  ASSERT_TRUE(output->write("a/../b", "{\"a\":2}"));
  ASSERT_TRUE(output->finish());
  EXPECT_EQ(content((folder_ / "out/a_.._b.json").string()), "{\n  \"a\": 1\n}\n");
  EXPECT_TRUE(fs::exists(folder_ / "out/a_.._b-2.json"));
}

TEST_F(InputOutput, APackedFileReadsBack) {
  const auto path = (folder_ / "out.ndjson.gz").string();
  auto output = Output::open({path, false});
  ASSERT_TRUE(output);
  for (int i = 0; i < 50000; ++i) ASSERT_TRUE(output->write("x", "{\"a\":\"some text\"}"));
  ASSERT_TRUE(output->finish());
  EXPECT_LT(fs::file_size(path), 100000U);
  EXPECT_EQ(all({path}).size(), 50000U);
}

}  // namespace
}  // namespace paraneo::cli
