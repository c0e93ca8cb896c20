// A small $export (FHIR Bulk Data Access) of the system or of all patients: the files are made at
// once, but the first question about them is answered with "not yet", as real servers do.
#include "json/write.h"
#include "rest/url.h"
#include "sandbox/answer.h"
#include "sandbox/endpoint.h"

namespace paraneo::sandbox {
namespace {

constexpr std::size_t kExportsMax = 16;

std::string value_of(const std::string& query, const std::string& name) {
  for (std::size_t at = 0; at <= query.size();) {
    const auto end = std::min(query.find('&', at), query.size());
    if (query.compare(at, name.size() + 1, name + "=") == 0)
      return percent_decoded(std::string_view(query).substr(at + name.size() + 1, end - at - name.size() - 1));
    at = end + 1;
  }
  return {};
}

bool names(const std::string& list, const std::string& type) {
  return list.empty() || ("," + list + ",").find("," + type + ",") != std::string::npos;
}

}  // namespace

rest::Response Endpoint::begin_export(const Call& call) {
  if (exports_.size() >= kExportsMax) return refusal(429, "throttled", "too many exports are kept; delete one");
  const auto types = value_of(call.query, "_type");
  auto since = value_of(call.query, "_since");
  for (std::size_t at = 0; (at = since.find('+', at)) != std::string::npos; at += 3) since.replace(at, 1, "%2B");
  const auto search = parse_search("", since.empty() ? "" : "_lastUpdated=ge" + since, 1, 1);
  if (!search) return refusal(search.error());
  Export made;
  made.request_url = base_ + "/" + (call.type.empty() ? "" : call.type + "/") + "$export?" + call.query;
  made.at_ms = clock_.now_ms();
  auto query = search->query;
  query.count = options_.page_entries_max;
  const auto gather = [&]() -> Result<void> {
    query.after_type.clear();
    query.after_id.clear();
    while (true) {
      const auto found = store_.search(query);
      if (!found) return found.error();
      for (const auto& version : *found) {
        if (!names(types, version.type)) continue;
        auto& file = made.files[version.type];
        file.lines += version.body + "\n";
        ++file.count;
      }
      if (found->size() < query.count) return {};
      query.after_type = found->back().type;
      query.after_id = found->back().id;
    }
  };
  Result<void> done;
  if (call.type.empty()) {
    done = gather();
  } else {
    Query all;
    all.type = "Patient";
    all.count = options_.bundle_entries_max;
    const auto patients = store_.search(all);
    if (!patients) return refusal(patients.error());
    for (const auto& patient : *patients) {
      query.patient = patient.id;
      if (done) done = gather();
    }
  }
  if (!done) return refusal(done.error());
  const auto id = new_id();
  exports_[id] = std::move(made);
  rest::Response response{202, {}, {}};
  response.headers.push_back({"Content-Location", base_ + "/_export/" + id});
  return response;
}

rest::Response Endpoint::show_export(const Call& call) {
  const auto dot = call.version.find('.');
  const auto found = exports_.find(call.version.substr(0, dot));
  if (found == exports_.end()) return refusal(404, "not-found", "there is no such export");
  auto& kept = found->second;
  if (call.method == "DELETE") {
    exports_.erase(found);
    return {202, {}, {}};
  }
  if (dot != std::string::npos) {
    const auto file = kept.files.find(call.version.substr(dot + 1));
    if (file == kept.files.end()) return refusal(404, "not-found", "there is no such file");
    return {200, {{"Content-Type", "application/fhir+ndjson"}}, file->second.lines};
  }
  if (++kept.polls == 1)
    return {202, {{"X-Progress", "begun"}, {"Retry-After", std::to_string(options_.export_wait_s)}}, {}};
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("transactionTime");
  writer.string(instant(kept.at_ms));
  writer.key("request");
  writer.string(kept.request_url);
  writer.key("requiresAccessToken");
  writer.boolean(!options_.bearer_token.empty());
  writer.key("output");
  writer.begin_array();
  for (const auto& [type, file] : kept.files) {
    writer.begin_object();
    writer.key("type");
    writer.string(type);
    writer.key("url");
    writer.string(base_ + "/_export/" + found->first + "." + type);
    writer.key("count");
    writer.raw(std::to_string(file.count));
    writer.end_object();
  }
  writer.end_array();
  writer.key("error");
  writer.raw("[]");
  writer.end_object();
  return {200, {{"Content-Type", "application/json"}}, std::move(body)};
}

}  // namespace paraneo::sandbox
