// Codes that somebody lists: whether one is there, and which have a display like some words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "knowledge/knowledge.h"

namespace paraneo::codebook {

// Immutable after it was made; may be shared. The displays must outlive it.
class KnownCodes {
 public:
  explicit KnownCodes(const std::vector<knowledge::Display>& displays);

  // Null: nobody lists it, which says nothing about whether it exists.
  const knowledge::Display* find(std::string_view system, std::string_view code) const;
  // Whether anybody lists a code of the system.
  bool has_system(std::string_view system) const { return by_system_.contains(system); }
  // Codes of the system that differ from this one by one letter or digit, or by two neighbours that
  // changed places.
  std::vector<const knowledge::Display*> near(std::string_view system, std::string_view code,
                                              std::size_t count_max) const;
  // Codes of the system that begin with these digits.
  std::vector<const knowledge::Display*> beginning_with(std::string_view system,
                                                        std::string_view digits,
                                                        std::size_t count_max) const;
  // The codes whose displays share the most, and the rarest, words with these; best first, equal
  // ones by system and code. Words are compared without case. Costs time in proportion to the
  // displays that have one of the rarer words, of which the first hundreds are looked at.
  std::vector<const knowledge::Display*> like(std::string_view words, std::size_t count_max) const;

 private:
  std::unordered_map<Digest, const knowledge::Display*, HashOfDigest> by_code_;
  std::unordered_map<std::string_view, std::vector<const knowledge::Display*>> by_system_;
  std::vector<const knowledge::Display*> named_;  // with a display, each code once
  std::vector<std::uint16_t> word_counts_;        // of named_
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_word_;
};

}  // namespace paraneo::codebook
