// Servers that misbehave in one way each, and the certificates for them. Blocking, one connection
// after the other, on a port that the system chooses.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "base/gzip.h"
#include "net/certificate.h"

namespace paraneo::net::testing_net {

// A folder with an authority and a server certificate for localhost.
struct Folder {
  std::filesystem::path path;
  KeyPair authority;
  std::string authority_file;
  ServerFiles good;

  Folder() {
    static std::atomic<int> number{0};
    path = std::filesystem::temp_directory_path() /
           ("paraneo-net-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    std::filesystem::create_directories(path);
    authority =
        *make_certificate({Purpose::authority, "Test CA", {}, days(-30), days(30)}, nullptr);
    authority_file = write("ca.crt", authority.certificate_pem);
    good = issue("good", Purpose::server, {"localhost", "127.0.0.1"}, -1, 9, &authority);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  static std::int64_t days(int count) { return std::time(nullptr) + 86400LL * count; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return (path / name).string();
  }
  ServerFiles issue(const std::string& name, Purpose purpose, const std::vector<std::string>& hosts,
                    int from_days, int to_days, const KeyPair* issuer) const {
    const auto pair =
        *make_certificate({purpose, name, hosts, days(from_days), days(to_days)}, issuer);
    return {authority_file, write(name + ".crt", pair.certificate_pem),
            write(name + ".key", pair.key_pem)};
  }
};

class HostileServer {
 public:
  enum class Behaviour {
    silent,
    no_handshake,
    plain,
    old_tls,
    drip,
    cut,
    cut_without_length,
    huge,
    huge_announced,
    bomb,
    bad_gzip,
    short_gzip,
    headers,
    garbage,
    proxy,
    proxy_refuses,
    proxy_hangs_up,
    proxy_speaks,  // for the server, before that does
    twice,
    hangs_up
  };

  HostileServer(const Folder& folder, Behaviour behaviour)
      : behaviour_(behaviour), context_(ssl::context::tls_server),
        acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    context_.use_certificate_chain_file(folder.good.certificate);
    context_.use_private_key_file(folder.good.key, ssl::context::pem);
    if (behaviour == Behaviour::old_tls) {
      SSL_CTX_set_cipher_list(context_.native_handle(), "DEFAULT:@SECLEVEL=0");
      SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_VERSION);
      SSL_CTX_set_max_proto_version(context_.native_handle(), TLS1_1_VERSION);
    }
    port_ = acceptor_.local_endpoint().port();
    thread_ = std::thread([this] { serve(); });
  }
  ~HostileServer() {
    stop_ = true;
    boost::system::error_code ignored;
    Tcp::socket(io_).connect({boost::asio::ip::address_v4::loopback(), port_}, ignored);
    thread_.join();
  }
  HostileServer(const HostileServer&) = delete;
  HostileServer& operator=(const HostileServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string base() const { return "https://localhost:" + std::to_string(port_); }
  const std::string& seen() const { return seen_; }

 private:
  using Tcp = boost::asio::ip::tcp;
  using Stream = boost::asio::ssl::stream<Tcp::socket&>;
  using Code = boost::system::error_code;
  struct ssl : boost::asio::ssl::stream_base {
    using context = boost::asio::ssl::context;
  };

  void serve() {
    while (!stop_) {
      Tcp::socket socket(io_);
      Code ec;
      acceptor_.accept(socket, ec);
      if (ec || stop_) return;
      attend(socket);
    }
  }

  // Until the client goes away, or the test is over.
  void wait(Tcp::socket& socket) const {
    socket.non_blocking(true);
    std::array<char, 4096> bytes;
    for (Code ec; !stop_;) {
      socket.receive(boost::asio::buffer(bytes), 0, ec);
      if (ec && ec != boost::asio::error::would_block) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  void attend(Tcp::socket& socket) {
    if (behaviour_ == Behaviour::no_handshake) return wait(socket);
    if (behaviour_ == Behaviour::plain) {
      Code ec;
      boost::asio::write(socket, boost::asio::buffer(std::string("HTTP/1.1 400 Bad\r\n\r\n")), ec);
      return wait(socket);
    }
    if (behaviour_ >= Behaviour::proxy && behaviour_ <= Behaviour::proxy_speaks)
      return relay(socket);
    Stream stream(socket, context_);
    Code ec;
    stream.handshake(ssl::server, ec);
    if (ec) return;
    std::string request;
    boost::asio::read_until(stream, boost::asio::dynamic_buffer(request), "\r\n\r\n", ec);
    answer(stream, socket);
  }

  static bool send(Stream& stream, const std::string& text) {
    Code ec;
    boost::asio::write(stream, boost::asio::buffer(text), ec);
    return !ec;
  }
  static std::string packed(std::size_t size) {
    std::string out;
    Deflater().feed(std::string(size, 'a'), true, out);
    return out;
  }
  static std::string with_length(const std::string& headers, const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  void answer(Stream& stream, Tcp::socket& socket) {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    switch (behaviour_) {
      case Behaviour::silent: return wait(socket);
      case Behaviour::drip:
        send(stream, chunked);
        while (!stop_ && send(stream, "1\r\na\r\n"))
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return;
      case Behaviour::cut:
        send(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\"");
        return;
      case Behaviour::cut_without_length:
        send(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"half\"");
        return;  // closes TCP without ending TLS: nobody knows whether that was all
      case Behaviour::huge: {
        send(stream, chunked);
        const std::string chunk = "10000\r\n" + std::string(65536, 'a') + "\r\n";
        for (int i = 0; i < 4800 && send(stream, chunk); ++i) {}
        return;
      }
      case Behaviour::huge_announced:
        send(stream, "HTTP/1.1 200 OK\r\nContent-Length: 314572800\r\n\r\n{");
        return wait(socket);
      case Behaviour::bomb:
        send(stream, with_length("Content-Encoding: gzip\r\n", packed(std::size_t{8} << 20)));
        return wait(socket);
      case Behaviour::bad_gzip:
        send(stream, with_length("Content-Encoding: gzip\r\n", "this is not gzip"));
        return wait(socket);
      case Behaviour::short_gzip: {
        auto body = packed(1000);
        body.resize(body.size() - 4);
        send(stream, with_length("Content-Encoding: gzip\r\n", body));
        return wait(socket);
      }
      case Behaviour::headers:
        send(stream, "HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'a') + "\r\n\r\n");
        return wait(socket);
      case Behaviour::garbage: send(stream, "SSH-2.0-OpenSSH_9.2\r\n\r\n"); return wait(socket);
      case Behaviour::twice: {
        const auto text = with_length("", std::to_string(++answers_));
        send(stream, text + text);
        return wait(socket);
      }
      case Behaviour::hangs_up: send(stream, with_length("", "{}")); return;  // without a word
      default: return;
    }
  }

  void relay(Tcp::socket& client) {
    Code ec;
    boost::asio::read_until(client, boost::asio::dynamic_buffer(seen_), "\r\n\r\n", ec);
    if (behaviour_ == Behaviour::proxy_refuses) {
      boost::asio::write(
          client,
          boost::asio::buffer(std::string(
              "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")),
          ec);
      return;
    }
    if (behaviour_ == Behaviour::proxy_hangs_up) return;
    if (behaviour_ == Behaviour::proxy_speaks) {
      boost::asio::write(client, boost::asio::buffer(std::string("HTTP/1.1 200 OK\r\n\r\nHello")),
                         ec);
      return;
    }
    const auto colon = seen_.find(':');
    const auto port = std::stoi(seen_.substr(colon + 1));
    Tcp::socket server(io_);
    server.connect({boost::asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)}, ec);
    boost::asio::write(client, boost::asio::buffer(std::string("HTTP/1.1 200 OK\r\n\r\n")), ec);
    std::thread back([&] { copy(server, client); });
    copy(client, server);
    back.join();
  }
  static void copy(Tcp::socket& from, Tcp::socket& to) {
    std::array<char, 16384> bytes;
    Code ec;
    while (!ec) {
      const auto got = from.read_some(boost::asio::buffer(bytes), ec);
      if (!ec) boost::asio::write(to, boost::asio::buffer(bytes.data(), got), ec);
    }
    to.shutdown(Tcp::socket::shutdown_both, ec);
  }

  Behaviour behaviour_;
  boost::asio::io_context io_;
  boost::asio::ssl::context context_;
  Tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::string seen_;
  int answers_ = 0;
  std::thread thread_;
};

}  // namespace paraneo::net::testing_net
