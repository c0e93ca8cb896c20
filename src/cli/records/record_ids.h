// Two records with one id in one run: the resources of one would take the place of the other's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "base/limits.h"

namespace paraneo::cli {

// The record's id as it stands in a text, for what is looked through quickly: a text that is no
// record has any id or none, and one that is written with escapes keeps them. Linear, without
// memory of its own.
std::string_view record_id_in(std::string_view json);

// Which ids a run has met. Not thread-safe. Holds some 60 bytes for each record.
class RecordIds {
 public:
  // Looks through the inputs, where all of them can be read twice, for ids that stand there more
  // than once: these are refused each time. The others are refused from the second time on.
  void look_through(const std::vector<std::string>& inputs, const Limits& limits);

  struct Other {
    std::string place;        // file:line
    bool is_written = false;  // before anybody knew of this one
  };
  // Another record of this id, when there is one: then this one is refused. Otherwise it is noted.
  std::optional<Other> other(std::string_view id, const std::string& file, std::uint32_t line);

 private:
  struct Place {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    bool operator==(const Place&) const = default;
  };
  struct Seen {
    Place first;
    Place second;  // line 0: there is none
    bool doubled = false;
  };
  Place place_of(const std::string& file, std::uint32_t line);
  std::string text_of(const Place& place) const;

  std::vector<std::string> files_;
  std::unordered_map<std::string, std::uint32_t> file_numbers_;
  std::unordered_map<Digest, Seen, HashOfDigest> seen_;
  bool looked_through_ = false;
};

}  // namespace paraneo::cli
