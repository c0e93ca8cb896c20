// Keyed hashes in the place of a sender's ids: of resources, of what is contained in them, of
// identifiers, and in references to them. The same id has the same hash in every run with the same
// key, so that what comes later finds what came before.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "element/element.h"
#include "record/gather/chart_entry.h"

namespace paraneo::record {

// May be shared by threads where the hash may.
class Pseudonyms {
 public:
  // Letters and digits, 32 or fewer; nobody without the key can find the text.
  using KeyedHash = std::function<std::string(std::string_view text)>;

  // Changes nothing.
  Pseudonyms() = default;
  explicit Pseudonyms(KeyedHash hash) : hash_(std::move(hash)) {}

  explicit operator bool() const { return hash_ != nullptr; }
  // The same for the same key, type and id, on every machine.
  std::string id(std::string_view type, std::string_view id) const;
  // "SYSTEM|VALUE" with the value's hash.
  std::string identifier(std::string_view system_and_value) const;
  std::string reference(std::string_view reference) const;
  // A digest of a content, which may be one of few.
  std::string digest(std::string_view digest) const;

  // What was read of a resource before it was read as elements.
  void apply(ChartEntry& entry, EntryLinks& links) const;
  // The resource itself. New texts lie in the arena.
  void apply(const definition::Definitions& definitions, Arena& arena,
             element::Element& resource) const;

 private:
  std::string hash_of(std::string_view kind, std::string_view text) const;

  KeyedHash hash_;
};

}  // namespace paraneo::record
