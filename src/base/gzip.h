// gzip (RFC 1952) and deflate (RFC 1950, or bare RFC 1951 as some servers send it) in pieces, so
// that neither a file nor a response has to be in memory twice. Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo {

// How a body is packed (RFC 1952, RFC 1950).
enum class Packing { gzip, deflate };

// Unpacks a text that comes in pieces. Not thread-safe.
class Inflater {
 public:
  // `bytes_max`: of the unpacked text, all pieces together; more ends with Fault::limit.
  Inflater(Packing packing, std::size_t bytes_max);
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  // Appends what `packed` unpacks to. Several gzip members one after another are one text.
  Result<void> feed(std::string_view packed, std::string& out);
  // All the input that was announced has come, its check sum fits, nothing is missing.
  bool complete() const;
  // Bytes came behind the end that are neither another member nor padding with zeros; they are left
  // out.
  bool has_rest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Packs a text that comes in pieces. Not thread-safe; the same pieces give the same bytes.
class Deflater {
 public:
  Deflater();  // gzip
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;

  // Appends packed bytes; `last` ends the text, after which nothing may be fed.
  void feed(std::string_view text, bool last, std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// By its first two bytes (RFC 1952).
bool looks_like_gzip(std::string_view first_bytes);

}  // namespace paraneo
