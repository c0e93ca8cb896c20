// Places of one text, asked for in ascending order: all together cost one walk over the text, where
// locate() begins from its start each time.
#pragma once

#include "base/source.h"

namespace paraneo {

// The source must outlive it. Made in constant time. Not thread-safe.
class Locator {
 public:
  explicit Locator(const Source& source);

  // As locate(). An offset before the last one costs a walk from the start.
  LineColumn at(std::uint32_t offset);
  const Source& source() const { return source_; }

 private:
  const Source& source_;
  const Source& written_;  // the original, where there is one
  std::size_t offset_ = 0;
  LineColumn place_;
};

}  // namespace paraneo
