#include "sandbox/bulk_export.h"

#include "base/percent.h"
#include "json/write.h"
#include "sandbox/answer.h"
#include "sandbox/query.h"

namespace paraneo::sandbox {
namespace {

std::string value_of(const std::string& query, const std::string& name) {
  for (std::size_t at = 0; at <= query.size();) {
    const auto end = std::min(query.find('&', at), query.size());
    if (query.compare(at, name.size() + 1, name + "=") == 0)
      return percent_decoded(
          std::string_view(query).substr(at + name.size() + 1, end - at - name.size() - 1),
          Plus::blank);
    at = end + 1;
  }
  return {};
}

bool names(const std::string& list, const std::string& type) {
  return list.empty() || ("," + list + ",").find("," + type + ",") != std::string::npos;
}

}  // namespace

rest::Response BulkExport::begin(const Call& call) {
  const auto types = value_of(call.query, "_type");
  auto since = value_of(call.query, "_since");
  for (std::size_t at = 0; (at = since.find('+', at)) != std::string::npos; at += 3)
    since.replace(at, 1, "%2B");
  const auto search = parse_search("", since.empty() ? "" : "_lastUpdated=ge" + since, 1, 1);
  if (!search) return refusal(search.error());
  Export made;
  made.request_url =
      context_.base + "/" + (call.type.empty() ? "" : call.type + "/") + "$export?" + call.query;
  made.at_ms = context_.shared.clock.now_ms();
  if (const auto wait_s = context_.shared.exports.reserve(made.at_ms)) {
    auto response =
        refusal(429, "throttled",
                "too many exports are kept: fetch one, or delete one by DELETE of its status URL");
    response.headers.push_back({"Retry-After", std::to_string(*wait_s)});
    return response;
  }
  const auto done = call.type.empty() ? gather(made, search->query, types)
                                      : gather_patients(made, search->query, types);
  if (!done) {
    context_.shared.exports.give_up();
    return refusal(done.error());
  }
  const auto id = new_id(context_.shared.random);
  if (!context_.shared.exports.keep(id, std::move(made))) {
    auto response =
        refusal(429, "throttled",
                "there is no memory for this export beside those that nobody fetched yet");
    response.headers.push_back({"Retry-After", "60"});
    return response;
  }
  rest::Response response{202, {}, {}};
  response.headers.push_back({"Content-Location", context_.base + "/_export/" + id});
  return response;
}

Result<void> BulkExport::gather(Export& made, Query query, const std::string& types) {
  query.count = context_.shared.options.page_entries_max;
  for (;;) {
    const auto found = context_.store.search(query);
    if (!found) return found.error();
    for (const auto& version : *found) {
      if (!names(types, version.type)) continue;
      auto& file = made.files[version.type];
      file.lines += version.body + "\n";
      ++file.count;
      made.bytes += version.body.size() + 1;
    }
    if (made.bytes > context_.shared.options.export_bytes_max)
      return fail(ErrorCode::search_unsupported,
                  "the export is larger than " +
                      std::to_string(context_.shared.options.export_bytes_max) +
                      " bytes: ask for less with _type or _since");
    if (found->size() < query.count) return {};
    query.after_type = found->back().type;
    query.after_id = found->back().id;
  }
}

Result<void> BulkExport::gather_patients(Export& made, Query query, const std::string& types) {
  Query all;
  all.type = "Patient";
  all.count = context_.shared.options.bundle_entries_max;
  const auto patients = context_.store.search(all);
  if (!patients) return patients.error();
  for (const auto& patient : *patients) {
    query.patient = patient.id;
    if (const auto done = gather(made, query, types); !done) return done;
  }
  return {};
}

rest::Response BulkExport::show(const Call& call) {
  const auto dot = call.version.find('.');
  const auto id = call.version.substr(0, dot);
  const auto none = [] {
    return refusal(404, "not-found", "there is no such export; they are kept for a while only");
  };
  if (call.method == "DELETE")
    return context_.shared.exports.remove(id) ? rest::Response{202, {}, {}} : none();
  const auto found =
      context_.shared.exports.find(id, context_.shared.clock.now_ms(), dot == std::string::npos);
  if (found.kept == nullptr) return none();
  if (dot != std::string::npos) {
    const auto file = found.kept->files.find(call.version.substr(dot + 1));
    if (file == found.kept->files.end()) return refusal(404, "not-found", "there is no such file");
    return {200, {{"Content-Type", "application/fhir+ndjson"}}, file->second.lines};
  }
  if (found.polls == 1)
    return {202,
            {{"X-Progress", "begun"},
             {"Retry-After", std::to_string(context_.shared.options.export_wait_s)}},
            {}};
  return manifest(id, *found.kept);
}

rest::Response BulkExport::manifest(const std::string& id, const Export& kept) const {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("transactionTime");
  writer.string(instant(kept.at_ms));
  writer.key("request");
  writer.string(kept.request_url);
  writer.key("requiresAccessToken");
  writer.boolean(!context_.shared.options.bearer_token.empty());
  writer.key("output");
  writer.begin_array();
  for (const auto& [type, file] : kept.files) {
    writer.begin_object();
    writer.key("type");
    writer.string(type);
    writer.key("url");
    writer.string(context_.base + "/_export/" + id + "." + type);
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
