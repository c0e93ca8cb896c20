#include "net/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

namespace paraneo::net {
namespace {

using namespace std::chrono_literals;

// A connection without TLS that sends what it is told.
class Raw {
 public:
  explicit Raw(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }
  ~Raw() { close(); }
  Raw(Raw&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  void send(std::string_view text) {
    EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // Until the text ends so, or the other side has closed it.
  std::string receive_until(std::string_view end) {
    std::string all;
    for (char c = 0; !all.ends_with(end) && ::recv(socket_, &c, 1, 0) == 1;) all += c;
    return all;
  }
  std::string head() { return receive_until("\r\n\r\n"); }
  std::string rest() { return receive_until("never"); }

 private:
  int socket_;
};

class ServerTest : public testing::Test {
 protected:
  void start(ServerHandler handler, ServerOptions options = {}) {
    options.tls = false;
    auto server = Server::start(options, std::move(handler));
    ASSERT_TRUE(server);
    server_.emplace(std::move(*server));
  }
  void start(ServerOptions options = {}) {
    start(
        [](const ServerRequest& request) {
          return rest::Response{
              200, {{"X-Method", request.method}}, "{\"at\":\"" + request.target + "\"}"};
        },
        options);
  }
  Raw connect() { return Raw(server_->port()); }

  std::optional<Server> server_;
};

std::string get(const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + more + "\r\n";
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  start();
  auto raw = connect();
  raw.send("HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\n" + get("/d"));
  const auto head = raw.head();
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 ")) << head;
  EXPECT_NE(head.find("Content-Length: 13\r\n"), std::string::npos) << head;
  const auto next = raw.head();
  EXPECT_TRUE(next.starts_with("HTTP/1.1 200 ")) << next;
  EXPECT_NE(next.find("X-Method: GET"), std::string::npos) << next;
  EXPECT_EQ(raw.receive_until("}"), R"({"at":"/d"})");
}

TEST_F(ServerTest, ATakenPortIsSaid) {
  start();
  ServerOptions options;
  options.tls = false;
  options.port = server_->port();
  const auto second =
      Server::start(options, [](const ServerRequest&) { return rest::Response{200, {}, {}}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::listen_failed);
}

TEST_F(ServerTest, SaysNothingOfALengthWhereThereIsNoContent) {
  start([](const ServerRequest&) { return rest::Response{204, {}, {}}; });
  auto raw = connect();
  raw.send(get("/"));
  EXPECT_EQ(raw.head().find("Content-Length"), std::string::npos);
}

TEST_F(ServerTest, RefusesWhatIsNoHttp) {
  start();
  for (const auto* text :
       {"no request at all\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nbad header\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    auto raw = connect();
    raw.send(text);
    const auto answer = raw.rest();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << text << answer;
    EXPECT_NE(answer.find("OperationOutcome"), std::string::npos);
  }
}

TEST_F(ServerTest, AnswersAClientThatAsksBeforeItSends) {
  ServerOptions options;
  options.body_bytes_max = 100;
  start([](const ServerRequest& request) { return rest::Response{200, {}, request.body}; },
        options);
  auto raw = connect();
  raw.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(raw.head(), "HTTP/1.1 100 Continue\r\n\r\n");
  raw.send("body");
  EXPECT_TRUE(raw.head().starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(raw.receive_until("body"), "body");
  raw.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 400\r\n\r\n");
  EXPECT_TRUE(raw.head().starts_with("HTTP/1.1 413 "));
  auto other = connect();
  other.send(get("/", "Expect: tea\r\n"));
  EXPECT_TRUE(other.head().starts_with("HTTP/1.1 417 "));
}

TEST_F(ServerTest, MakesRoomForNewConnections) {
  ServerOptions options;
  options.connections_max = 4;
  start(options);
  std::vector<Raw> idle;
  for (int i = 0; i < 20; ++i) idle.push_back(connect());
  auto begun = connect();
  begun.send("GET / HT");  // sends nothing more
  for (int i = 0; i < 6; ++i) {
    auto raw = connect();
    raw.send(get("/"));
    EXPECT_TRUE(raw.head().starts_with("HTTP/1.1 200 ")) << i;
  }
  EXPECT_EQ(idle.front().rest(), "");  // was closed
}

TEST_F(ServerTest, AnswersOthersWhileSomeAreBusy) {
  std::counting_semaphore<8> done(0);
  ServerOptions options;
  options.threads = 4;
  options.connections_max = 4;
  start(
      [&](const ServerRequest& request) {
        if (request.target == "/slow") done.acquire();
        return rest::Response{200, {}, "ok"};
      },
      options);
  std::vector<Raw> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(connect());
    slow.back().send(get("/slow"));
  }
  std::this_thread::sleep_for(50ms);
  for (int i = 0; i < 5; ++i) {
    auto raw = connect();
    raw.send(get("/quick"));
    EXPECT_TRUE(raw.head().starts_with("HTTP/1.1 200 ")) << i;
  }
  done.release(3);
  for (auto& raw : slow)
    EXPECT_TRUE(raw.head().starts_with("HTTP/1.1 200 "));  // was not closed to make room
}

TEST_F(ServerTest, KnowsThatAClientHasGone) {
  std::binary_semaphore begun(0), noticed(0);
  start([&](const ServerRequest& request) {
    EXPECT_FALSE(request.is_abandoned());
    begun.release();
    for (int i = 0; i < 500 && !request.is_abandoned(); ++i) std::this_thread::sleep_for(10ms);
    if (request.is_abandoned()) noticed.release();
    return rest::Response{200, {}, {}};
  });
  auto raw = connect();
  raw.send(get("/"));
  begun.acquire();
  raw.close();
  EXPECT_TRUE(noticed.try_acquire_for(3s));
  // And that it is to stop.
  auto other = connect();
  other.send(get("/"));
  begun.acquire();
  server_->stop();
  EXPECT_TRUE(noticed.try_acquire());
}

}  // namespace
}  // namespace paraneo::net
