// HMAC-SHA-256 (RFC 2104) with a key that lies in a file.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo::net {

// Immutable; may be shared by threads.
class KeyedHash {
 public:
  // All bytes of the file are the key, but for line breaks at its end. An error when nobody can
  // read it, when others than its owner can, or when it is shorter than the hash.
  static Result<KeyedHash> read(const std::string& path);

  // The first 128 bits: 32 hexadecimal digits.
  std::string of(std::string_view text) const;

 private:
  explicit KeyedHash(std::string key) : key_(std::move(key)) {}

  std::string key_;
};

}  // namespace paraneo::net
