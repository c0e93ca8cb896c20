#include "json/compact.h"

#include <algorithm>

#include "json/write.h"

namespace paraneo::json {

CompactWriter::Cursor CompactWriter::begin() {
  return grow({out_.data() + out_.size(), nullptr}, 0);
}

// What resize() clears is written to at once, while the processor still has it at hand.
CompactWriter::Cursor CompactWriter::grow(Cursor to, std::size_t bytes) {
  constexpr std::size_t kStep = std::size_t{8} << 10;
  const auto used = static_cast<std::size_t>(to.at - out_.data());
  if (used + bytes > out_.capacity())
    out_.reserve(std::max(out_.capacity() * 2, used + bytes + kStep));
  out_.resize(std::max(used + bytes, std::min(out_.capacity(), used + bytes + kStep)));
  return {out_.data() + used, out_.data() + out_.size()};
}

CompactWriter::Cursor CompactWriter::escaped(Cursor to, std::string_view text) {
  std::string out;
  append_string(out, text);
  // With room for the closing quote and the comma, which was asked for before the text grew.
  to = room(to, out.size() + 2);
  std::memcpy(to.at, out.data() + 1, out.size() - 2);
  to.at += out.size() - 2;
  return to;
}

}  // namespace paraneo::json
