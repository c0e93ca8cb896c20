// RapidJSON's concept of a stream, over a text that is decoded where it stands. Inside a string it
// goes over many characters at a time. Internal to this folder.
#pragma once

#include <cstddef>
#include <cstring>

#include <rapidjson/stream.h>

#include "json/scan.h"

namespace paraneo::json {

// RapidJSON's stream over a text that is changed while it is read. Not thread-safe.
class InPlaceStream {
 public:
  using Ch = char;

  // `text` ends as scan.h says.
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

  void skip_white() { from_ += json::skip_white(from_) - from_; }

 private:
  void take_plain() {
    const auto size = static_cast<std::size_t>(skip_plain(from_) - from_);
    if (to_ != from_) std::memmove(to_, from_, size);
    to_ += size;
    from_ += size;
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
