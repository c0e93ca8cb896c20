// The fast way to canonical JSON, for trees whose shape is known to be right: no state of nesting,
// no pretty form. A comma stands after every value, and a bracket that closes takes the place of
// the last one.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace paraneo::json {

class CompactWriter {
 public:
  // Reading this many bytes behind what key() is given must be allowed.
  static constexpr std::size_t kKeySlack = 32;

  // Appends to `out`, which is whole only after finish().
  explicit CompactWriter(std::string& out) : out_(out), at_(out.size()) { grow(0); }

  void open(char bracket) { put(bracket); }
  void close(char bracket) {
    if (data_[at_ - 1] == ',') --at_;
    put(bracket);
    put(',');
  }
  // With its quotes and colon, as Definitions::json_key() gives it.
  void key(std::string_view quoted) {
    room(quoted.size() + kKeySlack);
    std::memcpy(data_ + at_, quoted.data(), kKeySlack);
    if (quoted.size() > kKeySlack) std::memcpy(data_ + at_, quoted.data(), quoted.size());
    at_ += quoted.size();
  }
  void string(std::string_view text) {
    room(text.size() + 3);
    data_[at_++] = '"';
    const auto plain = copy_plain(data_ + at_, text);
    at_ += plain;
    if (plain < text.size()) escaped(text.substr(plain));
    data_[at_++] = '"';
    data_[at_++] = ',';
  }
  // One that is known to need no escape.
  void plain_string(std::string_view text) {
    room(text.size() + 3);
    data_[at_] = '"';
    std::memcpy(data_ + at_ + 1, text.data(), text.size());
    at_ += text.size() + 3;
    data_[at_ - 2] = '"';
    data_[at_ - 1] = ',';
  }
  void raw(std::string_view text) {
    room(text.size() + 1);
    std::memcpy(data_ + at_, text.data(), text.size());
    at_ += text.size();
    data_[at_++] = ',';
  }
  void null() { raw("null"); }
  // Without the comma after the last value.
  void finish() { out_.resize(at_ > 0 && data_[at_ - 1] == ',' ? at_ - 1 : at_); }

 private:
  void put(char c) {
    room(1);
    data_[at_++] = c;
  }
  void room(std::size_t bytes) {
    if (at_ + bytes > capacity_) grow(bytes);
  }
  void grow(std::size_t bytes);
  void escaped(std::string_view text);
  // Copies up to the first character that must be escaped; how many those are. May write more than
  // it returns, never more than there are.
  static std::size_t copy_plain(char* to, std::string_view text);

  std::string& out_;
  std::size_t at_;
  std::size_t capacity_ = 0;
  char* data_ = nullptr;
};

// Not zero when one of the eight bytes is a quote, a backslash or a control character. The lowest
// bit that is set is the highest of the first of them (of those before the first, none is set).
inline std::uint64_t to_escape(std::uint64_t bytes) {
  constexpr auto kOnes = ~std::uint64_t{0} / 255;
  constexpr auto kHighs = kOnes * 0x80;
  const auto has_zero = [](std::uint64_t v) { return (v - kOnes) & ~v & kHighs; };
  const auto controls = (bytes - kOnes * 0x20) & ~bytes & kHighs;
  return controls | has_zero(bytes ^ kOnes * '"') | has_zero(bytes ^ kOnes * '\\');
}
inline bool any_to_escape(std::uint64_t bytes) { return to_escape(bytes) != 0; }

// Whether JSON writes the text as it is.
bool is_plain(std::string_view text);

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
