#include "base/arena.h"

#include <algorithm>

namespace paraneo {

void Arena::enter(std::size_t block) {
  current_ = block;
  begin_ = cursor_ = reinterpret_cast<std::uintptr_t>(blocks_[block].bytes.get());
  end_ = cursor_ + blocks_[block].size;
}

void* Arena::allocate_in_next_block(std::size_t bytes, std::size_t alignment) {
  const auto needed = bytes + alignment;
  auto next = cursor_ == 0 ? 0 : current_ + 1;
  while (next < blocks_.size() && blocks_[next].size < needed) ++next;
  if (next >= blocks_.size()) {
    const auto doubled =
        blocks_.empty() ? kFirstBlockBytes : std::min(blocks_.back().size * 2, kLargestBlockBytes);
    const auto size = std::max(doubled, needed);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    next = blocks_.size() - 1;
  }
  for (auto block = current_; block < next; ++block) before_bytes_ += blocks_[block].size;
  enter(next);
  const auto at = (cursor_ + alignment - 1) & ~(alignment - 1);
  cursor_ = at + bytes;
  return reinterpret_cast<void*>(at);
}

void Arena::rewind_blocks(Mark mark) {
  if (mark.cursor == 0) return reset();
  for (auto block = mark.block; block < current_; ++block) before_bytes_ -= blocks_[block].size;
  enter(mark.block);
  cursor_ = mark.cursor;
}

void Arena::reset() {
  before_bytes_ = 0;
  if (!blocks_.empty()) enter(0);
}

}  // namespace paraneo
