// Writing into the target tree: finds the element's definition, converts values, keeps to the
// cardinality. Internal to this folder.
#pragma once

#include <vector>

#include "fml/run/step_meter.h"

namespace paraneo::fml {

class TargetWriter {
 public:
  TargetWriter(const Program& program, const fhirpath::Engine& engine,
               const RunEnvironment& environment, StepMeter& meter)
      : program_(program), engine_(engine), definitions_(engine.definitions()),
        environment_(environment), meter_(meter) {
    made_.reserve(kUsualElements);
  }

  // An element that has no place yet; write() puts it where it is assigned.
  element::Element* detached(definition::TypeId type);
  static bool is_detached(const element::Element& element);

  // A new child, or the one that is there when only one may be. Null after a report. Without a type
  // it is the element's only one.
  element::Element* child(element::Element& parent, const ResolvedElement& resolved,
                          definition::TypeId type, const Span& span) {
    const auto is_usual =
        comes_last(parent, resolved) && resolved.type != 0 && (type == 0 || type == resolved.type);
    return is_usual ? noted(append_last(parent, resolved, resolved.type))
                    : find_child(parent, resolved, type, span);
  }
  // A new value of the place, of that type, instead of the one that is there where only one may be.
  // Null after a report.
  element::Element* fresh(element::Element& parent, const ResolvedElement& resolved,
                          definition::TypeId type, const Span& span) {
    const auto is_usual = comes_last(parent, resolved) && type == resolved.type;
    return is_usual ? noted(append_last(parent, resolved, type))
                    : replaced(parent, resolved, type, span);
  }
  // The item as the value of the place. Null after a report, or when there is nothing to write.
  element::Element* write(element::Element& parent, const ResolvedElement& resolved,
                          const fhirpath::Item& item, const Span& span) {
    auto* appended = append_value(parent, resolved, item);
    return appended != nullptr ? appended : write_other(parent, resolved, item, span);
  }
  // Most of what a map writes: a value of the element's one type, after what the parent has
  // already. Null when it is something else.
  element::Element* append_value(element::Element& parent, const ResolvedElement& resolved,
                                 const fhirpath::Item& item);
  // The item's bare value as one of the place's primitive type, where the parent is the element's
  // owner.
  element::Element* write_cast(element::Element& parent, const ResolvedElement& resolved,
                               const fhirpath::Item& item, const Span& span);
  // A copy of an element that is known to be a value of the place.
  element::Element* write_checked(element::Element& parent, const ResolvedElement& resolved,
                                  const element::Element& checked, const Span& span) {
    return comes_last(parent, resolved) ? append_last(parent, checked)
                                        : overwrite_checked(parent, resolved, checked, span);
  }
  // The item as the value of the primitive; false after a report.
  bool assign(element::Element& to, const fhirpath::Item& item, const Span& span);

  // Takes out of the trees what nothing was written to.
  void remove_empty(std::span<element::Element* const> roots) const;

  // Reports it; the run goes on.
  void complain(diag::Code code, std::string message, const element::Element* at, const Span& span,
                std::string advice = {});

 private:
  const definition::ElementDef* definition(const element::Element& parent,
                                           const ResolvedElement& resolved, const Span& span) {
    return resolved.def != nullptr && parent.type == resolved.owner
               ? resolved.def
               : find_definition(parent, resolved, span);
  }
  // Whether the parent is what the map was compiled for, and a new child of this place is allowed
  // and follows all others: so it is nearly always. Of a place with a type.
  static bool comes_last(const element::Element& parent, const ResolvedElement& resolved) {
    if (parent.type != resolved.owner) return false;
    return parent.last == nullptr || parent.last->def < resolved.index ||
           (parent.last->def == resolved.index && resolved.many);
  }
  element::Element* append_last(element::Element& parent, const ResolvedElement& resolved,
                                definition::TypeId type) {
    return append_last(
        parent, element::Element{.name = resolved.name, .type = type, .def = resolved.index});
  }
  // A copy of an element that stands nowhere.
  element::Element* append_last(element::Element& parent, const element::Element& original) {
    auto* child = environment_.arena.make<element::Element>(original);
    child->parent = &parent;
    (parent.last == nullptr ? parent.first : parent.last->next) = child;
    parent.last = child;
    return child;
  }
  element::Element* append_formed(element::Element& parent, const ResolvedElement& resolved,
                                  std::string_view text);
  // It is empty as yet.
  element::Element* noted(element::Element* element) {
    made_.push_back(element);
    return element;
  }
  element::Element* overwrite_checked(element::Element& parent, const ResolvedElement& resolved,
                                      const element::Element& checked, const Span& span);
  element::Element* find_child(element::Element& parent, const ResolvedElement& resolved,
                               definition::TypeId type, const Span& span);
  element::Element* write_into(element::Element& to, const fhirpath::Item& item, const Span& span);
  element::Element* write_other(element::Element& parent, const ResolvedElement& resolved,
                                const fhirpath::Item& item, const Span& span);
  element::Element* replaced(element::Element& parent, const ResolvedElement& resolved,
                             definition::TypeId type, const Span& span);
  element::Element* emptied(element::Element& parent, const definition::ElementDef& def,
                            definition::TypeId type, const Span& span);
  // The type as the element may have it: of the parent's release. 0 when it may not.
  definition::TypeId allowed(const element::Element& parent, const definition::ElementDef& def,
                             definition::TypeId type) const;
  // The same with the place free; 0 after a report.
  definition::TypeId make_room(element::Element& parent, const definition::ElementDef& def,
                               definition::TypeId type, const Span& span);
  const definition::ElementDef* find_definition(const element::Element& parent,
                                                const ResolvedElement& resolved, const Span& span);
  element::Element* write_primitive(element::Element& parent, const definition::ElementDef& def,
                                    definition::TypeId type, const fhirpath::Item& item,
                                    const Span& span);
  element::Element* write_complex(element::Element& parent, const definition::ElementDef& def,
                                  const element::Element& original, const Span& span);
  element::Element* copied(const element::Element& original, definition::TypeId type,
                           const Span& span);
  void copy_content(element::Element& to, const element::Element& original, const Span& span);
  definition::TypeId primitive_type(const definition::ElementDef& def,
                                    const fhirpath::Item& item) const;
  element::Element* only_child(element::Element& parent, const definition::ElementDef& def) const;

  const Program& program_;
  const fhirpath::Engine& engine_;
  const definition::Definitions& definitions_;
  const RunEnvironment& environment_;
  StepMeter& meter_;
  static constexpr std::size_t kUsualElements = 1024;
  std::vector<const element::Element*> made_;  // all that were empty at first
  bool has_copies_ = false;                    // of which nobody knows
};

}  // namespace paraneo::fml
