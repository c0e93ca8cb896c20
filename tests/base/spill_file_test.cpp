#include "base/spill_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <random>

#include "base/external_sort.h"

namespace paraneo {
namespace {

SpillFile opened(std::size_t buffer_bytes) {
  return *SpillFile::open(testing::TempDir(), buffer_bytes);
}

TEST(SpillFile, GivesBackWhatWasWritten) {
  for (const auto buffer : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 16}) {
    auto file = opened(buffer);
    std::string all;
    for (int i = 0; i < 500; ++i) {
      const std::string piece(static_cast<std::size_t>(i % 37), static_cast<char>('a' + i % 26));
      ASSERT_TRUE(file.append(piece));
      all += piece;
      EXPECT_EQ(file.size(), all.size());
    }
    ASSERT_TRUE(file.flush());
    SpillFile::Reader reader(file, 0, file.size(), buffer);
    for (std::size_t at = 0, i = 0; at < all.size(); ++i) {
      const auto size = std::min(i % 23, all.size() - at);
      const auto bytes = reader.take(size);
      ASSERT_TRUE(bytes);
      EXPECT_EQ(*bytes, std::string_view(all).substr(at, size));
      at += size;
    }
    EXPECT_TRUE(reader.at_end());
    EXPECT_FALSE(reader.take(1)) << "there is nothing behind the end";
    std::string part(10, ' ');
    ASSERT_TRUE(file.read(100, part.data(), part.size()));
    EXPECT_EQ(part, all.substr(100, 10));
    EXPECT_FALSE(file.read(all.size() - 3, part.data(), part.size()));
  }
}

TEST(SpillFile, HasNoName) {
  const auto folder = testing::TempDir() + "spill";
  std::filesystem::create_directory(folder);
  auto file = *SpillFile::open(folder, 1);
  ASSERT_TRUE(file.append("patient data"));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

TEST(SpillFile, SaysWhereThereIsNoRoom) {
  const auto nowhere = SpillFile::open("/nonexistent", 1);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::temporary_file);
  EXPECT_EQ(nowhere.error().where, "/nonexistent");
  // As a disk that is full.
  auto file = opened(1);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto little = before;
  little.rlim_cur = 100;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &little);
  const auto written = file.append(std::string(1000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().fault, Fault::io);
  EXPECT_NE(written.error().advice.find("TMPDIR"), std::string::npos);
}

struct Row {
  std::uint32_t key;
  std::uint32_t value;
  auto operator<=>(const Row&) const = default;
};

TEST(ExternalSort, SortsAsInMemory) {
  for (const auto memory : {sizeof(Row), 10 * sizeof(Row), std::size_t{1} << 20}) {
    std::mt19937 random(static_cast<unsigned>(memory));
    ExternalSort<Row> sorted(testing::TempDir(), memory);
    std::vector<Row> expected;
    const std::size_t count = memory < 1000 ? 300 : 5000;
    for (std::size_t i = 0; i < count; ++i) {
      expected.push_back(
          {static_cast<std::uint32_t>(random() % 50), static_cast<std::uint32_t>(random() % 3)});
      ASSERT_TRUE(sorted.add(expected.back()));
    }
    std::sort(expected.begin(), expected.end());
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    for (int round = 0; round < 2; ++round) {
      std::vector<Row> rows;
      ASSERT_TRUE(sorted.each([&](const Row& row) { rows.push_back(row); }));
      EXPECT_EQ(rows, expected) << memory << " bytes, round " << round;
    }
  }
}

TEST(ExternalSort, MayBeEmpty) {
  ExternalSort<Row> sorted(testing::TempDir(), 1);
  std::size_t count = 0;
  ASSERT_TRUE(sorted.each([&](const Row&) { ++count; }));
  EXPECT_EQ(count, 0U);
}

}  // namespace
}  // namespace paraneo
