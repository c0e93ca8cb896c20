// The fields of a case record by their names, and what they say in a few words.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "element/element.h"

namespace paraneo::view {

// The display of a code of the system, or an empty text.
using Display = std::function<std::string_view(std::string_view system, std::string_view code)>;

// The local codes' system.
inline constexpr std::string_view kConcepts = "https://paraneo.github.io/fhir/CodeSystem/concepts";

// Immutable; may be shared by threads. The definitions must outlive it. Elements are those of
// records that were read with them.
class Fields {
 public:
  Fields(const definition::Definitions& definitions, Display display)
      : definitions_(definitions), display_(std::move(display)) {}

  std::string_view name(const element::Element& element) const {
    return definitions_.name(element.name);
  }
  std::string_view type(const element::Element& element) const {
    return definitions_.type_name(element.type);
  }
  // The first of that name; null: there is none.
  const element::Element* child(const element::Element& of, std::string_view name) const;
  // Of a primitive child as written; empty: there is none.
  std::string_view text(const element::Element& of, std::string_view name) const;
  std::optional<double> number(const element::Element& of, std::string_view name) const;

  // The words as printed; else a display; else the code.
  std::string concept_text(const element::Element& concept_element) const;
  // What tells one concept from another: the local code, else the first standard one, else the
  // words.
  std::string concept_identity(const element::Element& concept_element) const;
  // "<1 ng/mL", "38-39 °C", "1:640", "125 mg/day": numbers and units as written.
  std::string amount_text(const element::Element& amount) const;
  // The same of any value of an observation: "positive", "4 + 5", "yes", "missing: not-performed".
  std::string value_text(const element::Element& value) const;
  // "2003-10", "2 wk after start of ADT": `label_of` gives the label of a fact by its key.
  std::string moment_text(const element::Element& moment,
                          const std::function<std::string(std::string_view)>& label_of) const;
  // "100 mg/m2, every 3 wk, 4 times"; else the words.
  std::string dose_text(const element::Element& step) const;
  // Every value below the element, in words.
  std::string all_of(const element::Element& element) const;

 private:
  const definition::Definitions& definitions_;
  Display display_;
};

}  // namespace paraneo::view
