// What a registry has decided about its codes, as FHIR: ConceptMaps that add to the program's, a
// CodeSystem and a ValueSet of its own codes.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codebook/candidates.h"
#include "codebook/sheet.h"
#include "json/value.h"

namespace paraneo::codebook {

// Decisions, by what they are about. Taking the same ones in any order gives the same book and the
// same bytes. Not thread-safe.
class Book {
 public:
  // `base`: the URL that the registry's resources are below.
  explicit Book(std::string base) : base_(std::move(base)) {}

  struct Target {
    std::string system, code, display, equivalence, comment;
    auto operator<=>(const Target&) const = default;
  };
  // One code of a ConceptMap's source side.
  struct Key {
    std::string map, system, code;
    auto operator<=>(const Key&) const = default;
  };
  struct Entry {
    std::string display;          // of the code; may be empty
    std::vector<Target> targets;  // one without a code, "unmatched": nothing fits
    bool says_the_same(const Entry& other) const;
  };

  // Takes an entry. Null, or the one that is there already and decides otherwise: then nothing is
  // taken.
  const Entry* add(const Key& key, Entry entry);
  void replace(const Key& key, Entry entry) { entries_[key] = std::move(entry); }
  const std::map<Key, Entry>& entries() const { return entries_; }

  // Of a resource that resources() made; others are passed over. Fault::conflict, naming both,
  // where it decides otherwise than what is there; Fault::usage where it stands below another base.
  Result<void> read(const json::Value& resource);

  struct Resource {
    std::string name;  // ConceptMap-concepts
    std::string json;  // canonical, without a line break
  };
  // In the order of their names; none for an empty book.
  std::vector<Resource> resources() const;

 private:
  std::string concept_map(std::string_view map) const;
  std::vector<std::pair<std::string, std::string>> own_codes() const;

  std::string base_;
  std::map<Key, Entry> entries_;
};

// What a row with a decision to map, or that none fits, says; `row` has passed the checks. A target
// that is one of the program's own concepts becomes what `maps` translate that one to, and the
// concept itself unless the source is of that system, too. Without targets where there is no such
// translation.
Book::Key key_of(const Row& row);
Book::Entry entry_of(const Row& row, const terminology::ConceptMaps& maps);

}  // namespace paraneo::codebook
