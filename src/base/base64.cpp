#include "base/base64.h"

#include <cstdint>

namespace paraneo {
namespace {

constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned kDigitBits = 6;
constexpr unsigned kByteBits = 8;

std::string encode(std::string_view bytes, std::string_view digits, bool padded) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << kByteBits) | static_cast<unsigned char>(c);
    count += kByteBits;
    while (count >= kDigitBits) {
      count -= kDigitBits;
      out.push_back(digits[(bits >> count) & 63U]);
    }
  }
  if (count > 0) out.push_back(digits[(bits << (kDigitBits - count)) & 63U]);
  while (padded && out.size() % 4 != 0) out.push_back('=');
  return out;
}

}  // namespace

std::string base64(std::string_view bytes) { return encode(bytes, kPlain, true); }
std::string base64url(std::string_view bytes) { return encode(bytes, kUrl, false); }

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto digit = kUrl.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << kDigitBits) | static_cast<std::uint32_t>(digit);
    count += kDigitBits;
    if (count < kByteBits) continue;
    count -= kByteBits;
    out.push_back(static_cast<char>((bits >> count) & 255U));
  }
  return out;
}

}  // namespace paraneo
