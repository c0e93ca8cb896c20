// Types by their names and URLs, in each release of FHIR. Internal to this folder; what it finds is
// seen through Definitions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "definition/type_tables.h"

namespace paraneo::definition {

// Releases are numbered as they are met; 0 is R4. Filled by one thread; immutable while it is
// shared.
class TypeNames {
 public:
  // What a name without a release means from now on: "5.0" or "5.0.0".
  void prefer(std::string_view version) { preferred_ = release_of(version); }
  // The release of a FHIR version, of none the preferred one; a new one if need be, R4 when there
  // are too many.
  std::uint8_t release_of(std::string_view version);
  // None where nothing was added of it.
  std::optional<std::uint8_t> known_release(std::string_view version) const;
  // "4.0".
  const std::string& release_name(std::uint8_t release) const { return releases_[release]; }
  std::size_t release_count() const { return releases_.size(); }

  // The URL may say its release. 0 when nothing has that name.
  TypeId find(std::string_view name_or_url) const;
  // Of that release, and where it has none as find() does.
  TypeId find(std::string_view name_or_url, std::uint8_t release) const;
  // Of that release alone.
  TypeId find_in(std::uint8_t release, std::string_view name_or_url) const;
  // Whether the version, or where it is empty the preferred release, has it.
  bool knows(std::string_view version, std::string_view url) const;

  // Models of different origin may share a name: the URL tells them apart, the name is the last
  // one's. A name of another release is a name without it, too, where nothing else has it.
  void add(std::string_view name_or_url, TypeId type, std::uint8_t release);
  // Names and URLs of all types, as far as nothing has them.
  void add_all(const TypeTables& tables);

 private:
  std::vector<std::string> releases_ = {"4.0"};
  std::uint8_t preferred_ = 0;
  std::unordered_map<std::string, TypeId, TextHash, std::equal_to<>> type_of_;  // "Patient";
                                                                                // "5.0|Patient"
};

}  // namespace paraneo::definition
