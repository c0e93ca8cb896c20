#include "sync/verify.h"

#include <gtest/gtest.h>

#include "../rest/fake_server.h"

namespace paraneo::sync {
namespace {

using store::ResourceRow;
using store::ResourceState;

ResourceRow row(const std::string& target, const std::string& version,
                ResourceState state = ResourceState::confirmed) {
  return {target, "r", state, "h", version, {}, {}, ResourceState::confirmed};
}

// Holds ids and versions; searches by _id, two of a page.
struct Server {
  std::map<std::string, std::string> versions;
  bool searches = true;
  std::set<std::string> hidden;  // from searches
  std::vector<std::string> log;

  rest::Reply answer(const std::string& url) {
    log.push_back(url);
    if (url.ends_with("/metadata")) return rest::FakeServer::reply(200, "{}");
    const auto path = url.substr(rest::FakeServer::kBase.size() + 1);
    const auto query = path.find("?_id=");
    if (query == std::string::npos) {
      const auto found = versions.find(path);
      if (found == versions.end())
        return rest::FakeServer::reply(404, rest::FakeServer::outcome("not-found"));
      return rest::FakeServer::reply(200, "{}", "W/\"" + found->second + "\"");
    }
    if (!searches) return rest::FakeServer::reply(400, rest::FakeServer::outcome("not-supported"));
    const auto type = path.substr(0, query);
    const std::size_t from =
        path.find("&at=") == std::string::npos ? 0 : std::stoul(path.substr(path.find("&at=") + 4));
    std::string entries;
    std::size_t at = 0;
    bool more = false;
    for (const auto& [target, version] : versions) {
      const auto id = target.substr(target.find('/') + 1);
      if (!target.starts_with(type + "/") || hidden.contains(target) ||
          path.find(id) == std::string::npos)
        continue;
      if (at++ < from) continue;
      if (at > from + 2) {
        more = true;
        break;
      }
      entries += (entries.empty() ? "" : ",") + std::string(R"({"resource":{"id":")") + id +
                 R"(","meta":{"versionId":")" + version + "\"}}}";
    }
    const auto link = more ? R"(,"link":[{"relation":"next","url":")" +
                                 url.substr(0, url.find("&at=")) +
                                 "&at=" + std::to_string(from + 2) + "\"}]"
                           : "";
    return rest::FakeServer::reply(
        200, R"({"resourceType":"Bundle","entry":[)" + entries + "]" + link + "}");
  }
};

std::string verify(Server& server, std::vector<ResourceRow> rows, VerifyReport* report = nullptr) {
  std::size_t at = 0;
  std::string told;
  VerifyOptions options;
  options.base = rest::FakeServer::kBase;
  options.entries_max = 5;
  Verify machine(
      options,
      [&]() -> Result<std::optional<ResourceRow>> {
        if (at == rows.size()) return std::optional<ResourceRow>();
        return std::optional(rows[at++]);
      },
      [&](const ResourceRow& each, Deviation deviation) {
        told += std::string(name_of(deviation)) + " " + each.target + "\n";
        return Result<void>();
      });
  while (const auto task = machine.next())
    machine.finished(task->id, server.answer(task->request.url));
  EXPECT_TRUE(machine.done());
  EXPECT_FALSE(machine.report().error);
  if (report != nullptr) *report = machine.report();
  return told;
}

TEST(Verify, TellsWhatTheServerHoldsOtherwise) {
  for (const bool searches : {true, false}) {
    Server server{{{"Patient/a", "1"},
                   {"Patient/b", "3"},
                   {"Patient/c", "1"},
                   {"Patient/d", "1"},
                   {"Observation/o", "1"},
                   {"Observation/any", "7"},
                   {"Observation/back", "4"}},
                  searches,
                  {"Patient/d"},
                  {}};
    VerifyReport report;
    EXPECT_EQ(verify(server,
                     {row("Patient/a", "1"), row("Patient/b", "2"), row("Patient/c", "1"),
                      row("Patient/d", "1"), row("Patient/gone", "1"), row("Observation/o", "1"),
                      row("Observation/back", "", ResourceState::retracted),
                      row("Observation/deleted", "", ResourceState::retracted),
                      row("Observation/any", ""), row("Observation/lost", ""),
                      row("Observation/parked", "1", ResourceState::parked)},
                     &report),
              "changed Patient/b\nmissing Patient/gone\nreturned Observation/back\n"
              "missing Observation/lost\n");
    EXPECT_EQ(report.checked, 10U);
    EXPECT_EQ(report.deviations(), 4U);
  }
}

TEST(Verify, AsksForManyAtATime) {
  Server server;
  std::vector<ResourceRow> rows;
  for (int i = 0; i < 100; ++i) {
    server.versions["Patient/p" + std::to_string(i)] = "1";
    rows.push_back(row("Patient/p" + std::to_string(i), "1"));
  }
  EXPECT_EQ(verify(server, rows), "");
  EXPECT_LE(server.log.size(), 70U);
}

TEST(Verify, AnAddressWhereNoServerIsHasNothingMissing) {
  for (const int status : {301, 404, 405}) {
    Verify machine(
        {rest::FakeServer::kBase.data(), 5, 5, {}},
        [given = 0]() mutable -> Result<std::optional<ResourceRow>> {
          if (given++ == 3) return std::optional<ResourceRow>();
          return std::optional(row("Patient/a", "1"));
        },
        [](const auto&, auto) { return Result<void>(); });
    while (const auto task = machine.next())
      machine.finished(task->id, rest::FakeServer::reply(status));
    EXPECT_TRUE(machine.report().error) << status;
    EXPECT_EQ(machine.report().missing, 0U) << status;
  }
}

TEST(Verify, AServerThatFailsEndsIt) {
  Verify machine(
      {rest::FakeServer::kBase.data(), 5, 5, {}},
      [&]() -> Result<std::optional<ResourceRow>> { return std::optional(row("Patient/a", "1")); },
      [](const auto&, auto) { return Result<void>(); });
  const auto task = machine.next();
  machine.finished(task->id, rest::FakeServer::reply(503));
  EXPECT_TRUE(machine.report().error);
  EXPECT_TRUE(machine.done());
}

}  // namespace
}  // namespace paraneo::sync
