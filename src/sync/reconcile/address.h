// Whether a FHIR server is at the address at all, and whether it lets us in. Until it has shown
// that, a refusal says nothing about any record: the run ends, and none is blamed.
// Not thread-safe: a run calls it from one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "rest/reply.h"

namespace paraneo::sync {

class Address {
 public:
  // The server did, or refused, what only a FHIR server can.
  void proven() { ++proofs_; }
  bool is_proven() const { return proofs_ > 0; }

  // The answer to a request that asks for nothing but what every FHIR server has says that this is
  // none, or that we may not in.
  bool ends_the_run(const rest::Reply& reply) const;
  // Is it a server without batches, or none at all? True once: then its metadata are to be asked
  // for.
  bool is_to_be_asked(const rest::Reply& reply) {
    return no_server(reply) && proofs_ == 0 && !std::exchange(asked_, true);
  }
  // The same before a record is blamed for an answer that may be the address's: what has shown
  // itself may have gone since. Once after each proof.
  bool may_have_gone(const rest::Reply& reply) {
    return is_nowhere(reply) && std::exchange(proofs_asked_, proofs_) != proofs_;
  }
  // Nothing is there, or what is there leads away.
  static bool no_server(const rest::Reply& reply);
  static bool is_nowhere(const rest::Reply& reply) {
    return reply.status == 404 || reply.status == 405 || reply.status == 410;
  }

 private:
  std::uint64_t proofs_ = 0;
  std::uint64_t proofs_asked_ = 0;
  bool asked_ = false;
};

// A web page in the place of FHIR: a proxy, a login page. It says nothing about a resource.
bool is_page(const rest::Reply& reply);
// Such a page, or a way to one, from what does not seem to be overloaded.
bool leads_away(const rest::Reply& reply);

}  // namespace paraneo::sync
