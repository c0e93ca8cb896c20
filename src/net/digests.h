// SHA-1 and SHA-512 of what comes in pieces, as registries of packages write them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace paraneo::net {

// Of one text at a time, by one thread; may be moved.
class Digests {
 public:
  Digests();
  ~Digests();
  Digests(Digests&&) noexcept;
  Digests& operator=(Digests&&) noexcept;

  // The next piece of the text.
  void update(std::string_view piece);
  // Once, last.
  struct Texts {
    std::string integrity;  // "sha512-" and base64 (W3C Subresource Integrity)
    std::string shasum;     // SHA-1, hexadecimal digits
  };
  Texts finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace paraneo::net
