// A temporary file for what does not fit into memory. It has no name: whatever ends the program,
// nothing is left of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace paraneo {

// Where temporary files go: TMPDIR, or what the system has for it.
std::string folder_of_temporary_files();

// Written once from its beginning to its end, then read, by any number of readers. Movable; writing
// is not thread-safe.
class SpillFile {
 public:
  // The folder must be there. Only the user can read the file. Fault::io when it cannot be made.
  static Result<SpillFile> open(const std::string& folder, std::size_t buffer_bytes);
  ~SpillFile();
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&& other) noexcept;

  // Fault::io when the disk is full.
  Result<void> append(std::string_view bytes);
  // Call it after the last append() and before the first read().
  Result<void> flush();
  std::uint64_t size() const { return written_ + buffer_.size(); }

  // Bytes [offset, offset + size), which must have been flushed. May be called by many threads.
  Result<void> read(std::uint64_t offset, char* to, std::size_t size) const;

  // From one place on, through a buffer. The file must outlive it.
  class Reader {
   public:
    Reader(const SpillFile& file, std::uint64_t begin, std::uint64_t end, std::size_t buffer_bytes)
        : file_(&file), next_(begin), end_(end), buffer_bytes_(buffer_bytes) {}

    bool at_end() const { return at_ == buffer_.size() && next_ == end_; }
    // The next bytes, as many as are asked for, which must be there. They live until the next call.
    Result<std::string_view> take(std::size_t size);

   private:
    const SpillFile* file_;
    std::uint64_t next_;  // not in the buffer yet
    std::uint64_t end_;
    std::size_t buffer_bytes_;
    std::string buffer_;
    std::size_t at_ = 0;  // in the buffer
  };

 private:
  SpillFile(int file, std::string folder, std::size_t buffer_bytes)
      : file_(file), folder_(std::move(folder)), buffer_bytes_(buffer_bytes) {}

  int file_ = -1;
  std::string folder_;
  std::size_t buffer_bytes_ = 0;
  std::string buffer_;
  std::uint64_t written_ = 0;
};

}  // namespace paraneo
