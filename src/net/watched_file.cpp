#include "net/watched_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <fstream>

namespace paraneo::net {
namespace {

constexpr std::size_t kSecretCharsMax = 65536;
constexpr std::size_t kSmallFileBytesMax = std::size_t{1} << 20;

Error unreadable(const std::string& path) {
  return fail(ErrorCode::secret_unusable, "the file cannot be read", path,
              "check path and permissions");
}

// The first line of the file, without white space around it.
Result<std::string> first_line(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable(path);
  std::string line;
  std::getline(in, line);
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0)
    line.pop_back();
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())) != 0)
    line.erase(0, 1);
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (line.empty() || line.size() > kSecretCharsMax ||
      std::any_of(line.begin(), line.end(), control))
    return fail(ErrorCode::secret_unusable, "the first line of the file is no token or password",
                path, "write it alone into the first line");
  return line;
}

}  // namespace

bool WatchedFile::changed() {
  struct stat now{};
  if (path_.empty() || ::stat(path_.c_str(), &now) != 0) return false;
  const bool same = now.st_mtim.tv_sec == seconds_ && now.st_mtim.tv_nsec == nanoseconds_ &&
                    now.st_size == size_ && now.st_ino == inode_;
  seconds_ = now.st_mtim.tv_sec;
  nanoseconds_ = now.st_mtim.tv_nsec;
  size_ = now.st_size;
  inode_ = now.st_ino;
  return !same;
}

Result<std::string> SecretFile::read() {
  if (!file_.changed() && !secret_.empty()) return secret_;
  auto line = first_line(file_.path());
  if (line) return secret_ = std::move(*line);
  // A file that is being written may be empty for a moment: the old secret is tried until then.
  if (!secret_.empty()) {
    file_ = WatchedFile(file_.path());
    return secret_;
  }
  return line.error();
}

Result<std::string> read_small_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable(path);
  std::string text(kSmallFileBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kSmallFileBytesMax)
    return fail(ErrorCode::limit_size, "the file is too large for what it should hold", path);
  return text;
}

}  // namespace paraneo::net
