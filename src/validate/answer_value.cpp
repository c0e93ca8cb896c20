#include "validate/answer_value.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace paraneo::validate {
namespace {

using diag::Code;
using diag::Severity;

constexpr std::string_view kAnySystem = "*";
constexpr std::string_view kExtension = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view kSdc =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

// What the types of questions have as answers (http://hl7.org/fhir/item-type).
constexpr auto kTypes =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"boolean", "boolean"},
                                                                  {"decimal", "decimal"},
                                                                  {"integer", "integer"},
                                                                  {"date", "date"},
                                                                  {"dateTime", "dateTime"},
                                                                  {"time", "time"},
                                                                  {"string", "string"},
                                                                  {"text", "string"},
                                                                  {"url", "uri"},
                                                                  {"choice", "Coding"},
                                                                  {"open-choice", "Coding"},
                                                                  {"attachment", "Attachment"},
                                                                  {"reference", "Reference"},
                                                                  {"quantity", "Quantity"}});

std::string_view type_for(std::string_view question_type) {
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(),
                                   [&](const auto& each) { return each.first == question_type; });
  return found == kTypes.end() ? std::string_view() : found->second;
}

std::string named(std::string_view prefix, std::string_view name) {
  return std::string(prefix) + std::string(name);
}

}  // namespace

Elements AnswerValues::options_of(const Question& question) const {
  Elements out;
  for (const auto* option : children_of(*question.at, words_.answer_option))
    if (const auto* value = option->child(names_.value); value != nullptr) out.push_back(value);
  return out;
}

bool AnswerValues::is_same(const element::Element& a, const element::Element& b) const {
  if (a.type != b.type) return false;
  if (a.has_value || b.has_value) return a.has_value && b.has_value && a.value() == b.value();
  if (a.type == names_.reference_type)
    return Visit::text_of(a, names_.reference) == Visit::text_of(b, names_.reference);
  const auto code = Visit::text_of(a, names_.code);
  if (code != Visit::text_of(b, names_.code)) return false;
  if (code.empty()) return Visit::text_of(a, words_.display) == Visit::text_of(b, words_.display);
  return Visit::text_of(a, names_.system) == Visit::text_of(b, names_.system);
}

bool AnswerValues::has_type(const element::Element& value, const Question& question,
                            Visit& visit) const {
  const auto type = definitions_.type_name(value.type);
  const auto wanted = type_for(question.type);
  if (wanted.empty() || type == wanted || (question.type == "open-choice" && type == "string"))
    return true;
  // Options need not be codes.
  const auto options = options_of(question);
  if (std::any_of(options.begin(), options.end(),
                  [&](const auto* option) { return option->type == value.type; }))
    return true;
  visit.say(Code::validate_questionnaire, value,
            "a question of type " + std::string(question.type) +
                " is not answered by a value of type " + std::string(type),
            "expected: " + std::string(wanted));
  return false;
}

void AnswerValues::check(const element::Element& answer, const Question& question, Visit& visit) {
  const auto* value = answer.child(names_.value);
  if (value == nullptr || !has_type(*value, question, visit)) return;
  const auto is_free_text = question.type == "open-choice" && value->type == names_.string_type;
  if (!is_free_text) check_option(*value, question, visit);
  const auto is_text = value->type == names_.string_type && !is_free_text;
  if (is_text || value->type == names_.coding_type) check_value_set(*value, question, visit);
  if (question.type == "quantity") check_unit(*value, question, visit);
  check_range(*value, question, visit);
  check_length(*value, question, visit);
}

// An open choice may be answered by something else.
void AnswerValues::check_option(const element::Element& value, const Question& question,
                                Visit& visit) const {
  const auto options = options_of(question);
  if (options.empty() || std::any_of(options.begin(), options.end(),
                                     [&](const auto* option) { return is_same(*option, value); }))
    return;
  visit.report(
      Code::validate_questionnaire, value,
      "the answer is none of the options of the question \"" + std::string(question.link_id) + "\"",
      {}, question.type == "open-choice" ? Severity::warning : Severity::error);
}

// Of a value set that the Questionnaire contains: as far as it lists codes.
std::optional<bool> AnswerValues::is_in_contained(const element::Element& questionnaire,
                                                  std::string_view url, std::string_view system,
                                                  std::string_view code) const {
  for (const auto* value_set : children_of(questionnaire, names_.contained)) {
    if (Visit::text_of(*value_set, names_.id) != url.substr(1)) continue;
    const auto* compose = value_set->child(words_.compose);
    std::optional<bool> out = compose == nullptr ? std::nullopt : std::optional<bool>(false);
    for (const auto* include :
         compose == nullptr ? Elements() : children_of(*compose, words_.include)) {
      const auto codes = children_of(*include, words_.concept_name);
      if (codes.empty()) out = std::nullopt;
      if (system != kAnySystem && Visit::text_of(*include, names_.system) != system) continue;
      if (std::any_of(codes.begin(), codes.end(),
                      [&](const auto* each) { return Visit::text_of(*each, names_.code) == code; }))
        return true;
    }
    return out;
  }
  return std::nullopt;
}

void AnswerValues::check_value_set(const element::Element& value, const Question& question,
                                   Visit& visit) const {
  const auto url = Visit::text_of(*question.at, words_.answer_value_set);
  // Of a text, as R5 has it (R4's que-5 forbids it): it is one of the codes.
  const auto code = value.has_value ? value.value() : Visit::text_of(value, names_.code);
  if (url.empty() || code.empty()) return;
  const auto* questionnaire = question.at;
  while (questionnaire->parent != nullptr && !definitions_.is_resource(questionnaire->type))
    questionnaire = questionnaire->parent;
  const auto system = Visit::text_of(value, names_.system);
  const auto answer =
      url.starts_with('#')
          ? is_in_contained(*questionnaire, url, value.has_value ? kAnySystem : system, code)
          : codes_.contains(url, {system, code, Visit::text_of(value, names_.version)});
  if (answer == true) return;
  if (!answer)
    return visit.say(Code::validate_not_checked, value,
                     "the answer was not checked: not all of the value set " + std::string(url) +
                         " is known here");
  visit.report(Code::validate_questionnaire, value,
               "the answer is not in the value set " + std::string(url) + " of the question", {},
               question.type == "open-choice" ? Severity::warning : Severity::error);
}

void AnswerValues::check_unit(const element::Element& value, const Question& question,
                              Visit& visit) const {
  const auto code = Visit::text_of(value, names_.code);
  Elements options;
  for (const auto* child = question.at->first; child != nullptr; child = child->next)
    if (child->name == names_.extension &&
        Visit::text_of(*child, names_.url) == named(kExtension, "questionnaire-unitOption"))
      if (const auto* unit = child->child(names_.value); unit != nullptr) options.push_back(unit);
  const auto is_option = [&](const auto* unit) {
    return Visit::text_of(*unit, names_.code) == code &&
           Visit::text_of(*unit, names_.system) == Visit::text_of(value, names_.system);
  };
  if (!options.empty() && std::none_of(options.begin(), options.end(), is_option))
    visit.say(Code::validate_questionnaire, value,
              "the unit is none of those that the question offers");
  const auto* value_set =
      extension_of(*question.at, named(kExtension, "questionnaire-unitValueSet"), names_);
  if (value_set == nullptr) return;
  const auto answer = code.empty() ? std::optional<bool>(false)
                                   : codes_.contains(value_set->value(),
                                                     {Visit::text_of(value, names_.system), code});
  if (answer == false)
    visit.say(
        Code::validate_questionnaire, value,
        "the unit is not in the value set " + std::string(value_set->value()) + " of the question");
}

void AnswerValues::check_range(const element::Element& value, const Question& question,
                               Visit& visit) {
  const auto is_quantity = definitions_.is_a(value.type, names_.quantity);
  const auto check = [&](const element::Element* bound, std::string_view op,
                         std::string_view what) {
    if (bound == nullptr) return;
    const auto breaks = comparison_.holds(op, value, *bound, visit);
    if (breaks == true)
      return visit.say(Code::validate_questionnaire, value,
                       "the answer is " + std::string(what) + " that the question allows",
                       bound->has_value ? "it allows " + std::string(bound->value()) : "");
    // What cannot be compared is in no range.
    if (!breaks && is_quantity && !Visit::text_of(value, names_.code).empty() &&
        !Visit::text_of(*bound, names_.code).empty())
      visit.say(
          Code::validate_questionnaire, value,
          "the answer cannot be compared with the bound of the question: their units are of other kinds");
  };
  const auto bound = [&](std::string_view name, std::string_view name_of_sdc) {
    const auto* found = extension_of(*question.at, named(kExtension, name), names_);
    return found != nullptr ? found : extension_of(*question.at, named(kSdc, name_of_sdc), names_);
  };
  check(bound("minValue", "minQuantity"), "<", "less than the least");
  check(bound("maxValue", "maxQuantity"), ">", "more than the most");
  const auto* places = extension_of(*question.at, named(kExtension, "maxDecimalPlaces"), names_);
  if (places == nullptr || question.type != "decimal") return;
  const auto dot = value.value().find('.');
  const auto count = dot == std::string_view::npos ? 0 : value.value().size() - dot - 1;
  if (count > std::strtoull(std::string(places->value()).c_str(), nullptr, 10))
    visit.say(Code::validate_questionnaire, value,
              "the answer has more decimal places than the question allows",
              "it allows " + std::string(places->value()));
}

void AnswerValues::check_length(const element::Element& value, const Question& question,
                                Visit& visit) const {
  if (value.type != names_.string_type) return;
  const auto chars = static_cast<std::size_t>(
      std::count_if(value.value().begin(), value.value().end(),
                    [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  const auto most = Visit::text_of(*question.at, words_.max_length);
  if (!most.empty() && chars > std::strtoull(std::string(most).c_str(), nullptr, 10))
    visit.say(Code::validate_questionnaire, value, "the answer is longer than the question allows",
              "it allows " + std::string(most) + " characters");
  const auto* least = extension_of(*question.at, named(kExtension, "minLength"), names_);
  if (least != nullptr && chars < std::strtoull(std::string(least->value()).c_str(), nullptr, 10))
    visit.say(Code::validate_questionnaire, value, "the answer is shorter than the question allows",
              "it asks for " + std::string(least->value()) + " characters");
}

void AnswerValues::check_exclusive(const Elements& values, const Question& question,
                                   Visit& visit) const {
  if (values.size() < 2) return;
  for (const auto* option : children_of(*question.at, words_.answer_option)) {
    const auto* is_exclusive =
        extension_of(*option, named(kExtension, "questionnaire-optionExclusive"), names_);
    const auto* offered = option->child(names_.value);
    if (is_exclusive == nullptr || is_exclusive->value() != "true" || offered == nullptr) continue;
    for (const auto* value : values)
      if (is_same(*offered, *value))
        return visit.say(Code::validate_questionnaire, *value,
                         "this option excludes the others, and there is another answer");
  }
}

}  // namespace paraneo::validate
