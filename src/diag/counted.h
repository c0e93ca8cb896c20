// "1 record", "2 records".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paraneo::diag {

// `many`: where it is not `one` with an s.
inline std::string counted(std::uint64_t count, std::string_view one, std::string_view many = {}) {
  const auto what = count == 1 || many.empty() ? one : many;
  return std::to_string(count) + " " + std::string(what) + (count != 1 && many.empty() ? "s" : "");
}

}  // namespace paraneo::diag
