// Certificates for rehearsals and tests, made by OpenSSL: an authority, and what it signs. Not a
// public-key infrastructure; production brings its own files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace paraneo::net {

// A certificate and its private key, as PEM.
struct KeyPair {
  std::string certificate_pem;
  std::string key_pem;
};

// What a certificate may be used for.
enum class Purpose { authority, server, client };

// What a certificate says.
struct CertificateSpec {
  Purpose purpose = Purpose::server;
  std::string common_name;
  std::vector<std::string> hosts;  // names and IP addresses (subjectAltName)
  std::int64_t not_before_s = 0;   // since 1970
  std::int64_t not_after_s = 0;
};

// Signed by `issuer`, or by itself when that is null. EC P-256, SHA-256.
Result<KeyPair> make_certificate(const CertificateSpec& spec, const KeyPair* issuer);

// When the first certificate of a PEM file runs out, in seconds since 1970. An error when there is
// none.
Result<std::int64_t> certificate_end_s(const std::string& file);

// The file of authorities that TLS takes where none is named: SSL_CERT_FILE, or the system's. It
// need not be there.
std::string default_authorities();

// Paths of the files that a rehearsal's server is started with.
struct ServerFiles {
  std::string authority;  // ca.crt: what clients give as --certificate-authority
  std::string certificate;
  std::string key;
};

// The files ca.crt, server.crt and server.key in `folder` for these hosts; made when they are not
// there, or run out within a day. Keys are readable by their owner only.
Result<ServerFiles> server_files(const std::string& folder, const std::vector<std::string>& hosts,
                                 std::int64_t now_s);

}  // namespace paraneo::net
