// Many lists of entries in one temporary file, each in blocks where there was room: so many files
// at a time a system may not give.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/spill_file.h"

namespace paraneo::record {

// Written once, then read, a list at a time. Costs memory for `block_bytes` of each list until it
// is flushed, and for the place of each block. Movable; writing is not thread-safe.
class ShardFile {
 public:
  // Fault::io when the file cannot be made.
  static Result<ShardFile> open(const std::string& folder, std::size_t count,
                                std::size_t block_bytes);

  // One entry more for the list of that number. Fault::io when the disk is full.
  Result<void> append(std::size_t number, std::string_view head, std::string_view bytes);
  // After the last append(), and before the first read.
  Result<void> flush();
  bool empty(std::size_t number) const { return lists_[number].blocks.empty(); }

  // The bytes of the list, a block of whole entries at a time, in the order in which they came; up
  // to the first error of `take`. They live until `take` returns.
  Result<void> each_block(std::size_t number,
                          const std::function<Result<void>(std::string_view)>& take) const;

 private:
  struct List {
    std::string open;                                             // not written yet
    std::vector<std::pair<std::uint64_t, std::uint32_t>> blocks;  // place and size
  };
  ShardFile(SpillFile file, std::size_t count, std::size_t block_bytes)
      : file_(std::move(file)), lists_(count), block_bytes_(block_bytes) {}
  Result<void> write(List& list);

  SpillFile file_;
  std::vector<List> lists_;
  std::size_t block_bytes_;
};

}  // namespace paraneo::record
