#include "record/gather/medications.h"

#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

// What the maps call the one Medication that a drug contains.
constexpr std::string_view kDescribedDrug = "medication";
constexpr std::string_view kDescribedDrugReference = "#medication";

// What stands in another text has its place where it is referred to.
void place_all(Element& element, std::uint32_t offset) {
  element.offset = offset;
  for (auto* each = element.first; each != nullptr; each = each->next) place_all(*each, offset);
}

}  // namespace

void Medications::add(const ChartEntry& entry, const Element& original) {
  came_[entry.reference()] = {&entry, &original};
  made_.context.push_back(&original);
  if (definitions_.type_name(original.type) == "Medication" && account_ != nullptr)
    account_->settle({&entry, entry.path}, Outcome::context, {});
}

void Medications::finish() {
  for (const auto& [reference, each] : came_) {
    const auto& original = *each.original;
    if (definitions_.type_name(original.type) != "Medication") continue;
    for (const auto* part = original.first; part != nullptr; part = part->next) {
      const auto name = definitions_.name(part->name);
      const auto is_unasked = name == "meta" || name == "text" || name == "language";
      if (is_unasked && account_ != nullptr)
        account_->lose_all(definitions_, {each.entry, each.entry->path}, original, *part,
                           kNotNeededReason);
      if (is_unasked || name == "id" || name == "code") taken_.note(*part);
    }
    taken_.name_rest(each.source(), original);
  }
}

const Medications::Known* Medications::came(const ChartBundle::Part& part,
                                            std::string_view reference) const {
  if (reference.starts_with('#')) return nullptr;
  const auto found = came_.find(charts_.target_of(*part.entry, reference));
  return found == came_.end() ? nullptr : &found->second;
}

const Element* Medications::contained(const Element& resource, std::string_view id) const {
  const auto name = definitions_.find_symbol("contained");
  for (const auto* each = resource.first; each != nullptr; each = each->next)
    if (each->name == name && text_of(definitions_, *each, "id") == id) return each;
  return nullptr;
}

const Element* Medications::find(const ChartBundle::Part& part, std::string_view reference) const {
  if (reference.starts_with('#')) return contained(*part.resource, reference.substr(1));
  const auto* known = came(part, reference);
  return known == nullptr ? nullptr : known->original;
}

// A copy of what it says of the drug, in the fact's resource. `offset`: of the reference to it.
void Medications::contain(const Known& medication, Element& resource, std::uint32_t offset) {
  const auto& def = *definitions_.element(resource.type, definitions_.find_symbol("contained"));
  auto& made = *append_child(arena_, definitions_, resource, def, medication.original->type);
  const auto& id = *definitions_.element(made.type, definitions_.find_symbol("id"));
  append_child(arena_, definitions_, made, id, definitions_.find_type("id"))
      ->set_value(kDescribedDrug);
  for (const auto* each = medication.original->first; each != nullptr; each = each->next) {
    const auto name = definitions_.name(each->name);
    if (name != "code" && name != "form" && name != "ingredient") continue;
    taken_.take(medication.source(), *each,
                *copy_child(arena_, definitions_, made, definitions_.element_at(each->def), *each));
  }
  place_all(made, offset);
}

void Medications::follow(const ChartBundle::Part& part) {
  auto& resource = *part.resource;
  auto* reference = resource.child(definitions_.find_symbol("medication"));
  if (reference == nullptr || definitions_.type_name(reference->type) != "Reference") return;
  const auto target = text_of(definitions_, *reference, "reference");
  const auto* medication = find(part, target);
  if (medication == nullptr || definitions_.type_name(medication->type) != "Medication") return;
  const auto* code = medication->child(definitions_.find_symbol("code"));
  if (code == nullptr) return;
  const auto& def = definitions_.element_at(reference->def);
  const auto offset = reference->offset;
  for (const auto* each : {"display", "identifier", "type"})
    if (const auto* said = reference->child(definitions_.find_symbol(each)))
      leave_out_(part, *said);
  const auto* known = came(part, target);
  const auto may_be_contained = known == nullptr || contained(resource, kDescribedDrug) == nullptr;
  if (may_be_contained && says_what_is_in_it(*medication)) {
    const auto set = [&](Element& parent, std::string_view name, std::string_view value) {
      if (auto* child = parent.child(definitions_.find_symbol(name))) child->set_value(value);
    };
    if (known == nullptr) set(const_cast<Element&>(*medication), "id", kDescribedDrug);
    else contain(*known, resource, offset);
    set(*reference, "reference", kDescribedDrugReference);
    for (const auto* each : {"display", "identifier", "type"})
      if (auto* said = reference->child(definitions_.find_symbol(each)))
        remove_child(*reference, *said);
    return;
  }
  remove_child(resource, *reference);
  place_all(*copy_child(arena_, definitions_, resource, def, *code), offset);
  if (target.starts_with('#') && says_only_its_code(*medication))
    remove_child(resource, const_cast<Element&>(*medication));
}

bool Medications::says_what_is_in_it(const Element& medication) const {
  for (const auto* each = medication.first; each != nullptr; each = each->next) {
    const auto name = definitions_.name(each->name);
    if (name == "form" && !each->empty()) return true;
    const auto* item =
        name == "ingredient" ? each->child(definitions_.find_symbol("item")) : nullptr;
    if (item != nullptr && definitions_.type_name(item->type) == "CodeableConcept") return true;
  }
  return false;
}

bool Medications::says_only_its_code(const Element& medication) const {
  for (const auto* each = medication.first; each != nullptr; each = each->next)
    if (const auto name = definitions_.name(each->name);
        name != "id" && name != "code" && name != "meta")
      return false;
  return true;
}

}  // namespace paraneo::record
