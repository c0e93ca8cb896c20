// Answers are held to the form that they answer (FHIR R4 Questionnaire, QuestionnaireResponse):
// which questions there are and where, what must be answered, and what may be. Internal to this
// folder.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "validate/answer_value.h"

namespace paraneo::validate {

// Not thread-safe; keeps forms of packages from one input to the next, and nothing else.
class Answers {
 public:
  Answers(const fhirpath::Engine& engine, const terminology::Codes& codes, const Limits& limits,
          const element::Canonicals* canonicals);
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  // Forgets the last input.
  void begin() { forms_.begin(); }
  // Returns at once for what is no QuestionnaireResponse.
  void check(const element::Element& at, Visit& visit, References& references);

 private:
  // One response while it is checked.
  struct Response {
    const Form& form;
    Visit& visit;
    bool is_complete = false;
    std::unordered_map<std::string_view, Elements> answers;  // values, by the question
  };

  void gather(const element::Element& parent, Response& response) const;
  void check_items(const element::Element& holder, const Level& level, Response& response);
  void check_item(const element::Element& item, const Question& question, Response& response);
  void check_group(const element::Element& item, const Question& question, Response& response);
  void check_answers(const element::Element& item, const Question& question, Response& response);
  std::optional<bool> is_enabled(const Question& question, const Response& response);
  std::optional<bool> is_met(const element::Element& condition, const Response& response);

  const Names names_;
  const QuestionnaireWords words_;
  Comparison comparison_;
  Forms forms_;
  AnswerValues values_;
};

}  // namespace paraneo::validate
