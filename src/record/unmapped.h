// Codes that no concept map knows, counted: the loop in which a person fills them in.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "fml/run.h"

namespace paraneo::record {

// Not thread-safe; merge() joins those of several threads.
class UnmappedCodes : public fml::Observer {
 public:
  bool follows_rules() const override { return false; }
  void unmapped(const terminology::ConceptMap& map, const terminology::Code& code, const element::Element* source) override;

  void merge(const UnmappedCodes& other);
  bool empty() const { return counts_.empty(); }
  std::size_t size() const { return counts_.size(); }
  // Most frequent first: count, map, system, code, and an empty column for the answer.
  std::string csv() const;

 private:
  struct Key {
    std::string map, system, code;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, std::uint64_t> counts_;
};

}  // namespace paraneo::record
