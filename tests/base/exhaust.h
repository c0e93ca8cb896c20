// For inputs that want more than they may have.
#pragma once

#include <string>

#include "base/clock.h"

namespace paraneo {

inline std::string times(std::size_t count, const std::string& text) {
  std::string out;
  out.reserve(count * text.size());
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// Every look at it takes a millisecond.
class SlowClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return ++now_; }

 private:
  mutable std::int64_t now_ = 0;
};

}  // namespace paraneo
