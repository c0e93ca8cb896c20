#include "fake_server.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"

namespace paraneo::simulation {
namespace {

std::string with_meta(const FakeServer::Stored& stored) {
  return stored.body.substr(0, stored.body.size() - 1) + R"(,"meta":{"versionId":")" +
         std::to_string(stored.version) + R"(","lastUpdated":"2026-01-01T00:00:00Z")" +
         (stored.labels.empty() ? "" : ",") + stored.labels + "}}";
}

// Takes the meta out of a resource, which has nothing but labels, and gives its members.
std::string take_labels(std::string& body) {
  constexpr std::string_view kMeta = R"(,"meta":{)";
  const auto at = body.find(kMeta);
  if (at == std::string::npos) return {};
  const auto end = body.find("]}", at);
  auto labels = body.substr(at + kMeta.size(), end + 1 - at - kMeta.size());
  body.erase(at, end + 2 - at);
  return labels;
}

std::string etag(int version) { return "W/\"" + std::to_string(version) + "\""; }

}  // namespace

rest::Response FakeServer::respond(int status, std::string body, const char* type) {
  rest::Response response;
  response.status = status;
  response.headers = {{"Content-Type", type}};
  response.body = std::move(body);
  return response;
}

std::string FakeServer::outcome(const char* code) {
  return std::string(
             R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")") +
         code + "\"}]}";
}

void FakeServer::edit(const std::string& target) {
  auto& stored = all_[target];
  if (stored.body.empty()) return;
  // Another language each time.
  constexpr std::string_view kLanguage = R"(,"language":")";
  const auto at = stored.body.find(kLanguage);
  if (at == std::string::npos)
    stored.body.insert(stored.body.size() - 1, std::string(kLanguage) + "aa\"");
  else ++stored.body[at + kLanguage.size()];
  ++stored.version;
}

void FakeServer::label(const std::string& target) {
  auto& stored = all_[target];
  if (stored.body.empty() || !stored.labels.empty()) return;
  stored.labels = stored.version % 2 == 0
                      ? R"("security":[{"system":"urn:of:others","code":"restricted"}])"
                      : R"("tag":[{"system":"urn:of:others","code":"seen"}])";
  ++stored.version;
}

FakeServer::Entry FakeServer::read(const std::string& target) const {
  const auto found = all_.find(target);
  if (found == all_.end()) return {404, outcome("not-found"), 0};
  if (found->second.body.empty()) return {410, outcome("deleted"), 0};
  return {200, with_meta(found->second), found->second.version};
}

FakeServer::Entry FakeServer::write(const std::string& target, const std::string& body,
                                    const std::string& if_match, bool only_new) {
  auto content = body;
  auto labels = take_labels(content);
  if (body.find("\"BAD\"") != std::string::npos) return {422, outcome("invalid"), 0};
  const auto found = all_.find(target);
  const bool there = found != all_.end() && !found->second.body.empty();
  if (!if_match.empty() && (!there || if_match != etag(found->second.version)))
    return {rules_.stale_status, outcome("conflict"), 0};
  if (only_new && rules_.refuses_over && there)
    return {rules_.stale_status, outcome("conflict"), 0};
  if (!there && body.empty()) return {204, {}, 0};
  auto& stored = all_[target];
  if (there && stored.body == content && stored.labels == labels) {
    if (rules_.detects_no_change) return {200, {}, stored.version};
    twice_.push_back(target);
  }
  if (!body.empty() && !stored.labels.empty() && labels.empty()) unlabelled_.push_back(target);
  stored.body = std::move(content);
  stored.labels = std::move(labels);
  ++stored.version;
  return {body.empty() ? 204 : there ? 200 : 201, {}, stored.version};
}

rest::Response FakeServer::bundle(const std::string& text, bool backwards) {
  const Source source{"bundle", text};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, {}, sink);
  const bool transaction = root->text_of("type") == "transaction";
  if (!transaction && !rules_.batches) return respond(405, outcome("not-supported"));
  const auto items = root->find("entry")->items();
  if (transaction && items.size() > rules_.entries_max) return respond(413, outcome("too-costly"));
  const auto before = all_;
  const auto twice_before = twice_.size();
  const auto unlabelled_before = unlabelled_.size();
  std::string entries;
  for (const auto& item : items) {
    const auto* request = item.find("request");
    const std::string target(request->text_of("url"));
    std::string body;
    if (const auto* resource = item.find("resource")) json::Writer(body).value(*resource);
    const auto done = request->text_of("method") == "GET"
                          ? read(target)
                          : write(target, body, std::string(request->text_of("ifMatch")),
                                  request->text_of("ifNoneMatch") == "*");
    if (transaction && done.status >= 400) {
      all_ = before;
      twice_.resize(twice_before);
      unlabelled_.resize(unlabelled_before);
      return respond(done.status, done.body);
    }
    std::string entry = R"({"response":{"status":")" + std::to_string(done.status) + '"';
    if (done.version > 0) {
      const auto version = std::to_string(done.version);
      entry += R"(,"etag":"W/\")" + version + R"(\"","location":")" + target + "/_history/" +
               version + '"';
    }
    entry +=
        "}" + (done.status == 200 && !done.body.empty() ? ",\"resource\":" + done.body : "") + "}";
    const auto* comma = entries.empty() ? "" : ",";
    entries = backwards ? entry + comma + entries : entries + comma + entry;
  }
  return respond(200, R"({"resourceType":"Bundle","type":"x-response","entry":[)" + entries + "]}");
}

rest::Response FakeServer::answer(const rest::Request& request, bool backwards) {
  if (request.method == rest::Method::post) return bundle(request.body, backwards);
  if (request.url.ends_with("/metadata"))
    return respond(200, R"({"resourceType":"CapabilityStatement"})");
  const auto done = read(request.url.substr(std::string(kBase).size() + 1));
  auto response = respond(done.status, done.body);
  if (done.version > 0) response.headers.push_back({"ETag", etag(done.version)});
  return response;
}

}  // namespace paraneo::simulation
