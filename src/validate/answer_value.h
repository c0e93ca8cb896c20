// One answer against its question (FHIR R4 Questionnaire): its type, the answers that are offered,
// units, ranges, lengths. Internal to this folder.
#pragma once

#include "terminology/codes.h"
#include "validate/comparison.h"
#include "validate/questionnaire_form.h"

namespace paraneo::validate {

// Not thread-safe. All that it is given outlives it.
class AnswerValues {
 public:
  AnswerValues(const definition::Definitions& definitions, const terminology::Codes& codes,
               const Names& names, const QuestionnaireWords& words, Comparison& comparison)
      : definitions_(definitions), codes_(codes), names_(names), words_(words),
        comparison_(comparison) {}

  // `answer`: QuestionnaireResponse.item.answer.
  void check(const element::Element& answer, const Question& question, Visit& visit);
  // Of all answers of one item: an option may exclude the others.
  void check_exclusive(const Elements& values, const Question& question, Visit& visit) const;
  // Whether two values of answers are one: codes by system and code.
  bool is_same(const element::Element& a, const element::Element& b) const;

 private:
  bool has_type(const element::Element& value, const Question& question, Visit& visit) const;
  void check_option(const element::Element& value, const Question& question, Visit& visit) const;
  void check_value_set(const element::Element& value, const Question& question, Visit& visit) const;
  void check_unit(const element::Element& value, const Question& question, Visit& visit) const;
  void check_range(const element::Element& value, const Question& question, Visit& visit);
  void check_length(const element::Element& value, const Question& question, Visit& visit) const;
  Elements options_of(const Question& question) const;
  std::optional<bool> is_in_contained(const element::Element& questionnaire, std::string_view url,
                                      std::string_view system, std::string_view code) const;

  const definition::Definitions& definitions_;
  const terminology::Codes& codes_;
  const Names& names_;
  const QuestionnaireWords& words_;
  Comparison& comparison_;
};

}  // namespace paraneo::validate
