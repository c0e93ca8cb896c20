// Private to net: the TLS settings of the client, and what a failed handshake means in words.
#pragma once

#include <boost/asio/ssl.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/client.h"
#include "rest/url.h"

namespace paraneo::net {

namespace ssl = boost::asio::ssl;

// TLS 1.2 or later, certificates checked against the system's or the given ones.
Result<std::unique_ptr<ssl::context>> client_context(const ClientOptions& options);

// What was seen of the peer during one handshake; must outlive the stream it is attached to.
struct HandshakeTrace {
  int verify_error = 0;  // X509_V_ERR_...
  std::string subject;
  std::string issuer;
  std::string names;  // subjectAltName
  std::string not_before;
  std::string not_after;
  bool client_certificate_wanted = false;
};

// Server name, host check and tracing for one connection.
Result<void> prepare(SSL* ssl, const rest::Origin& origin, const ClientOptions& options,
                     HandshakeTrace& trace);

// In words, for a handshake, write or read that failed.
Error explain_tls(const boost::system::error_code& ec, const HandshakeTrace& trace,
                  const rest::Origin& origin, const ClientOptions& options);

}  // namespace paraneo::net
