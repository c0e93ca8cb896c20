#include "base/folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace paraneo {
namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("paraneo-folder-" + std::to_string(::getpid()))) {
    fs::remove_all(path);
    fs::create_directories(path / "a" / "b");
    for (const auto* name : {"2", "a/b/1", "a/3"}) std::ofstream(path / name) << "x";
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

std::string names(const FolderFiles& found, const fs::path& folder) {
  std::string out;
  for (const auto& file : found.files) out += file.lexically_relative(folder).string() + " ";
  return out;
}

TEST(FilesBelow, AreInOrder) {
  const Folder folder;
  fs::create_symlink("nowhere", folder.path / "broken");
  fs::create_directory_symlink(folder.path, folder.path / "a" / "loop");
  const auto found = files_below(folder.path, 100);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(names(*found, folder.path), "2 a/3 a/b/1 ");
  EXPECT_TRUE(found->unread.empty());
  EXPECT_EQ(files_below(folder.path, 3).error().code, ErrorCode::limit_count);
  EXPECT_EQ(files_below(folder.path / "none", 100).error().code, ErrorCode::folder_unreadable);
}

TEST(FilesBelow, NamesAFolderThatCannotBeRead) {
  const Folder folder;
  fs::permissions(folder.path / "a" / "b", fs::perms::none);
  // Root may read all.
  const auto me = ::geteuid();
  constexpr uid_t kNobody = 65534;
  ASSERT_TRUE(me != 0 || ::seteuid(kNobody) == 0);
  const auto found = files_below(folder.path, 100);
  ASSERT_TRUE(me != 0 || ::seteuid(me) == 0);
  fs::permissions(folder.path / "a" / "b", fs::perms::all);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(names(*found, folder.path), "2 a/3 ");
  ASSERT_EQ(found->unread.size(), 1U);
  EXPECT_EQ(found->unread[0].path, folder.path / "a" / "b");
}

}  // namespace
}  // namespace paraneo
