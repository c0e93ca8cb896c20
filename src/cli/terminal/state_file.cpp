#include "cli/terminal/state_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/atomic_file.h"

namespace paraneo::cli {

namespace fs = std::filesystem;

std::string state_path(const std::string& name) {
  if (const auto* folder = std::getenv("XDG_STATE_HOME"); folder != nullptr && *folder == '/')
    return (fs::path(folder) / "paraneo" / name).string();
  const auto* home = std::getenv("HOME");
  return (fs::path(home == nullptr ? "." : home) / ".local/state/paraneo" / name).string();
}

Result<std::optional<std::string>> read_file(const std::string& path) {
  std::error_code ec;
  if (!fs::exists(path, ec)) return std::optional<std::string>();
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return fail(ErrorCode::file_unusable, "the file cannot be read", path, "check the permissions");
  return std::optional(std::string{std::istreambuf_iterator<char>(in), {}});
}

Result<void> write_state_file(const std::string& path, std::string_view text) {
  std::error_code ec;
  fs::create_directories(fs::absolute(path).parent_path(), ec);
  return replace_file(path, text, AtomicFile::kPrivate);
}

}  // namespace paraneo::cli
