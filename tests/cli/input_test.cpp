#include "cli/terminal/input.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/gzip.h"
#include "cli/terminal/output.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

class InputOutput : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("paraneo-io-" + std::to_string(::getpid()) + "-" +
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
  // Texts, and what stood for an error.
  static std::pair<std::vector<Source>, std::vector<Error>> everything(
      const std::vector<std::string>& inputs, Limits limits = {}) {
    std::pair<std::vector<Source>, std::vector<Error>> got;
    auto input = Input::open(inputs, limits);
    EXPECT_TRUE(input) << input.error().what;
    while (input) {
      auto next = input->next();
      if (!next) got.second.push_back(next.error());
      else if (*next == nullptr) break;
      else got.first.push_back(**next);
    }
    return got;
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
  auto input =
      Input::open({write("a.json", " \n"), write("b.ndjson", ""), write("c.json", "{}")}, {});
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

TEST_F(InputOutput, ALineOverTheLimitIsNamedAndTheLinesBehindItCome) {
  Limits limits;
  limits.json_bytes_max = 100;
  const auto line = "{\"a\":\"" + std::string(600'000, 'x') + "\"}\n";
  for (const auto& text : {"{\"a\":1}\n" + line + "\n" + line + "{\"b\":2}\n",
                           packed("{\"a\":1}\n" + line + "\n" + line + "{\"b\":2}")}) {
    const auto [texts, errors] = everything({write("a.ndjson", text)}, limits);
    ASSERT_EQ(texts.size(), 2U);
    EXPECT_EQ(texts[1].text, "{\"b\":2}");
    EXPECT_EQ(texts[1].first_line, 5U);
    ASSERT_EQ(errors.size(), 2U);
    EXPECT_EQ(errors[0].fault, Fault::limit);
    EXPECT_TRUE(errors[0].where.ends_with("a.ndjson:2")) << errors[0].where;
    EXPECT_TRUE(errors[1].where.ends_with("a.ndjson:4")) << errors[1].where;
  }
  // The last line, and one that is the only one of a text under another name.
  EXPECT_EQ(everything({write("b.ndjson", line.substr(0, 600'000))}, limits).second.size(), 1U);
  EXPECT_EQ(everything({write("c.txt", line + "{\"b\":2}\n")}, limits).first.size(), 1U);
  // It is not called empty as well.
  EXPECT_EQ(everything({write("d.json", line.substr(0, 600'000))}, limits).second.size(), 1U);
}

TEST_F(InputOutput, FoldersBehindLinksAreReadOnceAndLoopsEnd) {
  write("in/a.json", "{\"a\":1}");
  write("else/b.json", "{\"b\":1}");
  fs::create_directory_symlink(folder_ / "else", folder_ / "in/link");
  fs::create_directory_symlink(folder_ / "in", folder_ / "else/back");
  fs::create_symlink(folder_ / "in/a.json", folder_ / "in/again.json");
  const auto [texts, errors] = everything({(folder_ / "in").string()});
  EXPECT_EQ(texts.size(), 2U);
  EXPECT_TRUE(errors.empty());
}

TEST_F(InputOutput, WhatAFolderCannotGiveIsNamedAndTheRestComes) {
  write("in/a.json", "{}");
  fs::create_symlink("nowhere", folder_ / "in/gone");
  fs::create_symlink("round", folder_ / "in/round");
  ASSERT_EQ(mkfifo((folder_ / "in/pipe.json").c_str(), 0600), 0);
  const auto [texts, errors] = everything({(folder_ / "in").string()});
  EXPECT_EQ(texts.size(), 1U);
  ASSERT_EQ(errors.size(), 3U);
  for (const auto& error : errors) EXPECT_EQ(error.fault, Fault::io) << error.what;
  EXPECT_TRUE(errors[0].where.ends_with("in/gone"));
}

TEST_F(InputOutput, BytesBehindAPackedTextAreNamed) {
  const auto [texts, errors] = everything(
      {write("a.ndjson.gz", packed("{\"a\":1}") + "garbage\x1f\x8b"), write("b.json", "{}")});
  EXPECT_EQ(texts.size(), 2U);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].fault, Fault::data);
  EXPECT_TRUE(everything({write("c.ndjson.gz", packed("{\"a\":1}") + std::string(1000, '\0'))})
                  .second.empty());
}

std::string from_hex(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  return out;
}

// {"a":1} and a line end; zip is an archive of files.
TEST_F(InputOutput, ReadsWhatOthersPackAndNamesAnArchive) {
  const auto bzip2 = from_hex(
      "425a6839314159265359bac64ddb00000359800010100020102000000a20002203650860114a1f177245385090bac64ddb");
  const auto xz = from_hex(
      "fd377a585a000004e6d6b4460200210116000000742fe5a30100077b2261223a317d0a00be4991435504ef8500012008bb19d9bb1fb6f37d010000000004595a");
  const auto zstd = from_hex("28b52ffd04584100007b2261223a317d0ae2efece0");
  for (const auto& bytes : {bzip2, xz, zstd}) {
    EXPECT_EQ(all({write("a", bytes)}).size(), 1U);
    EXPECT_EQ(all({write("b.ndjson.packed", bytes + bytes)}).size(), 2U);  // as parallel packers
                                                                           // write
    const auto cut = everything({write("c", bytes.substr(0, bytes.size() - 9))});
    EXPECT_EQ(cut.second.size(), 1U);
    EXPECT_EQ(cut.second[0].fault, Fault::data);
  }
  write("in/a.ndjson.bz2", bzip2);
  write("in/b.json.zst", zstd);
  EXPECT_EQ(all({(folder_ / "in").string()}).size(), 2U);
  const auto zip = everything({write("a.zip", "PK\x03\x04rest")});
  ASSERT_EQ(zip.second.size(), 1U);
  EXPECT_NE(zip.second[0].what.find("zip"), std::string::npos);
  EXPECT_TRUE(zip.first.empty());
}

TEST_F(InputOutput, BareCarriageReturnsEndTheLinesOfAFileThatHasNoOthers) {
  const auto got = all({write("a.ndjson", "{\"a\":1}\r{\"b\":2}\r\r{\"c\":3}\r")});
  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[2].first_line, 4U);
  EXPECT_EQ(all({write("b.json", "{\r\"a\":\r1}\r")}).size(), 1U);
  EXPECT_EQ(all({write("c.ndjson", "{\"a\":\r1}\n{\"b\":2}\n")}).size(), 2U);
  EXPECT_TRUE(all({write("d.ndjson", "\r\r\n\r")}).empty());
}

TEST_F(InputOutput, APipeGivesEachLineAsItComes) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "{\"a\":1}\n{", 9), 9);
  auto input = Input::open({"/dev/fd/" + std::to_string(ends[0])}, {});
  ASSERT_TRUE(input);
  const auto got = input->next();  // waited for 256 KB
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)->text, "{\"a\":1}");
  close(ends[1]);
  close(ends[0]);
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
