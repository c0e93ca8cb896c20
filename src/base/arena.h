// A bump allocator for everything that lives exactly as long as one record. Memory is given back
// all at once by reset(), which keeps the blocks for the next record. Not thread-safe: one arena
// per thread. Objects placed here are never destroyed, so only trivially destructible ones fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace paraneo {

class Arena {
 public:
  static constexpr std::size_t kFirstBlockBytes = std::size_t{16} << 10;
  static constexpr std::size_t kLargestBlockBytes = std::size_t{1} << 20;

  Arena() = default;
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;

  // Never null: std::bad_alloc where there is no memory. `alignment` is a power of two.
  void* allocate(std::size_t bytes, std::size_t alignment) {
    auto at = (cursor_ + alignment - 1) & ~(alignment - 1);
    if (at + bytes > end_) return allocate_in_next_block(bytes, alignment);
    cursor_ = at + bytes;
    return reinterpret_cast<void*>(at);
  }

  // One T; it lives until reset() or rewind(), and is never destroyed.
  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  // That many, each as T{} has it.
  template <class T>
  std::span<T> make_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    auto* first = static_cast<T*>(allocate(sizeof(T) * count, alignof(T)));
    for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
    return {first, count};
  }

  // Copies that live as long as the arena's content.
  template <class T>
  std::span<T> copy_array(std::span<const T> values) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    if (values.empty()) return {};
    auto* first = static_cast<T*>(allocate(values.size_bytes(), alignof(T)));
    std::uninitialized_copy(values.begin(), values.end(), first);
    return {first, values.size()};
  }

  // No NUL stands behind it.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    auto* to = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  // With a NUL behind it, and as many more as `slack`; may be changed.
  char* copy_terminated(std::string_view text, std::size_t slack = 0) {
    auto* to = static_cast<char*>(allocate(text.size() + 1 + slack, 1));
    std::memcpy(to, text.data(), text.size());
    std::memset(to + text.size(), 0, 1 + slack);
    return to;
  }

  // Forgets all that was allocated, in constant time; the blocks are kept for what comes next.
  void reset();
  // Gives back what was allocated since mark().
  struct Mark {
    std::size_t block = 0;
    std::uintptr_t cursor = 0;  // 0: nothing had been allocated
  };
  Mark mark() const { return {current_, cursor_}; }
  void rewind(Mark mark) {
    if (mark.cursor != 0 && mark.block == current_) cursor_ = mark.cursor;
    else rewind_blocks(mark);
  }
  std::size_t used_bytes() const { return before_bytes_ + (cursor_ - begin_); }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };
  void* allocate_in_next_block(std::size_t bytes, std::size_t alignment);
  void enter(std::size_t block);
  void rewind_blocks(Mark mark);

  std::vector<Block> blocks_;
  std::size_t current_ = 0;       // index of the block that cursor_ points into
  std::size_t before_bytes_ = 0;  // of the blocks before it
  std::uintptr_t begin_ = 0;      // of the block
  std::uintptr_t cursor_ = 0;
  std::uintptr_t end_ = 0;
};

}  // namespace paraneo
