// How sync ends when it is told to, or killed, and what it tells a supervisor.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "sync_program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

class SyncSignals : public SyncTest {};

TEST_F(SyncSignals, KilledAtAnyMomentItEndsAsIfItHadNotBeen) {
  const auto before = [&] {
    for (int i = 0; i < 60; ++i) put(i, record(i, "1"));
  };
  const auto after = [&] {
    for (int i = 0; i < 60; i += 2) put(i, record(i, "2", i % 4 == 0));
    for (int i = 55; i < 60; ++i)
      fs::remove(program_.path("records/" + std::to_string(i) + ".json"));
  };

  // Nobody kills, and the clock says how long a run takes on this machine.
  const auto clean = program_.sandbox();
  configure(clean, "transaction-entries = 12\nshrink-max = 100\n");
  before();
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(sync({"run"}).code, 0);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  after();
  ASSERT_EQ(sync({"run"}).code, 0);

  // A server and a ledger of its own.
  const auto base = program_.sandbox({"--log-requests"});
  for (const auto* end : {"", "-wal", "-shm"})
    fs::remove(program_.path(std::string("ledger.sqlite") + end));
  configure(base, "transaction-entries = 12\nshrink-max = 100\n");
  std::mt19937 random(7);
  int killed = 0;
  const auto interrupted = [&] {
    // Once for certain with something on its way, and then whenever it hits.
    const auto answered = program_.answered();
    killed += program_.run_and_kill_when(words({"run"}),
                                         [&] { return program_.answered() > answered + 1; })
                  ? 1
                  : 0;
    for (int i = 0; i < 12; ++i)
      killed +=
          program_.run_and_kill(
              words({"run"}), static_cast<int>(random() % static_cast<unsigned>(took.count() + 1)))
              ? 1
              : 0;
    return sync({"run"});
  };
  before();
  auto done = interrupted();
  EXPECT_EQ(done.code, 0) << done.err;
  after();
  done = interrupted();
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_GT(killed, 0);
  EXPECT_EQ(all(base), all(clean));
}

TEST_F(SyncSignals, WatchesUntilItIsToldToEndAndTellsSystemd) {
  const auto base = program_.sandbox();
  configure(base);
  put(1, record(1, "1"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = program_.path("notify");
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int socket_file = socket(AF_UNIX, SOCK_DGRAM, 0);
  ASSERT_EQ(bind(socket_file, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  setenv("WATCHDOG_USEC", "200000", 1);
  const auto ended = program_.run_and_terminate_when(words({"run", "--watch", "0.2"}), [&] {
    return program_.read("stderr").find("1 untouched") != std::string::npos;
  });
  unsetenv("NOTIFY_SOCKET");
  unsetenv("WATCHDOG_USEC");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("created 3"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("1 untouched"), std::string::npos) << ended.err;
  std::vector<std::string> told;
  char words[200];
  for (ssize_t size = 0; (size = recv(socket_file, words, sizeof words, MSG_DONTWAIT)) > 0;)
    told.emplace_back(words, static_cast<std::size_t>(size));
  close(socket_file);
  const auto count = [&](const std::string& word) {
    return std::count(told.begin(), told.end(), word);
  };
  EXPECT_EQ(count("READY=1"), 1);
  EXPECT_EQ(count("STOPPING=1"), 1);
  EXPECT_GE(count("WATCHDOG=1"), 2);  // while it runs, and while it waits
}

// It ended with 4 and without a word.
TEST_F(SyncSignals, ToldToEndBeforeItHasSentAnythingItSaysSo) {
  configure(program_.sandbox());
  for (int i = 0; i < 1500; ++i) put(i, record(i, "26.0"));
  const auto done = program_.run_and_terminate_when(
      words({"run"}), [&] { return std::filesystem::exists(program_.path("ledger.sqlite")); });
  EXPECT_EQ(done.code, 4) << done.err;
  EXPECT_NE(done.err.find("told to end"), std::string::npos) << done.err;
}

}  // namespace
}  // namespace paraneo::cli
