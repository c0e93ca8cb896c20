// Answers are held to the form that they answer (FHIR R4 Questionnaire, QuestionnaireResponse):
// which questions there are and where, what must be answered, and what may be. Internal to this
// folder.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "element/canonicals.h"
#include "fhirpath/fhirpath.h"
#include "terminology/codes.h"
#include "validate/references.h"
#include "validate/visit.h"

namespace paraneo::validate {

// Not thread-safe; keeps forms of packages from one input to the next, and nothing else.
class Answers {
 public:
  Answers(const fhirpath::Engine& engine, const terminology::Codes& codes, const Limits& limits,
          const element::Canonicals* canonicals);

  // Forgets the last input.
  void begin() { of_input_.clear(); }
  // Returns at once for what is no QuestionnaireResponse.
  void check(const element::Element& at, Visit& visit, References& references);

 private:
  using Elements = std::vector<const element::Element*>;
  struct Level;
  struct Question {
    const element::Element* at = nullptr;  // Questionnaire.item
    std::string_view link_id, type;
    bool is_required = false;
    bool repeats = false;
    std::unique_ptr<Level> inner;
  };
  // Questions that stand side by side.
  struct Level {
    std::vector<Question> questions;
    std::unordered_map<std::string_view, std::size_t> by_id;
  };
  struct Form {
    Level top;
    std::unordered_map<std::string_view, const Question*> all;
  };
  // One response while it is checked.
  struct Response {
    const Form& form;
    Visit& visit;
    bool is_complete = false;
    std::unordered_map<std::string_view, Elements> answers;  // values, by the question
  };
  struct Words {
    explicit Words(const definition::Definitions& definitions);
    definition::Symbol answer, answer_option, answer_value_set, compose, concept_name, display,
        enable_behavior, enable_when, include, item, link_id, max_length, operator_name, question,
        questionnaire, repeats, required, status, version;
    definition::TypeId questionnaire_type, response;
  };

  // questionnaire.cpp
  const Form* form_of(const element::Element& at, std::string_view url, References& references);
  std::unique_ptr<Form> read(const element::Element& questionnaire) const;
  void read_level(const element::Element& parent, Level& to, Form& form) const;
  void gather(const element::Element& parent, Response& response) const;
  void check_items(const element::Element& holder, const Level& level, Response& response);
  void check_item(const element::Element& item, const Question& question, Response& response);
  void check_group(const element::Element& item, const Question& question, Response& response);
  void check_answers(const element::Element& item, const Question& question, Response& response);
  std::optional<bool> is_enabled(const Question& question, const Response& response);
  std::optional<bool> is_met(const element::Element& condition, const Response& response);

  // answer_value.cpp
  void check_value(const element::Element& answer, const Question& question, Visit& visit);
  bool has_type(const element::Element& value, const Question& question, Visit& visit) const;
  void check_option(const element::Element& value, const Question& question, Visit& visit) const;
  void check_value_set(const element::Element& value, const Question& question, Visit& visit) const;
  void check_unit(const element::Element& value, const Question& question, Visit& visit) const;
  void check_range(const element::Element& value, const Question& question, Visit& visit);
  void check_length(const element::Element& value, const Question& question, Visit& visit) const;
  void check_exclusive(const Elements& values, const Question& question, Visit& visit) const;
  Elements options_of(const Question& question) const;
  std::optional<bool> is_in_contained(const element::Element& questionnaire, std::string_view url,
                                      std::string_view system, std::string_view code) const;
  std::optional<bool> is_true(std::string_view expression, const element::Element& a,
                              const element::Element& b, Visit& visit);
  bool is_same(const element::Element& a, const element::Element& b) const;

  Elements children(const element::Element& parent, definition::Symbol name) const;
  // The value of an extension with that URL; null without one.
  const element::Element* extension(const element::Element& at, std::string_view url) const;
  std::string_view text(const element::Element& parent, definition::Symbol name) const {
    return Visit::text_of(parent, name);
  }

  const fhirpath::Engine& engine_;
  const definition::Definitions& definitions_;
  const terminology::Codes& codes_;
  const Limits& limits_;
  const element::Canonicals* canonicals_;
  const Names names_;
  const Words words_;
  std::map<const element::Element*, std::unique_ptr<Form>> of_packages_, of_input_;
  struct Comparison {
    std::unique_ptr<Source> text;
    std::shared_ptr<const fhirpath::Program> program;
  };
  std::map<std::string, Comparison, std::less<>> comparisons_;
};

}  // namespace paraneo::validate
