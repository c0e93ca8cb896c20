#include "rest/probe.h"

#include <gtest/gtest.h>

#include <regex>

#include "fake_server.h"
#include "rest/instant.h"

namespace paraneo::rest {
namespace {

struct FixedClock final : Clock {
  std::int64_t now_ms() const override { return 1'800'000'000'000; }
};

// A server with opinions.
struct ProbedServer {
  struct Stored {
    std::string body;
    int version = 0;
  };
  std::map<std::string, Stored> resources{
      {"Basic/of-somebody-else", {R"({"resourceType":"Basic","id":"of-somebody-else"})", 1}}};
  int stale_status = 412;           // 200: If-Match is ignored
  int taken_status = 412;           // to If-None-Match: *; 200: it is ignored
  int taken_status_together = 412;  // the same in a transaction
  bool update_as_create = true;
  bool ignores_criteria = false;
  bool knows_last_updated = true;
  std::size_t transaction_max = 60;
  std::size_t page_max = 20;
  std::string metadata =
      R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","software":{"name":"S","version":"1"}})";
  int fail_at = -1;  // the request from which on nothing is answered
  int requests = 0;

  static Response answer(int status, std::string body = "{}", std::string etag = {}) {
    return {status,
            {{"Content-Type", "application/fhir+json"}, {"ETag", std::move(etag)}},
            std::move(body)};
  }
  Response put(const std::string& target, const Request& request) {
    auto& stored = resources[target];
    for (const auto& header : request.headers)
      if (header.name == "If-Match" &&
          header.value != "W/\"" + std::to_string(stored.version) + "\"" && stale_status != 200)
        return answer(stale_status);
      else if (header.name == "If-None-Match" && stored.version > 0 && taken_status != 200)
        return answer(taken_status);
    if (stored.body != request.body) ++stored.version;
    stored.body = request.body;
    return answer(200, "{}", "W/\"" + std::to_string(stored.version) + "\"");
  }
  Response search(const std::string& query) {
    std::vector<std::string> found;
    for (const auto& [target, stored] : resources) {
      const auto id = query.find("_id=");
      const bool fits = ignores_criteria || id == std::string::npos ||
                        target == "Basic/" + query.substr(id + 4, query.find('&', id) - id - 4);
      const bool old = query.find("_lastUpdated=lt") != std::string::npos;
      if (fits && !(old && knows_last_updated)) found.push_back(stored.body);
    }
    std::string body =
        R"({"resourceType":"Bundle","total":)" + std::to_string(found.size()) + ",\"entry\":[";
    if (query.find("_summary=count") != std::string::npos) return answer(200, body + "]}");
    for (std::size_t i = 0; i < std::min(found.size(), page_max); ++i)
      body += std::string(i == 0 ? "" : ",") + "{\"resource\":" + found[i] + "}";
    body += "]";
    if (found.size() > page_max) body += R"(,"link":[{"relation":"next","url":"x"}])";
    return answer(200, body + "}");
  }
  Response transaction(const std::string& text) {
    static const std::regex kEntry(R"re("method":"(PUT|DELETE)","url":"([^"]+)")re");
    std::vector<std::pair<std::string, std::string>> entries;
    for (std::sregex_iterator at(text.begin(), text.end(), kEntry), end; at != end; ++at)
      entries.emplace_back((*at)[1], (*at)[2]);
    if (entries.size() > transaction_max) return answer(413);
    if (text.find("\"ifNoneMatch\"") != std::string::npos && taken_status_together != 200)
      return answer(taken_status_together);
    for (const auto& [method, target] : entries)
      if (method == "PUT") resources[target] = {R"({"resourceType":"Basic","id":"t"})", 1};
      else resources.erase(target);
    return answer(200);
  }
  Result<Response> handle(const Request& request) {
    if (fail_at >= 0 && requests++ >= fail_at) return fail(ErrorCode::connection_lost, "lost");
    const auto path = request.url.substr(FakeServer::kBase.size());
    if (path == "/metadata") return answer(200, metadata);
    if (request.method == Method::post) return transaction(request.body);
    const auto target = path.substr(1);
    if (request.method == Method::put) return update_as_create ? put(target, request) : answer(405);
    if (path.starts_with("/Basic?")) {
      if (request.method == Method::get) return search(path);
      resources.erase("Basic/" + path.substr(path.find("_id=") + 4));
      return answer(204);
    }
    if (path.find("_history") != std::string::npos)
      return answer(path == "/_history?_count=1" ? 404 : 200);
    const auto found = resources.find(target);
    if (found == resources.end()) return answer(404);
    if (request.method == Method::del) {
      resources.erase(found);
      return answer(204);
    }
    return answer(200, R"({"resourceType":"Basic","meta":{"lastUpdated":"2026-01-01T00:00:00Z"}})",
                  "W/\"" + std::to_string(found->second.version) + "\"");
  }
};

struct Probed {
  ProbeResult result;
  std::optional<Error> error;
  std::size_t left = 0;
};

Probed probe(ProbedServer& server) {
  const FixedClock clock;
  FixedRandom random;
  ProbeOptions options;
  options.base = FakeServer::kBase;
  Probe machine(options, clock, random);
  std::vector<Task> open;
  for (int i = 0; i < 10'000 && !machine.done(); ++i) {
    while (auto task = machine.next()) open.push_back(std::move(*task));
    if (open.empty()) break;
    const auto task = std::move(open.back());
    open.pop_back();
    auto response = server.handle(task.request);
    machine.finished(
        task.id, response ? Result<Reply>(classify(std::move(*response), 0)) : response.error());
  }
  EXPECT_TRUE(machine.done());
  return {machine.result(), machine.error(), machine.left().size()};
}

TEST(Probe, FindsOutWhatAServerDoesAndLeavesNothingBehind) {
  ProbedServer server;
  const auto probed = probe(server);
  ASSERT_FALSE(probed.error) << probed.error->what;
  const auto& result = probed.result;
  EXPECT_EQ(result.software, "S 1");
  for (const auto& [key, value] :
       {std::pair("ifMatch", "412"), std::pair("ifNoneMatch", "412"), std::pair("versions", "yes"),
        std::pair("unchangedKeepsVersion", "yes"), std::pair("updateAsCreate", "yes"),
        std::pair("transactionEntries", "50"), std::pair("pageEntries", "20"),
        std::pair("lastUpdated", "yes"), std::pair("total", "yes"),
        std::pair("summaryCount", "yes"), std::pair("historyInstance", "yes"),
        std::pair("historySystem", "no"), std::pair("parallelWrites", "4x200"),
        std::pair("conditionalDelete", "yes")})
    EXPECT_EQ(result.value(key), value) << key;
  EXPECT_EQ(server.resources.size(), 1U);
  EXPECT_EQ(probed.left, 0U);
}

TEST(Probe, WhatIsNoFhirServerIsUnfit) {
  ProbedServer server;
  server.metadata = R"({"resourceType":"Bundle"})";
  server.fail_at = 1000;
  const auto probed = probe(server);
  ASSERT_TRUE(probed.error);
  EXPECT_EQ(probed.error->code, ErrorCode::server_unfit);
  EXPECT_EQ(server.requests, 1);
}

TEST(Probe, TellsServersApart) {
  ProbedServer server;
  server.stale_status = 409;
  server.transaction_max = 1000;
  server.page_max = 5000;
  EXPECT_EQ(probe(server).result.value("ifMatch"), "409");
  EXPECT_EQ(probe(server).result.value("transactionEntries"), "500");
  EXPECT_EQ(probe(server).result.value("pageEntries"), "1000");
  server.stale_status = 200;
  server.knows_last_updated = false;
  const auto result = probe(server).result;
  EXPECT_EQ(result.value("ifMatch"), "ignored");
  EXPECT_EQ(result.value("lastUpdated"), "ignored");
  server.taken_status_together = 200;
  EXPECT_EQ(probe(server).result.value("ifNoneMatch"), "ignored");
  server.taken_status = 200;
  EXPECT_EQ(probe(server).result.value("ifNoneMatch"), "ignored");
  server.update_as_create = false;
  EXPECT_EQ(probe(server).result.value("updateAsCreate"), "no");
}

TEST(Probe, NeverDeletesByACriterionThatIsIgnored) {
  ProbedServer server;
  server.ignores_criteria = true;
  EXPECT_EQ(probe(server).result.value("conditionalDelete"), "not tried");
  EXPECT_EQ(server.resources.size(), 1U);
}

TEST(Probe, EndsAndSaysWhatIsLeftWhenTheServerGoesAway) {
  for (int at = 0; at < 30; ++at) {
    ProbedServer server;
    server.fail_at = at;
    const auto probed = probe(server);
    if (server.requests > at) { EXPECT_TRUE(probed.error || probed.left > 0) << at; }
    EXPECT_GE(probed.left, server.resources.size() - 1) << at;
  }
}

TEST(Probe, ItsResultIsReadAsItWasWritten) {
  const ProbeResult result{
      "https://h", "2026-01-01T00:00:00.000Z", "S 1", "4.0.1", {{"ifMatch", "409", "x"}}};
  const auto read = read_probe(write_probe(result), "f");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->server, "https://h");
  EXPECT_EQ(read->value("ifMatch"), "409");
  EXPECT_EQ(read->value("other"), "");
  EXPECT_FALSE(read_probe("{}", "f"));
}

}  // namespace
}  // namespace paraneo::rest
