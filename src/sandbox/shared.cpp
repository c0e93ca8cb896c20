#include "sandbox/shared.h"

#include <array>
#include <cstdio>

namespace paraneo::sandbox {

std::string new_id(Random& random) {
  std::array<char, 40> text{};
  const auto high = random.next();
  const auto low = random.next();
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>((high >> 16) & 0xffff),
                static_cast<unsigned>(high & 0xfff),
                static_cast<unsigned>(((low >> 48) & 0x3fff) | 0x8000),
                static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text.data();
}

}  // namespace paraneo::sandbox
