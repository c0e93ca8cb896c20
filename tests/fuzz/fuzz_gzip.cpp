// Any bytes as a packed body, in pieces of any size: the same text whatever the pieces, no more
// than was allowed, and what was packed here comes back.
#include <algorithm>

#include "base/gzip.h"
#include "fuzz.h"

namespace {

using namespace paraneo;

constexpr std::size_t kBytesMax = std::size_t{1} << 20;

struct Unpacked {
  std::string text;
  bool is_complete = false;
  bool is_right = true;
};

Unpacked unpacked(Packing packing, std::string_view packed, std::size_t piece) {
  Inflater inflater(packing, kBytesMax);
  Unpacked out;
  for (std::size_t at = 0; at < packed.size() && out.is_right; at += piece)
    out.is_right = inflater.feed(packed.substr(at, piece), out.text).has_value();
  out.is_complete = out.is_right && inflater.complete();
  fuzz::require(out.text.size() <= kBytesMax);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto text = fuzz::text(data + 1, size - 1);
  const std::size_t piece = 1 + data[0] % 64U;
  for (const auto packing : {Packing::gzip, Packing::deflate}) {
    const auto whole = unpacked(packing, text, std::max<std::size_t>(text.size(), 1));
    const auto pieces = unpacked(packing, text, piece);
    fuzz::require(whole.is_right == pieces.is_right && whole.is_complete == pieces.is_complete);
    if (whole.is_right) fuzz::require(whole.text == pieces.text);
  }
  std::string packed;
  Deflater deflater;
  deflater.feed(std::string_view(text).substr(0, text.size() / 2), false, packed);
  deflater.feed(std::string_view(text).substr(text.size() / 2), true, packed);
  fuzz::require(looks_like_gzip(packed));
  const auto back = unpacked(Packing::gzip, packed, piece);
  fuzz::require(back.is_complete && back.text == text);
  return 0;
}
