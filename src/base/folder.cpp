#include "base/folder.h"

#include <algorithm>

namespace paraneo {
namespace {

namespace fs = std::filesystem;

class Walk {
 public:
  explicit Walk(std::size_t entries_max) : entries_max_(entries_max) {}

  // False when there are too many entries.
  bool enter(const fs::path& folder) {
    std::error_code error;
    fs::directory_iterator at(folder, error);
    while (!error && at != fs::directory_iterator()) {
      if (++entries_ > entries_max_) return false;
      take(*at);
      at.increment(error);
    }
    if (error) found.unread.push_back({folder, error.message()});
    return true;
  }

  FolderFiles found;
  std::vector<fs::path> folders;  // still to be entered

 private:
  void take(const fs::directory_entry& entry) {
    std::error_code error;
    if (entry.is_directory(error) && !entry.is_symlink(error)) folders.push_back(entry.path());
    else if (entry.is_regular_file(error)) found.files.push_back(entry.path());
  }

  std::size_t entries_max_;
  std::size_t entries_ = 0;
};

}  // namespace

Result<FolderFiles> files_below(const fs::path& folder, std::size_t files_max) {
  Walk walk(files_max);
  walk.folders.push_back(folder);
  while (!walk.folders.empty()) {
    const auto next = std::move(walk.folders.back());
    walk.folders.pop_back();
    if (!walk.enter(next))
      return fail(ErrorCode::limit_count,
                  "the folder has more than " + std::to_string(files_max) + " files",
                  folder.string());
    if (next == folder && !walk.found.unread.empty())
      return fail(ErrorCode::folder_unreadable,
                  "the folder cannot be read: " + walk.found.unread.front().why, folder.string(),
                  "check its permissions");
  }
  std::sort(walk.found.files.begin(), walk.found.files.end());
  return std::move(walk.found);
}

}  // namespace paraneo
