#include "net/digests.h"

#include <openssl/evp.h>

#include <array>

#include "base/base64.h"

namespace paraneo::net {

struct Digests::State {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> sha1{EVP_MD_CTX_new()};
  std::unique_ptr<EVP_MD_CTX, Free> sha512{EVP_MD_CTX_new()};
};

Digests::Digests() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->sha1.get(), EVP_sha1(), nullptr);
  EVP_DigestInit_ex(state_->sha512.get(), EVP_sha512(), nullptr);
}
Digests::~Digests() = default;
Digests::Digests(Digests&&) noexcept = default;
Digests& Digests::operator=(Digests&&) noexcept = default;

void Digests::update(std::string_view piece) {
  EVP_DigestUpdate(state_->sha1.get(), piece.data(), piece.size());
  EVP_DigestUpdate(state_->sha512.get(), piece.data(), piece.size());
}

Digests::Texts Digests::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  Texts out;
  EVP_DigestFinal_ex(state_->sha512.get(), bytes.data(), &size);
  out.integrity = "sha512-" + base64({reinterpret_cast<const char*>(bytes.data()), size});
  EVP_DigestFinal_ex(state_->sha1.get(), bytes.data(), &size);
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (unsigned i = 0; i < size; ++i) {
    out.shasum += kDigits[bytes[i] >> 4U];
    out.shasum += kDigits[bytes[i] & 0xFU];
  }
  return out;
}

}  // namespace paraneo::net
