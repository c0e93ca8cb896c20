// The files below a folder. What the file system refuses is an answer here, never an exception.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace paraneo {

struct FolderFiles {
  struct Unread {
    std::filesystem::path path;  // a folder
    std::string why;
  };
  std::vector<std::filesystem::path> files;  // plain ones, and links to such; sorted
  std::vector<Unread> unread;                // folders that cannot be read: passed over
};

// Folders that are links are not entered. An error when the folder itself cannot be read, or when
// more than files_max entries are below it.
Result<FolderFiles> files_below(const std::filesystem::path& folder, std::size_t files_max);

}  // namespace paraneo
