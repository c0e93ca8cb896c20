#include "cli/state_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

Error failed(const std::string& path) {
  return fail(Fault::io, std::string("cannot be written: ") + std::strerror(errno), path,
              "check the permissions and the space on the disk");
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

}  // namespace

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
  if (!in) return fail(Fault::usage, "the file cannot be read", path, "check the permissions");
  return std::optional(std::string{std::istreambuf_iterator<char>(in), {}});
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  const auto folder = fs::absolute(path).parent_path();
  std::error_code ec;
  fs::create_directories(folder, ec);
  const auto part = path + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 && write_all(file, text);
  if (file >= 0) ::close(file);
  if (!written || std::rename(part.c_str(), path.c_str()) != 0) return failed(path);
  const int place = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (place >= 0) {
    ::fsync(place);
    ::close(place);
  }
  return {};
}

}  // namespace paraneo::cli
