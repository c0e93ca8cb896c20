#include "base/spill_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace paraneo {
namespace {

Error failed(const std::string& folder, const char* what, int error) {
  return fail(ErrorCode::temporary_file,
              std::string("a temporary file cannot be ") + what + ": " + std::strerror(error),
              folder, "make room there, or name another folder with TMPDIR");
}

int open_without_name(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
  // A file system that has no files without names.
  auto path = folder + "/paraneo-XXXXXX";
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(path.c_str());
  return named;
}

}  // namespace

std::string folder_of_temporary_files() {
  const char* folder = std::getenv("TMPDIR");
  return folder == nullptr || *folder == '\0' ? "/tmp" : folder;
}

Result<SpillFile> SpillFile::open(const std::string& folder, std::size_t buffer_bytes) {
  const int file = open_without_name(folder);
  if (file < 0) return failed(folder, "made", errno);
  return SpillFile(file, folder, buffer_bytes);
}

SpillFile::~SpillFile() {
  if (file_ >= 0) ::close(file_);
}

SpillFile::SpillFile(SpillFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), folder_(std::move(other.folder_)),
      buffer_bytes_(other.buffer_bytes_), buffer_(std::move(other.buffer_)),
      written_(other.written_) {}

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
  std::swap(file_, other.file_);
  folder_ = std::move(other.folder_);
  buffer_bytes_ = other.buffer_bytes_;
  buffer_ = std::move(other.buffer_);
  written_ = other.written_;
  return *this;
}

Result<void> SpillFile::append(std::string_view bytes) {
  buffer_.append(bytes);
  return buffer_.size() < buffer_bytes_ ? Result<void>() : flush();
}

Result<void> SpillFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const auto written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(folder_, "written", errno);
    left.remove_prefix(static_cast<std::size_t>(written));
    written_ += static_cast<std::uint64_t>(written);
  }
  buffer_.clear();
  return {};
}

Result<void> SpillFile::read(std::uint64_t offset, char* to, std::size_t size) const {
  while (size > 0) {
    const auto read = ::pread(file_, to, size, static_cast<off_t>(offset));
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) return failed(folder_, "read", read < 0 ? errno : EIO);
    to += read;
    offset += static_cast<std::uint64_t>(read);
    size -= static_cast<std::size_t>(read);
  }
  return {};
}

Result<std::string_view> SpillFile::Reader::take(std::size_t size) {
  if (buffer_.size() - at_ < size) {
    buffer_.erase(0, at_);
    at_ = 0;
    const auto had = buffer_.size();
    const auto wanted = std::max(size, buffer_bytes_) - had;
    const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, end_ - next_));
    buffer_.resize(had + more);
    if (const auto read = file_->read(next_, buffer_.data() + had, more); !read)
      return read.error();
    next_ += more;
    if (buffer_.size() < size) return failed(file_->folder_, "read", EIO);
  }
  const auto bytes = std::string_view(buffer_).substr(at_, size);
  at_ += size;
  return bytes;
}

}  // namespace paraneo
