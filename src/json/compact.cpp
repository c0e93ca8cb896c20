#include "json/compact.h"

#include <algorithm>

#include "json/write.h"

namespace paraneo::json {

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; });
}

void CompactWriter::grow(std::size_t bytes) {
  constexpr std::size_t kFirstBytes = std::size_t{4} << 10;
  out_.resize(std::max({out_.capacity(), kFirstBytes, capacity_ * 2, at_ + bytes}));
  data_ = out_.data();
  capacity_ = out_.size();
}

void CompactWriter::escaped(std::string_view text) {
  std::string out;
  append_string(out, text);
  // Room for the closing quote and the comma was asked for before the text grew.
  room(out.size() + 2);
  std::memcpy(data_ + at_, out.data() + 1, out.size() - 2);
  at_ += out.size() - 2;
}

}  // namespace paraneo::json
