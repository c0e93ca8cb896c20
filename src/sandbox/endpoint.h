// A FHIR R4 endpoint for rehearsals and tests: read, vread, history, create, update (as create),
// conditional create and update, delete, batch, transaction, search, paging, Patient/$everything,
// $export. JSON and XML, by Content-Type, Accept and _format. Not a server for patients: no access
// control beyond one token, no auditing, no full validation.
//
// Thread-safe. Requests take turns at the store, operation by operation, in the order in which they
// ask; only a transaction keeps its turn. What one request may take is bounded by time, entries and
// search terms.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/limits.h"
#include "definition/definitions.h"
#include "net/server.h"
#include "sandbox/store.h"

namespace paraneo::sandbox {

// What the endpoint says, takes and allows.
struct EndpointOptions {
  std::string path = "/fhir";
  bool tls = true;           // scheme of the links it writes; the host is the request's own
  std::string bearer_token;  // empty: everybody may
  std::size_t page_entries = 50;
  std::size_t page_entries_max = 1000;
  std::size_t bundle_entries_max = 10'000;
  std::int64_t request_ms_max = 30'000;  // then the rest of it is answered with 503
  int export_wait_s = 1;                 // that a client is asked to wait for an $export
  std::size_t exports_max = 16;
  std::size_t export_bytes_max = std::size_t{512} << 20;  // of all exports that are kept
  std::int64_t export_ms_max = 3'600'000;                 // that one is kept
  Limits limits;
};

struct Shared;  // what all requests share

// The sandbox without its sockets. handle() may be called by several threads.
class Endpoint {
 public:
  // `stopwatch`: what the time of a request is measured with.
  Endpoint(Store store, EndpointOptions options, const definition::Definitions& definitions,
           const Clock& clock, Random& random, const Clock& stopwatch = steady_clock());
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  // Ends early, with an answer for nobody, when the client has gone.
  rest::Response handle(const net::ServerRequest& request);

 private:
  rest::Response answer_to(const net::ServerRequest& request);

  std::unique_ptr<Shared> shared_;
};

}  // namespace paraneo::sandbox
