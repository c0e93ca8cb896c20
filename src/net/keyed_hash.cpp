#include "net/keyed_hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>

#include <array>

#include "net/watched_file.h"

namespace paraneo::net {
namespace {

constexpr std::size_t kKeyBytesMin = 32;
constexpr std::size_t kHashBytes = 16;

}  // namespace

Result<KeyedHash> KeyedHash::read(const std::string& path) {
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & kOthers) != 0)
    return fail(ErrorCode::secret_unusable, "others than its owner may read or write the key", path,
                "chmod 600 " + path);
  auto key = read_small_file(path);
  if (!key) return key.error();
  while (key->ends_with('\n') || key->ends_with('\r')) key->pop_back();
  if (key->size() < kKeyBytesMin)
    return fail(ErrorCode::secret_unusable, "the key is shorter than 32 bytes: it could be guessed",
                path, "make one: umask 077; openssl rand -hex 32 > FILE");
  return KeyedHash(std::move(*key));
}

std::string KeyedHash::of(std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data(), &size);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < kHashBytes; ++i) {
    out += kDigits[hash[i] >> 4U];
    out += kDigits[hash[i] & 0xFU];
  }
  return out;
}

}  // namespace paraneo::net
