// What the expressions of one run ask again and again, and what is the same each time: parts that
// speak of nothing but what the run cannot change. "%record.conditions.where(kind = 'x')" costs a
// look at all conditions; asked for each of them, that would be a look at all for each.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fhirpath/item.h"

namespace paraneo::fhirpath {

class Program;

// For one run and one thread; what it holds lives as long as it does. Its memory grows with the
// results of the parts that are kept, once for each.
class Memo {
 public:
  // `root`: the whole that the run reads and does not change. Must outlive the memo.
  explicit Memo(const element::Element& root) : root_(&root) {}

  // Places of items in a collection, by the text of their only child of a name.
  struct Index {
    bool is_usable = false;  // each item has exactly one such child, with a text
    std::unordered_map<std::string_view, std::vector<std::uint32_t>> places;
  };
  struct Entry {
    bool is_known = false;
    bool is_indexed = false;
    Collection value;
    std::unordered_map<definition::Symbol, Index> indexes;
    std::vector<std::span<const Item>> lists;  // of the variables that are lists: where they lay
    std::unordered_set<std::string_view> strings;  // of the value, when all its items are strings
  };
  // Of a part whose variables are these; null where one of them is neither the root nor a list of
  // plain values, or is another list than before.
  Entry* find(const Program& program, std::uint32_t part,
              std::span<const Collection* const> variables);

  Arena& arena() { return arena_; }

 private:
  const element::Element* root_;
  Arena arena_;
  std::unordered_map<const Program*, std::vector<Entry>> entries_;
};

}  // namespace paraneo::fhirpath
