// Private to net: files that others renew while the program runs.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace paraneo::net {

// Tells when a file is not the one that was seen last. A file that is not there has not changed:
// it may be just being replaced.
class WatchedFile {
 public:
  explicit WatchedFile(std::string path) : path_(std::move(path)) {}

  bool changed();  // since the last call; true at first, when it is there
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::int64_t seconds_ = -1;
  std::int64_t nanoseconds_ = 0;
  std::int64_t size_ = 0;
  std::uint64_t inode_ = 0;
};

// A password, token or client secret: the first line of a file, read again when it changes.
class SecretFile {
 public:
  explicit SecretFile(std::string path) : file_(std::move(path)) {}
  // The content as it is now: read again only when the file was changed.
  Result<std::string> read();

 private:
  WatchedFile file_;
  std::string secret_;
};

// All of a small file.
Result<std::string> read_small_file(const std::string& path);

}  // namespace paraneo::net
