#include "base/uuid.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <bit>
#include <cstring>
#include <new>

#include <openssl/evp.h>

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

// 8-4-4-4-12 digits.
void write_uuid(const std::uint32_t (&words)[4], char (&to)[UuidSeries::kChars]) {
  char digits[4][8];
  for (std::size_t i = 0; i < 4; ++i) write_hex(words[i], digits[i]);
  std::memcpy(to, digits[0], 8);
  std::memcpy(to + 9, digits[1], 4);
  std::memcpy(to + 14, digits[1] + 4, 4);
  std::memcpy(to + 19, digits[2], 4);
  std::memcpy(to + 24, digits[2] + 4, 4);
  std::memcpy(to + 28, digits[3], 8);
  to[8] = to[13] = to[18] = to[23] = '-';
}

using Uuid = std::array<unsigned char, 16>;

// OpenSSL's, made once: to ask for it costs three times what a short name does. One per thread.
class Sha1 {
 public:
  Sha1() {
    if (method_ == nullptr || context_ == nullptr) throw std::bad_alloc();
  }
  ~Sha1() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(method_);
  }
  Sha1(const Sha1&) = delete;
  Sha1& operator=(const Sha1&) = delete;

  std::array<unsigned char, 20> of(const Uuid& space, std::string_view name) {
    std::array<unsigned char, 20> out;
    if (EVP_DigestInit_ex2(context_, method_, nullptr) != 1 ||
        EVP_DigestUpdate(context_, space.data(), space.size()) != 1 ||
        EVP_DigestUpdate(context_, name.data(), name.size()) != 1 ||
        EVP_DigestFinal_ex(context_, out.data(), nullptr) != 1)
      throw std::bad_alloc();
    return out;
  }

 private:
  EVP_MD* method_ = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  EVP_MD_CTX* context_ = EVP_MD_CTX_new();
};

Uuid version_5(Sha1& sha1, const Uuid& space, std::string_view name) {
  const auto digest = sha1.of(space, name);
  Uuid out;
  std::memcpy(out.data(), digest.data(), out.size());
  out[6] = static_cast<unsigned char>((out[6] & 0x0F) | 0x50);  // version 5
  out[8] = static_cast<unsigned char>((out[8] & 0x3F) | 0x80);  // variant 10
  return out;
}

}  // namespace

std::string uuid_of(std::string_view namespace_url, std::string_view name) {
  // The namespace of URLs (RFC 9562, section 6.6).
  constexpr Uuid kUrls = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                          0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
  thread_local Sha1 sha1;
  const auto id = version_5(sha1, version_5(sha1, kUrls, namespace_url), name);
  std::uint32_t words[4];
  for (std::size_t i = 0; i < 4; ++i)
    words[i] = std::uint32_t{id[4 * i]} << 24 | std::uint32_t{id[4 * i + 1]} << 16 |
               std::uint32_t{id[4 * i + 2]} << 8 | id[4 * i + 3];
  char text[UuidSeries::kChars];
  write_uuid(words, text);
  return {text, sizeof text};
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
  const std::uint32_t words[] = {
      static_cast<std::uint32_t>(hash.high64 >> 32), static_cast<std::uint32_t>(hash.high64),
      static_cast<std::uint32_t>(hash.low64 >> 32), static_cast<std::uint32_t>(hash.low64)};
  write_uuid(words, to);
}

}  // namespace paraneo
