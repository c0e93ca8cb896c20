// The record that a delta is merged into: what it says of the patient already, and what of that was
// imported from where.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "element/element.h"
#include "record/gather/version.h"
#include "record/origin.h"

namespace paraneo::record {

class Existing {
 public:
  struct Fact {
    std::string key;
    element::Element* fact = nullptr;  // in the record
    Origin origin;
    bool has_origin = false;
    bool is_edited = false;  // a person changed it since, or it was a person's from the beginning
  };

  // `bundle` is what the export map made of the record: identifiers of ours, references by key.
  // Both must outlive it.
  Existing(const definition::Definitions& definitions, element::Element& record,
           element::Element& bundle);

  element::Element& record() const { return *record_; }
  // What the record leaves as, by key: its facts, the source's document, the patient's age.
  const std::map<std::string, element::Element*>& resources() const { return resources_; }
  const std::map<std::string, Fact>& facts() const { return facts_; }
  // Null when there is none.
  const Fact* find(const std::string& key) const;
  // The key of what was imported from that resource; empty when nothing was. `reference` is
  // Type/id.
  std::string_view key_of(const std::string& source, const std::string& reference) const;

 private:
  element::Element* record_;
  std::map<std::string, Fact> facts_;                                // by key
  std::map<std::string, element::Element*> resources_;               // by key, of all in the bundle
  std::map<std::pair<std::string, std::string>, std::string> keys_;  // by source and reference
};

}  // namespace paraneo::record
