// What all fuzz targets share.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/limits.h"

namespace paraneo::fuzz {

inline std::string text(const std::uint8_t* data, std::size_t size) {
  return std::string(reinterpret_cast<const char*>(data), size);
}

// Like assert, in every build.
inline void require(bool truth) {
  if (!truth) std::abort();
}

// Small, so that inputs that reach a limit are quick.
inline Limits limits() {
  Limits limits;
  limits.steps_max = 20'000;
  return limits;
}

}  // namespace paraneo::fuzz
