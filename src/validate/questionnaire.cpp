#include "validate/questionnaire.h"

#include <algorithm>
#include <cstdlib>

#include "diag/counted.h"

namespace paraneo::validate {
namespace {

using diag::Code;

constexpr std::string_view kEnableWhenExpression =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression";
constexpr std::string_view kMinOccurs =
    "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs";
constexpr std::string_view kMaxOccurs =
    "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs";

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace

Answers::Answers(const fhirpath::Engine& engine, const terminology::Codes& codes,
                 const Limits& limits, const element::Canonicals* canonicals)
    : names_(engine.definitions()), words_(engine.definitions()), comparison_(engine, limits),
      forms_(names_, words_, canonicals),
      values_(engine.definitions(), codes, names_, words_, comparison_) {}

// Of the whole response, for the conditions of questions.
void Answers::gather(const element::Element& parent, Response& response) const {
  for (const auto* item = parent.first; item != nullptr; item = item->next) {
    if (item->name != words_.item) continue;
    for (const auto* answer : children_of(*item, words_.answer)) {
      if (const auto* value = answer->child(names_.value); value != nullptr)
        response.answers[Visit::text_of(*item, words_.link_id)].push_back(value);
      gather(*answer, response);
    }
    gather(*item, response);
  }
}

void Answers::check(const element::Element& at, Visit& visit, References& references) {
  if (at.type != words_.response) return;
  const auto* questionnaire = at.child(words_.questionnaire);
  if (questionnaire == nullptr || !questionnaire->has_value) return;
  const auto* form = forms_.find(at, questionnaire->value(), references);
  if (form == nullptr)
    return visit.say(
        Code::validate_not_checked, *questionnaire,
        "the answers were not checked: the Questionnaire is not loaded, or not in this version",
        "load it with --ig, or send it along");
  const auto status = Visit::text_of(at, words_.status);
  Response response{*form, visit, status == "completed" || status == "amended", {}};
  gather(at, response);
  check_items(at, form->top, response);
}

void Answers::check_items(const element::Element& holder, const Level& level, Response& response) {
  auto& visit = response.visit;
  std::vector<std::size_t> counts(level.questions.size());
  std::size_t last = 0;
  for (const auto* item : children_of(holder, words_.item)) {
    const auto id = Visit::text_of(*item, words_.link_id);
    const auto found = level.by_id.find(id);
    if (found == level.by_id.end()) {
      if (!id.empty())
        visit.say(Code::validate_questionnaire, *item,
                  response.form.all.contains(id)
                      ? "the item " + quoted(id) + " stands elsewhere in the Questionnaire"
                      : "the Questionnaire has no item " + quoted(id),
                  "items of a group stand in its item, those of a question in its answers");
      continue;
    }
    const auto& question = level.questions[found->second];
    if (found->second < last)
      visit.say(Code::validate_questionnaire, *item,
                "the item " + quoted(id) + " comes earlier in the Questionnaire",
                "answers have the order of their questions");
    last = std::max(last, found->second);
    if (++counts[found->second] == 2 && !(question.repeats && question.type == "group"))
      visit.say(Code::validate_questionnaire, *item,
                "the item " + quoted(id) + " is there more than once",
                "only a group that repeats is; a question has several answers in one item");
    check_item(*item, question, response);
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto& question = level.questions[i];
    if (counts[i] == 0 && question.is_required && response.is_complete &&
        is_enabled(question, response) == true)
      visit.say(Code::validate_questionnaire, holder,
                "the item " + quoted(question.link_id) + " is required, and is not answered");
  }
}

void Answers::check_item(const element::Element& item, const Question& question,
                         Response& response) {
  auto& visit = response.visit;
  const auto has_content =
      item.child(words_.answer) != nullptr || item.child(words_.item) != nullptr;
  if (has_content && is_enabled(question, response) == false)
    return visit.say(Code::validate_questionnaire, item,
                     "the item " + quoted(question.link_id) + " is not enabled, and has answers",
                     "its enableWhen is not met");
  if (question.type == "group") return check_group(item, question, response);
  if (question.type == "display" || question.type == "question") {
    if (item.child(words_.answer) != nullptr)
      visit.say(Code::validate_questionnaire, item,
                "an item of type " + std::string(question.type) + " has no answers");
    return;
  }
  check_answers(item, question, response);
}

void Answers::check_group(const element::Element& item, const Question& question,
                          Response& response) {
  auto& visit = response.visit;
  if (item.child(words_.answer) != nullptr)
    return visit.say(Code::validate_questionnaire, item,
                     "a group has no answers: they are those of its questions");
  if (question.is_required && response.is_complete && item.child(words_.item) == nullptr)
    return visit.say(
        Code::validate_questionnaire, item,
        "the group " + quoted(question.link_id) + " is required, and has nothing in it");
  check_items(item, *question.inner, response);
}

void Answers::check_answers(const element::Element& item, const Question& question,
                            Response& response) {
  auto& visit = response.visit;
  const auto answers = children_of(item, words_.answer);
  if (item.child(words_.item) != nullptr)
    visit.say(Code::validate_questionnaire, item, "items below a question stand in its answers");
  const auto number = [&](std::string_view url) -> std::optional<std::size_t> {
    const auto* value = extension_of(*question.at, url, names_);
    return value == nullptr ? std::nullopt
                            : std::optional<std::size_t>(
                                  std::strtoull(std::string(value->value()).c_str(), nullptr, 10));
  };
  if (answers.empty()) {
    if (question.is_required && response.is_complete)
      visit.say(Code::validate_questionnaire, item,
                "the item " + quoted(question.link_id) + " is required, and is not answered");
    return;
  }
  if (answers.size() > 1 && !question.repeats)
    visit.say(Code::validate_questionnaire, item,
              "the question " + quoted(question.link_id) + " has more than one answer",
              "it does not repeat");
  if (const auto most = number(kMaxOccurs); most && answers.size() > *most)
    visit.say(Code::validate_questionnaire, item,
              "the question " + quoted(question.link_id) + " has " +
                  diag::counted(answers.size(), "answer") + "; at most " + std::to_string(*most) +
                  " allowed");
  if (const auto least = number(kMinOccurs);
      least && answers.size() < *least && response.is_complete)
    visit.say(Code::validate_questionnaire, item,
              "the question " + quoted(question.link_id) + " has " +
                  diag::counted(answers.size(), "answer") + "; at least " + std::to_string(*least) +
                  " are needed");
  Elements values;
  for (const auto* answer : answers) {
    if (const auto* value = answer->child(names_.value); value != nullptr) values.push_back(value);
    values_.check(*answer, question, visit);
    check_items(*answer, *question.inner, response);
  }
  values_.check_exclusive(values, question, visit);
}

std::optional<bool> Answers::is_enabled(const Question& question, const Response& response) {
  const auto conditions = children_of(*question.at, words_.enable_when);
  if (conditions.empty())
    return extension_of(*question.at, kEnableWhenExpression, names_) == nullptr
               ? std::optional<bool>(true)
               : std::nullopt;
  const auto is_all = Visit::text_of(*question.at, words_.enable_behavior) == "all";
  std::optional<bool> out = is_all;
  for (const auto* condition : conditions) {
    const auto is_met_here = is_met(*condition, response);
    if (is_met_here == !is_all) return !is_all;
    if (!is_met_here) out = std::nullopt;
  }
  return out;
}

// Whether an answer of the question is so.
std::optional<bool> Answers::is_met(const element::Element& condition, const Response& response) {
  const auto* expected = condition.child(words_.answer);
  const auto found = response.answers.find(Visit::text_of(condition, words_.question));
  const auto has_answers = found != response.answers.end();
  const auto op = Visit::text_of(condition, words_.operator_name);
  if (expected == nullptr) return std::nullopt;
  if (op == "exists") return has_answers == (expected->value() == "true");
  const auto is_equality = op == "=" || op == "!=";
  if (!has_answers) return op == "!=";
  std::optional<bool> out = false;
  for (const auto* value : found->second) {
    const auto holds =
        is_equality
            ? std::optional<bool>(values_.is_same(*value, *expected) ||
                                  comparison_.holds("=", *value, *expected, response.visit) == true)
            : comparison_.holds(op, *value, *expected, response.visit);
    if (holds == true) return op != "!=";
    if (!holds) out = std::nullopt;
  }
  return op == "!=" && out == false ? std::optional<bool>(true) : out;
}

}  // namespace paraneo::validate
