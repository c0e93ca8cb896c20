// What the tests of the parts of a run share: wants, groups and answers, without a server.
#pragma once

#include <gtest/gtest.h>

#include "rest/reply.h"
#include "sync/content.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

inline constexpr const char* kBase = "https://fhir.test/r4";

inline Want put(const std::string& target, const std::string& refers_to = {}) {
  Want want;
  want.entry.type = target.substr(0, target.find('/'));
  want.entry.id = target.substr(target.find('/') + 1);
  want.entry.resource =
      R"({"resourceType":")" + want.entry.type + R"(","id":")" + want.entry.id + '"' +
      (refers_to.empty() ? "" : R"(,"subject":{"reference":")" + refers_to + "\"}") + "}";
  want.hash = hash_of(want.entry.resource);
  return want;
}

inline Want removed(const std::string& target) {
  auto want = put(target);
  want.act = Act::remove;
  want.entry.write = rest::Write::remove;
  want.entry.resource.clear();
  want.hash.clear();
  return want;
}

// As the ledger knows it from a run before.
inline Want known(Want want, const std::string& version, const std::string& hash = "h") {
  want.known = {want.entry.target(),
                "r",
                store::ResourceState::confirmed,
                hash,
                version,
                {},
                {},
                store::ResourceState::confirmed};
  return want;
}

inline Work work_of(const std::string& record, std::vector<Want> wants) {
  return {record, "s", "f:1", "hash", store::RecordState::active, std::move(wants), {}};
}

// Each record in a unit of its own, all slots in this state.
inline Group group_of(std::vector<Work> works, SlotState state) {
  Group group;
  for (auto& work : works) {
    auto unit = std::make_unique<Unit>();
    for (auto& want : std::exchange(work.wants, {})) {
      unit->slots.emplace_back();
      unit->slots.back().want = std::move(want);
      unit->slots.back().state = state;
    }
    unit->work = std::move(work);
    group.units.push_back(std::move(unit));
  }
  return group;
}

inline rest::Reply reply_of(int status, std::string body = {},
                            const char* type = "application/fhir+json", std::string etag = {}) {
  rest::Response response;
  response.status = status;
  response.headers = {{"Content-Type", type}, {"ETag", std::move(etag)}};
  response.body = std::move(body);
  return rest::classify(std::move(response), 0);
}

inline rest::Reply page(int status) {
  return reply_of(status, "<html><title>Welcome</title></html>", "text/html");
}

// A Bundle of answers with these entries.
inline rest::Reply bundle(std::string entries) {
  return reply_of(200, R"({"resourceType":"Bundle","type":"batch-response","entry":[)" +
                           std::move(entries) + "]}");
}

inline std::string targets(const std::vector<Slot>& slots) {
  std::string all;
  for (const auto& slot : slots) all += (all.empty() ? "" : " ") + slot.want.entry.target();
  return all;
}

inline std::string targets(const std::vector<Want>& wants) {
  std::string all;
  for (const auto& want : wants) all += (all.empty() ? "" : " ") + want.entry.target();
  return all;
}

}  // namespace paraneo::sync
