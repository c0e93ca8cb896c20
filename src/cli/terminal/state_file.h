// Small files that a program leaves for its next run. They are replaced in one step: after a power
// cut there is the old one or the new one, never a half.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo::cli {

// $XDG_STATE_HOME/paraneo/NAME (~/.local/state/paraneo/NAME).
std::string state_path(const std::string& name);
// Nothing when there is no such file.
Result<std::optional<std::string>> read_file(const std::string& path);

// A file that is written piece by piece and gets its name when it is whole.
class NewFile {
 public:
  // Makes the folder too.
  static Result<NewFile> open(const std::string& path);
  ~NewFile();
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&& other) noexcept;

  Result<void> write(std::string_view piece);
  // It is there for good when this returns.
  Result<void> keep();

 private:
  NewFile(std::string path, int file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  int file_ = -1;
};

Result<void> replace_file(const std::string& path, std::string_view text);

}  // namespace paraneo::cli
