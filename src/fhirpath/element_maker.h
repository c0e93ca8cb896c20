// Elements that an expression makes: what %factory and %terminologies return. They live in the
// run's arena. Internal to this folder.
#pragma once

#include <string_view>

#include "fhirpath/run.h"

namespace paraneo::fhirpath {

// For one call of a function, which it must not outlive.
class ElementMaker {
 public:
  // What cannot be made fails the run; `at` is to blame.
  ElementMaker(Run& run, const Node& at)
      : run_(run), at_(at), definitions_(run.engine.definitions()) {}

  // Empty, without a place. Null, failing, where no definition knows the type, or it is abstract.
  element::Element* make(std::string_view type);
  element::Element* make(definition::TypeId type);
  // A primitive of the type, of the item's text. Null after failing.
  element::Element* make_primitive(definition::TypeId type, const Item& value);
  // With all that is below it, as a root of its own; of a System value the FHIR type that stands
  // for it. Null after failing.
  element::Element* copy(const Item& item);

  // Further children of that name; a value gets the type of the element that it fits. False after
  // failing.
  bool add(element::Element& parent, std::string_view name, const Collection& values);
  bool add(element::Element& parent, std::string_view name, const Item& value) {
    return add(parent, name, Collection(value));
  }
  bool add_text(element::Element& parent, std::string_view name, std::string_view text) {
    return add(parent, name, Item::of_string(text));
  }
  // The same with an empty one. Null after failing.
  element::Element* add_new(element::Element& parent, std::string_view name);
  // Takes all children of that name out.
  void remove(element::Element& parent, std::string_view name);

 private:
  const definition::ElementDef* find(const element::Element& parent, std::string_view name);
  bool add_one(element::Element& parent, const definition::ElementDef& def, const Item& value);
  bool fill(element::Element& to, const Item& value);
  bool fill_quantity(element::Element& to, const Quantity& quantity);
  definition::TypeId type_for(const definition::ElementDef& def, const Item& value) const;
  bool fail(std::string message);

  Run& run_;
  const Node& at_;
  const definition::Definitions& definitions_;
};

}  // namespace paraneo::fhirpath
