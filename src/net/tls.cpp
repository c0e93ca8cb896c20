#include "net/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <filesystem>

namespace paraneo::net {
namespace {

int trace_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

HandshakeTrace* trace_of(SSL* ssl) {
  return static_cast<HandshakeTrace*>(SSL_get_ex_data(ssl, trace_index()));
}

std::string bio_text(BIO* bio) {
  const char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, const_cast<char**>(&data));
  std::string text = size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
  BIO_free(bio);
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text;
}

std::string name_text(const X509_NAME* name) {
  BIO* bio = BIO_new(BIO_s_mem());
  X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  return bio_text(bio);
}

std::string time_text(const ASN1_TIME* time) {
  BIO* bio = BIO_new(BIO_s_mem());
  ASN1_TIME_print_ex(bio, time, ASN1_DTFLGS_ISO8601);
  return bio_text(bio);
}

std::string names_text(X509* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::string text;
  constexpr int kNamesShownMax = 8;
  for (int i = 0; i < sk_GENERAL_NAME_num(names) && i < kNamesShownMax; ++i) {
    BIO* bio = BIO_new(BIO_s_mem());
    GENERAL_NAME_print(bio, sk_GENERAL_NAME_value(names, i));
    text += (text.empty() ? "" : ", ") + bio_text(bio);
  }
  GENERAL_NAMES_free(names);
  return text;
}

int on_verify(int ok, X509_STORE_CTX* store) {
  if (ok == 1) return 1;
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* trace = ssl == nullptr ? nullptr : trace_of(ssl);
  if (trace == nullptr || trace->verify_error != 0) return 0;
  trace->verify_error = X509_STORE_CTX_get_error(store);
  if (auto* certificate = X509_STORE_CTX_get_current_cert(store); certificate != nullptr) {
    trace->subject = name_text(X509_get_subject_name(certificate));
    trace->issuer = name_text(X509_get_issuer_name(certificate));
    trace->not_before = time_text(X509_get0_notBefore(certificate));
    trace->not_after = time_text(X509_get0_notAfter(certificate));
    trace->names = names_text(certificate);
  }
  return 0;
}

int on_certificate_wanted(SSL* ssl, void*) {
  if (auto* trace = trace_of(ssl); trace != nullptr) trace->client_certificate_wanted = true;
  return 1;
}

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

Error unusable(const std::string& file, const char* what, const boost::system::error_code& ec) {
  ERR_clear_error();
  std::error_code missing;
  if (!std::filesystem::exists(file, missing))
    return fail(ErrorCode::certificate_unusable, "there is no such file", file, "check the path");
  return fail(ErrorCode::certificate_unusable,
              std::string("holds no usable ") + what + " in PEM form", file,
              "OpenSSL says: " + ec.message());
}

Result<void> load_files(ssl::context& context, const ClientOptions& options) {
  boost::system::error_code ec;
  if (options.certificate_authority.empty()) {
    context.set_default_verify_paths(ec);
  } else if (context.load_verify_file(options.certificate_authority, ec); ec) {
    return unusable(options.certificate_authority, "certificate", ec);
  }
  if (options.client_cert.empty() != options.client_key.empty())
    return fail(ErrorCode::option_combination, "--client-cert and --client-key belong together", {},
                "give both");
  if (options.client_cert.empty()) return {};
  // Nobody is there to type a password.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; }, ec);
  context.use_certificate_chain_file(options.client_cert, ec);
  if (ec) return unusable(options.client_cert, "certificate", ec);
  context.use_private_key_file(options.client_key, ssl::context::pem, ec);
  if (ec && ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == X509_R_KEY_VALUES_MISMATCH)
    return fail(ErrorCode::certificate_unusable,
                "the key does not belong to the certificate " + options.client_cert,
                options.client_key, "give the pair that was issued together");
  if (ec) return unusable(options.client_key, "private key without a password", ec);
  return {};
}

Error refused(std::string what, const rest::Origin& origin, std::string advice) {
  return fail(ErrorCode::tls_refused, std::move(what), rest::to_string(origin), std::move(advice));
}

std::string advice_for_authority(const ClientOptions& options) {
  return options.certificate_authority.empty()
             ? "if this is your server, give its authority's certificate with "
               "--certificate-authority FILE"
             : "the file " + options.certificate_authority +
                   " does not hold the authority that signed it; ask the server's operators for "
                   "the right one";
}

Error explain_certificate(const HandshakeTrace& t, const rest::Origin& origin,
                          const ClientOptions& options) {
  switch (t.verify_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return refused("the certificate " + t.subject + " expired on " + t.not_after, origin,
                     "the server's operators must renew it; check this machine's clock too");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return refused("the certificate " + t.subject + " is not valid before " + t.not_before,
                     origin,
                     "check this machine's clock; else the server's operators must replace it");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return refused("the server's certificate " + t.subject + " is self-signed and not trusted",
                     origin,
                     "if this is your server, give this certificate with "
                     "--certificate-authority FILE");
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return refused(
          "the server's certificate is signed by an authority that is not trusted: " + t.issuer,
          origin, advice_for_authority(options));
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return refused(
          "the certificate " + t.subject + " is signed by an unknown authority: " + t.issuer,
          origin,
          advice_for_authority(options) +
              "; or the server does not send its "
              "intermediate certificate");
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return refused("the server's certificate is for " + (t.names.empty() ? t.subject : t.names) +
                         ", not for " + origin.host,
                     origin,
                     "use the name that the certificate has as --server; if that is not "
                     "your server, somebody is in between");
    case X509_V_ERR_CERT_REVOKED:
      return refused("the certificate " + t.subject + " is revoked", origin,
                     "the server's operators must replace it");
    case X509_V_ERR_INVALID_PURPOSE:
      return refused("the certificate " + t.subject + " is not for servers", origin,
                     "the server's operators must replace it");
    default:
      return refused(std::string("the server's certificate is not accepted: ") +
                         X509_verify_cert_error_string(t.verify_error) + " (" + t.subject + ")",
                     origin, "ask the server's operators");
  }
}

}  // namespace

Result<std::unique_ptr<ssl::context>> client_context(const ClientOptions& options) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  if (const auto loaded = load_files(*context, options); !loaded) return loaded.error();
  auto* native = context->native_handle();
  // A certificate that the user names is trusted even when it is not a root.
  if (!options.certificate_authority.empty())
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(native, options.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, on_verify);
  SSL_CTX_set_cert_cb(native, on_certificate_wanted, nullptr);
  return context;
}

Result<void> prepare(SSL* ssl, const rest::Origin& origin, const ClientOptions& options,
                     HandshakeTrace& trace) {
  trace = {};
  bool done = SSL_set_ex_data(ssl, trace_index(), &trace) == 1;
  const bool address = is_ip_address(origin.host);
  if (!address) done = done && SSL_set_tlsext_host_name(ssl, origin.host.c_str()) == 1;
  if (!options.insecure) {
    auto* parameters = SSL_get0_param(ssl);
    if (address) {
      done = done && X509_VERIFY_PARAM_set1_ip_asc(parameters, origin.host.c_str()) == 1;
    } else {
      X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      done = done && X509_VERIFY_PARAM_set1_host(parameters, origin.host.c_str(), 0) == 1;
    }
  }
  if (!done) return fail(ErrorCode::internal, "TLS could not be set up", rest::to_string(origin));
  return {};
}

Error explain_tls(const boost::system::error_code& ec, const HandshakeTrace& trace,
                  const rest::Origin& origin, const ClientOptions& options) {
  if (trace.verify_error != 0) return explain_certificate(trace, origin, options);
  const bool from_openssl = ec.category() == boost::asio::error::get_ssl_category();
  const int reason = from_openssl ? ERR_GET_REASON(static_cast<unsigned long>(ec.value())) : 0;
  const bool has_certificate = !options.client_cert.empty();
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return refused("the server does not speak TLS on this port", origin,
                     "check the port; https:// needs the server's TLS port");
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return refused("the server offers no TLS newer than 1.1", origin,
                     "the server's operators must allow TLS 1.2 or 1.3; older ones are not safe");
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      if (!has_certificate) break;
      return refused(
          "the server refuses the client certificate " + options.client_cert + ": " + ec.message(),
          origin,
          "use a certificate that is not expired and that an authority of the server "
          "has signed");
    default: break;
  }
  const bool wants =
      trace.client_certificate_wanted || reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED;
  if (wants && !has_certificate)
    return refused("the server wants a client certificate and none was given", origin,
                   "give --client-cert FILE and --client-key FILE");
  if (wants)
    return refused("the server asked for a client certificate and closed the connection on " +
                       options.client_cert,
                   origin,
                   "use a certificate that is not expired and that an authority of the server "
                   "has signed");
  if (reason != 0)
    return refused("TLS failed: " + ec.message(), origin, "ask the server's operators");
  return fail(ErrorCode::connection_lost,
              "the connection was lost during the TLS handshake: " + ec.message(),
              rest::to_string(origin), "check the address and the network");
}

}  // namespace paraneo::net
