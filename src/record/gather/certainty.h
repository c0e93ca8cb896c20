// What senders say of a diagnosis' certainty and course in extensions of their country, as R4's own
// elements say it.
#pragma once

#include <string_view>
#include <vector>

#include "element/element.h"
#include "record/gather/account.h"
#include "record/gather/written_list.h"
#include "terminology/concept_map.h"

namespace paraneo::record {

inline constexpr std::string_view kCertainty =
    "https://paraneo.github.io/fhir/ConceptMap/certainty-on-import";

// Of one Condition, and for one thread. All that it is given must outlive it; `certainties`: the
// map of that URL, null: nobody knows any words; `account`: null where nobody asks.
class Certainty {
 public:
  Certainty(const definition::Definitions& definitions, const terminology::ConceptMap* certainties,
            const Account::Place& place, Account* account, LeftOut& left_out, Arena& arena,
            diag::Sink& sink)
      : definitions_(definitions), certainties_(certainties), place_(place), account_(account),
        left_out_(left_out), arena_(arena), sink_(sink) {}

  // Extensions of the Condition, of its code and of the codings that the map knows become its
  // verificationStatus and clinicalStatus, where it says none; where it claims more, that is
  // import-unclear, and what claims less counts. They are taken out.
  void read(element::Element& condition);

 private:
  void read_extensions(element::Element& condition, element::Element& parent);
  std::vector<const terminology::Code*> meaning_of(const element::Element& condition,
                                                   const element::Element& extension);
  void say(element::Element& condition, const terminology::Code& meaning,
           const element::Element& extension);

  const definition::Definitions& definitions_;
  const terminology::ConceptMap* certainties_;
  const Account::Place& place_;
  Account* account_;
  LeftOut& left_out_;
  Arena& arena_;
  diag::Sink& sink_;
};

}  // namespace paraneo::record
