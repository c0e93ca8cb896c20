// Verbs that are told to end while a server takes connections and says nothing.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include "case_record.h"
#include "program.h"

namespace paraneo::cli {
namespace {

// Nobody takes what the system accepts for it.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, SOMAXCONN), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }
  bool is_asked() const {
    pollfd waiting{socket_, POLLIN, 0};
    return poll(&waiting, 1, 0) == 1;
  }

 private:
  int socket_;
  int port_ = 0;
};

// With an input that fits the verb.
class EndSignal : public testing::TestWithParam<std::vector<std::string>> {
 protected:
  EndSignal() : program_("EndSignal-" + GetParam().front()) {}
  std::vector<std::string> words() const {
    auto all = GetParam();
    all.insert(all.end(), {"--server", server_.base()});
    if (all.front() == "push")
      all.push_back(program_.write("patient.json", R"({"resourceType":"Patient","id":"p"})"));
    if (all.front() == "sync")
      all.insert(all.end(), {"--source", program_.write("case.json", case_record(1, "1")),
                             "--ledger", program_.path("ledger.sqlite")});
    return all;
  }
  Program program_;
  SilentServer server_;
};

// It waited for the answer, five minutes.
TEST_P(EndSignal, LeavesAnAnswerThatDoesNotCome) {
  const auto begin = std::chrono::steady_clock::now();
  const auto ended = program_.run_and_terminate_when(words(), [&] { return server_.is_asked(); });
  EXPECT_EQ(ended.code, 4) << ended.err;
  EXPECT_NE(ended.err.find("not answered"), std::string::npos) << ended.err;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(2));
}

// Another signal than the first one was no second one.
TEST_P(EndSignal, EndsAtOnceAtTheSecond) {
  const auto ended = program_.run_and_terminate_when(words(), [&] { return server_.is_asked(); },
                                                     {SIGINT, SIGTERM});
  EXPECT_EQ(ended.code, 128 + SIGTERM) << ended.err;
  EXPECT_EQ(ended.err.find("not answered"), std::string::npos) << ended.err;
}

INSTANTIATE_TEST_SUITE_P(Verbs, EndSignal,
                         testing::Values(std::vector<std::string>{"push"},
                                         std::vector<std::string>{"pull"},
                                         std::vector<std::string>{"sync", "run"},
                                         std::vector<std::string>{"sync", "run", "--watch", "1"}),
                         [](const auto& info) { return "Verb" + std::to_string(info.index); });

}  // namespace
}  // namespace paraneo::cli
