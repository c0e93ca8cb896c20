#include "base/uuid.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace paraneo {
namespace {

// The two digits of each byte.
constexpr auto kHex = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte) pairs[byte] = {kDigits[byte / 16], kDigits[byte % 16]};
  return pairs;
}();

}  // namespace

std::string uuid_of(std::string_view namespace_url, std::string_view name) {
  const boost::uuids::name_generator_sha1 of_url(boost::uuids::ns::url());
  const boost::uuids::name_generator_sha1 of_name(of_url(namespace_url.data(), namespace_url.size()));
  return to_string(of_name(name.data(), name.size()));
}

UuidSeries::UuidSeries(std::string_view seed) {
  const auto hash = XXH3_128bits(seed.data(), seed.size());
  seed_[0] = hash.low64;
  seed_[1] = hash.high64;
}

void UuidSeries::write(std::uint64_t purpose, std::uint64_t nth, char (&to)[kChars]) const {
  const std::uint64_t input[] = {seed_[0], seed_[1], purpose, nth};
  auto hash = XXH3_128bits(input, sizeof input);
  hash.high64 = (hash.high64 & ~std::uint64_t{0xF000}) | 0x8000;            // version 8
  hash.low64 = (hash.low64 & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);  // variant 10
  auto* out = to;
  for (int byte = 0; byte < 16; ++byte) {
    if (byte == 4 || byte == 6 || byte == 8 || byte == 10) *out++ = '-';
    const auto half = byte < 8 ? hash.high64 : hash.low64;
    const auto& digits = kHex[(half >> (56 - 8 * (byte % 8))) & 0xFF];
    *out++ = digits[0];
    *out++ = digits[1];
  }
}

}  // namespace paraneo
