// Compiled maps: variables are slots, names are symbols, groups and concept maps are resolved,
// expressions are programs. Immutable after compile(); shared by threads.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fhirpath/fhirpath.h"
#include "fml/ast.h"
#include "terminology/concept_map.h"

namespace paraneo::fml {

inline constexpr std::uint32_t kNone = 0xFFFFFFFFU;

// An expression with the slots that its %variables read, in its own order.
struct ExpressionCode {
  std::shared_ptr<const fhirpath::Program> program;
  std::vector<std::uint32_t> slots;
};

// Of the language (FHIR code system map-transform), and those that HL7 has added since.
enum class Transform : std::uint8_t {
  none,
  create,
  copy,
  truncate,
  escape,
  cast,
  append,
  translate,
  reference,
  uuid,
  pointer,
  evaluate,
  cc,
  c,
  qty,
  id,
  cp,
  date_op,
  to_date,
  to_date_time,
  to_time,
  unix_to_date,
  unix_to_date_time,
  unix_to_time,
};

// An element of a type, resolved where the type is known beforehand.
struct ResolvedElement {
  definition::Symbol name = 0;                  // 0: the context itself
  definition::TypeId owner = 0;                 // the context's type; 0 when only the run knows it
  const definition::ElementDef* def = nullptr;  // of the owner
  std::uint32_t index = 0;                      // of def in the definitions
  definition::TypeId type = 0;  // its type, where it has only one; or the one that is made there
  definition::TypeId primitive = 0;  // the same, where that is primitive; or the one that a cast()
                                     // chose
  definition::PrimitiveForm form = definition::PrimitiveForm::text;  // of that type
  bool many = false;                                                 // it is a list
};

// Sets the primitive type of the element.
void set_primitive(const definition::Definitions& definitions, ResolvedElement& resolved,
                   definition::TypeId type);
// Without a def when the owner has no such element.
ResolvedElement resolve_element(const definition::Definitions& definitions,
                                definition::TypeId owner, std::string_view name);

// An argument of a transform or a call.
struct OperandCode {
  enum class Kind : std::uint8_t { literal, slot, expression };
  Kind kind = Kind::literal;
  std::uint32_t slot = kNone;
  fhirpath::Item literal;                     //
  const ResolvedElement* resolved = nullptr;  // of an operand of cc, c, qty, id or cp: the element
                                              // that it goes to as it is
  const element::Element* checked = nullptr;  // the literal as the element that it becomes; null:
                                              // that is not known beforehand
  ExpressionCode expression;
};

// Whether a fast path will do.
enum class FastPath : std::uint8_t {
  special,  // no
  plain,  // of a source: all of the context's elements, as they are; of a target: a new element of
          // the element's one type
  where,  // of a source: the same, but for its condition
  ordered,  // of a target: with a place at one end of its list
};

// One source of a rule.
struct SourceCode {
  std::uint32_t context = kNone;
  std::uint32_t slot = kNone;
  ResolvedElement resolved;
  FastPath fast_path = FastPath::special;
  ast::SourceListMode list = ast::SourceListMode::all;
  definition::TypeId type = 0;  // 0: any
  std::uint32_t min = 0;
  std::uint32_t max = definition::kUnbounded;
  ExpressionCode default_value, where, check, log;
  std::string_view check_text;  // as much as is shown
  Span check_span;
  Span span;
};

// How a target's value comes about.
enum class ValueKind : std::uint8_t {
  variable,  // it is not written anywhere
  element,   // a new element, to be filled
  literal,   // checked beforehand
  item,      // nearly always one item of a variable
  cast,      // the same, as a type that the element may have
  type,      // cc, c, qty, id, cp
  values,    // what a transform gives
};

class Runner;
struct TargetCode;
// The values of a group's variables.
using Frame = std::span<fhirpath::Collection>;
using TransformBody = fhirpath::Collection (*)(Runner&, const TargetCode&, Frame);

// One target of a rule.
struct TargetCode {
  std::uint32_t context = kNone;  // kNone: only a variable
  std::uint32_t slot = kNone;     // kNone: no variable
  std::string_view variable;      // its name
  ValueKind value_kind = ValueKind::values;
  Transform transform = Transform::none;
  TransformBody body = nullptr;  // of the transform
  ast::TargetListMode list = ast::TargetListMode::none;
  definition::TypeId type = 0;  // of create and cast; of a new element without a transform
  ResolvedElement resolved;
  std::vector<OperandCode> operands;
  const terminology::ConceptMap* concept_map = nullptr;
  std::uint32_t share = kNone;
  std::uint32_t uuid = 0;  // of uuid(): which one in the program
  Span span;

  // Which one the target allows.
  FastPath fast_path() const {
    using Mode = ast::TargetListMode;
    if (list == Mode::first || list == Mode::last) return FastPath::ordered;
    return value_kind == ValueKind::element && list == Mode::none &&
                   (type == 0 || type == resolved.type)
               ? FastPath::plain
               : FastPath::special;
  }
};

// A call of a group.
struct CallCode {
  std::uint32_t group = kNone;
  std::vector<OperandCode> operands;
  Span span;
};

// A rule; its steps are what runs.
struct RuleCode {
  std::vector<SourceCode> sources;
  std::vector<TargetCode> targets;
  std::vector<RuleCode> rules;
  std::vector<CallCode> calls;
  bool simple = false;
  std::uint32_t id = 0;  // in the whole program, in the order of the text
  Span span;
  std::string_view name;
};

// One step of a group, in the order in which they run: what nearly every run needs, in one line of
// the processor's cache. The rest is in the code that it stands for.
struct Step {
  // Where nobody observes the run, the usual targets have a kind of their own. copy: a source whose
  // item only goes on to the target in the step behind it.
  enum class Kind : std::uint8_t {
    source,
    copy,
    literal,
    child,
    item,
    type,
    value,
    variable,
    target,
    call,
    fired,
    assigned,
    done,
    ended
  };
  Kind kind = Kind::source;
  ValueKind value_kind = ValueKind::values;  // of a target
  FastPath fast_path = FastPath::special;
  std::uint32_t context = kNone;
  std::uint32_t slot = kNone;
  std::uint32_t more = 0;  // of a source: how many steps follow for each of its items. Of Way::item
                           // and cast: the item's slot. Of Way::element: the type that the map says
  ResolvedElement resolved;
  const RuleCode* rule = nullptr;
  union {
    const SourceCode* source = nullptr;
    const TargetCode* target;
    const CallCode* call;
  };
};
static_assert(sizeof(Step) == 64);

// A parameter of a group.
struct ParameterCode {
  ast::InputMode mode = ast::InputMode::source;
  definition::TypeId type = 0;    // 0: the map does not say
  definition::TypeId likely = 0;  // what the first caller passes then
};

// A group, ready to be run.
struct GroupCode {
  std::string_view name;
  std::vector<ParameterCode> parameters;  // their slots are 0, 1, ...
  std::uint32_t slot_count = 0;
  std::uint32_t base = kNone;                 // the group that this one extends
  std::vector<std::uint32_t> base_arguments;  // for its parameters: which of this group's they are
  std::vector<RuleCode> rules;
  std::vector<Step> steps;           // of the rules
  std::vector<Step> observed_steps;  // the same, with what an observer is told
  std::vector<std::pair<std::uint32_t, ExpressionCode>> constants;  // slot and value
  Span span;
};

// The rules of a group, which must stay where they are, as steps.
std::vector<Step> flatten(const std::vector<RuleCode>& rules, bool observed);

// What the transforms cc, c, qty, id and cp write to.
struct DataTypes {
  explicit DataTypes(const definition::Definitions& definitions);
  DataTypes() = default;

  definition::TypeId codeable_concept = 0, coding = 0, quantity = 0, identifier = 0,
                     contact_point = 0;
  ResolvedElement concept_coding, concept_text;
  ResolvedElement coding_system, coding_code, coding_display;
  ResolvedElement quantity_value, quantity_comparator, quantity_unit, quantity_system,
      quantity_code;
  ResolvedElement identifier_system, identifier_value, identifier_type;
  ResolvedElement contact_system, contact_value;
  definition::Symbol value = 0, id = 0;

  // The element that an operand of cc, c, qty, id or cp goes to as it is; null where it does not.
  const ResolvedElement* place_of_operand(Transform transform, std::size_t index,
                                          std::size_t count) const;
};

// A map with all that it calls. Immutable; run by any number of threads at once.
class Program {
 public:
  std::vector<GroupCode> groups;
  std::map<std::pair<definition::TypeId, definition::TypeId>, std::uint32_t>
      type_groups;                                                 // <<types>>, <<type+>>
  std::map<definition::TypeId, std::uint32_t> source_type_groups;  // <<type+>>
  struct Default {
    std::uint32_t group = kNone;
    definition::TypeId type = 0;  // of the new element
  };
  // The default group that makes the element of an item of that type, if there is one.
  Default default_group(const definition::Definitions& definitions, definition::TypeId from,
                        const definition::ElementDef& def) const;

  std::uint32_t entry = kNone;  // the first group of the map that was asked for
  std::uint32_t rule_count = 0;
  std::uint32_t uuid_count = 0;
  DataTypes data_types;
  std::deque<terminology::ConceptMap> concept_maps;               // those written in the maps
  const terminology::ConceptMaps* loaded_concept_maps = nullptr;  // of the library
  Arena arena;                                                    // literals
};

}  // namespace paraneo::fml
