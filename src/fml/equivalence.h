// How the two codes of a row relate: the signs of the mapping language, the codes of FHIR R4
// (ConceptMap.group.element.target.equivalence) and those of R5 (relationship).
#pragma once

#include <array>
#include <string_view>

namespace paraneo::fml {

struct EquivalenceSign {
  std::string_view symbol;
  std::string_view code;  // R4
  std::string_view r5;
  bool two_tokens = false;
};

// Longer signs first. R5 has no word for some: the first row with an R5 code is what that code
// means.
inline constexpr std::array<EquivalenceSign, 10> kEquivalenceSigns = {{
    {"==", "equivalent", "equivalent", true},
    {"--", "unmatched", "", true},
    {"<-", "subsumes", "source-is-narrower-than-target", true},
    {">-", "specializes", "source-is-broader-than-target", true},
    {"!=", "disjoint", "not-related-to", false},
    {"<=", "wider", "source-is-narrower-than-target", false},
    {">=", "narrower", "source-is-broader-than-target", false},
    {"=", "equal", "equivalent", false},
    {"~", "inexact", "related-to", false},
    {"-", "relatedto", "related-to", false},
}};

// Rows of a table inside a map that translate: written to be used, so "-" counts, too.
inline bool translates(std::string_view equivalence) {
  return equivalence == "equal" || equivalence == "equivalent" || equivalence == "relatedto";
}

}  // namespace paraneo::fml
