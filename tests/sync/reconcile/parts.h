// What the tests of the parts of a run share: operations, groups and answers, without a server.
#pragma once

#include <gtest/gtest.h>

#include "rest/reply.h"
#include "sync/content.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

inline constexpr const char* kBase = "https://fhir.test/r4";

inline Operation put(const std::string& target, const std::string& refers_to = {}) {
  Operation operation;
  operation.entry.type = target.substr(0, target.find('/'));
  operation.entry.id = target.substr(target.find('/') + 1);
  operation.entry.resource =
      R"({"resourceType":")" + operation.entry.type + R"(","id":")" + operation.entry.id + '"' +
      (refers_to.empty() ? "" : R"(,"subject":{"reference":")" + refers_to + "\"}") + "}";
  operation.hash = hash_of(operation.entry.resource);
  return operation;
}

inline Operation removed(const std::string& target) {
  auto operation = put(target);
  operation.effect = Effect::remove;
  operation.entry.write = rest::Write::remove;
  operation.entry.resource.clear();
  operation.hash.clear();
  return operation;
}

// As the ledger knows it from a run before.
inline Operation known(Operation operation, const std::string& version,
                       const std::string& hash = "h") {
  operation.known = {
      operation.entry.target(),       "r", store::ResourceState::confirmed, hash, version, {}, {},
      store::ResourceState::confirmed};
  return operation;
}

inline RecordUpdate update_of(const std::string& record, std::vector<Operation> operations) {
  return {record, "s", "f:1", "hash", store::RecordState::active, std::move(operations), {}};
}

// Each record in a unit of its own, all tasks in this state.
inline Group group_of(std::vector<RecordUpdate> updates, TaskState state) {
  Group group;
  for (auto& update : updates) {
    auto unit = std::make_unique<Unit>();
    for (auto& operation : std::exchange(update.operations, {})) {
      unit->tasks.emplace_back();
      unit->tasks.back().operation = std::move(operation);
      unit->tasks.back().state = state;
    }
    unit->update = std::move(update);
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

inline std::string targets(const std::vector<Task>& tasks) {
  std::string all;
  for (const auto& task : tasks) all += (all.empty() ? "" : " ") + task.operation.entry.target();
  return all;
}

inline std::string targets(const std::vector<Operation>& operations) {
  std::string all;
  for (const auto& operation : operations)
    all += (all.empty() ? "" : " ") + operation.entry.target();
  return all;
}

}  // namespace paraneo::sync
