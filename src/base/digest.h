// Stands for a text where only equality counts; not for secrets, and not to be stored.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace paraneo {

// 128 bits of a text's hash: equal texts have equal ones on every machine; different texts, as good
// as never.
struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Digest&) const = default;
};

// XXH3, 128 bits.
Digest digest_of(std::string_view text);

// For unordered containers: a digest is a hash already.
struct HashOfDigest {
  std::size_t operator()(const Digest& digest) const { return digest.low; }
};

}  // namespace paraneo
