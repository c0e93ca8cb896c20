#include "cli/terminal/state_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

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
  return true;
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

Result<NewFile> NewFile::open(const std::string& path) {
  std::error_code ec;
  fs::create_directories(fs::absolute(path).parent_path(), ec);
  const int file = ::open((path + ".part").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return failed(path);
  return NewFile(path, file);
}

NewFile::~NewFile() {
  if (file_ >= 0) ::close(file_);
}

NewFile::NewFile(NewFile&& other) noexcept : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

NewFile& NewFile::operator=(NewFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  return *this;
}

Result<void> NewFile::write(std::string_view piece) {
  return write_all(file_, piece) ? Result<void>() : failed(path_);
}

Result<void> NewFile::keep() {
  const bool written = ::fsync(file_) == 0;
  ::close(std::exchange(file_, -1));
  if (!written || std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) return failed(path_);
  const int place = ::open(fs::absolute(path_).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (place >= 0) {
    ::fsync(place);
    ::close(place);
  }
  return {};
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  auto file = NewFile::open(path);
  if (!file) return file.error();
  if (const auto written = file->write(text); !written) return written;
  return file->keep();
}

}  // namespace paraneo::cli
