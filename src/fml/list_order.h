// Target list modes first and last (FHIR code system map-target-list-mode): the items of one rule stand
// at the front or at the end of the list when it is complete. Internal to this folder.
#pragma once

#include <map>
#include <vector>

#include "element/element.h"

namespace paraneo::fml {

class ListOrder {
 public:
  // An item that a rule has just put into its parent's list. False when another rule is first there.
  bool put_first(element::Element& item, const void* rule);
  // False when another rule is last there. The item goes to the end in finish().
  bool put_last(element::Element& item, const void* rule);
  void finish();

 private:
  using List = std::pair<const element::Element*, definition::Symbol>;
  struct Front {
    const void* rule = nullptr;
    element::Element* end = nullptr;  // the last one of the rule's items
  };
  std::map<List, Front> fronts_;
  std::map<List, const void*> ends_;
  std::vector<element::Element*> last_;
};

}  // namespace paraneo::fml
