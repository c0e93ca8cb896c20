// UUIDs that follow from what they are for: the same input has the same id for ever.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paraneo {

// Of the name inside the namespace, which is itself the name of a URL (RFC 9562 version 5).
// Half a microsecond for a short name, one more for each kilobyte.
std::string uuid_of(std::string_view namespace_url, std::string_view name);

// Many ids of one text, fast (RFC 9562 version 8 over XXH3 128). For what must be told apart and
// come out the same again; not for secrets.
class UuidSeries {
 public:
  static constexpr std::size_t kChars = 36;

  explicit UuidSeries(std::string_view seed);
  // The `nth` id of `purpose`, written to `to`.
  void write(std::uint64_t purpose, std::uint64_t nth, char (&to)[kChars]) const;

 private:
  std::uint64_t seed_[2];
};

}  // namespace paraneo
