// Private to the sandbox: one request on its way to an answer, one interaction or a Bundle of them.
#pragma once

#include <map>
#include <string>

#include "rest/rewrite.h"
#include "sandbox/endpoint.h"
#include "sandbox/exports.h"
#include "sandbox/query.h"
#include "sandbox/store_access.h"

namespace paraneo::sandbox {

struct Shared {
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

class Exchange {
 public:
  // `base`: of the links in its answers. `is_over` as in StoreAccess.
  Exchange(Shared& shared, std::string base, std::function<bool()> is_over);

  // `relative`: the target below the endpoint.
  rest::Response answer_to(const net::ServerRequest& request, std::string_view relative);

 private:
  // One interaction, from a request or from an entry of a Bundle.
  struct Call {
    std::string method;
    std::string type;  // empty: the whole system
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

  // reading (exchange_read.cpp)
  rest::Response read(const Call& call);
  rest::Response history(const Call& call);
  rest::Response search(const Call& call);
  rest::Response next_page(const std::string& token);
  rest::Response list(const std::string& place, const Search& search);
  rest::Response capabilities() const;

  // bulk (exchange_export.cpp)
  rest::Response begin_export(const Call& call);
  Result<void> gather_export(Export& made, Query query, const std::string& types);
  Result<void> gather_patients(Export& made, Query query, const std::string& types);
  rest::Response show_export(const Call& call);
  rest::Response manifest(const std::string& id, const Export& kept) const;

  // writing (exchange_write.cpp)
  rest::Response create(const Call& call, const rest::References& references);
  rest::Response update(const Call& call, const rest::References& references);
  rest::Response conditional_update(const Call& call, const rest::References& references);
  rest::Response remove(const Call& call);
  rest::Response store_as(const std::string& id, const Call& call,
                          const rest::References& references);
  Result<std::vector<Version>> find_matches(const std::string& type, const std::string& query);
  std::string new_id();

  // bundles (exchange_bundle.cpp)
  rest::Response bundle(const json::Value& root);
  rest::Response transaction(std::vector<BundleEntry>& entries);
  Result<rest::References> assign_ids(std::vector<BundleEntry>& entries);

  Shared& shared_;
  std::string base_;
  StoreAccess store_;
};

}  // namespace paraneo::sandbox
