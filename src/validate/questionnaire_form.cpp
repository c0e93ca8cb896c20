#include "validate/questionnaire_form.h"

#include "base/canonical.h"

namespace paraneo::validate {

QuestionnaireWords::QuestionnaireWords(const definition::Definitions& d)
    : answer(d.find_symbol("answer")), answer_option(d.find_symbol("answerOption")),
      answer_value_set(d.find_symbol("answerValueSet")), compose(d.find_symbol("compose")),
      concept_name(d.find_symbol("concept")), display(d.find_symbol("display")),
      enable_behavior(d.find_symbol("enableBehavior")), enable_when(d.find_symbol("enableWhen")),
      include(d.find_symbol("include")), item(d.find_symbol("item")),
      link_id(d.find_symbol("linkId")), max_length(d.find_symbol("maxLength")),
      operator_name(d.find_symbol("operator")), question(d.find_symbol("question")),
      questionnaire(d.find_symbol("questionnaire")), repeats(d.find_symbol("repeats")),
      required(d.find_symbol("required")), status(d.find_symbol("status")),
      version(d.find_symbol("version")), questionnaire_type(d.find_type("Questionnaire")),
      response(d.find_type("QuestionnaireResponse")) {}

Elements children_of(const element::Element& parent, definition::Symbol name) {
  Elements out;
  for (const auto* child = parent.first; child != nullptr; child = child->next)
    if (child->name == name) out.push_back(child);
  return out;
}

const element::Element* extension_of(const element::Element& at, std::string_view url,
                                     const Names& names) {
  for (const auto* child = at.first; child != nullptr; child = child->next)
    if (child->name == names.extension && Visit::text_of(*child, names.url) == url)
      return child->child(names.value);
  return nullptr;
}

const Form* Forms::find(const element::Element& at, std::string_view url, References& references) {
  const auto* found = url.starts_with('#') ? references.resolve(at, url).resource
                                           : references.by_canonical(at, url);
  const auto is_of_input = found != nullptr;
  if (found == nullptr && canonicals_ != nullptr) found = canonicals_->find(url);
  if (found == nullptr || found->type != words_.questionnaire_type) return nullptr;
  if (!is_version(Visit::text_of(*found, words_.version), split_canonical(url).version))
    return nullptr;
  auto& form = (is_of_input ? of_input_ : of_packages_)[found];
  if (form == nullptr) form = read(*found);
  return form.get();
}

std::unique_ptr<Form> Forms::read(const element::Element& questionnaire) const {
  auto form = std::make_unique<Form>();
  read_level(questionnaire, form->top, *form);
  return form;
}

void Forms::read_level(const element::Element& parent, Level& to, Form& form) const {
  const auto items = children_of(parent, words_.item);
  to.questions.reserve(items.size());
  for (const auto* item : items) {
    auto& made = to.questions.emplace_back();
    made.at = item;
    made.link_id = Visit::text_of(*item, words_.link_id);
    made.type = Visit::text_of(*item, names_.type);
    made.is_required = Visit::text_of(*item, words_.required) == "true";
    made.repeats = Visit::text_of(*item, words_.repeats) == "true";
    made.inner = std::make_unique<Level>();
    to.by_id.emplace(made.link_id, to.questions.size() - 1);
    form.all.emplace(made.link_id, &made);
    read_level(*item, *made.inner, form);
  }
}

}  // namespace paraneo::validate
