// How many resources a pull asks for in one answer. A server may refuse a _count that is above its
// own limit, and rarely says that this was the reason: what was never taken is tried with less.
#pragma once

#include <cstddef>

namespace paraneo::fetch {

class PageSize {
 public:
  explicit PageSize(std::size_t entries) : first_(entries), entries_(entries) {}

  // What to ask for now; 0: leave _count out, and the server decides.
  std::size_t entries() const { return entries_; }
  // The server took it.
  void accepted() { settled_ = true; }
  // The server refused a question with it. True when the same question is to be asked again, with
  // less; false when _count is not the reason, which then goes back to what it was at first.
  bool less();
  // Less than at first, and the server takes it.
  bool reduced() const { return settled_ && entries_ != first_; }

 private:
  std::size_t first_;
  std::size_t entries_;
  bool settled_ = false;
};

}  // namespace paraneo::fetch
