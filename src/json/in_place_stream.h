// RapidJSON's concept of a stream, over a text that is decoded where it stands. Inside a string it
// goes over eight characters at a time. Internal to this folder.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <rapidjson/stream.h>

#include "json/compact.h"

namespace paraneo::json {

class InPlaceStream {
 public:
  using Ch = char;
  static constexpr std::size_t kSlack = 8;  // bytes behind the text that may be read

  // `text` ends with NUL.
  explicit InPlaceStream(char* text) : head_(text), from_(text) {}

  Ch Peek() const { return *from_; }
  Ch Take() { return *from_++; }
  std::size_t Tell() const { return static_cast<std::size_t>(from_ - head_); }

  Ch* PutBegin() { return to_ = from_; }
  std::size_t PutEnd(const Ch* begin) const { return static_cast<std::size_t>(to_ - begin); }
  // RapidJSON puts a string's characters one by one. Behind one of ASCII, what needs no decoding is
  // taken over at once; behind others it may be in the middle of a character.
  void Put(Ch c) {
    *to_++ = c;
    if (c > 0) take_plain();
  }

  void skip_white() {
    constexpr std::uint64_t kEightSpaces = 0x2020202020202020U;
    while (true) {
      if (*from_ == ' ' && eight() == kEightSpaces) from_ += 8;
      else if (*from_ == ' ' || *from_ == '\n' || *from_ == '\r' || *from_ == '\t') ++from_;
      else return;
    }
  }

 private:
  std::uint64_t eight() const {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, from_, 8);
    return bytes;
  }

  void take_plain() {
    if constexpr (std::endian::native != std::endian::little) return;
    while (true) {
      const auto bytes = eight();
      const auto stops = to_escape(bytes);
      if (stops == 0) {
        if (to_ != from_) std::memcpy(to_, &bytes, 8);
        to_ += 8;
        from_ += 8;
        continue;
      }
      auto left = std::countr_zero(stops) / 8;
      if (to_ == from_) {
        to_ += left;
        from_ += left;
      } else {
        for (; left > 0; --left) *to_++ = *from_++;
      }
      return;
    }
  }

  Ch* head_;
  Ch* from_;
  Ch* to_ = nullptr;  // at or before from_
};

inline void SkipWhitespace(InPlaceStream& stream) { stream.skip_white(); }

}  // namespace paraneo::json

// A copy on the stack while a token is read: what RapidJSON asks for where copies are cheap.
template <>
struct rapidjson::StreamTraits<paraneo::json::InPlaceStream> {
  enum { copyOptimization = 1 };
};
