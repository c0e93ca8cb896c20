// What codes mean here, to find where a sender says two things at once: a display that names
// another concept than its code, codings of one concept that do not mean the same.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "terminology/concept_map.h"

namespace paraneo::record {

inline constexpr std::string_view kConcepts = "https://paraneo.github.io/fhir/ConceptMap/concepts";
inline constexpr std::string_view kTests = "https://paraneo.github.io/fhir/ConceptMap/tests";

// Of the record's concepts, by their translations. For one thread: answers are kept. The maps must
// outlive it; null: nobody knows any code.
class Meanings {
 public:
  // `concepts`: local codes to standard ones. `tests`: local codes that are variants of one test.
  Meanings(const terminology::ConceptMap* concepts, const terminology::ConceptMap* tests)
      : concepts_(concepts), tests_(tests) {}

  // What the code means: local codes, variants of one test by one name. Empty: nobody knows it.
  std::vector<std::string_view> of(std::string_view system, std::string_view code) const;
  // Whether the display has no word of what the code means, but names another concept in full.
  // Words that are nobody's (abbreviations, other languages) contradict nothing.
  bool contradicts(std::string_view system, std::string_view code, std::string_view display);

 private:
  using Words = std::set<std::string>;

  void learn();
  bool names_another(std::string_view system, std::string_view code, std::string_view display);

  const terminology::ConceptMap* concepts_;
  const terminology::ConceptMap* tests_;
  bool has_learned_ = false;
  std::unordered_map<std::string_view, Words> words_;            // of a concept's names
  std::unordered_map<std::string, std::vector<Words>> by_word_;  // names, by their first word
  std::unordered_map<std::string, bool> answers_;
};

}  // namespace paraneo::record
