#include "sandbox/endpoint.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "fetch/pull.h"
#include "net/certificate.h"
#include "net/client.h"
#include "net/drive.h"
#include "sync/push.h"

namespace paraneo::sandbox {
namespace {

struct TestClock final : Clock {
  std::int64_t now_ms() const override { return ++at; }
  mutable std::atomic<std::int64_t> at = 1'790'000'000'000;
};
struct TestRandom final : Random {
  std::uint64_t next() override {
    return state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  }
  std::uint64_t state = 1;
};

const std::string kPatient =
    R"({"resourceType":"Patient","id":"p1","identifier":[{"system":"s","value":"v"}],"gender":"female"})";
const std::string kLab =
    R"({"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2157-6"}]},"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":26.0}})";

class EndpointTest : public testing::Test {
 protected:
  EndpointTest()
      : endpoint_(*Store::open(":memory:"), {}, definition::Definitions::builtin(), clock_,
                  random_) {}

  rest::Response send(const std::string& method, const std::string& path,
                      const std::string& body = {}, std::vector<rest::Header> headers = {}) {
    headers.push_back({"Host", "sandbox.test:8443"});
    return endpoint_.handle({method, "/fhir" + path, std::move(headers), body, {}});
  }
  static bool has(const rest::Response& response, std::string_view text) {
    return response.body.find(text) != std::string::npos;
  }
  TestClock clock_;
  TestRandom random_;
  Endpoint endpoint_;
};

TEST_F(EndpointTest, UpdateCreatesThenChangesThenKeepsTheVersion) {
  const auto created = send("PUT", "/Patient/p1", kPatient);
  EXPECT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.header("ETag"), "W/\"1\"");
  EXPECT_EQ(created.header("Location"), "https://sandbox.test:8443/fhir/Patient/p1/_history/1");
  auto changed = kPatient;
  changed.replace(changed.find("female"), 6, "other");
  EXPECT_EQ(send("PUT", "/Patient/p1", changed).header("ETag"), "W/\"2\"");
  EXPECT_EQ(send("PUT", "/Patient/p1", changed).header("ETag"), "W/\"2\"");
  const auto read = send("GET", "/Patient/p1");
  EXPECT_TRUE(has(read, R"("versionId":"2")") && has(read, "other"));
  EXPECT_TRUE(has(send("GET", "/Patient/p1/_history/1"), "female"));
  EXPECT_TRUE(has(send("GET", "/Patient/p1/_history"), R"("total":2)"));
  EXPECT_EQ(send("GET", "/Patient/p1", {}, {{"If-None-Match", "W/\"2\""}}).status, 304);
  EXPECT_TRUE(send("PUT", "/Patient/p1", kPatient, {{"Prefer", "return=minimal"}}).body.empty());
}

TEST_F(EndpointTest, NumbersStayAsWritten) {
  send("PUT", "/Observation/o1", kLab);
  EXPECT_TRUE(has(send("GET", "/Observation/o1"), R"("value":26.0)"));
}

TEST_F(EndpointTest, SpeaksXml) {
  const std::string xml =
      R"(<Observation xmlns="http://hl7.org/fhir"><id value="o1"/><status value="final"/><code><text value="CK &lt;1"/></code><valueQuantity><value value="26.0"/></valueQuantity></Observation>)";
  const auto created = send("PUT", "/Observation/o1", xml,
                            {{"Content-Type", "application/fhir+xml; charset=utf-8"},
                             {"Accept", "application/fhir+xml"}});
  EXPECT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.header("Content-Type"), "application/fhir+xml; charset=utf-8");
  EXPECT_TRUE(has(created, R"(<versionId value="1"/>)") && has(created, R"(<value value="26.0"/>)"))
      << created.body;
  EXPECT_TRUE(has(send("GET", "/Observation/o1"), R"("valueQuantity":{"value":26.0})"));
  EXPECT_TRUE(
      has(send("GET", "/Observation?_format=xml"), R"(<Bundle xmlns="http://hl7.org/fhir">)"));
  EXPECT_TRUE(has(send("GET", "/Observation?_format=application%2Ffhir%2Bxml"),
                  R"(<Bundle xmlns="http://hl7.org/fhir">)"));
  EXPECT_TRUE(has(send("GET", "/Observation?_format=json", {}, {{"Accept", "text/xml"}}),
                  R"({"resourceType":"Bundle")"));
  EXPECT_TRUE(has(send("GET", "/Observation/o1", {},
                       {{"Accept", "application/fhir+json;q=0.5, application/fhir+xml"}}),
                  "<Observation"));
  EXPECT_TRUE(has(send("GET", "/Observation/o1", {},
                       {{"Accept", "application/fhir+json, application/fhir+xml;q=0.9"}}),
                  "{\"resourceType\""));
  EXPECT_TRUE(has(send("GET", "/Nothing/1", {}, {{"Accept", "application/xml"}}),
                  R"(<OperationOutcome xmlns="http://hl7.org/fhir">)"));
}

TEST_F(EndpointTest, RefusesXmlThatIsNoFhir) {
  const std::vector<rest::Header> headers{{"Content-Type", "application/fhir+xml"}};
  for (
      const auto* xml :
      {"<Patient><id value=\"p1\"/></Patient>", "<Patient xmlns=\"http://hl7.org/fhir\">", "{}",
       "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Patient xmlns=\"http://hl7.org/fhir\"><id value=\"&x;\"/></Patient>"}) {
    const auto refused = send("PUT", "/Patient/p1", xml, headers);
    EXPECT_EQ(refused.status, 400) << xml;
    EXPECT_TRUE(has(refused, "OperationOutcome")) << refused.body;
  }
  EXPECT_EQ(
      send("PUT", "/Patient/p1",
           R"(<Patient xmlns="http://hl7.org/fhir"><id value="p1"/><foo value="1"/></Patient>)",
           headers)
          .status,
      422);
}

TEST_F(EndpointTest, PagesHaveTheFormOfTheFirst) {
  for (const auto* id : {"a", "b", "c"})
    send("PUT", std::string("/Patient/") + id,
         std::string(R"({"resourceType":"Patient","id":")") + id + "\"}");
  const auto first = send("GET", "/Patient?_count=2&_format=xml");
  const auto at = first.body.find("?_page=");
  ASSERT_NE(at, std::string::npos) << first.body;
  auto next = first.body.substr(at, first.body.find('"', at) - at);
  ASSERT_TRUE(next.ends_with("&amp;_format=xml")) << next;
  next.replace(next.find("&amp;"), 5, "&");
  const auto second = send("GET", next);
  EXPECT_TRUE(has(second, "<Bundle") && has(second, R"(<id value="c"/>)")) << second.body;
}

TEST_F(EndpointTest, VersionsAreGuarded) {
  send("PUT", "/Patient/p1", kPatient);
  EXPECT_EQ(send("PUT", "/Patient/p1", kPatient, {{"If-Match", "W/\"7\""}}).status, 412);
  EXPECT_EQ(send("PUT", "/Patient/p1", kPatient, {{"If-None-Match", "*"}}).status, 412);
  EXPECT_EQ(send("DELETE", "/Patient/p1", {}, {{"If-Match", "W/\"7\""}}).status, 412);
  EXPECT_EQ(send("PUT", "/Patient/p2", R"({"resourceType":"Patient","id":"p2"})",
                 {{"If-Match", "W/\"1\""}})
                .status,
            412);
}

TEST_F(EndpointTest, DeletedIsGoneUntilItIsWrittenAgain) {
  send("PUT", "/Patient/p1", kPatient);
  EXPECT_EQ(send("DELETE", "/Patient/p1").status, 204);
  EXPECT_EQ(send("GET", "/Patient/p1").status, 410);
  EXPECT_TRUE(has(send("GET", "/Patient?identifier=v"), R"("total":0)"));
  EXPECT_EQ(send("DELETE", "/Patient/p1").status, 204);
  EXPECT_EQ(send("PUT", "/Patient/p1", kPatient).header("ETag"), "W/\"3\"");
}

TEST_F(EndpointTest, EveryErrorIsAnOperationOutcome) {
  const auto refused = [&](int status, const std::string& method, const std::string& path,
                           const std::string& body = {}) {
    const auto response = send(method, path, body);
    EXPECT_EQ(response.status, status) << method << path << response.body;
    EXPECT_TRUE(has(response, R"("resourceType":"OperationOutcome")")) << path;
  };
  refused(404, "GET", "/Patient/none");
  refused(404, "GET", "/Nothing/1");
  refused(404, "GET", "/HumanName/1");
  refused(404, "GET", "/");
  refused(400, "GET", "/Patient/a_b");
  refused(400, "GET", "/Patient?name=x");
  refused(400, "GET", "/Patient?_lastUpdated=yesterday");
  refused(400, "GET", "?_page=zz");
  refused(400, "PUT", "/Patient/p1", "{\"resourceType\":");
  refused(400, "PUT", "/Patient/p2", kPatient);
  refused(400, "PUT", "/Observation/p1", kPatient);
  refused(422, "PUT", "/Patient/p1", R"({"resourceType":"Patient","id":"p1","gendre":"x"})");
  refused(400, "POST", "", kPatient);
  refused(405, "PATCH", "/Patient/p1");
  refused(404, "GET", "/Patient/p1/$graph");
  EXPECT_EQ(endpoint_.handle({"GET", "/other", {}, {}, {}}).status, 404);
}

TEST_F(EndpointTest, SearchesAndPages) {
  send("PUT", "/Patient/p1", kPatient);
  for (int i = 0; i < 7; ++i) {
    auto lab = kLab;
    lab.replace(lab.find("o1"), 2, "o" + std::to_string(i));
    ASSERT_EQ(send("PUT", "/Observation/o" + std::to_string(i), lab).status, 201);
  }
  for (const auto* query :
       {"patient=p1", "patient=Patient/p1", "subject=Patient/p1", "code=2157-6",
        "code=http://loinc.org%7C2157-6", "code=x,2157-6", "_lastUpdated=gt2025", "status=final"})
    EXPECT_TRUE(has(send("GET", std::string("/Observation?") + query), R"("total":7)")) << query;
  for (const auto* query : {"patient=p2", "code=http://x%7C2157-6", "_lastUpdated=lt2026-01-01"})
    EXPECT_TRUE(has(send("GET", std::string("/Observation?") + query), R"("total":0)")) << query;
  EXPECT_TRUE(has(send("GET", "/Observation?_id=o1,o2,zz"), R"("total":2)"));
  EXPECT_TRUE(has(send("GET", "/Patient?identifier=s%7Cv"), R"("total":1)"));
  EXPECT_FALSE(has(send("GET", "/Observation?_summary=count"), "entry"));
  EXPECT_TRUE(has(send("POST", "/Observation/_search", "_id=o1"), R"("total":1)"));
  auto page = send("GET", "/Observation?patient=p1&_count=3");
  int pages = 1;
  for (; has(page, R"("relation":"next")"); ++pages) {
    const auto begin = page.body.find("?_page=");
    page = send("GET", page.body.substr(begin, page.body.find('"', begin) - begin));
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, R"("total":7)"));
  }
  EXPECT_EQ(pages, 3);
  EXPECT_TRUE(has(send("GET", "/Patient/p1/$everything"), R"("total":8)"));
}

TEST_F(EndpointTest, ABackslashEscapesWhatSeparates) {
  send("PUT", "/Patient/odd",
       R"({"resourceType":"Patient","id":"odd","identifier":[{"system":"s","value":"a|b,c\\d"}]})");
  for (const auto* query :
       {R"(s%7Ca%5C%7Cb%5C,c%5C%5Cd)", R"(x,s%7Ca%5C%7Cb%5C,c%5C%5Cd)", R"(a%5C%7Cb%5C,c%5C%5Cd)"})
    EXPECT_TRUE(has(send("GET", std::string("/Patient?identifier=") + query), R"("total":1)"))
        << query;
  for (const auto* query : {"s%7Ca%7Cb,c", "s%7Ca", "a%7Cb%5C,c%5C%5Cd"})
    EXPECT_TRUE(has(send("GET", std::string("/Patient?identifier=") + query), R"("total":0)"))
        << query;
}

TEST_F(EndpointTest, TransactionsAreAllOrNothing) {
  const auto entry = [](const std::string& resource, const std::string& method,
                        const std::string& url, const std::string& full_url,
                        const std::string& more = {}) {
    return R"({"fullUrl":")" + full_url + R"(","resource":)" + resource +
           R"(,"request":{"method":")" + method + R"(","url":")" + url + "\"" + more + "}}";
  };
  const auto bundle = [](const std::string& type, const std::string& entries) {
    return R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + entries + "]}";
  };
  const std::string lab =
      R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"urn:uuid:1"}})";
  const std::string patient = R"({"resourceType":"Patient","identifier":[{"value":"n1"}]})";
  const auto good = bundle("transaction", entry(lab, "POST", "Observation", "urn:uuid:2") + "," +
                                              entry(patient, "POST", "Patient", "urn:uuid:1",
                                                    R"(,"ifNoneExist":"identifier=n1")"));
  for (int round = 1; round <= 2; ++round) {
    const auto done = send("POST", "", good);
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_TRUE(has(send("GET", "/Patient?identifier=n1"), R"("total":1)"));
    EXPECT_TRUE(has(send("GET", "/Observation"), "\"total\":" + std::to_string(round)));
    EXPECT_FALSE(has(send("GET", "/Observation"), "urn:uuid"));
  }
  const auto bad = bundle("transaction", entry(kPatient, "PUT", "Patient/p1", "") + "," +
                                             entry(R"({"resourceType":"Patient","id":"p2","x":1})",
                                                   "PUT", "Patient/p2", ""));
  const auto refused = send("POST", "", bad);
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(has(refused, "Bundle.entry[1]"));
  EXPECT_EQ(send("GET", "/Patient/p1").status, 404);
  auto batch = bad;
  batch.replace(batch.find("transaction"), 11, "batch");
  const auto each = send("POST", "", batch);
  EXPECT_TRUE(has(each, "201 Created") && has(each, "422 Unprocessable"));
  EXPECT_EQ(send("GET", "/Patient/p1").status, 200);
}

TEST_F(EndpointTest, IfMatchTakesAnyVersionAndLists) {
  EXPECT_EQ(send("PUT", "/Patient/p1", kPatient, {{"If-Match", "*"}}).status, 412);
  send("PUT", "/Patient/p1", kPatient);
  auto other = kPatient;
  other.replace(other.find("female"), 6, "male");
  EXPECT_EQ(send("PUT", "/Patient/p1", other, {{"If-Match", "*"}}).status, 200);
  EXPECT_EQ(send("PUT", "/Patient/p1", kPatient, {{"If-Match", "W/\"7\", W/\"2\""}}).status, 200);
  EXPECT_EQ(send("PUT", "/Patient/p1", other, {{"If-Match", "W/\"7\", W/\"2\""}}).status, 412);
  EXPECT_EQ(send("DELETE", "/Patient/p1", {}, {{"If-Match", "*"}}).status, 204);
  EXPECT_EQ(send("PUT", "/Patient/p1", kPatient, {{"If-Match", "*"}}).status, 412);
}

TEST_F(EndpointTest, WhatIsNoUtf8IsNotSaidBack) {
  const auto refused = send("GET", "/Patient?code\xff=x");
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(has(refused, "code\xef\xbf\xbd")) << refused.body;
}

TEST_F(EndpointTest, SearchesForAnyNumberOfValues) {
  send("PUT", "/Observation/o1", kLab);
  std::string ids, codes, pairs;
  for (int i = 0; i < 40'000; ++i) {
    ids += "x" + std::to_string(i) + ",";
    codes += "c" + std::to_string(i) + ",";
    pairs += "http://loinc.org|c" + std::to_string(i) + ",";
  }
  EXPECT_TRUE(has(send("POST", "/Observation/_search", "_id=" + ids + "o1"), R"("total":1)"));
  EXPECT_TRUE(
      has(send("POST", "/Observation/_search", "code=" + codes + "2157-6"), R"("total":1)"));
  EXPECT_TRUE(has(send("POST", "/Observation/_search", "code=" + pairs + "http://loinc.org|2157-6"),
                  R"("total":1)"));
  EXPECT_TRUE(has(send("POST", "/Observation/_search", "code=" + pairs + "http://x|2157-6"),
                  R"("total":0)"));
  EXPECT_TRUE(
      has(send("GET", "/Observation?code=http://loinc.org|,http://x|2157-6"), R"("total":1)"));
  EXPECT_TRUE(has(send("GET", "/Observation?code=http://x|"), R"("total":0)"));
  std::string query = "_id=o1";
  for (int i = 0; i < 40; ++i) query += "&code=2157-6";
  EXPECT_EQ(send("GET", "/Observation?" + query).status, 400);
}

TEST_F(EndpointTest, FreesExports) {
  send("PUT", "/Patient/p1", kPatient);
  const auto begin = [&] { return send("GET", "/$export"); };
  const auto status_url = [](const rest::Response& begun) {
    const auto at = begun.header("Content-Location");
    return std::string(at.substr(at.find("/_export/")));
  };
  std::vector<std::string> urls;
  for (int i = 0; i < 16; ++i) urls.push_back(status_url(begin()));
  const auto refused = begin();
  EXPECT_EQ(refused.status, 429) << refused.body;
  EXPECT_GT(std::stoi(std::string(refused.header("Retry-After"))), 3000);
  // By DELETE.
  EXPECT_EQ(send("DELETE", urls[5]).status, 202);
  EXPECT_EQ(send("GET", urls[5]).status, 404);
  EXPECT_EQ(begin().status, 202);
  EXPECT_EQ(begin().status, 429);
  // The one that was fetched longest ago.
  for (const auto at : {std::size_t{7}, std::size_t{3}}) {
    EXPECT_EQ(send("GET", urls[at]).status, 202);
    EXPECT_TRUE(has(send("GET", urls[at]), "\"output\""));
    EXPECT_EQ(send("GET", urls[at] + ".Patient").status, 200);
  }
  EXPECT_EQ(begin().status, 202);
  EXPECT_EQ(send("GET", urls[3]).status, 404);
  EXPECT_EQ(send("GET", urls[7]).status, 200);
  // By time.
  clock_.at += 3'700'000;
  EXPECT_EQ(send("GET", urls[7]).status, 404);
  EXPECT_EQ(begin().status, 202);
}

TEST_F(EndpointTest, KeepsExportsInBoundedMemory) {
  EndpointOptions options;
  options.export_bytes_max = 300;
  Endpoint small(*Store::open(":memory:"), options, definition::Definitions::builtin(), clock_,
                 random_);
  const auto ask = [&](const std::string& method, const std::string& path,
                       const std::string& body = {}) {
    return small.handle({method, "/fhir" + path, {}, body, {}});
  };
  EXPECT_EQ(ask("PUT", "/Patient/p1", kPatient).status, 201);
  EXPECT_EQ(ask("GET", "/$export").status, 202);
  const auto refused = ask("GET", "/$export");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "60");
  EXPECT_EQ(ask("PUT", "/Observation/o1", kLab).status, 201);
  EXPECT_EQ(ask("GET", "/$export").status, 400);
  EXPECT_EQ(ask("GET", "/$export?_type=None").status, 202);
}

// A clock that goes on by a millisecond each time it is asked.
TEST_F(EndpointTest, EndsARequestThatTakesTooLong) {
  EndpointOptions options;
  options.request_ms_max = 40;
  TestClock stopwatch;
  Endpoint hurried(*Store::open(":memory:"), options, definition::Definitions::builtin(), clock_,
                   random_, stopwatch);
  std::string entries, writes;
  for (int i = 0; i < 100; ++i) {
    entries +=
        (i == 0 ? "" : ",") + std::string(R"({"request":{"method":"GET","url":"Patient?_id=p1"}})");
    const auto id = "q" + std::to_string(i);
    writes += (i == 0 ? "" : ",") + std::string(R"({"resource":{"resourceType":"Patient","id":")") +
              id + R"("},"request":{"method":"PUT","url":"Patient/)" + id + "\"}}";
  }
  const auto post = [&](const std::string& type, const std::string& all) {
    return hurried.handle(
        {"POST",
         "/fhir",
         {},
         R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + all + "]}",
         {}});
  };
  const auto batch = post("batch", entries);
  EXPECT_EQ(batch.status, 200);
  EXPECT_TRUE(has(batch, "\"200 OK\"") && has(batch, "\"503 Service Unavailable\"") &&
              has(batch, "timeout"));
  const auto transaction = post("transaction", writes);
  EXPECT_EQ(transaction.status, 503) << transaction.body;
  EXPECT_TRUE(has(hurried.handle({"GET", "/fhir/Patient", {}, {}, {}}), R"("total":0)"));
  // Nobody waits any more.
  bool asked = false;
  const auto gone = hurried.handle({"GET", "/fhir/Patient", {}, {}, [&] { return asked = true; }});
  EXPECT_EQ(gone.status, 503);
  EXPECT_TRUE(asked);
}

TEST_F(EndpointTest, AnswersOthersBetweenTheEntriesOfABatch) {
  send("PUT", "/Patient/p1", kPatient);
  std::string entries;
  for (int i = 0; i < 10'000; ++i)
    entries +=
        (i == 0 ? "" : ",") + std::string(R"({"request":{"method":"GET","url":"Patient?_id=p1"}})");
  std::atomic<bool> ended = false, began = false;
  std::thread busy([&] {
    net::ServerRequest request{
        "POST",
        "/fhir",
        {},
        R"({"resourceType":"Bundle","type":"batch","entry":[)" + entries + "]}",
        [&] {
          began = true;
          return false;
        }};
    EXPECT_EQ(endpoint_.handle(request).status, 200);
    ended = true;
  });
  while (!began) std::this_thread::yield();
  int answered = 0;
  for (; answered < 20; ++answered)
    EXPECT_EQ(endpoint_.handle({"GET", "/fhir/Patient/p1", {}, {}, {}}).status, 200);
  EXPECT_FALSE(ended);
  busy.join();
}

TEST_F(EndpointTest, SaysWhatItIsFor) {
  const auto capabilities = send("GET", "/metadata");
  EXPECT_TRUE(has(capabilities, "Not a server for patients"));
  EXPECT_TRUE(has(capabilities, R"("type":"MedicationStatement")"));
}

TEST(Endpoint, AsksForItsToken) {
  TestClock clock;
  TestRandom random;
  EndpointOptions options;
  options.bearer_token = "secret";
  Endpoint endpoint(*Store::open(":memory:"), options, definition::Definitions::builtin(), clock,
                    random);
  EXPECT_EQ(endpoint.handle({"GET", "/fhir/metadata", {}, {}, {}}).status, 401);
  EXPECT_EQ(endpoint.handle({"GET", "/fhir/metadata", {{"authorization", "Bearer wrong!"}}, {}, {}})
                .status,
            401);
  EXPECT_EQ(endpoint.handle({"GET", "/fhir/metadata", {{"authorization", "Bearer secret"}}, {}, {}})
                .status,
            200);
}

// The whole way: machines, driver, TLS, server, endpoint, SQLite.
TEST(Sandbox, PushTwiceAndPullOverTls) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("paraneo-sandbox-" + std::to_string(::getpid()));
  const auto files = net::server_files(folder.string(), {"localhost", "127.0.0.1"},
                                       system_clock().now_ms() / 1000);
  ASSERT_TRUE(files);
  EndpointOptions options;
  options.page_entries_max = 17;
  Endpoint endpoint(*Store::open((folder / "data.sqlite").string()), options,
                    definition::Definitions::builtin(), system_clock(), system_random());
  net::ServerOptions server_options;
  server_options.certificate = files->certificate;
  server_options.key = files->key;
  auto server = net::Server::start(server_options,
                                   [&](const auto& request) { return endpoint.handle(request); });
  ASSERT_TRUE(server);
  const auto base = "https://localhost:" + std::to_string(server->port()) + "/fhir";
  net::ClientOptions client_options;
  client_options.certificate_authority = files->authority;
  auto client = net::Client::open(base, client_options);
  ASSERT_TRUE(client);

  constexpr int kLabs = 200;
  const auto push = [&] {
    sync::PushOptions push_options;
    push_options.base = base;
    int at = -1;
    sync::Push machine(
        push_options,
        [&]() -> Result<std::optional<rest::PushItem>> {
          if (++at > kLabs) return std::optional<rest::PushItem>();
          auto text = at == 0 ? kPatient : kLab;
          if (at > 0) text.replace(text.find("o1"), 2, "o" + std::to_string(at));
          return std::optional(*rest::plan_push({"in", text}, {}));
        },
        system_clock(), system_random());
    net::drive(machine, *client, {}, system_clock(), system_random());
    EXPECT_FALSE(machine.report().fatal) << machine.report().fatal->what;
    return machine.report();
  };
  EXPECT_EQ(push().created, kLabs + 1U);
  EXPECT_EQ(push().unchanged, kLabs + 1U);

  fetch::PullOptions pull_options;
  pull_options.base = base;
  pull_options.patients = {"p1"};
  std::size_t got = 0;
  fetch::Pull pull(pull_options, [&](auto, auto, auto) {
    ++got;
    return Result<void>();
  });
  net::drive(pull, *client, {}, system_clock(), system_random());
  EXPECT_FALSE(pull.report().error) << pull.report().error->what;
  EXPECT_EQ(got, kLabs + 1U);
  EXPECT_GT(pull.report().pages, 10U);
  EXPECT_EQ(pull.report().expected, kLabs + 1U);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace paraneo::sandbox
