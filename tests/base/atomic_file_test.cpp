#include "base/atomic_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace paraneo {
namespace {

namespace fs = std::filesystem;

class AtomicFileTest : public ::testing::Test {
 protected:
  AtomicFileTest()
      : folder_(fs::temp_directory_path() / ("paraneo-atomic-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~AtomicFileTest() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
  }
  std::string text(const std::string& name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  unsigned permissions(const std::string& name) const {
    struct stat status{};
    ::stat(path(name).c_str(), &status);
    return status.st_mode & 07777;
  }

 private:
  fs::path folder_;
};

TEST_F(AtomicFileTest, TheOldFileStaysUntilTheNewOneIsWhole) {
  put("a", "old");
  {
    auto file = AtomicFile::open(path("a"), AtomicFile::kPrivate);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("ne"));
    EXPECT_EQ(text("a"), "old");
    ASSERT_TRUE(file->write("w"));
    ASSERT_TRUE(file->commit());
  }
  EXPECT_EQ(text("a"), "new");
  EXPECT_FALSE(fs::exists(path("a.part")));
}

TEST_F(AtomicFileTest, WhatIsNotCommittedLeavesNothing) {
  put("a", "old");
  {
    auto file = AtomicFile::open(path("a"), AtomicFile::kPrivate);
    ASSERT_TRUE(file && file->write("half"));
  }
  EXPECT_EQ(text("a"), "old");
  EXPECT_FALSE(fs::exists(path("a.part")));
}

TEST_F(AtomicFileTest, ANewFileIsPrivateAndAnOldOneKeepsItsPermissions) {
  const auto mask = ::umask(022);
  ASSERT_TRUE(replace_file(path("new"), "x", AtomicFile::kPrivate));
  ASSERT_TRUE(replace_file(path("shared"), "x", AtomicFile::kShared));
  for (const unsigned each : {0600U, 0640U, 0664U}) {
    put("old", "x");
    ASSERT_EQ(::chmod(path("old").c_str(), each), 0);
    ASSERT_TRUE(replace_file(path("old"), "y", AtomicFile::kShared));
    EXPECT_EQ(permissions("old"), each);
    EXPECT_EQ(text("old"), "y");
  }
  ::umask(mask);
  EXPECT_EQ(permissions("new"), 0600U);
  EXPECT_EQ(permissions("shared"), 0644U);
}

TEST_F(AtomicFileTest, AStaleDraftIsTakenOverWithTheRightPermissions) {
  put("a.part", "what a killed run has left");
  ::chmod(path("a.part").c_str(), 0666);
  ASSERT_TRUE(replace_file(path("a"), "new", AtomicFile::kPrivate));
  EXPECT_EQ(text("a"), "new");
  EXPECT_EQ(permissions("a"), 0600U);
}

TEST_F(AtomicFileTest, ADraftThatIsALinkIsNotFollowed) {
  put("other", "other");
  fs::create_symlink(path("other"), path("a.part"));
  EXPECT_FALSE(AtomicFile::open(path("a"), AtomicFile::kPrivate));
  EXPECT_EQ(text("other"), "other");
}

TEST_F(AtomicFileTest, ALinkIsFollowedAndStaysALink) {
  put("real", "old");
  fs::create_symlink("real", path("link"));
  fs::create_symlink("link", path("link-to-link"));
  ASSERT_TRUE(replace_file(path("link-to-link"), "new", AtomicFile::kPrivate));
  EXPECT_TRUE(fs::is_symlink(path("link-to-link")));
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(text("real"), "new");

  fs::create_symlink("not-yet-there", path("dangling"));
  ASSERT_TRUE(replace_file(path("dangling"), "new", AtomicFile::kPrivate));
  EXPECT_EQ(text("not-yet-there"), "new");

  fs::create_symlink("loop", path("loop"));
  EXPECT_FALSE(replace_file(path("loop"), "new", AtomicFile::kPrivate));
}

TEST_F(AtomicFileTest, AFifoIsWrittenToAndStaysAFifo) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = text("fifo"); });
  EXPECT_TRUE(replace_file(path("fifo"), "through", AtomicFile::kPrivate));
  reader.join();
  EXPECT_EQ(got, "through");
  EXPECT_TRUE(fs::is_fifo(path("fifo")));
}

// A link to the device, so that a fault would replace the link and not this machine's device.
TEST_F(AtomicFileTest, ADeviceIsWrittenToAndStaysADevice) {
  fs::create_symlink("/dev/null", path("null"));
  ASSERT_TRUE(replace_file(path("null"), "gone", AtomicFile::kPrivate));
  EXPECT_TRUE(fs::is_symlink(path("null")));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(AtomicFileTest, AnOpenFileIsWrittenToWhereItStands) {
  put("log", "first line\n");
  const int file = ::open(path("log").c_str(), O_WRONLY | O_APPEND);
  ASSERT_GE(file, 0);
  ASSERT_TRUE(replace_file("/dev/fd/" + std::to_string(file), "second\n", AtomicFile::kPrivate));
  ASSERT_TRUE(
      replace_file("/proc/self/fd/" + std::to_string(file), "third\n", AtomicFile::kPrivate));
  ::close(file);
  EXPECT_EQ(text("log"), "first line\nsecond\nthird\n");
}

TEST_F(AtomicFileTest, AFolderIsNoFile) {
  const auto file = AtomicFile::open(path("."), AtomicFile::kPrivate);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::output_unusable);
}

TEST_F(AtomicFileTest, TheSecondWriterIsRefusedUntilTheFirstIsDone) {
  auto first = AtomicFile::open(path("a"), AtomicFile::kPrivate);
  ASSERT_TRUE(first && first->write("first"));
  const auto second = AtomicFile::open(path("a"), AtomicFile::kPrivate);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::output_busy);
  ASSERT_TRUE(first->commit());
  EXPECT_EQ(text("a"), "first");
  EXPECT_TRUE(replace_file(path("a"), "second", AtomicFile::kPrivate));
}

TEST_F(AtomicFileTest, OfManyWritersEachFileIsWhollyOfOne) {
  std::vector<std::thread> writers;
  for (char name = 'a'; name < 'i'; ++name)
    writers.emplace_back([this, name] {
      const std::string all(100'000, name);
      for (int i = 0; i < 50; ++i) (void)replace_file(path("a"), all, AtomicFile::kPrivate);
    });
  for (auto& writer : writers) writer.join();
  const auto got = text("a");
  EXPECT_EQ(got.size(), 100'000U);
  EXPECT_EQ(got.find_first_not_of(got[0]), std::string::npos);
  EXPECT_FALSE(fs::exists(path("a.part")));
}

TEST_F(AtomicFileTest, ManyFilesGetTheirNamesTogether) {
  std::vector<AtomicFile> files;
  for (int i = 0; i < 20; ++i) {
    auto file = AtomicFile::open(path(std::to_string(i)), AtomicFile::kPrivate);
    ASSERT_TRUE(file && file->write(std::to_string(i * i)));
    files.push_back(std::move(*file));
  }
  EXPECT_FALSE(fs::exists(path("0")));
  ASSERT_TRUE(AtomicFile::commit_all(files));
  EXPECT_TRUE(files.empty());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(text(std::to_string(i)), std::to_string(i * i));
}

TEST_F(AtomicFileTest, AFullDeviceIsAnError) {
  fs::create_symlink("/dev/full", path("full"));
  EXPECT_FALSE(replace_file(path("full"), "x", AtomicFile::kPrivate));
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(AtomicFileTest, AFolderIsHeldByOneRun) {
  auto lock = FolderLock::take(path("new/folder"));
  ASSERT_TRUE(lock);
  EXPECT_FALSE(FolderLock::take(path("new/folder")));
  { const auto moved = std::move(*lock); }
  EXPECT_TRUE(FolderLock::take(path("new/folder")));
}

}  // namespace
}  // namespace paraneo
