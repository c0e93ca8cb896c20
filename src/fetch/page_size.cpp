#include "fetch/page_size.h"

#include <algorithm>
#include <array>

namespace paraneo::fetch {
namespace {

constexpr std::array<std::size_t, 4> kSmaller = {100, 50, 20, 10};

}  // namespace

bool PageSize::less() {
  if (settled_) return false;
  if (entries_ == 0) {
    entries_ = first_;
    settled_ = true;
    return false;
  }
  const auto* next = std::find_if(kSmaller.begin(), kSmaller.end(),
                                  [&](std::size_t each) { return each < entries_; });
  entries_ = next == kSmaller.end() ? 0 : *next;
  return true;
}

}  // namespace paraneo::fetch
