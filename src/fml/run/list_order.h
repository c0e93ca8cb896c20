// Target list modes first and last (FHIR code system map-target-list-mode): the items of one rule
// stand at the front or at the end of the list when it is complete. Internal to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "element/element.h"

namespace paraneo::fml {

class ListOrder {
 public:
  // An item that a rule has just put into its parent's list. False when another rule is first
  // there. The item goes to its place in finish().
  bool put_first(element::Element& item, const void* rule) {
    return put(item, rule, fronts_, kBefore);
  }
  // False when another rule is last there.
  bool put_last(element::Element& item, const void* rule) { return put(item, rule, ends_, 0); }
  // Takes time in proportion to the number of children of the parents.
  void finish();

 private:
  using List = std::pair<const element::Element*, definition::Symbol>;
  using Rules = std::map<List, const void*>;
  static constexpr std::int64_t kBefore = INT64_MIN / 2;  // in front of all that have no place

  bool put(element::Element& item, const void* rule, Rules& rules, std::int64_t base);

  Rules fronts_;
  Rules ends_;
  std::vector<element::Element*> items_;
  std::unordered_map<const element::Element*, std::int64_t> places_;  // in the list; 0 where there
                                                                      // is none
};

}  // namespace paraneo::fml
