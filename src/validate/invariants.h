// Constraints written in FHIRPath (ElementDefinition.constraint). One that cannot be compiled or
// evaluated is reported as such and judged neither way. Internal to this folder.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "fhirpath/asked_terminology.h"
#include "validate/context.h"
#include "validate/offenders.h"
#include "validate/profile_rules.h"
#include "validate/slicing.h"
#include "validate/visit.h"

namespace paraneo::validate {

// Compiles each constraint when it is first needed. Not thread-safe.
class Invariants {
 public:
  // `terminology`: what expressions ask; null: what the engine has.
  Invariants(const Context& context, const Names& names,
             const fhirpath::AskedTerminology* terminology)
      : context_(context), definitions_(context.engine.definitions()), names_(names),
        terminology_(terminology), offenders_(context) {}

  // What expressions ask of profiles; they outlive this. Without them types are all that
  // conformsTo() knows.
  void ask(ProfileRules& rules, Slices& slices) {
    rules_ = &rules;
    slices_ = &slices;
  }

  // Of the element's type, and of its place in another one.
  void check(const element::Element& element, Visit& visit);
  // Of a node of a profile.
  void check(const element::Element& element, const ProfileNode& node, Visit& visit);

 private:
  struct Invariant {
    std::string_view key, human, expression;
    bool error = true;
    std::shared_ptr<const fhirpath::Program> program;
  };
  using List = std::vector<Invariant>;

  const List& of_type(definition::TypeId type);
  const List& of_element(std::uint32_t def);
  const List& of_node(const ProfileNode& node);
  List compile(std::span<const definition::ConstraintDef> constraints);
  void compile(std::string_view key, std::string_view human, std::string_view expression,
               bool error, List& to, bool is_of_type = false);
  // `resource`: %resource; null for the one that the element is in, or is.
  void check(const List& invariants, const element::Element& element, Visit& visit,
             const element::Element* resource = nullptr);
  // False: a limit ended the input.
  bool check(const Invariant& invariant, const element::Element& element, Visit& visit,
             const element::Element* resource);
  void say_unchecked(const Invariant& invariant, const element::Element& element,
                     const std::string& why, Visit& visit) const;
  void say_broken(const Invariant& invariant, const element::Element& element, Visit& visit);

  const Context& context_;
  const definition::Definitions& definitions_;
  const Names& names_;
  const fhirpath::AskedTerminology* terminology_;
  ProfileRules* rules_ = nullptr;
  Slices* slices_ = nullptr;
  Offenders offenders_;
  // By the type, and by the index of the element; null until one is asked for.
  std::vector<std::unique_ptr<const List>> by_type_;
  std::vector<std::unique_ptr<const List>> by_element_;
  std::map<const ProfileNode*, List> by_node_;
  std::vector<std::unique_ptr<Source>> expressions_;  // texts of what is compiled
};

}  // namespace paraneo::validate
