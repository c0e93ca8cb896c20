#include "record/gather/certainty.h"

#include <algorithm>
#include <array>

#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

constexpr std::string_view kVerification =
    "http://terminology.hl7.org/CodeSystem/condition-ver-status";
constexpr std::string_view kClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
// What cannot be read is no confirmation.
constexpr terminology::Code kUnread{kVerification, "unconfirmed", {}};

// From what claims least to what claims most. What is none of these claims most.
constexpr std::array<std::string_view, 6> kVerifications = {
    "entered-in-error", "refuted", "unconfirmed", "provisional", "differential", "confirmed"};
constexpr std::array<std::string_view, 6> kCourses = {"inactive", "resolved",   "remission",
                                                      "relapse",  "recurrence", "active"};

std::size_t claim_of(std::string_view system, std::string_view code) {
  const auto& codes = system == kVerification ? kVerifications : kCourses;
  return static_cast<std::size_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
}

// Suspicions are of one weight, and so is what is over.
bool claims_more(std::string_view system, std::string_view said, std::string_view meant) {
  const auto weight = [&](std::string_view code) {
    const auto claim = claim_of(system, code);
    return system == kVerification ? (claim <= 1 ? 0 : claim <= 4 ? 1 : 2) : (claim <= 2 ? 0 : 1);
  };
  return weight(said) > weight(meant);
}

}  // namespace

void Certainty::read(Element& condition) {
  if (certainties_ == nullptr || definitions_.type_name(condition.type) != "Condition") return;
  read_extensions(condition, condition);
  auto* code = condition.child(definitions_.find_symbol("code"));
  if (code == nullptr) return;
  read_extensions(condition, *code);
  const auto coding = definitions_.find_symbol("coding");
  for (auto* each = code->first; each != nullptr; each = each->next)
    if (each->name == coding) read_extensions(condition, *each);
}

void Certainty::read_extensions(Element& condition, Element& parent) {
  const auto name = definitions_.find_symbol("extension");
  for (auto* each = parent.first; each != nullptr;) {
    auto* next = each->next;
    const auto meanings =
        each->name == name ? meaning_of(condition, *each) : std::vector<const terminology::Code*>();
    for (const auto* meaning : meanings) say(condition, *meaning, *each);
    if (!meanings.empty()) {
      const auto is_read = meanings.front() != &kUnread;
      if (is_read) ++left_out_[std::string(definitions_.type_name(parent.type)) + ".extension"];
      if (account_ != nullptr)
        account_->lose_all(
            definitions_, place_, condition, *each,
            is_read ? kNotNeededReason : diag::info(diag::Code::import_unclear).name);
      remove_child(parent, *each);
    }
    each = next;
  }
}

std::vector<const terminology::Code*> Certainty::meaning_of(const Element& condition,
                                                            const Element& extension) {
  std::vector<const terminology::Code*> meanings;
  const auto* value = extension.child(definitions_.find_symbol("value"));
  if (value == nullptr) return meanings;
  const auto is_coding = definitions_.type_name(value->type) == "Coding";
  const auto system =
      text_of(definitions_, is_coding ? *value : extension, is_coding ? "system" : "url");
  const auto code = is_coding ? text_of(definitions_, *value, "code") : value->value();
  if (system.empty() || !certainties_->has_source(system)) return meanings;
  if (!code.empty()) certainties_->translate(system, code, meanings);
  std::erase_if(meanings, [](const auto* each) {
    return each->system != kVerification && each->system != kClinical;
  });
  if (!meanings.empty()) return meanings;
  sink_.report(diag::Code::import_unclear,
               "this certainty cannot be read: it counts as unconfirmed",
               {&place_.entry->text, extension.offset, extension.offset + 1},
               path_in(definitions_, place_, condition, extension));
  meanings.push_back(&kUnread);
  return meanings;
}

void Certainty::say(Element& condition, const terminology::Code& meaning,
                    const Element& extension) {
  const auto name = definitions_.find_symbol(meaning.system == kVerification ? "verificationStatus"
                                                                             : "clinicalStatus");
  const auto coding_name = definitions_.find_symbol("coding");
  if (auto* status = condition.child(name); status != nullptr) {
    const auto* said = status->child(coding_name);
    if (said != nullptr &&
        !claims_more(meaning.system, text_of(definitions_, *said, "code"), meaning.code))
      return;
    sink_.report(diag::Code::import_unclear,
                 "the " + std::string(definitions_.name(name)) +
                     " claims more than an extension of the diagnosis: it counts as " +
                     std::string(meaning.code),
                 {&place_.entry->text, extension.offset, extension.offset + 1},
                 path_in(definitions_, place_, condition, extension));
    if (account_ != nullptr)
      account_->lose_all(definitions_, place_, condition, *status,
                         diag::info(diag::Code::import_unclear).name);
    remove_child(condition, *status);
  }
  const auto& def = *definitions_.element(condition.type, name);
  auto* status =
      append_child(arena_, definitions_, condition, def, definitions_.types(def)[0].type);
  const auto& coding_def = *definitions_.element(status->type, coding_name);
  auto* coding = append_child(arena_, definitions_, *status, coding_def,
                              definitions_.types(coding_def)[0].type);
  for (const auto& [child, text] :
       {std::pair<std::string_view, std::string_view>{"system", meaning.system},
        {"code", meaning.code}}) {
    const auto& child_def = *definitions_.element(coding->type, definitions_.find_symbol(child));
    append_child(arena_, definitions_, *coding, child_def, definitions_.types(child_def)[0].type)
        ->set_value(text);
  }
}

}  // namespace paraneo::record
