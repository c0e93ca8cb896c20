// A FHIR server in memory for the machines: does not detect that nothing changed, so a needless
// write shows as a new version. Every answer can be made to fail.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/clock.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/machine.h"

namespace paraneo::rest {

struct FixedRandom final : Random {
  std::uint64_t next() override { return 7; }
};

struct FakeServer {
  static constexpr std::string_view kBase = "https://fhir.test/r4";

  struct Stored {
    std::string json;
    int version = 0;
    bool deleted = false;
  };
  std::map<std::string, Stored> resources;
  std::vector<std::string> log;
  bool batches = true;
  int fail_at = -1;  // number of the request (from 0) that fails ...
  ErrorCode fail_with = ErrorCode::connection_lost;
  bool lost_after = false;      // ... after it was done
  int conflicts = 0;            // the next writes answer 409
  int conflicts_after = -1;     // one answers 409 when so many resources are there
  bool refuses_over = false;    // a write with If-None-Match: * over what is there
  std::size_t entries_max = 0;  // of a transaction; 0: any number
  int unguarded = 0;            // writes over something without If-Match
  std::map<std::string, std::string> referred_by;  // not deleted while this is there; empty: for
                                                   // ever
  std::string needs_first;  // writes but to this target answer 400 until it is there

  static Reply reply(int status, std::string body = {}, std::string etag = {}) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/fhir+json"}, {"ETag", std::move(etag)}};
    response.body = std::move(body);
    return classify(std::move(response), 0);
  }
  static std::string outcome(std::string_view code) {
    return R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")" +
           std::string(code) + R"(","diagnostics":"value 'Smith' is bad"}]})";
  }
  static std::string with_meta(const Stored& stored) {
    return stored.json.substr(0, stored.json.size() - 1) + R"(,"meta":{"versionId":")" +
           std::to_string(stored.version) + R"(","lastUpdated":"2026-01-01T00:00:00Z"}})";
  }

  Reply read(const std::string& target) {
    const auto found = resources.find(target);
    if (found == resources.end()) return reply(404, outcome("not-found"));
    if (found->second.deleted) return reply(410, outcome("deleted"));
    return reply(200, with_meta(found->second),
                 "W/\"" + std::to_string(found->second.version) + "\"");
  }
  Reply write(const std::string& target, const std::string& body, std::string_view if_match,
              bool only_new = false) {
    if (conflicts > 0) {
      --conflicts;
      return reply(409, outcome("conflict"));
    }
    if (conflicts_after >= 0 && static_cast<int>(resources.size()) >= conflicts_after) {
      conflicts_after = -1;
      return reply(409, outcome("conflict"));
    }
    if (!needs_first.empty() && target != needs_first && !resources.contains(needs_first))
      return reply(400, outcome("invalid"));
    auto& stored = resources[target];
    if (!if_match.empty() && if_match != "W/\"" + std::to_string(stored.version) + "\"")
      return reply(412, outcome("conflict"));
    const bool created = stored.version == 0 || stored.deleted;
    if (!created && only_new && refuses_over) return reply(412, outcome("conflict"));
    if (!created && if_match.empty()) ++unguarded;
    stored.json = body;
    ++stored.version;
    stored.deleted = false;
    return reply(created ? 201 : 200, with_meta(stored));
  }

  Reply bundle(const std::string& body) {
    const Source source{"b", body};
    Arena arena;
    diag::Sink sink;
    const auto* root = json::read(source, arena, {}, sink);
    const bool transaction = root->text_of("type") == "transaction";
    if (transaction && entries_max > 0 && root->find("entry")->items().size() > entries_max)
      return reply(
          400,
          R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid",)"
          R"("diagnostics":"The number of entries in the bundle exceeds the limit"}]})");
    if (!transaction && !batches) return reply(404, outcome("not-supported"));
    std::string out = R"({"resourceType":"Bundle","type":"x-response","entry":[)";
    bool first = true;
    const auto before = resources;
    // The order within a transaction does not matter.
    if (transaction && body.find("\"url\":\"" + needs_first + "\"") != std::string::npos)
      needs_first.clear();
    for (const auto& entry : root->find("entry")->items()) {
      const auto* request = entry.find("request");
      const std::string target(request->text_of("url"));
      std::string json;
      if (const auto* resource = entry.find("resource")) json::Writer(json).value(*resource);
      auto answer = request->text_of("method") == "GET" ? read(target)
                    : request->text_of("method") == "DELETE"
                        ? remove(target)
                        : write(target, json, request->text_of("ifMatch"),
                                request->text_of("ifNoneMatch") == "*");
      if (transaction && !answer.ok()) {
        resources = before;
        return answer;
      }
      out += std::string(first ? "" : ",") + R"({"response":{"status":")" +
             std::to_string(answer.status) + " X\"}" +
             (answer.ok() && !answer.body.empty() ? ",\"resource\":" + answer.body : "") + "}";
      first = false;
    }
    return reply(200, out + "]}");
  }
  Reply remove(const std::string& target) {
    if (const auto by = referred_by.find(target); by != referred_by.end())
      if (by->second.empty() || (resources.contains(by->second) && !resources[by->second].deleted))
        return reply(409, outcome("conflict"));
    if (resources.contains(target)) resources[target].deleted = true;
    return reply(204);
  }

  Result<Reply> answer(const Request& request) {
    const auto number = static_cast<int>(log.size());
    const auto path = request.url.size() > kBase.size() ? request.url.substr(kBase.size() + 1) : "";
    log.push_back(std::string(name_of(request.method)) + " " + path);
    const auto lost = fail(fail_with, "the connection was lost");
    if (number == fail_at && !lost_after) return lost;
    if (path == "metadata") return reply(200, R"({"resourceType":"CapabilityStatement"})");
    std::string_view if_match;
    bool only_new = false;
    for (const auto& header : request.headers)
      if (header.name == "If-Match") if_match = header.value;
      else if (header.name == "If-None-Match") only_new = header.value == "*";
    auto done = request.method == Method::get    ? read(path)
                : request.method == Method::put  ? write(path, request.body, if_match, only_new)
                : request.method == Method::post ? bundle(request.body)
                                                 : remove(path);
    if (number == fail_at) return lost;
    return done;
  }

  // Up to `width` tasks at a time, answered last first, which is the order nobody expects.
  void drive(Machine& machine, std::size_t width = 3) {
    std::vector<Task> open;
    for (int steps = 0; !machine.done() && steps < 10000; ++steps) {
      while (open.size() < width) {
        auto task = machine.next();
        if (!task) break;
        open.push_back(std::move(*task));
      }
      if (open.empty()) break;
      auto task = std::move(open.back());
      open.pop_back();
      machine.finished(task.id, answer(task.request));
    }
  }
};

}  // namespace paraneo::rest
