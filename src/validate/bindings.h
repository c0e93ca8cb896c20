// Codes of bindings (FHIR R4 4.1.5.1). What a value set takes from systems that are not here is not
// judged. The codes of a logical model's concepts are open (extensible): one that is known, but for
// another place, is an error; one that nobody knows is a warning. Internal to this folder.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "diag/suggest.h"
#include "terminology/codes.h"
#include "validate/context.h"
#include "validate/profile_rules.h"
#include "validate/visit.h"

namespace paraneo::validate {

using Strength = definition::BindingStrength;

// Not thread-safe. Reports into the visit.
class Bindings {
 public:
  Bindings(const Context& context, const Names& names, const terminology::Codes& codes)
      : context_(context), definitions_(context.engine.definitions()), names_(names),
        codes_(codes) {}

  // By the definition of its type.
  void check(const element::Element& element, Visit& visit);
  // By nodes of profiles, which may bind more tightly. Two that bind alike say it once.
  void check(const element::Element& element, const Nodes& nodes, Visit& visit);
  // By an extensible binding of its type, where none of the nodes binds it.
  void check_extensible(const element::Element& element, const Nodes& nodes, Visit& visit);
  // Of a Coding or a Quantity: whether its system has the code, and calls it so.
  void check_code(const element::Element& element, Visit& visit);

 private:
  std::vector<terminology::CodeSaid> codes_of(const element::Element& element) const;
  Strength strength_for(const element::Element& element, const ProfileNode& node) const;
  void check(const element::Element& element, const ProfileNode& node, Visit& visit);
  void check_codes(const element::Element& element, std::string_view value_set, Strength strength,
                   Visit& visit);
  void check_maximum(const element::Element& element, std::string_view url, Visit& visit);
  void say_outside(const element::Element& element, std::string_view value_set, Visit& visit);
  void say_unknown(const element::Element& code, const terminology::CodeSaid& said, Visit& visit);
  void check_display(const element::Element& element, const terminology::CodeSaid& said,
                     Visit& visit);
  void check_place(const element::Element& element, Visit& visit);
  void check_known(const element::Element& code, std::string_view place, Visit& visit);
  const std::vector<std::string_view>& places();
  const diag::NameIndex& codes_at(std::string_view place);

  const Context& context_;
  const definition::Definitions& definitions_;
  const Names& names_;
  const terminology::Codes& codes_;
  std::vector<std::string_view> places_;  // the sets that a model names for its places of codes
  std::map<std::string_view, diag::NameIndex> near_;  // codes that a place takes, as they are asked
};

}  // namespace paraneo::validate
