// A Questionnaire as what its answers are held to: its questions by their places and by their link
// ids (FHIR R4 Questionnaire). Internal to this folder.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "element/canonicals.h"
#include "validate/references.h"
#include "validate/visit.h"

namespace paraneo::validate {

using Elements = std::vector<const element::Element*>;

// Names that questions and answers are made of.
struct QuestionnaireWords {
  explicit QuestionnaireWords(const definition::Definitions& definitions);

  definition::Symbol answer, answer_option, answer_value_set, compose, concept_name, display,
      enable_behavior, enable_when, include, item, link_id, max_length, operator_name, question,
      questionnaire, repeats, required, status, version;
  definition::TypeId questionnaire_type, response;
};

struct Level;

// One item of a Questionnaire.
struct Question {
  const element::Element* at = nullptr;
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

// All questions of a Questionnaire. Points into its elements.
struct Form {
  Level top;
  std::unordered_map<std::string_view, const Question*> all;
};

// The children of that name.
Elements children_of(const element::Element& parent, definition::Symbol name);
// The value of an extension with that URL; null without one.
const element::Element* extension_of(const element::Element& at, std::string_view url,
                                     const Names& names);

// Reads each Questionnaire once: those of packages for ever, those of an input until the next one.
// Not thread-safe. All that it is given outlives it.
class Forms {
 public:
  // `canonicals`: of packages; null: there are none.
  Forms(const Names& names, const QuestionnaireWords& words, const element::Canonicals* canonicals)
      : names_(names), words_(words), canonicals_(canonicals) {}

  // Forgets the last input.
  void begin() { of_input_.clear(); }
  // That the URL names: contained in the response, in the Bundle around it, or of a package. Null
  // without one, and where it is of another version.
  const Form* find(const element::Element& response, std::string_view url, References& references);

 private:
  std::unique_ptr<Form> read(const element::Element& questionnaire) const;
  void read_level(const element::Element& parent, Level& to, Form& form) const;

  const Names& names_;
  const QuestionnaireWords& words_;
  const element::Canonicals* canonicals_;
  std::map<const element::Element*, std::unique_ptr<Form>> of_packages_, of_input_;
};

}  // namespace paraneo::validate
