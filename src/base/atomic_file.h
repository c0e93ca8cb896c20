// How every file of the program comes into being: whole and on the disk, or not at all.
//
//   auto file = AtomicFile::open("out.ndjson", AtomicFile::kPrivate);
//   if (!file) return file.error();
//   if (auto written = file->write(text); !written) return written;
//   return file->commit();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace paraneo {

// A regular file is written as PATH.part beside it and replaces PATH in one step: after a crash or
// a power cut there is the old file or the new one. A symbolic link is followed, not replaced; an
// existing file keeps its permissions and, where the system allows it, its owner. What is no
// regular file (device, FIFO, /dev/stdout, /dev/fd/N) is written to as it stands, at once.
//
// One writer a path: while a run holds the draft (flock), another one's open() is refused. A draft
// that a killed run has left is taken over. Movable, not thread-safe; a file that was not
// committed leaves nothing.
class AtomicFile {
 public:
  // Permissions of a file that is new, less the umask.
  static constexpr unsigned kPrivate = 0600;  // whatever may hold patient data
  static constexpr unsigned kShared = 0666;

  // The folder must be there. Fault::io for what cannot be written, Fault::usage for a folder.
  static Result<AtomicFile> open(const std::string& path, unsigned permissions_of_new);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;

  // The whole piece; waits as long as a FIFO's reader does.
  Result<void> write(std::string_view piece);
  // The file has its name, and is on the disk, when this returns. Call it once, last.
  Result<void> commit();
  // The same for many files of one folder, with one flush of the disk for all of them. Those that
  // have their names are taken out of the list, also when it fails.
  static Result<void> commit_all(std::vector<AtomicFile>& files);

  const std::string& path() const { return path_; }

 private:
  AtomicFile(std::string path, std::string draft, int file)
      : path_(std::move(path)), draft_(std::move(draft)), file_(file) {}
  Result<void> put_in_place();

  std::string path_;   // links followed
  std::string draft_;  // empty: written to as it stands
  int file_ = -1;
};

// In one go.
Result<void> replace_file(const std::string& path, std::string_view text,
                          unsigned permissions_of_new);

// Which file on which disk: the same for every name of it.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  auto operator<=>(const FileIdentity&) const = default;
};

// Links followed; false for what is not there or no regular file. "-" is standard input.
bool identity_of(const std::string& path, FileIdentity& identity);

// Holds a folder that a run writes files into; a second run is refused until it is gone.
class FolderLock {
 public:
  // Makes the folder, with those above it.
  static Result<FolderLock> take(const std::string& path);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

 private:
  explicit FolderLock(int folder) : folder_(folder) {}
  int folder_ = -1;
};

}  // namespace paraneo
