// Whether a resource may be believed (FHIR R4 2.1.1.0.1 "modifying elements", 2.4.3.1 extensions,
// and the status elements of each type).
#pragma once

#include <optional>
#include <string>

#include "element/element.h"
#include "record/gather/account.h"
#include "terminology/value_set.h"

namespace paraneo::record {

// Why a resource is no fact.
struct Refusal {
  std::string reason;
  bool is_in_order = false;  // withdrawn, test data, no information: nothing that anybody must
                             // look at
};

// Brings what is said oddly into R4's own words (blanks around a code, other case, a status by text
// or in another code system), each time with a report at its element; and takes out elements that
// a modifierExtension turns round. For one resource and one thread; all that it is given must
// outlive it.
class Usable {
 public:
  Usable(const definition::Definitions& definitions, const terminology::ValueSets& value_sets,
         const Account::Place& place, Account* account, Arena& arena, diag::Sink& sink)
      : definitions_(definitions), value_sets_(value_sets), place_(place), account_(account),
        arena_(arena), sink_(sink) {}

  // Why the resource is no fact; nothing when it may be used.
  std::optional<Refusal> refuse(element::Element& resource);

 private:
  const element::Element* child(const element::Element& parent, std::string_view name) const;
  element::Element* child(element::Element& parent, std::string_view name) const;
  std::optional<Refusal> refuse_status(element::Element& resource);
  std::optional<Refusal> refuse_verification(element::Element& resource);
  std::optional<Refusal> refuse_absence(const element::Element& resource) const;
  std::optional<Refusal> refuse_absence_in_words(const element::Element& stated) const;
  void say_what_may_be_missing(const element::Element& resource);
  bool is_test_data(const element::Element& resource) const;
  void remove_modified(element::Element& parent);
  bool brings_into_value_set(element::Element& code, const definition::ElementDef& def);
  void unclear(const element::Element& at, std::string message);
  void take_out(element::Element& parent, element::Element& child);

  const definition::Definitions& definitions_;
  const terminology::ValueSets& value_sets_;
  const Account::Place& place_;  // of the resource in the input
  Account* account_;             // of what is taken out; null: nobody asks
  Arena& arena_;
  diag::Sink& sink_;
};

}  // namespace paraneo::record
