// Which resources a push has met: one Type/id with two contents in one run would be written twice
// each time, and what the server holds in the end would be a matter of order.
#pragma once

#include <string>
#include <unordered_map>

#include "base/digest.h"
#include "base/result.h"
#include "rest/push_item.h"

namespace paraneo::sync {

// Not thread-safe. Holds some 150 bytes for each resource.
class PushTargets {
 public:
  // Notes the resources of one text, or refuses it as a whole (Fault::data) when one of them stood
  // elsewhere with other content: the first one counts. The same content again is nothing to
  // complain about.
  Result<void> take(const rest::PushItem& item);

 private:
  struct Seen {
    Digest content;
    std::string place;
  };
  std::unordered_map<Digest, Seen, HashOfDigest> seen_;
};

}  // namespace paraneo::sync
