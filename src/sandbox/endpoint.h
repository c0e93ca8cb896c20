// A FHIR R4 endpoint for rehearsals and tests: read, vread, history, create, update (as create),
// conditional create and update, delete, batch, transaction, search, paging, Patient/$everything, $export.
// Not a server for patients: no access control beyond one token, no auditing, no full validation.
//
// Thread-safe: one request at a time gets to the store.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/limits.h"
#include "definition/definitions.h"
#include "net/server.h"
#include "rest/rewrite.h"
#include "sandbox/query.h"
#include "sandbox/store.h"

namespace paraneo::sandbox {

struct EndpointOptions {
  std::string path = "/fhir";
  bool tls = true;           // scheme of the links it writes; the host is the request's own
  std::string bearer_token;  // empty: everybody may
  std::size_t page_entries = 50;
  std::size_t page_entries_max = 1000;
  std::size_t bundle_entries_max = 10'000;
  int export_wait_s = 1;  // that a client is asked to wait for an $export
  Limits limits;
};

class Endpoint {
 public:
  Endpoint(Store store, EndpointOptions options, const definition::Definitions& definitions,
           const Clock& clock, Random& random);

  rest::Response handle(const net::ServerRequest& request);

 private:
  // One interaction, from a request or from an entry of a Bundle.
  struct Call {
    std::string method;
    std::string type;       // empty: the whole system
    std::string id;
    std::string operation;  // "_history", "_search", "$everything", "metadata"
    std::string version;    // of _history; without an operation: the id kept for a new resource
    std::string query;
    const json::Value* resource = nullptr;
    std::string if_match;
    std::string if_none_match;
    std::string if_none_exist;
  };
  struct BundleEntry;

  Call parse_call(std::string method, std::string_view relative) const;
  rest::Response dispatch(Call& call, const std::string& body);
  rest::Response perform(const Call& call, const rest::References& references);

  // reading (endpoint_read.cpp)
  rest::Response read(const Call& call);
  rest::Response history(const Call& call);
  rest::Response search(const Call& call);
  rest::Response next_page(const std::string& token);
  rest::Response list(const std::string& place, const Search& search);
  rest::Response capabilities() const;

  // bulk (endpoint_export.cpp)
  struct Export {
    struct File {
      std::string lines;
      std::uint64_t count = 0;
    };
    std::string request_url;
    std::int64_t at_ms = 0;
    int polls = 0;
    std::map<std::string, File> files;  // by type
  };
  rest::Response begin_export(const Call& call);
  rest::Response show_export(const Call& call);

  // writing (endpoint_write.cpp)
  rest::Response create(const Call& call, const rest::References& references);
  rest::Response update(const Call& call, const rest::References& references);
  rest::Response conditional_update(const Call& call, const rest::References& references);
  rest::Response remove(const Call& call);
  rest::Response store_as(const std::string& id, const Call& call, const rest::References& references);
  Result<std::vector<Version>> find_matches(const std::string& type, const std::string& query);
  std::string new_id();

  // bundles (endpoint_bundle.cpp)
  rest::Response bundle(const json::Value& root);
  rest::Response transaction(std::vector<BundleEntry>& entries);
  Result<rest::References> assign_ids(std::vector<BundleEntry>& entries);

  Store store_;
  EndpointOptions options_;
  const definition::Definitions& definitions_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, Export> exports_;
  std::string base_;  // of the request that is being answered
};

}  // namespace paraneo::sandbox
