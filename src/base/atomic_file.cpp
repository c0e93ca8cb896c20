#include "base/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

namespace paraneo {
namespace {

namespace fs = std::filesystem;

// As the kernel's own limit on links to follow.
constexpr int kLinksMax = 40;
constexpr int kTriesMax = 100;

Error cannot_write(const std::string& path, int error) {
  const bool in_folder = error == EACCES || error == EROFS || error == EPERM;
  return fail(ErrorCode::file_unwritable, std::string("cannot be written: ") + std::strerror(error),
              path,
              in_folder ? "check the permissions of the file and of its folder: a new file is made "
                          "beside the old one and takes its place"
                        : "check the path, its permissions and the space on the disk");
}

Error busy(const std::string& path) {
  return fail(ErrorCode::output_busy, "another run is writing here", path,
              "wait until it has ended, or give this run an output of its own");
}

std::optional<std::string> target_of_link(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const auto size = ::readlink(path.c_str(), target.data(), target.size());
  if (size <= 0 || size == PATH_MAX) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(size));
}

// N of /dev/fd/N and /proc/self/fd/N.
std::optional<int> descriptor_of(const std::string& path) {
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int number = -1;
    const auto* end = path.data() + path.size();
    const auto read = std::from_chars(path.data() + folder.size(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return number;
  }
  return std::nullopt;
}

// Where a path leads, which need not be there yet; a name of an open file (/dev/stdout) is not
// followed further, since what it leads to may have no name.
Result<std::string> followed(std::string path) {
  const auto asked = path;
  for (int links = 0; links < kLinksMax; ++links) {
    if (descriptor_of(path)) return path;
    const auto target = target_of_link(path);
    if (!target) return path;
    path = (fs::path(path).parent_path() / *target).lexically_normal().string();
  }
  return cannot_write(asked, ELOOP);
}

bool is_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Locks an open draft; true when its name still stands for it. Another run may have given it its
// name, or removed it, before the lock was had.
Result<bool> lock_draft(int file, const std::string& draft, const std::string& path) {
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? busy(path) : cannot_write(path, errno);
  struct stat opened{};
  struct stat named{};
  return ::fstat(file, &opened) == 0 && ::lstat(draft.c_str(), &named) == 0 &&
         is_same(opened, named);
}

// What a killed run has left goes; what a living one holds stays.
Result<void> remove_stale_draft(const std::string& draft, const std::string& path) {
  const int file = ::open(draft.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return errno == ENOENT ? Result<void>() : cannot_write(draft, errno);
  const auto locked = lock_draft(file, draft, path);
  if (locked && *locked) ::unlink(draft.c_str());
  ::close(file);
  return locked ? Result<void>() : locked.error();
}

// A draft that this run alone holds.
Result<int> open_draft(const std::string& draft, const std::string& path, unsigned permissions) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const int file =
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions);
    if (file < 0 && errno != EEXIST) return cannot_write(path, errno);
    if (file < 0) {
      if (const auto removed = remove_stale_draft(draft, path); !removed) return removed.error();
      continue;
    }
    const auto locked = lock_draft(file, draft, path);
    if (locked && *locked) return file;
    ::close(file);
    if (!locked) return locked.error();
  }
  return busy(path);
}

void sync_folder_of(const std::string& path) {
  const int folder =
      ::open(fs::absolute(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace

Result<AtomicFile> AtomicFile::open(const std::string& path, unsigned permissions_of_new) {
  auto place = followed(path);
  if (!place) return place.error();
  if (const auto number = descriptor_of(*place)) {
    const int file = ::fcntl(*number, F_DUPFD_CLOEXEC, 0);
    if (file < 0) return cannot_write(path, errno);
    return AtomicFile(path, {}, file);
  }
  struct stat old{};
  const bool is_there = ::stat(place->c_str(), &old) == 0;
  if (is_there && S_ISDIR(old.st_mode))
    return fail(ErrorCode::output_unusable, "is a folder, and a file is to be written", path,
                "name a file");
  if (is_there && !S_ISREG(old.st_mode)) {
    const int file = ::open(place->c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) return cannot_write(path, errno);
    return AtomicFile(path, {}, file);
  }
  // To rename over it would pass over what its permissions say.
  if (is_there && ::access(place->c_str(), W_OK) != 0) return cannot_write(path, errno);
  const auto draft = *place + ".part";
  // Nobody may look into the draft of a file that they may not look into.
  auto file = open_draft(draft, *place, is_there ? kPrivate : permissions_of_new);
  if (!file) return file.error();
  AtomicFile made(std::move(*place), draft, *file);
  if (is_there) {
    // Only root may give a file away; what cannot be kept is the owner alone.
    if (::fchown(made.file_, old.st_uid, old.st_gid) != 0)
      ::fchown(made.file_, uid_t(-1), old.st_gid);
    if (::fchmod(made.file_, old.st_mode & 07777) != 0) return cannot_write(path, errno);
  }
  return made;
}

AtomicFile::~AtomicFile() {
  if (file_ < 0) return;
  // In this order: whoever takes the lock next finds no draft, and makes one.
  if (!draft_.empty()) ::unlink(draft_.c_str());
  ::close(file_);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)), draft_(std::move(other.draft_)),
      file_(std::exchange(other.file_, -1)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(draft_, other.draft_);
  std::swap(file_, other.file_);
  return *this;
}

Result<void> AtomicFile::write(std::string_view piece) {
  while (!piece.empty()) {
    const auto written = ::write(file_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return cannot_write(path_, written == 0 ? EIO : errno);
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> AtomicFile::commit() {
  if (::fsync(file_) != 0 && !draft_.empty()) return cannot_write(path_, errno);
  const auto placed = put_in_place();
  if (placed) sync_folder_of(path_);
  return placed;
}

Result<void> AtomicFile::put_in_place() {
  if (!draft_.empty() && ::rename(draft_.c_str(), path_.c_str()) != 0)
    return cannot_write(path_, errno);
  draft_.clear();
  const bool closed = ::close(std::exchange(file_, -1)) == 0;
  return closed ? Result<void>() : cannot_write(path_, errno);
}

Result<void> AtomicFile::commit_all(std::vector<AtomicFile>& files) {
  if (files.empty()) return {};
  if (::syncfs(files.front().file_) != 0) return cannot_write(files.front().path_, errno);
  const auto folder_of = files.front().path_;
  auto next = files.begin();
  Result<void> placed;
  while (next != files.end() && (placed = next->put_in_place())) ++next;
  files.erase(files.begin(), next);
  sync_folder_of(folder_of);
  return placed;
}

Result<void> replace_file(const std::string& path, std::string_view text,
                          unsigned permissions_of_new) {
  auto file = AtomicFile::open(path, permissions_of_new);
  if (!file) return file.error();
  if (const auto written = file->write(text); !written) return written;
  return file->commit();
}

bool identity_of(const std::string& path, FileIdentity& identity) {
  struct stat found{};
  const int failed = path == "-" ? ::fstat(STDIN_FILENO, &found) : ::stat(path.c_str(), &found);
  if (failed != 0 || !S_ISREG(found.st_mode)) return false;
  identity = {found.st_dev, found.st_ino};
  return true;
}

Result<FolderLock> FolderLock::take(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return cannot_write(path, errno);
  FolderLock lock(folder);
  if (::flock(folder, LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? busy(path) : cannot_write(path, errno);
  return lock;
}

FolderLock::~FolderLock() {
  if (folder_ >= 0) ::close(folder_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(folder_, other.folder_);
  return *this;
}

}  // namespace paraneo
