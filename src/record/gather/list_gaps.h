// Items of lists that could not be read: what stands behind them has another place in the input
// than among what was read.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace paraneo::record {

// Of one input resource. Paths begin behind the resource's: ".meta.tag[0]".
class ListGaps {
 public:
  bool empty() const { return gaps_.empty(); }
  // An item that is not there, by its place in the input; in the order of the input.
  void add(std::string_view path);
  // `path` as it is in the input. It stands behind `before`, which is so already.
  std::string in_input(std::string_view before, std::string_view path) const;

 private:
  std::map<std::string, std::vector<std::size_t>, std::less<>> gaps_;  // by the list's path
};

}  // namespace paraneo::record
