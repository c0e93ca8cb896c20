// Private to the sandbox: batch and transaction (FHIR R4 3.1.0.11).
#pragma once

#include <string>
#include <vector>

#include "json/value.h"
#include "sandbox/interactions.h"

namespace paraneo::sandbox {

// Not thread-safe. A transaction is stored as a whole or not at all; of a batch, each entry.
class Bundles {
 public:
  Bundles(RequestContext& context, Interactions& interactions)
      : context_(context), interactions_(interactions) {}

  // A Bundle that was posted to the base.
  rest::Response answer_to(const json::Value& root);

 private:
  struct Entry {
    Call call;
    std::string full_url;
    rest::Response response;
  };

  // A response with another status than 0 is the answer to the whole.
  rest::Response read(const json::Value& root, std::vector<Entry>& entries) const;
  rest::Response batch(std::vector<Entry>& entries);
  rest::Response atomic(std::vector<Entry>& entries);
  rest::Response transaction(std::vector<Entry>& entries);
  Result<rest::References> assign_ids(std::vector<Entry>& entries);

  RequestContext& context_;
  Interactions& interactions_;
};

}  // namespace paraneo::sandbox
