// A server that gives no more than so many resources, and pulls from it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../rest/fake_server.h"
#include "fetch/pull.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::fetch {

struct FixedClock final : Clock {
  std::int64_t now_ms() const override { return 1'800'000'000'000; }
};

// Searches labs by _lastUpdated only, and gives no more than `cap` of them however it is asked.
struct CappedServer {
  std::map<int, std::int64_t> labs;  // number -> lastUpdated
  std::set<int> deleted;
  std::size_t cap = 1'000'000;
  bool knows_last_updated = true;
  bool ignores_last_updated = false;
  bool counts = true;
  bool history = true;
  bool versions = true;
  bool repeats = false;  // the last of a page comes again on the next
  std::vector<std::string> log;

  static rest::Response answer(int status, std::string body) {
    return {status,
            {{"Content-Type", "application/fhir+json"}, {"Date", "Fri, 15 Jan 2027 08:00:00 GMT"}},
            std::move(body)};
  }
  static std::string lab(int number, std::int64_t at, bool version = true) {
    return R"({"resourceType":"Observation","id":"o)" + std::to_string(number) + R"(","meta":{)" +
           (version ? R"("versionId":"1",)" : "") + R"("lastUpdated":")" + rest::instant_text(at) +
           "\"}}";
  }
  std::vector<int> matches(const std::string& url) const {
    std::vector<int> found;
    for (const auto& [number, at] : labs) {
      bool fits = true;
      for (auto p = url.find("_lastUpdated="); p != std::string::npos;
           p = url.find("_lastUpdated=", p + 1)) {
        const auto value = url.substr(p + 13, url.find('&', p) - p - 13);
        const auto bound = *rest::instant_ms(value.substr(2));
        fits = fits && (value.starts_with("ge") ? at >= bound : at < bound);
      }
      if (fits || ignores_last_updated) found.push_back(number);
    }
    return found;
  }
  rest::Response get(const std::string& url) {
    log.push_back(url);
    if (url.find("/_history") != std::string::npos) {
      if (!history) return answer(404, rest::FakeServer::outcome("not-supported"));
      std::string entries;
      for (const auto number : deleted)
        entries += (entries.empty() ? "" : ",") +
                   std::string(R"({"request":{"method":"DELETE","url":"Observation/o)") +
                   std::to_string(number) +
                   R"("},"response":{"status":"204","lastModified":"2027-01-14T00:00:00Z"}})";
      return answer(200, R"({"resourceType":"Bundle","type":"history","entry":[)" + entries + "]}");
    }
    if (!knows_last_updated && url.find("_lastUpdated=") != std::string::npos)
      return answer(400, rest::FakeServer::outcome("not-supported"));
    const auto found = matches(url);
    std::string body = R"({"resourceType":"Bundle","type":"searchset")";
    if (counts) body += ",\"total\":" + std::to_string(found.size());
    if (url.find("_summary=count") != std::string::npos)
      return answer(counts ? 200 : 400, body + "}");
    std::size_t at = 0;
    if (const auto p = url.find("&at="); p != std::string::npos) at = std::stoul(url.substr(p + 4));
    const auto page_end = std::min({found.size(), cap, at + 10});
    std::string entries;
    for (auto i = repeats && at > 0 ? at - 1 : at; i < page_end; ++i)
      entries += (entries.empty() ? "" : ",") + std::string("{\"resource\":") +
                 lab(found[i], labs[found[i]], versions) + "}";
    if (page_end < std::min(found.size(), cap))
      body += R"(,"link":[{"relation":"next","url":")" + url.substr(0, url.find("&at=")) +
              "&at=" + std::to_string(page_end) + "\"}]";
    return answer(200, body + ",\"entry\":[" + entries + "]}");
  }
};

struct Pulled {
  PullReport report;
  std::multiset<std::string> got;
  std::vector<std::string> deleted;
};

inline Pulled pull(CappedServer& server, PullOptions options = {}) {
  options.base = rest::FakeServer::kBase;
  if (options.queries.empty()) options.queries = {"Observation?code=x"};
  Pulled pulled;
  const FixedClock clock;
  Pull machine(
      options,
      [&](auto, std::string_view id, auto) {
        pulled.got.insert(std::string(id));
        return Result<void>();
      },
      [&](std::string_view type, std::string_view id) {
        pulled.deleted.push_back(std::string(type) + "/" + std::string(id));
        return Result<void>();
      },
      clock, clock);
  for (int i = 0; i < 100'000 && !machine.done(); ++i) {
    const auto task = machine.next();
    if (!task) break;
    machine.finished(task->id, rest::classify(server.get(task->request.url), 0));
  }
  EXPECT_TRUE(machine.done());
  pulled.report = machine.report();
  return pulled;
}

inline CappedServer labs(int count, std::int64_t step_ms) {
  CappedServer server;
  for (int i = 0; i < count; ++i)
    server.labs[(i * 7919) % 100'003] = 1'700'000'000'000 + i * step_ms;
  return server;
}

}  // namespace paraneo::fetch
