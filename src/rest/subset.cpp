#include "rest/subset.h"

#include <algorithm>

namespace paraneo::rest {

bool is_subset(const json::Value& resource) {
  const auto* meta = resource.find("meta");
  const auto* tags = meta == nullptr ? nullptr : meta->find("tag");
  return tags != nullptr &&
         std::any_of(tags->items().begin(), tags->items().end(),
                     [](const json::Value& tag) { return tag.text_of("code") == "SUBSETTED"; });
}

}  // namespace paraneo::rest
