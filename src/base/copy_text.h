// Copies texts that are short most of the time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace paraneo {

namespace copying {

// Sixteen bytes, moved at once.
struct Block {
  std::uint64_t words[2];
};

// Thirty-two bytes, moved at once.
struct TwoBlocks {
  Block blocks[2];
};

// Copies a text of sizeof(Part) to 2 * sizeof(Part) characters: its first part and its last one,
// which may overlap.
template <class Part>
inline void copy_ends(char* to, const char* from, std::size_t size) {
  Part begin;
  Part end;
  std::memcpy(&begin, from, sizeof begin);
  std::memcpy(&end, from + size - sizeof end, sizeof end);
  std::memcpy(to, &begin, sizeof begin);
  std::memcpy(to + size - sizeof end, &end, sizeof end);
}

}  // namespace copying

// To the place behind it. Two parts of one size, which overlap, are nearly every text.
inline char* copy_text(char* to, std::string_view text) {
  const auto size = text.size();
  const auto* from = text.data();
  if (size > 4 * sizeof(copying::Block)) std::memcpy(to, from, size);
  else if (size > 2 * sizeof(copying::Block))
    copying::copy_ends<copying::TwoBlocks>(to, from, size);
  else if (size >= sizeof(copying::Block)) copying::copy_ends<copying::Block>(to, from, size);
  else if (size >= sizeof(std::uint64_t)) copying::copy_ends<std::uint64_t>(to, from, size);
  else if (size >= sizeof(std::uint32_t)) copying::copy_ends<std::uint32_t>(to, from, size);
  else if (size > 0) {
    to[0] = from[0];
    to[size / 2] = from[size / 2];
    to[size - 1] = from[size - 1];
  }
  return to + size;
}

}  // namespace paraneo
