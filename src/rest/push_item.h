// What is to be pushed, brought into the one form that can be pushed twice without a second copy:
// every resource under an id that the client knows.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/source.h"

namespace paraneo::rest {

// How a resource is written.
enum class Write {
  put,                 // the resource under Type/id
  remove,              // DELETE Type/id
  conditional_put,     // PUT Type?criteria
  conditional_create,  // POST Type with ifNoneExist
};

// One resource on its way.
struct PushEntry {
  Write write = Write::put;
  std::string type;
  std::string id;        // empty for the conditional ones, until the server told
  std::string criteria;  // of the conditional ones: "identifier=..."
  std::string full_url;
  std::string resource;  // canonical JSON; empty for remove
  std::string place;     // file:line of the input

  std::string target() const { return type + "/" + (id.empty() ? "?" : id); }
};

// One text of the input.
struct PushItem {
  bool transaction = false;  // all or nothing; otherwise each entry stands for itself
  std::vector<PushEntry> entries;
  std::vector<Error> refused;  // entries that cannot be pushed, beside those that can
};

// A resource with an id; or a Bundle: transaction (all or nothing), batch, collection, document,
// searchset (each entry for itself). In bundles, POST under a urn:uuid becomes PUT under that
// UUID, and references to it follow. What would make a second copy when pushed again (a POST or a
// resource without any id), what is not a write of a whole resource (PATCH) and what no HTTP
// request can carry (control characters in a condition) is refused: the entry alone, with those
// that refer to it, or the whole transaction.
Result<PushItem> plan_push(const Source& text, const Limits& limits);

}  // namespace paraneo::rest
