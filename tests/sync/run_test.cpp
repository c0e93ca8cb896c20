// What the simulation cannot see: when the run gives up, and how long it waits.
#include "sync/run.h"

#include <gtest/gtest.h>

#include <set>

#include "../store/forwarding_ledger.h"
#include "store/sqlite_ledger.h"
#include "sync/content.h"

namespace paraneo::sync {
namespace {

struct FixedClock final : Clock {
  std::int64_t now_ms() const override { return 1000; }
};
struct FixedRandom final : Random {
  std::uint64_t next() override { return 0; }
};

rest::Reply reply(int status, std::string body = {}, std::vector<rest::Header> headers = {},
                  const char* type = "application/fhir+json") {
  rest::Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.headers.push_back({"Content-Type", type});
  response.body = std::move(body);
  return rest::classify(std::move(response), 0);
}

const std::string kOutcome =
    R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid","diagnostics":"no"}]})";
const std::string kAbsent =
    R"({"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":"404"}},{"response":{"status":"404"}}]})";
const std::string kWritten =
    R"({"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201","etag":"W/\"1\""}},{"response":{"status":"201","etag":"W/\"1\""}}]})";

class RunTest : public testing::Test {
 protected:
  RunTest() { options_.base = "https://fhir.test/r4"; }

  // Records of two resources each.
  std::unique_ptr<sync::Run> run(int records) {
    return std::make_unique<sync::Run>(
        options_, *ledger_,
        [this, records]() -> Result<std::optional<RecordUpdate>> {
          if (given_ == records) return std::optional<RecordUpdate>();
          const auto name = "r" + std::to_string(given_++);
          RecordUpdate update{name, "s", name, "h" + name, store::RecordState::active, {}, {}};
          for (const auto* key : {"a", "b"}) {
            Operation operation;
            operation.entry.type = "Patient";
            operation.entry.id = name + key;
            operation.entry.resource =
                R"({"resourceType":"Patient","id":")" + operation.entry.id + "\"}";
            operation.hash = hash_of(operation.entry.resource);
            update.operations.push_back(operation);
          }
          return std::optional(std::move(update));
        },
        clock_, random_);
  }
  RunOptions options_;
  FixedClock clock_;
  FixedRandom random_;
  std::unique_ptr<store::Ledger> ledger_ =
      store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value();
  int given_ = 0;
};

TEST_F(RunTest, TheIntentIsInTheLedgerBeforeTheRequestIsHandedOut) {
  auto machine = run(1);
  auto task = machine->next();
  ASSERT_TRUE(task);
  EXPECT_TRUE(ledger_->records_on_the_way()->empty());
  machine->finished(task->id, reply(200, kAbsent));
  task = machine->next();
  ASSERT_TRUE(task);
  EXPECT_NE(task->request.body.find("\"transaction\""), std::string::npos);
  const auto rows = ledger_->resources("r0").value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].state, store::ResourceState::intended);
  EXPECT_NE(task->request.body.find(rows[0].intent_body), std::string::npos);
  machine->finished(task->id, reply(200, kWritten));
  EXPECT_TRUE(machine->done());
  EXPECT_EQ(machine->report().created, 2U);
  EXPECT_EQ(ledger_->resources("r0")->at(0).version, "1");
  EXPECT_EQ(ledger_->resources("r0")->at(0).intent_body, "");
  EXPECT_EQ(ledger_->audit(5)->size(), 2U);
}

TEST_F(RunTest, WhatIsThereAlreadyIsTakenOverWithItsVersion) {
  auto machine = run(1);
  const auto task = machine->next();
  const auto entry = [](const char* id) {
    return std::string(
               R"({"response":{"status":"200 OK"},"resource":{"resourceType":"Patient","id":")") +
           id + R"(","meta":{"versionId":"5"}}})";
  };
  machine->finished(task->id, reply(200, R"({"resourceType":"Bundle","entry":[)" + entry("r0a") +
                                             "," + entry("r0b") + "]}"));
  EXPECT_FALSE(machine->next());
  EXPECT_TRUE(machine->done());
  EXPECT_EQ(machine->report().found, 2U);
  EXPECT_EQ(ledger_->resources("r0")->at(1).version, "5");
  EXPECT_EQ(ledger_->resources("r0")->at(1).state, store::ResourceState::confirmed);
}

TEST_F(RunTest, TheServersRetryAfterIsKeptByEveryRequest) {
  options_.transaction_entries_max = 2;
  options_.concurrency_max = 1;
  auto machine = run(2);
  auto task = machine->next();
  machine->finished(task->id, reply(429, {}, {{"Retry-After", "7"}}));
  task = machine->next();
  ASSERT_TRUE(task);
  EXPECT_GE(task->delay_ms, 7000);
  machine->finished(task->id, reply(200, kAbsent));
  EXPECT_EQ(machine->next()->delay_ms, 0);
}

TEST_F(RunTest, AServerThatFailsGetsOneRequestAtATimeAndLongerPauses) {
  options_.transaction_entries_max = 2;
  options_.concurrency_max = 4;
  auto machine = run(10);
  std::vector<std::uint64_t> open;
  std::int64_t last_pause = 0;
  for (unsigned failures = 0; failures < options_.failures_max; ++failures) {
    std::int64_t pause = 0;
    while (auto task = machine->next()) {
      open.push_back(task->id);
      pause = task->delay_ms;
    }
    ASSERT_FALSE(open.empty());
    if (failures > options_.circuit_failures + 4) {
      EXPECT_EQ(open.size(), 1U);
      EXPECT_GE(pause, last_pause);
      last_pause = pause;
    }
    machine->finished(open.front(), reply(503, "busy", {}, "text/plain"));
    open.erase(open.begin());
  }
  ASSERT_TRUE(machine->report().fatal);
  EXPECT_EQ(machine->report().fatal->fault, Fault::server);
  EXPECT_GT(last_pause, 10'000);
  EXPECT_FALSE(machine->next());
  EXPECT_TRUE(ledger_->letters()->empty());
}

TEST_F(RunTest, AWrongAddressOrTokenBuriesNothing) {
  for (const int status : {401, 403, 404, 405}) {
    given_ = 0;
    auto machine = run(1);
    for (int i = 0; i < 10 && !machine->report().fatal; ++i) {
      const auto task = machine->next();
      ASSERT_TRUE(task) << status;
      machine->finished(task->id, reply(status, kOutcome));
    }
    EXPECT_TRUE(machine->report().fatal) << status;
    EXPECT_LE(machine->report().requests, 2U) << status;
    EXPECT_TRUE(machine->done());
    EXPECT_TRUE(ledger_->letters()->empty()) << status;
  }
}

TEST_F(RunTest, ARefusedRecordStandsAloneAndKeepsTheServersWords) {
  options_.concurrency_max = 1;
  auto machine = run(5);
  while (auto task = machine->next()) {
    const auto& body = task->request.body;
    std::size_t entries = 0;
    for (auto at = body.find("\"method\""); at != std::string::npos;
         at = body.find("\"method\"", at + 1))
      ++entries;
    const bool reads = body.find("\"batch\"") != std::string::npos;
    std::string answers;
    for (std::size_t i = 0; i < entries; ++i)
      answers += std::string(answers.empty() ? "" : ",") + R"({"response":{"status":")" +
                 (reads ? "404" : "201") + "\"}}";
    const bool bad = !reads && body.find("r3a") != std::string::npos;
    machine->finished(task->id,
                      bad ? reply(422, kOutcome)
                          : reply(200, R"({"resourceType":"Bundle","entry":[)" + answers + "]}"));
  }
  EXPECT_TRUE(machine->done());
  EXPECT_EQ(machine->report().records, 4U);
  const auto letters = ledger_->letters().value();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].record, "r3");
  EXPECT_EQ(letters[0].status, 422);
  EXPECT_EQ(letters[0].outcome, kOutcome);
  EXPECT_TRUE(ledger_->resources("r3")->empty());
  EXPECT_EQ(ledger_->record("r3")->value().state, store::RecordState::dead);
}

TEST_F(RunTest, ARecordThatIsTooLargeGoesInPartsThatReferToWhatIsThere) {
  options_.transaction_entries_max = 2;
  const std::vector<std::pair<std::string, std::string>> references{
      {"Condition/a", "Observation/b"}, {"Observation/b", "Patient/c"}, {"Patient/c", ""}};
  sync::Run machine(
      options_, *ledger_,
      [&]() -> Result<std::optional<RecordUpdate>> {
        if (given_++ > 0) return std::optional<RecordUpdate>();
        RecordUpdate update{"r", "s", "p", "h", store::RecordState::active, {}, {}};
        for (const auto& [target, reference] : references) {
          Operation operation;
          operation.entry.type = target.substr(0, target.find('/'));
          operation.entry.id = target.substr(target.find('/') + 1);
          operation.entry.resource = R"({"resourceType":")" + operation.entry.type + R"(","id":")" +
                                     operation.entry.id + R"(","focus":{"reference":")" +
                                     reference + "\"}}";
          operation.hash = hash_of(operation.entry.resource);
          update.operations.push_back(operation);
        }
        return std::optional(std::move(update));
      },
      clock_, random_);
  std::string sent;
  while (auto task = machine.next()) {
    const auto& body = task->request.body;
    const bool writes = body.find("\"transaction\"") != std::string::npos;
    std::string answers;
    for (const auto& [target, reference] : references)
      if (body.find("\"url\":\"" + target) != std::string::npos) {
        if (writes) sent += target + " ";
        answers += std::string(answers.empty() ? "" : ",") + R"({"response":{"status":")" +
                   (writes ? "201" : "404") + "\"}}";
      }
    if (writes) sent += "| ";
    if (body.empty()) machine.finished(task->id, reply(404, kOutcome));
    else
      machine.finished(task->id,
                       reply(200, R"({"resourceType":"Bundle","entry":[)" + answers + "]}"));
  }
  EXPECT_TRUE(machine.done());
  EXPECT_EQ(sent, "Observation/b Patient/c | Condition/a | ");
}

// Which claims were given back.
class WatchedLedger final : public store::ForwardingLedger {
 public:
  using ForwardingLedger::ForwardingLedger;
  std::set<std::string> released;
  Result<void> apply(const std::vector<store::Change>& changes) override {
    for (const auto& change : changes)
      if (const auto* release = std::get_if<store::Release>(&change))
        released.insert(release->name);
    return ForwardingLedger::apply(changes);
  }
};

// A message of a topic, which is held when it is set aside.
RecordUpdate held_update(const std::string& record, const std::string& place) {
  RecordUpdate update{record, "s", place, "h", store::RecordState::active, {}, {}};
  update.held = store::Held{
      record.empty() ? place : record, "s", place, "message", "text of " + place, false};
  return update;
}

Operation patient(const std::string& id) {
  Operation operation;
  operation.entry.type = "Patient";
  operation.entry.id = id;
  operation.entry.resource = R"({"resourceType":"Patient","id":")" + id + "\"}";
  operation.hash = hash_of(operation.entry.resource);
  return operation;
}

std::vector<RecordUpdate> updates_that_are_set_aside() {
  std::vector<RecordUpdate> updates{held_update("", "nameless"), held_update("unfit", "unfit"),
                                    held_update("refused", "refused"),
                                    held_update("parked", "parked")};
  updates[0].refusal = updates[1].refusal = "no record";
  for (auto* update : {&updates[2], &updates[3]})
    update->operations.push_back(patient(update->record));
  updates[3].operations[0].known = {"Patient/parked",
                                    "parked",
                                    store::ResourceState::confirmed,
                                    "h1",
                                    "1",
                                    {},
                                    {},
                                    store::ResourceState::confirmed};
  return updates;
}

TEST_F(RunTest, WhatIsSetAsideIsHeldAndAnybodysAgain) {
  WatchedLedger watched(*ledger_);
  options_.transaction_entries_max = 1;
  options_.if_match = false;
  auto updates = updates_that_are_set_aside();
  sync::Run machine(
      options_, watched,
      [&]() -> Result<std::optional<RecordUpdate>> {
        if (given_ == static_cast<int>(updates.size())) return std::optional<RecordUpdate>();
        return std::optional(updates[static_cast<std::size_t>(given_++)]);
      },
      clock_, random_);
  while (auto task = machine.next()) {
    if (!task->request.body.empty()) machine.finished(task->id, reply(422, kOutcome));
    else if (task->request.url.ends_with("/parked"))
      machine.finished(task->id,
                       reply(200, R"({"resourceType":"Patient","id":"parked","active":true})",
                             {{"ETag", "W/\"2\""}}));
    else machine.finished(task->id, reply(404, kOutcome));
  }
  EXPECT_TRUE(machine.done());
  for (const auto* name : {"nameless", "unfit", "refused", "parked"}) {
    const auto held = ledger_->held(name).value();
    ASSERT_TRUE(held) << name;
    EXPECT_EQ(held->text, std::string("text of ") + name);
  }
  using store::claim_on_record;
  EXPECT_EQ(watched.released,
            (std::set<std::string>{claim_on_record("unfit"), claim_on_record("refused"),
                                   claim_on_record("parked")}));
  EXPECT_EQ(ledger_->record("unfit")->value().state, store::RecordState::dead);
  EXPECT_EQ(ledger_->record("refused")->value().state, store::RecordState::dead);
  EXPECT_EQ(ledger_->record("parked")->value().state, store::RecordState::parked);
}

TEST_F(RunTest, ALedgerThatFailsStopsEverything) {
  class Full final : public store::ForwardingLedger {
   public:
    using ForwardingLedger::ForwardingLedger;
    Result<void> apply(const std::vector<store::Change>&) override {
      return fail(ErrorCode::file_unreadable, "full");
    }
  };
  Full full(*ledger_);
  sync::Run machine(
      options_, full,
      [this]() -> Result<std::optional<RecordUpdate>> {
        if (given_++ > 0) return std::optional<RecordUpdate>();
        RecordUpdate update{"r", "s", "p", "h", store::RecordState::active, {}, {}};
        Operation operation;
        operation.entry.type = "Patient";
        operation.entry.id = "1";
        operation.entry.resource = R"({"resourceType":"Patient","id":"1"})";
        update.operations.push_back(operation);
        return std::optional(std::move(update));
      },
      clock_, random_);
  const auto task = machine.next();
  ASSERT_TRUE(task);
  machine.finished(task->id, reply(404, kOutcome));
  ASSERT_TRUE(machine.report().fatal);
  EXPECT_EQ(machine.report().fatal->what, "full");
  EXPECT_FALSE(machine.next());
  EXPECT_TRUE(machine.done());
}

}  // namespace
}  // namespace paraneo::sync
