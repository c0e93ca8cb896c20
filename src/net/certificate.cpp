#include "net/certificate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>

namespace paraneo::net {
namespace {

namespace fs = std::filesystem;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr int kSerialBits = 127;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kValidDays = 365;

Error failed(const char* step) {
  return fail(ErrorCode::internal, std::string("OpenSSL could not make a certificate: ") + step);
}

std::string text_of(BIO* bio) {
  const char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, const_cast<char**>(&data));
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Certificate read_certificate(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Key read_key(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool add_extensions(const CertificateSpec& spec, X509* certificate, X509* issuer) {
  std::string names;
  for (const auto& host : spec.hosts)
    names += (names.empty() ? "" : ",") + std::string(is_ip_address(host) ? "IP:" : "DNS:") + host;
  if (!names.empty() && !add_extension(certificate, issuer, NID_subject_alt_name, names))
    return false;
  if (!add_extension(certificate, issuer, NID_subject_key_identifier, "hash")) return false;
  if (spec.purpose == Purpose::authority)
    return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
           add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
  const auto* usage = spec.purpose == Purpose::server ? "serverAuth" : "clientAuth";
  return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, issuer, NID_ext_key_usage, usage);
}

Result<void> write_file(const fs::path& path, const std::string& text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, mode);
  const bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (file >= 0) ::close(file);
  if (!written)
    return fail(ErrorCode::file_unwritable, "cannot be written", path.string(),
                "check the permissions");
  return {};
}

// Still good for a day, and for these hosts.
bool usable(const fs::path& path, const std::vector<std::string>& hosts, std::int64_t now_s) {
  std::ifstream in(path, std::ios::binary);
  const std::string pem{std::istreambuf_iterator<char>(in), {}};
  const auto certificate = read_certificate(pem);
  if (!certificate) return false;
  time_t soon = now_s + kDaySeconds;
  if (X509_cmp_time(X509_get0_notAfter(certificate.get()), &soon) <= 0) return false;
  for (const auto& host : hosts) {
    const bool fits = is_ip_address(host)
                          ? X509_check_ip_asc(certificate.get(), host.c_str(), 0) == 1
                          : X509_check_host(certificate.get(), host.c_str(), 0, 0, nullptr) == 1;
    if (!fits) return false;
  }
  return true;
}

}  // namespace

Result<KeyPair> make_certificate(const CertificateSpec& spec, const KeyPair* issuer) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  const Number serial(BN_new());
  if (!key || !certificate || !serial) return failed("key");
  if (BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
      BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get())) == nullptr)
    return failed("serial number");
  X509_set_version(certificate.get(), X509_VERSION_3);
  auto* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(spec.common_name.c_str()), -1,
                             -1, 0);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), spec.not_before_s);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), spec.not_after_s);
  X509_set_pubkey(certificate.get(), key.get());

  const auto issuer_certificate =
      issuer == nullptr ? nullptr : read_certificate(issuer->certificate_pem);
  const auto issuer_key = issuer == nullptr ? nullptr : read_key(issuer->key_pem);
  if (issuer != nullptr && (!issuer_certificate || !issuer_key)) return failed("issuer");
  auto* const signer = issuer == nullptr ? certificate.get() : issuer_certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
  if (!add_extensions(spec, certificate.get(), signer)) return failed("extensions");
  if (X509_sign(certificate.get(), issuer == nullptr ? key.get() : issuer_key.get(),
                EVP_sha256()) == 0)
    return failed("signature");

  const Bio certificate_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1)
    return failed("PEM");
  return KeyPair{text_of(certificate_text.get()), text_of(key_text.get())};
}

Result<std::int64_t> certificate_end_s(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(ErrorCode::file_unreadable, "cannot be read", file,
                "check the path, and who may read it");
  const std::string pem{std::istreambuf_iterator<char>(in), {}};
  const auto certificate = read_certificate(pem);
  if (!certificate)
    return fail(ErrorCode::certificate_unusable, "holds no certificate in PEM form", file,
                "it begins with -----BEGIN CERTIFICATE-----");
  int days = 0;
  int seconds = 0;
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> epoch(ASN1_TIME_set(nullptr, 0),
                                                                    &ASN1_TIME_free);
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), X509_get0_notAfter(certificate.get())) != 1)
    return failed("time");
  return std::int64_t{days} * kDaySeconds + seconds;
}

std::string default_authorities() {
  const auto* file = std::getenv(X509_get_default_cert_file_env());
  if (file != nullptr) return file;
  constexpr auto kDebian = "/etc/ssl/certs/ca-certificates.crt";
  std::error_code ec;
  return fs::exists(X509_get_default_cert_file(), ec) ? X509_get_default_cert_file() : kDebian;
}

Result<ServerFiles> server_files(const std::string& folder, const std::vector<std::string>& hosts,
                                 std::int64_t now_s) {
  const fs::path path(folder);
  const ServerFiles files{(path / "ca.crt").string(), (path / "server.crt").string(),
                          (path / "server.key").string()};
  std::error_code ec;
  if (fs::exists(files.authority, ec) && fs::exists(files.key, ec) &&
      usable(files.certificate, hosts, now_s))
    return files;
  fs::create_directories(path, ec);
  if (ec)
    return fail(ErrorCode::folder_unreadable, "the folder cannot be made: " + ec.message(), folder);
  CertificateSpec authority{Purpose::authority,
                            "paraneo rehearsal authority",
                            {},
                            now_s - kDaySeconds,
                            now_s + kValidDays * kDaySeconds};
  auto ca = make_certificate(authority, nullptr);
  if (!ca) return ca.error();
  CertificateSpec server{Purpose::server, hosts.empty() ? "localhost" : hosts.front(), hosts,
                         now_s - kDaySeconds, now_s + kValidDays * kDaySeconds};
  auto pair = make_certificate(server, &*ca);
  if (!pair) return pair.error();
  constexpr mode_t kPublic = 0644;
  constexpr mode_t kPrivate = 0600;
  for (const auto& [file, text, mode] :
       {std::tuple(files.authority, &ca->certificate_pem, kPublic),
        std::tuple(files.certificate, &pair->certificate_pem, kPublic),
        std::tuple(files.key, &pair->key_pem, kPrivate)})
    if (const auto written = write_file(file, *text, mode); !written) return written.error();
  return files;
}

}  // namespace paraneo::net
