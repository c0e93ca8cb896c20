// Private to net: the key that a client signs its assertions with (JWS, RFC 7515): RSA with RS384,
// P-384 with ES384. From PEM, or from a JWK or JWK set (RFC 7517) with one private key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct evp_pkey_st;

namespace paraneo::net {

class SigningKey {
 public:
  // `text`: content of the file `name`.
  static Result<SigningKey> read(const std::string& text, const std::string& name);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  const std::string& algorithm() const { return algorithm_; }  // "RS384", "ES384"
  // kid of the JWK; of PEM the thumbprint of its public key (RFC 7638).
  const std::string& id() const { return id_; }
  // The signature as JWS has it (ES384: r and s, 48 bytes each).
  Result<std::string> sign(std::string_view text) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  using Key = std::unique_ptr<evp_pkey_st, Free>;

  SigningKey(Key key, std::string algorithm, std::string id);

  Key key_;
  std::string algorithm_;
  std::string id_;
};

}  // namespace paraneo::net
