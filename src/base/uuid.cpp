#include "base/uuid.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cstring>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace paraneo {
namespace {

// The eight digits of the number: each half byte becomes a byte, in three steps.
void write_hex(std::uint32_t number, char (&to)[8]) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  std::uint64_t halves = number;
  halves = (halves << 16 | halves) & 0x0000FFFF0000FFFFU;
  halves = (halves << 8 | halves) & 0x00FF00FF00FF00FFU;
  halves = (halves << 4 | halves) & 0x0F * kOnes;
  const auto above_nine = (halves + 6 * kOnes) >> 4 & kOnes;
  auto digits = halves + '0' * kOnes + above_nine * ('a' - '0' - 10);
  if constexpr (std::endian::native == std::endian::little) digits = __builtin_bswap64(digits);
  std::memcpy(to, &digits, sizeof to);
}

}  // namespace

std::string uuid_of(std::string_view namespace_url, std::string_view name) {
  const boost::uuids::name_generator_sha1 of_url(boost::uuids::ns::url());
  const boost::uuids::name_generator_sha1 of_name(
      of_url(namespace_url.data(), namespace_url.size()));
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
  hash.high64 = (hash.high64 & ~std::uint64_t{0xF000}) | 0x8000;                     // version 8
  hash.low64 = (hash.low64 & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);  // variant 10
  // 8-4-4-4-12 digits.
  char digits[4][8];
  write_hex(static_cast<std::uint32_t>(hash.high64 >> 32), digits[0]);
  write_hex(static_cast<std::uint32_t>(hash.high64), digits[1]);
  write_hex(static_cast<std::uint32_t>(hash.low64 >> 32), digits[2]);
  write_hex(static_cast<std::uint32_t>(hash.low64), digits[3]);
  std::memcpy(to, digits[0], 8);
  std::memcpy(to + 9, digits[1], 4);
  std::memcpy(to + 14, digits[1] + 4, 4);
  std::memcpy(to + 19, digits[2], 4);
  std::memcpy(to + 24, digits[2] + 4, 4);
  std::memcpy(to + 28, digits[3], 8);
  to[8] = to[13] = to[18] = to[23] = '-';
}

}  // namespace paraneo
