// One text packed by itself, as bzip2, xz and zstd do (no archive of files), in pieces. Not
// thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo::package {

// What the first bytes of a file say about how it is packed.
enum class Wrapping { none, gzip, bzip2, xz, zstd, zip };
Wrapping wrapping_of(std::string_view first_bytes);
std::string_view name_of(Wrapping wrapping);  // "bzip2"

// A text packed by other programs than gzip, piece by piece. Not thread-safe.
class Unpacker {
 public:
  // The next packed bytes, at home until the next call; empty at the end.
  using Feed = std::function<Result<std::string_view>()>;

  // Of bzip2, xz or zstd.
  explicit Unpacker(Feed feed);
  ~Unpacker();
  Unpacker(Unpacker&&) noexcept;
  Unpacker& operator=(Unpacker&&) noexcept;

  // Appends a piece; false at the end. Several streams one after another are one text. Fault::data
  // when the bytes are damaged or end too early.
  Result<bool> read(std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace paraneo::package
