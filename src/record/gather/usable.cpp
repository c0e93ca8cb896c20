#include "record/gather/usable.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "element/path.h"
#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

constexpr std::string_view kConditionVerification =
    "http://terminology.hl7.org/CodeSystem/condition-ver-status";
constexpr std::string_view kAllergyVerification =
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
constexpr std::string_view kTestData = "HTEST";
// Data (mappings/sources): codes that stand where a diagnosis, a drug would.
constexpr std::string_view kNoInformation =
    "https://paraneo.github.io/fhir/ValueSet/no-information-on-import";
constexpr std::string_view kNoneKnown =
    "https://paraneo.github.io/fhir/ValueSet/none-known-on-import";
// In words: a code of theirs is what is said, in small letters.
constexpr std::string_view kWords = "https://paraneo.github.io/fhir/CodeSystem/words-on-import";
constexpr std::string_view kTagSystem = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
constexpr std::array<std::string_view, 3> kWhatIsStated = {"code", "medication", "vaccineCode"};

// The codes of condition-ver-status and allergyintolerance-verification, as plain words.
struct Word {
  std::string_view said;
  std::string_view code;
};
constexpr std::array<Word, 10> kVerificationWords = {{
    {"refuted", "refuted"},
    {"ruled out", "refuted"},
    {"excluded", "refuted"},
    {"entered-in-error", "entered-in-error"},
    {"entered in error", "entered-in-error"},
    {"provisional", "provisional"},
    {"differential", "differential"},
    {"unconfirmed", "unconfirmed"},
    {"confirmed", "confirmed"},
    {"suspected", "unconfirmed"},
}};

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_space = byte == ' ' || (byte >= '\t' && byte <= '\r');
    if (is_space && (out.empty() || out.back() == ' ')) continue;
    out.push_back(is_space ? ' ' : static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte));
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string_view code_of_word(std::string_view text) {
  const auto said = plain(text);
  const auto found = std::find_if(kVerificationWords.begin(), kVerificationWords.end(),
                                  [&](const Word& w) { return w.said == said; });
  return found == kVerificationWords.end() ? std::string_view() : found->code;
}

// A withdrawn statement says nothing, whatever else stands in it.
std::optional<Refusal> withdrawal(std::string_view code) {
  if (code == "entered-in-error") return Refusal{"it was entered in error", true};
  if (code == "cancelled") return Refusal{"it was cancelled", true};
  return std::nullopt;
}

const Element& resource_of(const definition::Definitions& definitions, const Element& element) {
  const auto* resource = &element;
  while (resource->parent != nullptr && !definitions.is_resource(resource->type))
    resource = resource->parent;
  return *resource;
}

}  // namespace

const Element* Usable::child(const Element& parent, std::string_view name) const {
  return parent.child(definitions_.find_symbol(name));
}

Element* Usable::child(Element& parent, std::string_view name) const {
  return parent.child(definitions_.find_symbol(name));
}

void Usable::unclear(const Element& at, std::string message) {
  const auto path = path_in(definitions_, place_, resource_of(definitions_, at), at);
  sink_.report(diag::Code::import_unclear, std::move(message),
               {&place_.entry->text, at.offset, at.offset + 1}, path);
  // A value that is put right is no more what was sent.
  if (account_ != nullptr && at.has_value)
    account_->lose(place_, path, diag::info(diag::Code::import_unclear).name);
}

void Usable::take_out(Element& parent, Element& child) {
  if (account_ != nullptr)
    account_->lose_all(definitions_, place_, resource_of(definitions_, parent), child,
                       diag::info(diag::Code::import_unclear).name);
  remove_child(parent, child);
}

std::optional<Refusal> Usable::refuse(Element& resource) {
  if (const auto* rules = child(resource, "implicitRules"); rules != nullptr && rules->has_value)
    return Refusal{"it is written by rules that are not known here (implicitRules)"};
  if (child(resource, "modifierExtension") != nullptr)
    return Refusal{"a modifierExtension that is not known here may change what it says"};
  if (is_test_data(resource)) return Refusal{"it is test data", true};
  say_what_may_be_missing(resource);
  if (auto why = refuse_absence(resource)) return why;
  remove_modified(resource);
  if (auto why = refuse_status(resource)) return why;
  return refuse_verification(resource);
}

// FHIR R4 3.1.1.5.8 (_summary, _elements) and 2.4 (a narrative that says more than the data).
void Usable::say_what_may_be_missing(const Element& resource) {
  const auto say = [&](const Element& at, const char* what) {
    sink_.report({diag::Code::import_unclear,
                  diag::Severity::warning,
                  what,
                  {&place_.entry->text, at.offset, at.offset + 1},
                  path_in(definitions_, place_, resource_of(definitions_, at), at),
                  "ask its source for the whole of it"});
  };
  const auto* meta = child(resource, "meta");
  const auto tag = definitions_.find_symbol("tag");
  for (const auto* each = meta == nullptr ? nullptr : meta->first; each != nullptr;
       each = each->next)
    if (each->name == tag && text_of(definitions_, *each, "code") == "SUBSETTED" &&
        text_of(definitions_, *each, "system") == kTagSystem)
      say(*each, "the resource is a part of what its source has (SUBSETTED): the rest is missing");
  const auto* text = child(resource, "text");
  if (text != nullptr && text_of(definitions_, *text, "status") == "additional")
    say(*text, "its narrative says more than its data: that is not in the record");
}

// "No known allergies" is no allergy.
std::optional<Refusal> Usable::refuse_absence(const Element& resource) const {
  // The code of an Observation is a question.
  if (definitions_.type_name(resource.type) == "Observation") return std::nullopt;
  const auto name = definitions_.find_symbol("coding");
  for (const auto stated : kWhatIsStated) {
    const auto* what = child(resource, stated);
    if (what != nullptr)
      if (auto why = refuse_absence_in_words(*what)) return why;
    for (const auto* each = what == nullptr ? nullptr : what->first; each != nullptr;
         each = each->next) {
      const auto system = text_of(definitions_, *each, "system");
      if (each->name != name || system.empty()) continue;
      const auto code = text_of(definitions_, *each, "code");
      if (value_sets_.contains(kNoInformation, system, code).value_or(false))
        return Refusal{"it says that nothing is known", true};
      if (value_sets_.contains(kNoneKnown, system, code).value_or(false))
        return Refusal{"it says that there is none, which a record has no place for"};
    }
  }
  return std::nullopt;
}

// Where no code says more.
std::optional<Refusal> Usable::refuse_absence_in_words(const Element& stated) const {
  const auto coding = definitions_.find_symbol("coding");
  std::vector<std::string_view> said{text_of(definitions_, stated, "text")};
  for (const auto* each = stated.first; each != nullptr; each = each->next) {
    if (each->name != coding) continue;
    if (!text_of(definitions_, *each, "code").empty()) return std::nullopt;
    said.push_back(text_of(definitions_, *each, "display"));
  }
  for (const auto words : said)
    if (!words.empty() && value_sets_.contains(kNoneKnown, kWords, plain(words)).value_or(false))
      return Refusal{"it says that there is none, which a record has no place for"};
  return std::nullopt;
}

bool Usable::is_test_data(const Element& resource) const {
  const auto* meta = child(resource, "meta");
  if (meta == nullptr) return false;
  const auto security = definitions_.find_symbol("security");
  for (const auto* label = meta->first; label != nullptr; label = label->next)
    if (label->name == security && text_of(definitions_, *label, "code") == kTestData) return true;
  return false;
}

// An element with a modifierExtension says something else than it seems to; what stands beside it
// does not.
void Usable::remove_modified(Element& parent) {
  const auto modifier = definitions_.find_symbol("modifierExtension");
  for (auto* each = parent.first; each != nullptr;) {
    auto* next = each->next;
    if (each->child(modifier) != nullptr) {
      unclear(
          *each,
          "a modifierExtension that is not known here may change what the element says: it is left out");
      take_out(parent, *each);
    } else if (each->first != nullptr && !definitions_.is_resource(each->type)) {
      remove_modified(*each);
    }
    each = next;
  }
}

// True when the code is in its required value set, or is now, or nobody knows the set.
bool Usable::brings_into_value_set(Element& code, const definition::ElementDef& def) {
  if (def.binding == 0 || def.strength != definition::BindingStrength::required) return true;
  const auto set = definitions_.text(def.binding);
  const auto is_in = [&](std::string_view text) {
    return value_sets_.contains(set, {}, text).value_or(true);
  };
  if (is_in(code.value())) return true;
  const auto said = plain(code.value());
  if (!is_in(said)) return false;
  unclear(code, "the code has blanks or capital letters that its value set does not have");
  code.set_value(arena_.copy(said));
  return true;
}

std::optional<Refusal> Usable::refuse_status(Element& resource) {
  auto* status = child(resource, "status");
  if (status == nullptr || !status->has_value) return std::nullopt;
  const auto& def = definitions_.element_at(status->def);
  if (brings_into_value_set(*status, def)) return withdrawal(status->value());
  const auto knows_unknown =
      value_sets_.contains(definitions_.text(def.binding), {}, "unknown").value_or(false);
  if (!knows_unknown)
    return Refusal{"its status is none of " + std::string(definitions_.type_name(resource.type))};
  unclear(*status, "this is no status of " + std::string(definitions_.type_name(resource.type)) +
                       ": it counts as unknown");
  status->set_value("unknown");
  return std::nullopt;
}

// A verification that is there and cannot be read is no confirmation.
std::optional<Refusal> Usable::refuse_verification(Element& resource) {
  auto* verification = child(resource, "verificationStatus");
  if (verification == nullptr || definitions_.type_name(verification->type) != "CodeableConcept")
    return std::nullopt;
  const auto coding_name = definitions_.find_symbol("coding");
  std::string_view code;
  Element* readable = nullptr;
  for (auto* coding = verification->first; coding != nullptr; coding = coding->next) {
    if (coding->name != coding_name) continue;
    const auto found = code_of_word(text_of(definitions_, *coding, "code"));
    const auto other =
        found.empty() ? code_of_word(text_of(definitions_, *coding, "display")) : found;
    if (other.empty()) continue;
    // Of several the one that claims least.
    const auto rank = [](std::string_view each) {
      return std::find_if(kVerificationWords.begin(), kVerificationWords.end(),
                          [&](const Word& w) { return w.code == each; });
    };
    if (code.empty() || rank(other) < rank(code)) code = other, readable = coding;
  }
  if (code.empty()) code = code_of_word(text_of(definitions_, *verification, "text"));
  if (auto why = withdrawal(code)) return why;
  const auto system = definitions_.type_name(resource.type) == "Condition" ? kConditionVerification
                                                                           : kAllergyVerification;
  if (code.empty()) {
    unclear(*verification, "this verification cannot be read: it counts as unconfirmed");
    code = "unconfirmed";
  }
  const auto in_order = readable != nullptr && text_of(definitions_, *readable, "code") == code &&
                        text_of(definitions_, *readable, "system") == system;
  if (in_order) return std::nullopt;
  if (readable != nullptr)
    unclear(*readable,
            "this verification is not in R4's code system: it counts as " + std::string(code));
  // The others are in the report, as what the record does not have.
  for (auto* each = verification->first; each != nullptr;) {
    auto* next = each->next;
    if (each->name == coding_name) take_out(*verification, *each);
    each = next;
  }
  const auto* def = definitions_.element(verification->type, coding_name);
  auto* coding = element::append_child(arena_, definitions_, *verification, *def,
                                       definitions_.types(*def)[0].type);
  for (const auto& [name, value] :
       {std::pair<std::string_view, std::string_view>{"system", system}, {"code", code}}) {
    const auto* child_def = definitions_.element(coding->type, definitions_.find_symbol(name));
    element::append_child(arena_, definitions_, *coding, *child_def,
                          definitions_.types(*child_def)[0].type)
        ->set_value(value);
  }
  return std::nullopt;
}

}  // namespace paraneo::record
