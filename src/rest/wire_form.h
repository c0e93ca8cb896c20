// FHIR on the wire where it is not as the machines have it, which is JSON. A port: who knows FHIR's
// other forms implements it, and a client applies it to every request and answer but those with a
// BodySink.
#pragma once

#include "base/result.h"
#include "rest/message.h"

namespace paraneo::rest {

// Thread-safe.
class WireForm {
 public:
  virtual ~WireForm() = default;
  // Body, Content-Type and Accept of a request. An error: nothing is to be sent.
  virtual Result<void> encode(Request& request) const = 0;
  // The answer as JSON, where it is FHIR in another form; as it came otherwise.
  virtual void decode(Response& response) const = 0;
};

}  // namespace paraneo::rest
