// One answer against its question: its type, the answers that are offered, units, ranges, lengths.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "syntax/parse_expression.h"
#include "validate/questionnaire.h"

namespace paraneo::validate {
namespace {

using diag::Code;
using diag::Severity;

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

Answers::Elements Answers::options_of(const Question& question) const {
  Elements out;
  for (const auto* option : children(*question.at, words_.answer_option))
    if (const auto* value = option->child(names_.value); value != nullptr) out.push_back(value);
  return out;
}

bool Answers::is_same(const element::Element& a, const element::Element& b) const {
  if (a.type != b.type) return false;
  if (a.has_value || b.has_value) return a.has_value && b.has_value && a.value() == b.value();
  if (a.type == names_.reference_type)
    return text(a, names_.reference) == text(b, names_.reference);
  const auto code = text(a, names_.code);
  if (code != text(b, names_.code)) return false;
  if (code.empty()) return text(a, words_.display) == text(b, words_.display);
  return text(a, names_.system) == text(b, names_.system);
}

std::optional<bool> Answers::is_true(std::string_view op, const element::Element& a,
                                     const element::Element& b, Visit& visit) {
  constexpr auto kOperators = std::to_array<std::string_view>({"=", "<", ">", "<=", ">="});
  if (std::find(kOperators.begin(), kOperators.end(), op) == kOperators.end()) return std::nullopt;
  constexpr std::array<std::string_view, 2> kNames{"a", "b"};
  auto& comparison = comparisons_[std::string(op)];
  if (comparison.text == nullptr) {
    comparison.text =
        std::make_unique<Source>(Source{"comparison", "%a " + std::string(op) + " %b"});
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(*comparison.text, arena, limits_, sink);
    if (tree != nullptr) comparison.program = engine_.compile(*tree, {0, kNames}, sink);
  }
  if (comparison.program == nullptr) return std::nullopt;
  const auto mark = visit.arena.mark();
  const fhirpath::Collection values[] = {fhirpath::Collection(fhirpath::Item::of(&a)),
                                         fhirpath::Collection(fhirpath::Item::of(&b))};
  const fhirpath::Environment environment{visit.arena, limits_, std::nullopt,
                                          nullptr,     nullptr, values};
  const auto result = engine_.evaluate(*comparison.program, fhirpath::Collection(), environment);
  std::optional<bool> out;
  if (result && !result->empty()) out = fhirpath::is_true(engine_, *result, visit.arena);
  visit.arena.rewind(mark);
  return out;
}

bool Answers::has_type(const element::Element& value, const Question& question,
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

void Answers::check_value(const element::Element& answer, const Question& question, Visit& visit) {
  const auto* value = answer.child(names_.value);
  if (value == nullptr || !has_type(*value, question, visit)) return;
  const auto is_free_text = question.type == "open-choice" && value->type == names_.string_type;
  if (!is_free_text) check_option(*value, question, visit);
  if (value->type == names_.coding_type) check_value_set(*value, question, visit);
  if (question.type == "quantity") check_unit(*value, question, visit);
  check_range(*value, question, visit);
  check_length(*value, question, visit);
}

// An open choice may be answered by something else.
void Answers::check_option(const element::Element& value, const Question& question,
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
std::optional<bool> Answers::is_in_contained(const element::Element& questionnaire,
                                             std::string_view url, std::string_view system,
                                             std::string_view code) const {
  for (const auto* value_set : children(questionnaire, names_.contained)) {
    if (text(*value_set, names_.id) != url.substr(1)) continue;
    const auto* compose = value_set->child(words_.compose);
    std::optional<bool> out = compose == nullptr ? std::nullopt : std::optional<bool>(false);
    for (const auto* include :
         compose == nullptr ? Elements() : children(*compose, words_.include)) {
      const auto codes = children(*include, words_.concept_name);
      if (codes.empty()) out = std::nullopt;
      if (text(*include, names_.system) != system) continue;
      if (std::any_of(codes.begin(), codes.end(),
                      [&](const auto* each) { return text(*each, names_.code) == code; }))
        return true;
    }
    return out;
  }
  return std::nullopt;
}

void Answers::check_value_set(const element::Element& value, const Question& question,
                              Visit& visit) const {
  const auto url = text(*question.at, words_.answer_value_set);
  const auto code = text(value, names_.code);
  if (url.empty() || code.empty()) return;
  const auto* questionnaire = question.at;
  while (questionnaire->parent != nullptr && !definitions_.is_resource(questionnaire->type))
    questionnaire = questionnaire->parent;
  const auto system = text(value, names_.system);
  const auto answer = url.starts_with('#')
                          ? is_in_contained(*questionnaire, url, system, code)
                          : codes_.contains(url, {system, code, text(value, names_.version)});
  if (answer == true) return;
  if (!answer)
    return visit.say(Code::validate_not_checked, value,
                     "the answer was not checked: not all of the value set " + std::string(url) +
                         " is known here");
  visit.report(Code::validate_questionnaire, value,
               "the answer is not in the value set " + std::string(url) + " of the question", {},
               question.type == "open-choice" ? Severity::warning : Severity::error);
}

void Answers::check_unit(const element::Element& value, const Question& question,
                         Visit& visit) const {
  const auto code = text(value, names_.code);
  Elements options;
  for (const auto* child = question.at->first; child != nullptr; child = child->next)
    if (child->name == names_.extension &&
        text(*child, names_.url) == named(kExtension, "questionnaire-unitOption"))
      if (const auto* unit = child->child(names_.value); unit != nullptr) options.push_back(unit);
  const auto is_option = [&](const auto* unit) {
    return text(*unit, names_.code) == code &&
           text(*unit, names_.system) == text(value, names_.system);
  };
  if (!options.empty() && std::none_of(options.begin(), options.end(), is_option))
    visit.say(Code::validate_questionnaire, value,
              "the unit is none of those that the question offers");
  const auto* value_set = extension(*question.at, named(kExtension, "questionnaire-unitValueSet"));
  if (value_set == nullptr) return;
  const auto answer = code.empty()
                          ? std::optional<bool>(false)
                          : codes_.contains(value_set->value(), {text(value, names_.system), code});
  if (answer == false)
    visit.say(
        Code::validate_questionnaire, value,
        "the unit is not in the value set " + std::string(value_set->value()) + " of the question");
}

void Answers::check_range(const element::Element& value, const Question& question, Visit& visit) {
  const auto is_quantity = definitions_.is_a(value.type, names_.quantity);
  const auto check = [&](const element::Element* bound, std::string_view op,
                         std::string_view what) {
    if (bound == nullptr) return;
    const auto breaks = is_true(op, value, *bound, visit);
    if (breaks == true)
      return visit.say(Code::validate_questionnaire, value,
                       "the answer is " + std::string(what) + " that the question allows",
                       bound->has_value ? "it allows " + std::string(bound->value()) : "");
    // What cannot be compared is in no range.
    if (!breaks && is_quantity && !text(value, names_.code).empty() &&
        !text(*bound, names_.code).empty())
      visit.say(
          Code::validate_questionnaire, value,
          "the answer cannot be compared with the bound of the question: their units are of other kinds");
  };
  const auto bound = [&](std::string_view name, std::string_view name_of_sdc) {
    const auto* found = extension(*question.at, named(kExtension, name));
    return found != nullptr ? found : extension(*question.at, named(kSdc, name_of_sdc));
  };
  check(bound("minValue", "minQuantity"), "<", "less than the least");
  check(bound("maxValue", "maxQuantity"), ">", "more than the most");
  const auto* places = extension(*question.at, named(kExtension, "maxDecimalPlaces"));
  if (places == nullptr || question.type != "decimal") return;
  const auto dot = value.value().find('.');
  const auto count = dot == std::string_view::npos ? 0 : value.value().size() - dot - 1;
  if (count > std::strtoull(std::string(places->value()).c_str(), nullptr, 10))
    visit.say(Code::validate_questionnaire, value,
              "the answer has more decimal places than the question allows",
              "it allows " + std::string(places->value()));
}

void Answers::check_length(const element::Element& value, const Question& question,
                           Visit& visit) const {
  if (value.type != names_.string_type) return;
  const auto chars = static_cast<std::size_t>(
      std::count_if(value.value().begin(), value.value().end(),
                    [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  const auto most = text(*question.at, words_.max_length);
  if (!most.empty() && chars > std::strtoull(std::string(most).c_str(), nullptr, 10))
    visit.say(Code::validate_questionnaire, value, "the answer is longer than the question allows",
              "it allows " + std::string(most) + " characters");
  const auto* least = extension(*question.at, named(kExtension, "minLength"));
  if (least != nullptr && chars < std::strtoull(std::string(least->value()).c_str(), nullptr, 10))
    visit.say(Code::validate_questionnaire, value, "the answer is shorter than the question allows",
              "it asks for " + std::string(least->value()) + " characters");
}

void Answers::check_exclusive(const Elements& values, const Question& question,
                              Visit& visit) const {
  if (values.size() < 2) return;
  for (const auto* option : children(*question.at, words_.answer_option)) {
    const auto* is_exclusive =
        extension(*option, named(kExtension, "questionnaire-optionExclusive"));
    const auto* offered = option->child(names_.value);
    if (is_exclusive == nullptr || is_exclusive->value() != "true" || offered == nullptr) continue;
    for (const auto* value : values)
      if (is_same(*offered, *value))
        return visit.say(Code::validate_questionnaire, *value,
                         "this option excludes the others, and there is another answer");
  }
}

}  // namespace paraneo::validate
