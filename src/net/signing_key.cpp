#include "net/signing_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <vector>

#include "base/arena.h"
#include "base/base64.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"

namespace paraneo::net {
namespace {

constexpr int kRsaBitsMin = 2048;
constexpr int kCurveBits = 384;
constexpr std::size_t kCoordinateBytes = 48;

template <auto Release>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Release(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

Error unusable(const std::string& file, std::string what) {
  ERR_clear_error();
  return fail(ErrorCode::secret_unusable, std::move(what), file,
              "give an RSA key of 2048 bits or more, or an EC key on P-384, as PEM without a "
              "password or as JWK");
}

std::string bytes_of(const BIGNUM* number, std::size_t size) {
  std::string bytes(size, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size));
  return bytes;
}

// A part of the public key, as JWK writes it.
std::string parameter(EVP_PKEY* key, const char* name, std::size_t size) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  const Number number(raw);
  return base64url(bytes_of(raw, size == 0 ? static_cast<std::size_t>(BN_num_bytes(raw)) : size));
}

std::string thumbprint(EVP_PKEY* key, bool rsa) {
  const auto text =
      rsa ? R"({"e":")" + parameter(key, OSSL_PKEY_PARAM_RSA_E, 0) + R"(","kty":"RSA","n":")" +
                parameter(key, OSSL_PKEY_PARAM_RSA_N, 0) + "\"}"
          : R"({"crv":"P-384","kty":"EC","x":")" +
                parameter(key, OSSL_PKEY_PARAM_EC_PUB_X, kCoordinateBytes) + R"(","y":")" +
                parameter(key, OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinateBytes) + "\"}";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return base64url({reinterpret_cast<const char*>(digest.data()), size});
}

// Builds a key of what a JWK holds.
class JwkKey {
 public:
  explicit JwkKey(const json::Value& jwk) : jwk_(jwk), builder_(OSSL_PARAM_BLD_new()) {}

  EVP_PKEY* make() {
    const bool rsa = jwk_.text_of("kty") == "RSA";
    if (rsa) {
      for (const auto& [member, name] :
           {std::pair("n", OSSL_PKEY_PARAM_RSA_N), std::pair("e", OSSL_PKEY_PARAM_RSA_E),
            std::pair("d", OSSL_PKEY_PARAM_RSA_D)})
        if (!add(member, name)) return nullptr;
      for (const auto& [member, name] : {std::pair("p", OSSL_PKEY_PARAM_RSA_FACTOR1),
                                         std::pair("q", OSSL_PKEY_PARAM_RSA_FACTOR2),
                                         std::pair("dp", OSSL_PKEY_PARAM_RSA_EXPONENT1),
                                         std::pair("dq", OSSL_PKEY_PARAM_RSA_EXPONENT2),
                                         std::pair("qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1)})
        if (jwk_.find(member) != nullptr && !add(member, name)) return nullptr;
    } else if (jwk_.text_of("kty") != "EC" || jwk_.text_of("crv") != "P-384" || !add_point() ||
               !add("d", OSSL_PKEY_PARAM_PRIV_KEY)) {
      return nullptr;
    }
    const Parameters all(OSSL_PARAM_BLD_to_param(builder_.get()));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, rsa ? "RSA" : "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!all || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, all.get()) != 1)
      return nullptr;
    return key;
  }

 private:
  bool add(const char* member, const char* name) {
    const auto bytes = from_base64url(jwk_.text_of(member));
    if (!bytes || bytes->empty()) return false;
    numbers_.emplace_back(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes->data()),
                                    static_cast<int>(bytes->size()), nullptr));
    return numbers_.back() &&
           OSSL_PARAM_BLD_push_BN(builder_.get(), name, numbers_.back().get()) == 1;
  }
  bool add_point() {
    const auto x = from_base64url(jwk_.text_of("x"));
    const auto y = from_base64url(jwk_.text_of("y"));
    if (!x || !y || x->size() != kCoordinateBytes || y->size() != kCoordinateBytes) return false;
    point_ = "\x04" + *x + *y;  // uncompressed
    return OSSL_PARAM_BLD_push_utf8_string(builder_.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-384",
                                           0) == 1 &&
           OSSL_PARAM_BLD_push_octet_string(builder_.get(), OSSL_PKEY_PARAM_PUB_KEY, point_.data(),
                                            point_.size()) == 1;
  }

  const json::Value& jwk_;
  Builder builder_;
  std::vector<Number> numbers_;  // must live until the key is made
  std::string point_;
};

struct Found {
  EVP_PKEY* key = nullptr;
  std::string id;
};

Result<Found> from_jwk(const std::string& text, const std::string& name) {
  const Source source{name, text};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, Limits{}, sink);
  if (root == nullptr) return unusable(name, "the file is not JSON");
  const auto* keys = root->find("keys");
  const json::Value* chosen = keys == nullptr ? root : nullptr;
  for (const auto& each : keys == nullptr ? std::span<const json::Value>() : keys->items()) {
    if (each.text_of("d").empty()) continue;
    if (chosen != nullptr)
      return unusable(name,
                      "the file holds several private keys, so it is not clear which one to use");
    chosen = &each;
  }
  auto* const key = chosen == nullptr ? nullptr : JwkKey(*chosen).make();
  if (key == nullptr) return unusable(name, "the file holds no private key that can be used");
  return Found{key, std::string(chosen->text_of("kid"))};
}

Result<Found> from_pem(const std::string& text, const std::string& name) {
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  // Nobody is there to type a password.
  auto* const key = PEM_read_bio_PrivateKey(
      bio.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr);
  if (key == nullptr) return unusable(name, "the file holds no private key that can be used");
  return Found{key, {}};
}

Result<std::string> as_jws(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const Signature parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!parts) return fail(ErrorCode::internal, "OpenSSL made a signature that it cannot read");
  return bytes_of(ECDSA_SIG_get0_r(parts.get()), kCoordinateBytes) +
         bytes_of(ECDSA_SIG_get0_s(parts.get()), kCoordinateBytes);
}

}  // namespace

void SigningKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

SigningKey::SigningKey(Key key, std::string algorithm, std::string id)
    : key_(std::move(key)), algorithm_(std::move(algorithm)), id_(std::move(id)) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

Result<SigningKey> SigningKey::read(const std::string& text, const std::string& name) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool jwk = first != std::string::npos && text[first] == '{';
  auto found = jwk ? from_jwk(text, name) : from_pem(text, name);
  if (!found) return found.error();
  Key key(found->key);
  const bool rsa = EVP_PKEY_is_a(key.get(), "RSA") == 1;
  const bool ec = EVP_PKEY_is_a(key.get(), "EC") == 1;
  const auto bits = EVP_PKEY_get_bits(key.get());
  if (!(rsa && bits >= kRsaBitsMin) && !(ec && bits == kCurveBits))
    return unusable(name, "the key can sign neither RS384 nor ES384");
  auto id = found->id.empty() ? thumbprint(key.get(), rsa) : std::move(found->id);
  return SigningKey(std::move(key), rsa ? "RS384" : "ES384", std::move(id));
}

Result<std::string> SigningKey::sign(std::string_view text) const {
  const Digest context(EVP_MD_CTX_new());
  std::size_t size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::string out;
  bool done = context &&
              EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key_.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) == 1;
  out.resize(size);
  done = done && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                                data, text.size()) == 1;
  if (!done) {
    ERR_clear_error();
    return fail(ErrorCode::internal, "OpenSSL could not sign with the key");
  }
  out.resize(size);
  return algorithm_ == "ES384" ? as_jws(out) : Result<std::string>(std::move(out));
}

}  // namespace paraneo::net
