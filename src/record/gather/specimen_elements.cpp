#include "record/gather/specimen_elements.h"

#include "record/identity.h"

namespace paraneo::record {
namespace {

using element::Element;

// What the maps call the one Specimen that an Observation contains.
constexpr std::string_view kSpecimenId = "specimen";
constexpr std::string_view kSpecimenReference = "#specimen";

class SpecimenElements {
 public:
  SpecimenElements(const definition::Definitions& definitions, Element& observation)
      : definitions_(definitions), observation_(observation) {}

  Element* child(Element& parent, std::string_view name) const {
    return parent.child(definitions_.find_symbol(name));
  }

  Element* contained() const {
    const auto name = definitions_.find_symbol("contained");
    for (auto* each = observation_.first; each != nullptr; each = each->next)
      if (each->name == name && text_of(definitions_, *each, "id") == kSpecimenId &&
          definitions_.type_name(each->type) == "Specimen")
        return each;
    return nullptr;
  }

  // What the path's last step stands in; null when it is not there.
  Element* parent_of(std::string_view path) const {
    if (path == kCollectionMethod) {
      auto* specimen = contained();
      return specimen == nullptr ? nullptr : child(*specimen, "collection");
    }
    return path.find('.') == std::string_view::npos ? &observation_
                                                    : child(observation_, "specimen");
  }

  Element& add(Arena& arena, Element& parent, std::string_view name, std::string_view type) const {
    const auto& def = *definitions_.element(parent.type, definitions_.find_symbol(name));
    return *append_child(
        arena, definitions_, parent, def,
        type.empty() ? definitions_.types(def)[0].type : definitions_.find_type(type));
  }

  Element& made_parent_of(Arena& arena, std::string_view path) const {
    if (auto* there = parent_of(path)) return *there;
    if (path != kCollectionMethod) return add(arena, observation_, "specimen", "Reference");
    auto* specimen = contained();
    if (specimen == nullptr) {
      specimen = &add(arena, observation_, "contained", "Specimen");
      add(arena, *specimen, "id", "id").set_value(kSpecimenId);
    }
    return add(arena, *specimen, "collection", {});
  }

 private:
  const definition::Definitions& definitions_;
  Element& observation_;
};

std::string_view last_step(std::string_view path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

Element* specimen_element(const definition::Definitions& definitions, Element& observation,
                          std::string_view path) {
  const SpecimenElements elements(definitions, observation);
  auto* parent = elements.parent_of(path);
  return parent == nullptr ? nullptr : elements.child(*parent, last_step(path));
}

Element& add_specimen_element(const definition::Definitions& definitions, Arena& arena,
                              Element& observation, std::string_view path, const Element& said) {
  auto& parent = SpecimenElements(definitions, observation).made_parent_of(arena, path);
  return *copy_child(arena, definitions, parent,
                     *definitions.element(parent.type, definitions.find_symbol(last_step(path))),
                     said);
}

void remove_specimen_element(const definition::Definitions& definitions, Element& observation,
                             std::string_view path) {
  const SpecimenElements elements(definitions, observation);
  auto* said = specimen_element(definitions, observation, path);
  if (said == nullptr) return;
  remove_child(*said->parent, *said);
  if (path != kCollectionMethod) return;
  remove_child(observation, *elements.contained());
  if (auto* specimen = elements.child(observation, "specimen"))
    if (auto* reference = elements.child(*specimen, "reference"))
      remove_child(*specimen, *reference);
}

void refer_to_specimen(const definition::Definitions& definitions, Arena& arena,
                       Element& observation) {
  const SpecimenElements elements(definitions, observation);
  auto* specimen = elements.child(observation, "specimen");
  if (elements.contained() != nullptr) {
    if (specimen == nullptr) specimen = &elements.add(arena, observation, "specimen", "Reference");
    if (elements.child(*specimen, "reference") == nullptr)
      elements.add(arena, *specimen, "reference", "string").set_value(kSpecimenReference);
  }
  if (specimen != nullptr && specimen->empty()) remove_child(observation, *specimen);
}

}  // namespace paraneo::record
