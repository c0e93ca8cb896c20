// Codes that have no translation, counted: the loop in which a person fills them in.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "fml/run.h"

namespace paraneo::record {

// Not thread-safe; merge() joins those of several threads.
class UnmappedCodes : public fml::Observer {
 public:
  // `with_known`: those that a concept map has, without an equivalent, count as well. Where the record's own maps
  // run they do not: these write the words of such a code.
  explicit UnmappedCodes(bool with_known = false) : with_known_(with_known) {}

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
  bool with_known_;
};

}  // namespace paraneo::record
