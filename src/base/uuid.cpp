#include "base/uuid.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace paraneo {

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
  constexpr char kHex[] = "0123456789abcdef";
  auto* out = to;
  for (int digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) *out++ = '-';
    const auto half = digit < 16 ? hash.high64 : hash.low64;
    *out++ = kHex[(half >> (60 - 4 * (digit % 16))) & 15];
  }
}

}  // namespace paraneo
