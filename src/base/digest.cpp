#include "base/digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace paraneo {

Digest digest_of(std::string_view text) {
  const auto hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

}  // namespace paraneo
