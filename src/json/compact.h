// The fast way to canonical JSON, for trees whose shape is known to be right: no state of nesting,
// no pretty form. A comma stands after every value, and a bracket that closes takes the place of
// the last one.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/copy_text.h"

namespace paraneo::json {

class CompactWriter {
 public:
  // Where the next character goes. It is handed from call to call, so that it stays in the
  // processor's registers: each call takes the last one and gives the next.
  struct Cursor {
    char* at = nullptr;
    char* end = nullptr;  // of the room that there is
  };

  // Reading this many bytes behind what ready() is given must be allowed.
  static constexpr std::size_t kReadySlack = 32;

  // Appends to `out`, which is whole only after finish(), and must not be touched before.
  explicit CompactWriter(std::string& out) : out_(out) {}
  Cursor begin();

  Cursor open(Cursor to, char bracket) { return put(to, bracket); }
  // Takes a comma away that stands before it.
  Cursor close(Cursor to, char bracket) {
    if (to.at[-1] == ',') --to.at;
    to = room(to, 2);
    *to.at++ = bracket;
    *to.at++ = ',';
    return to;
  }
  // What is kept as it is written: a key with its quotes and colon, as Definitions::json_key()
  // gives it, or a whole member with its comma.
  Cursor ready(Cursor to, std::string_view text) {
    to = room(to, text.size() + kReadySlack);
    to.at = copy_ready(to.at, text);
    return to;
  }
  // A key, as ready() takes it, and a value as it stands.
  Cursor raw_member(Cursor to, std::string_view key, std::string_view text) {
    to = room(to, key.size() + kReadySlack + text.size() + 1);
    to.at = copy_text(copy_ready(to.at, key), text);
    *to.at++ = ',';
    return to;
  }
  Cursor string(Cursor to, std::string_view text) {
    to = room(to, text.size() + 3);
    *to.at++ = '"';
    const auto plain = copy_plain(to.at, text);
    to.at += plain;
    if (plain < text.size()) to = escaped(to, text.substr(plain));
    *to.at++ = '"';
    *to.at++ = ',';
    return to;
  }
  // As it stands.
  Cursor raw(Cursor to, std::string_view text) {
    to = room(to, text.size() + 1);
    to.at = copy_text(to.at, text);
    *to.at++ = ',';
    return to;
  }
  Cursor null(Cursor to) { return raw(to, "null"); }
  // Without the comma after the last value.
  void finish(Cursor to) {
    const auto size = static_cast<std::size_t>(to.at - out_.data());
    out_.resize(size > 0 && to.at[-1] == ',' ? size - 1 : size);
  }

 private:
  static char* copy_ready(char* to, std::string_view text) {
    std::memcpy(to, text.data(), kReadySlack);
    for (auto i = kReadySlack; i < text.size(); i += kReadySlack)
      std::memcpy(to + i, text.data() + i, kReadySlack);
    return to + text.size();
  }
  Cursor put(Cursor to, char c) {
    to = room(to, 1);
    *to.at++ = c;
    return to;
  }
  Cursor room(Cursor to, std::size_t bytes) {
    return static_cast<std::size_t>(to.end - to.at) < bytes ? grow(to, bytes) : to;
  }
  Cursor grow(Cursor to, std::size_t bytes);
  Cursor escaped(Cursor to, std::string_view text);
  // Copies up to the first character that must be escaped; how many those are. May write more than
  // it returns, never more than there are.
  static std::size_t copy_plain(char* to, std::string_view text);

  std::string& out_;
};

// Whether one of the eight bytes is a quote, a backslash or a control character.
inline bool any_to_escape(std::uint64_t bytes) {
  constexpr auto kOnes = ~std::uint64_t{0} / 255;
  constexpr auto kHighs = kOnes * 0x80;
  const auto has_zero = [](std::uint64_t v) { return (v - kOnes) & ~v & kHighs; };
  const auto controls = (bytes - kOnes * 0x20) & ~bytes & kHighs;
  return (controls | has_zero(bytes ^ kOnes * '"') | has_zero(bytes ^ kOnes * '\\')) != 0;
}

inline std::size_t CompactWriter::copy_plain(char* to, std::string_view text) {
  std::size_t i = 0;
  const auto* from = text.data();
  std::uint64_t bytes = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::memcpy(&bytes, from + i, 8);
    if (any_to_escape(bytes)) break;
    std::memcpy(to + i, &bytes, 8);
  }
  if (i + 8 > text.size() && i >= 8 && i < text.size()) {
    // The last eight again: what is copied twice is the same.
    std::memcpy(&bytes, from + text.size() - 8, 8);
    if (!any_to_escape(bytes)) {
      std::memcpy(to + text.size() - 8, &bytes, 8);
      return text.size();
    }
  }
  if (text.size() >= 4 && text.size() < 8) {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::memcpy(&begin, from, 4);
    std::memcpy(&end, from + text.size() - 4, 4);
    if (!any_to_escape(std::uint64_t{begin} << 32 | end)) {
      std::memcpy(to, &begin, 4);
      std::memcpy(to + text.size() - 4, &end, 4);
      return text.size();
    }
  }
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(from[i]);
    if (c < 0x20 || c == '"' || c == '\\') break;
    to[i] = from[i];
  }
  return i;
}

}  // namespace paraneo::json
