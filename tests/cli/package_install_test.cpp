// paraneo package install ID#VERSION, against a registry of its own.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>

#include "net/digests.h"
#include "net/server.h"
#include "program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

class PackageInstall : public testing::Test {
 protected:
  PackageInstall()
      : program_(std::string("package-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {
    net::ServerOptions options;
    options.tls = false;
    auto server = net::Server::start(options, [this](const net::ServerRequest& request) {
      ++requests_;
      std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms_));
      const auto found = answers_.find(request.target);
      if (found == answers_.end()) return rest::Response{404, {}, ""};
      return rest::Response{
          200,
          {{"Content-Type",
            request.target.ends_with(".tgz") ? "application/octet-stream" : "application/json"}},
          found->second};
    });
    server_.emplace(std::move(*server));
    base_ = "http://127.0.0.1:" + std::to_string(server_->port());
  }

  // Publishes versions of one package; the last one is the latest.
  struct Version {
    std::string version;
    std::string dependencies = "{}";
    bool lies = false;  // the registry gives another archive's digest
  };
  void publish(const std::string& id, const std::vector<Version>& versions) {
    std::string list;
    for (const auto& each : versions) {
      const auto text = archive(id, each.version, each.dependencies);
      const auto path = "/files/" + id + "-" + each.version + ".tgz";
      answers_[path] = text;
      net::Digests digests;
      digests.update(each.lies ? text + "x" : text);
      list += (list.empty() ? "\"" : ",\"") + each.version + R"(":{"dist":{"tarball":")" + base_ +
              path + R"(","integrity":")" + digests.finish().integrity + "\"}}";
    }
    answers_["/" + id] = R"({"name":")" + id + R"(","dist-tags":{"latest":")" +
                         versions.back().version + R"("},"versions":{)" + list + "}}";
  }
  std::string archive(const std::string& id, const std::string& version,
                      const std::string& dependencies) {
    const auto folder = "made-" + id + "-" + version;
    fs::create_directories(program_.path(folder + "/package"));
    program_.write(folder + "/package/package.json",
                   R"({"name":")" + id + R"(","version":")" + version +
                       R"(","fhirVersions":["4.0.1"],"dependencies":)" + dependencies + "}");
    program_.write(folder + "/package/CodeSystem-x.json",
                   R"({"resourceType":"CodeSystem","id":"x","url":"urn:)" + id +
                       R"(","status":"active","content":"complete"})");
    const auto made = program_.path(folder + ".tgz");
    EXPECT_EQ(
        std::system(("tar czf '" + made + "' -C '" + program_.path(folder) + "' package").c_str()),
        0);
    return program_.read(folder + ".tgz");
  }
  Ended install(std::vector<std::string> words, bool with_registry = true) {
    std::vector<std::string> all{"package", "--cache", program_.path("cache"), "install"};
    all.insert(all.end(), words.begin(), words.end());
    if (with_registry) all.insert(all.end(), {"--registry", base_});
    return program_.run(all);
  }
  bool is_there(const std::string& name) const {
    return fs::exists(program_.path("cache/" + name + "/package/package.json"));
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  Program program_;
  std::optional<net::Server> server_;
  std::string base_;
  std::map<std::string, std::string> answers_;
  std::atomic<int> requests_{0};
  std::atomic<int> delay_ms_{0};  // of each answer
};

TEST_F(PackageInstall, FetchesWhatItDependsOnAndNothingTwice) {
  publish("a.b", {{"1.0.0", R"({"c.d":"2.0.x"})"}});
  publish("c.d", {{"2.0.9"}, {"2.0.10"}, {"2.1.0"}});
  const auto done = install({"a.b#1.0.0"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(is_there("a.b#1.0.0") && is_there("c.d#2.0.10")) << done.err;
  EXPECT_FALSE(is_there("c.d#2.1.0"));
  const int requests = requests_;
  EXPECT_EQ(install({"a.b#1.0.0"}).code, 0);
  EXPECT_EQ(install({"a.b#1.0.0"}, false).code, 0);  // offline
  EXPECT_EQ(requests_, requests);
  // What is named is replaced, or the program says that it cannot be; not what that depends on.
  EXPECT_EQ(install({"a.b#1.0.0", "--replace"}).code, 0);
  EXPECT_EQ(requests_, requests + 2);
  EXPECT_EQ(install({"a.b#1.0.0", "--replace"}, false).code, 2);
  EXPECT_EQ(install({"c.d#latest", "--replace"}).code, 0);
  EXPECT_TRUE(is_there("c.d#2.1.0"));
  for (const auto& each : fs::directory_iterator(program_.path("cache")))
    EXPECT_FALSE(each.path().filename().string().starts_with(".")) << each.path();
}

TEST_F(PackageInstall, NamesWhatCannotBeHad) {
  publish("a.b", {{"1.0.0", R"({"hl7.fhir.r4.core":"4.0.1","not.there":"1.0.0"})"}});
  const auto done = install({"a.b#1.0.0"});
  EXPECT_EQ(done.code, 1);
  EXPECT_TRUE(is_there("a.b#1.0.0"));
  EXPECT_TRUE(has(done.err, "a.b#1.0.0 depends on not.there#1.0.0, which cannot be had"))
      << done.err;
  EXPECT_FALSE(has(done.err, "hl7.fhir.r4.core")) << done.err;  // it is inside
  const auto unknown = install({"a.b#9.9.9"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_TRUE(has(unknown.err, "it has the versions 1.0.0")) << unknown.err;
  const auto offline = install({"e.f#1.0.0"}, false);
  EXPECT_EQ(offline.code, 2);
  EXPECT_TRUE(has(offline.err, "--registry")) << offline.err;
  EXPECT_EQ(program_
                .run({"package", "--cache", program_.path("cache"), "install", "e.f#1.0.0",
                      "--registry", "http://127.0.0.1:9"})
                .code,
            3);
}

TEST_F(PackageInstall, EndsBehindTheAnswerThatItWaitsForWhenItIsToldTo) {
  publish("a.b", {{"1.0.0"}});
  delay_ms_ = 1'500;
  const auto ended = program_.run_and_terminate_when(
      {"--log", "json", "package", "--cache", program_.path("cache"), "install", "a.b#1.0.0",
       "--registry", base_},
      [&] { return requests_ > 0; });
  EXPECT_TRUE(has(ended.err, R"("code":"interrupted")")) << ended.err;
  EXPECT_FALSE(is_there("a.b#1.0.0"));
}

TEST_F(PackageInstall, RefusesAnArchiveOfAnotherDigest) {
  publish("a.b", {{"1.0.0", "{}", true}});
  const auto lies = install({"a.b#1.0.0"});
  EXPECT_EQ(lies.code, 3);
  EXPECT_TRUE(has(lies.err, "its digest differs")) << lies.err;
  const auto logged = program_.run({"--log", "json", "package", "--cache", program_.path("cache"),
                                    "install", "a.b#1.0.0", "--registry", base_});
  EXPECT_TRUE(has(logged.err, R"("code":"package-untrusted")")) << logged.err;
  EXPECT_FALSE(is_there("a.b#1.0.0"));
  const auto lock = program_.path("lock.json");
  publish("a.b", {{"1.0.0"}});
  EXPECT_EQ(install({"a.b#1.0.0", "--lock", lock}).code, 0);
  EXPECT_TRUE(has(program_.read("lock.json"), R"("a.b#1.0.0": "sha512-)"))
      << program_.read("lock.json");
  // Published once more, with other contents.
  publish("a.b", {{"1.0.0", R"({ })"}});
  const auto changed = install({"a.b#1.0.0", "--lock", lock, "--replace"});
  EXPECT_EQ(changed.code, 3);
  EXPECT_TRUE(has(changed.err, "not the one of the lock")) << changed.err;
  // The name is not the archive's.
  answers_["/x.y"] = answers_["/a.b"];
  EXPECT_TRUE(has(install({"x.y#1.0.0"}).err, "holds a.b#1.0.0"));
  program_.write("lock.json", "[]");
  EXPECT_EQ(install({"a.b#1.0.0", "--lock", lock}).code, 2);
  answers_["/n.o"] = "<html>";
  EXPECT_EQ(install({"n.o#1.0.0"}).code, 3);
}

}  // namespace
}  // namespace paraneo::cli
