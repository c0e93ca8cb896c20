// One resource of an input, before anybody has decided what it is worth.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/repair.h"

namespace paraneo::record {

// One resource as it came, or the word that it was deleted.
struct ChartEntry {
  Source text;       // of the resource alone; named like the input, with the place it begins at
  std::string path;  // in the input: "Bundle.entry[3].resource", "Patient"
  std::string type;
  std::string id;
  std::string base;  // senders.h
  std::string full_url;
  std::string name;  // of a resource without an id, among all that its sender sent; empty: it has
                     // none
  std::size_t scope = 0;  // the Bundle that it came in: urn: references mean what is in there
  std::string version;    // meta.versionId
  std::string updated;    // meta.lastUpdated
  std::string digest;  // of the content without meta; only where something must be told apart by it
  std::vector<json::Fault> faults;  // repaired in the text: places are in it, paths from the
                                    // resource
  bool is_deletion = false;
  bool is_copy = false;              // of an entry that is spoken for in other charts
  bool is_of_other_release = false;  // has a modifying element as R4 does not write it

  // BASE/Type/id where there is an id; else the sender's part and the name; empty for a resource
  // without a name.
  std::string reference() const;
  // The same, or, without a name, the sender's part and the digest.
  std::string any_reference() const;
  // The sender's part of its base, and a text that is a name there.
  std::string in_sender(std::string_view text) const;
};

// As messages name it: a Patient's id can be a number that people know.
std::string shown_name(const ChartEntry& entry);
Span place_of(const ChartEntry& entry);

// What it says of other resources, as it is written.
struct EntryLinks {
  std::vector<std::string> references;   // of subject and patient
  std::vector<std::string> identifiers;  // "system|value" of these, beside a reference, too
  std::vector<std::string> members;      // what the resource lends its patient to
  std::vector<std::string> others;       // all other references
  std::string replaced_by;               // of a Patient
  std::vector<std::string> replaces;     // of a Patient
  std::vector<std::string> own;          // identifiers of a Patient
  std::string sex, birth;                // of a Patient
};

}  // namespace paraneo::record
