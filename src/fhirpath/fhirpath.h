// FHIRPath (2.0 normative, with FHIR R4's own functions): compile once, evaluate often.
//
//   Engine engine(definitions);                                   // once; shared by threads
//   auto program = engine.compile(expression, {.context = patient}, sink);   // null on errors
//   auto result = engine.evaluate(*program, input, environment);  // per record, per thread
//
// %name is given by its place: names at compile time (CompileOptions::variables), values in the
// same order at run time (Environment::variables):
//
//   const std::string_view names[] = {"key"};
//   auto program = engine.compile(expression, {patient, names}, sink);
//   const Collection values[] = {Collection(Item::of_string("k1"))};
//   Environment environment{arena, limits, now, nullptr, nullptr, values};
//
// A Program is immutable and may be used by any number of threads. Results live in the
// environment's arena and point into the input.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/budget.h"
#include "base/limits.h"
#include "base/result.h"
#include "fhirpath/item.h"
#include "fhirpath/ports.h"
#include "syntax/expression.h"

namespace paraneo::fhirpath {

class Memo;
class Program;

// What is known of an expression before it runs.
struct CompileOptions {
  definition::TypeId context = 0;  // of the input, where it is known: unknown elements are then
                                   // errors
  // Names that %name may use beside the built-in ones; evaluate() takes their values in this order.
  std::span<const std::string_view> variables;
  bool strict = false;  // taking the first of an unordered collection is an error, too
};

// What a run needs from outside. One per thread and record.
struct Environment {
  Arena& arena;
  const Limits& limits;
  std::optional<DateTime> now;  // of now(), today(), timeOfDay(); without it they are errors
  const element::Element* resource = nullptr;       // %resource; the input's resource when null
  const element::Element* root_resource = nullptr;  // %rootResource
  std::span<const Collection> variables;            // in the order of CompileOptions::variables
  std::span<const std::uint32_t> places = {};       // or in this order: where each of them lies in
                                                    // `variables`
  const TerminologyPort* terminology = nullptr;     // null: the engine's
  const ProfilePort* profiles = nullptr;            // null: conformsTo() knows types only
  diag::Sink* trace = nullptr;                      // what trace() logs; null: nothing
  const Budget* budget = nullptr;  // null: this run's memory alone, and no limit of time
  Memo* memo = nullptr;  // of what several evaluations have in common; null: nothing is kept

  const Collection& variable(std::uint32_t slot) const {
    return variables[places.empty() ? slot : places[slot]];
  }
};

// Compiles expressions and evaluates them. Immutable: programs and the engine may be used by any
// number of threads.
class Engine {
 public:
  // Both must outlive this.
  explicit Engine(const definition::Definitions& definitions,
                  const TerminologyPort& terminology = builtin_terminology());

  const definition::Definitions& definitions() const { return definitions_; }
  const TerminologyPort& terminology() const { return terminology_; }

  // Null, with diagnostics, when the expression cannot work. The tree may be discarded afterwards,
  // its source must live as long as the program for messages.
  std::shared_ptr<const Program> compile(const syntax::Expression& expression,
                                         const CompileOptions& options, diag::Sink& sink) const;

  // Fault::data for an error in the expression's evaluation, Fault::limit for a limit.
  Result<Collection> evaluate(const Program& program, Collection input,
                              const Environment& environment) const;
  // The same as a condition, by is_true().
  Result<bool> test(const Program& program, const Collection& input,
                    const Environment& environment) const;
  // The same with the error as a diagnostic that points into the expression; none then.
  std::optional<Collection> evaluate(const Program& program, Collection input,
                                     const Environment& environment, diag::Sink& sink) const;

  // The program as indented text, for people.
  std::string describe(const Program& program) const;

  // The item as a System value: a primitive element becomes its value, a Quantity a quantity (of
  // calendar units where FHIR's page says so); what has no value stays as it is.
  Item system_value(const Item& item, Arena& arena) const;
  // Of what system_value() gave: a primitive that has extensions only, a Quantity without a number.
  // Where a value is needed, it is as good as nothing (FHIR R4 2.9.1.3, "Using FHIR types in
  // expressions").
  bool lacks_value(const Item& system_value) const {
    return system_value.is_element() && kinds_[system_value.element->type] != ItemKind::element &&
           has_no_value(*system_value.element);
  }
  // The kind that elements of the type have as System values; element for complex types.
  ItemKind kind_of(definition::TypeId type) const { return kinds_[type]; }
  // "FHIR.string", "System.Integer".
  std::string type_name(const Item& item) const;
  // "value", which primitives have as a child, too.
  definition::Symbol value_symbol() const { return symbols_.value; }
  // Whether it is how JSON writes a choice ("valueDate") and no element of any type has that name.
  bool is_only_json(definition::Symbol name) const { return only_json_.contains(name); }

 private:
  struct Symbols {
    definition::Symbol value = 0, comparator = 0, unit = 0, system = 0, code = 0;
  };
  bool has_no_value(const element::Element& element) const;
  Item quantity_value(const Item& item, Arena& arena) const;

  const definition::Definitions& definitions_;
  const TerminologyPort& terminology_;
  std::vector<ItemKind> kinds_;
  Symbols symbols_;
  std::unordered_set<definition::Symbol> only_json_;
};

// The text of a System value as toString() gives it; none for what has no text form.
std::optional<std::string_view> text_of(const Item& system_value, Arena& arena);

// The collection as a condition: true only for a single true, or a single item that is no boolean
// and does not lack a value.
bool is_true(const Engine& engine, const Collection& collection, Arena& arena);

}  // namespace paraneo::fhirpath
