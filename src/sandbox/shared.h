// Private to the sandbox: what all requests share.
#pragma once

#include "sandbox/endpoint.h"
#include "sandbox/exports.h"
#include "sandbox/store_access.h"

namespace paraneo::sandbox {

// Used by all requests at once: store, turns and exports are thread-safe, the rest does not change.
struct Shared {
  // Takes the store over; all else must outlive it.
  Shared(Store its_store, EndpointOptions its_options,
         const definition::Definitions& its_definitions, const Clock& its_clock, Random& its_random,
         const Clock& its_stopwatch)
      : store(std::move(its_store)), options(std::move(its_options)), definitions(its_definitions),
        clock(its_clock), random(its_random), stopwatch(its_stopwatch),
        exports(options.exports_max, options.export_bytes_max, options.export_ms_max) {}

  Store store;
  const EndpointOptions options;
  const definition::Definitions& definitions;
  const Clock& clock;
  Random& random;
  const Clock& stopwatch;
  Turns turns;  // at the store
  Exports exports;
};

// What one request works with. Not thread-safe; the base is that of the links in its answer.
struct RequestContext {
  Shared& shared;
  std::string base;
  StoreAccess store;
};

// A version 4 UUID.
std::string new_id(Random& random);

}  // namespace paraneo::sandbox
