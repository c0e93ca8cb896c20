// One evaluation: what functions see of it. Internal to this folder.
//
// Errors are kept in the run: the first one wins, everything after it yields nothing, and
// evaluate() returns it.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_set>

#include "fhirpath/defined_variables.h"
#include "fhirpath/memo.h"
#include "fhirpath/program.h"

namespace paraneo::fhirpath {

// What $this, $index and $total are, and what a name without a focus applies to. Refers to
// collections of whoever evaluates.
struct Scope {
  const Collection& focus;
  std::int64_t index;
  const Collection& total;
};
inline const Collection kNothing{};

// One evaluation of one program. Lives on the stack of Engine::evaluate(); not thread-safe.
class Run {
 public:
  // Everything is borrowed, and must outlive the run.
  Run(const Engine& engine, const Program& program, const Collection& input,
      const Environment& environment)
      : engine(engine), program(program), environment(environment), arena(environment.arena),
        input_(input), defined_(*this, arena.make_array<Collection>(program.local_count)),
        steps_free_(std::min(kStepsBetweenLooks, environment.limits.steps_max)),
        bytes_before_(environment.budget != nullptr ? environment.budget->bytes_before()
                                                    : arena.used_bytes()) {}

  // The value of a node; empty after a failure, which every later step sees.
  Collection eval(std::uint32_t node, const Scope& scope);
  Collection eval(const Node& parent, std::uint32_t operand, const Scope& scope) {
    return eval(program.operand(parent, operand), scope);
  }
  // The whole program as a condition, by is_true().
  bool holds(const Scope& scope);
  // With the item as $this.
  Collection eval_for(const Node& parent, std::uint32_t operand, const Item& item,
                      std::int64_t index) {
    const Collection focus(item);
    return eval(parent, operand, Scope{focus, index, kNothing});
  }

  // The operand as a condition: true, false, or none for empty. `parent` is to blame for what is
  // none.
  std::optional<bool> test(const Node& parent, std::uint32_t operand, const Scope& scope);
  std::optional<bool> test_for(const Node& parent, std::uint32_t operand, const Item& item,
                               std::int64_t index) {
    const Collection focus(item);
    return test(parent, operand, Scope{focus, index, kNothing});
  }

  bool failed() const { return error_.has_value(); }
  // The first failure is kept; `at` is to blame for it.
  void fail(const Node& at, std::string message, ErrorCode code = ErrorCode::evaluation);
  const Error& error() const { return *error_; }
  Span error_span() const { return error_span_; }

  // The collection as one item; none when it is empty. More than one is an error.
  std::optional<Item> single(const Node& at, const Collection& collection);
  // The same, as a System value of the kind; another kind is an error.
  std::optional<Item> single(const Node& at, const Collection& collection, ItemKind kind,
                             std::string_view what);
  std::optional<std::string_view> string(const Node& at, const Collection& collection);
  std::optional<std::int64_t> integer(const Node& at, const Collection& collection);
  // The singleton rule for conditions: true, false, or none for empty.
  std::optional<bool> condition(const Node& at, const Collection& collection);

  Item value(const Item& item) { return engine.system_value(item, arena); }
  Collection of(Item item) { return Collection(item); }
  Collection of(bool truth) { return of(Item::of_boolean(truth)); }
  Collection of(std::optional<bool> truth) { return truth ? of(*truth) : Collection(); }
  Collection of_text(std::string_view text) { return of(Item::of_string(text)); }
  Collection of_copy(const std::string& text) {
    return has_room(text.size()) ? of_text(arena.copy(text)) : Collection();
  }
  Collection of_integer(std::int64_t value) { return of(Item::of_integer(value)); }

  // One more step of work; false when a limit is reached or something failed.
  bool step(const Node& at) {
    current_ = &at;
    return work(1);
  }
  // That many steps, where the node that is evaluated is to blame.
  bool work(std::uint64_t steps) {
    steps_ += steps;
    return (steps_ <= steps_free_ || look()) && has_room(0);
  }
  // Whether that much more memory may be used; failing otherwise.
  bool has_room(std::size_t bytes) {
    const auto most = environment.limits.evaluation_bytes_max;
    return (bytes <= most && arena.used_bytes() - bytes_before_ <= most - bytes) || out_of_room();
  }

  const Collection& input() const { return input_; }
  const Engine& engine;
  const Program& program;
  const Environment& environment;
  Arena& arena;

 private:
  // What the node is by its own kind, whether it is kept or not.
  Collection eval_now(const Node& node, const Scope& scope);
  // The value of a part, once for all runs with that memo.
  Collection remembered(std::uint32_t index, const Scope& scope);
  bool is_kept(const Node& node) const {
    return node.part != kNoPart && environment.memo != nullptr;
  }
  bool look();
  bool limit(std::string message, std::string_view name);
  bool out_of_room();
  const Collection& seen(const Node& parent, std::uint32_t operand, const Scope& scope,
                         Collection& made);
  bool is_tested(const Node& node) const;
  std::optional<bool> tested(const Node& node, const Scope& scope);
  bool any(const Node& node, const Scope& scope);
  Collection member(const Node& node, const Collection& focus);
  std::optional<Item> part_of(const Item& item, std::string_view name);
  Collection root_member(const Node& node, const Scope& scope);
  Collection indexer(const Node& node, const Scope& scope);
  Collection negate(const Node& node, const Scope& scope);
  // %resource and %rootResource.
  Collection resource(const Node& node);
  Collection type_operator(const Node& node, const Scope& scope);

  const Collection& input_;
  std::optional<Error> error_;
  Span error_span_;
  std::uint64_t steps_ = 0;
  const Node* current_ = nullptr;
  DefinedVariables defined_;
  std::uint64_t steps_free_;  // until the next look at what is allowed; none after an error
  std::size_t bytes_before_;
};

// operators/*.cpp
Collection eval_binary(Run& run, const Node& node, const Scope& scope);
// The operators whose result is true, false or empty.
bool is_test(Binary binary);
std::optional<bool> test_binary(Run& run, const Node& node, const Scope& scope);
// Three-valued: none when precision or units leave it open.
std::optional<bool> equal(Run& run, const Item& a, const Item& b);
std::optional<bool> equal(Run& run, const Collection& a, const Collection& b);
bool equivalent(Run& run, const Item& a, const Item& b);
bool equivalent(Run& run, const Collection& a, const Collection& b);
bool contains(Run& run, const Collection& collection, const Item& item);
// The item as a string where it is one, without making anything.
std::optional<std::string_view> plain_string(const Run& run, const Item& item);

// Asked again and again whether a collection contains an item: strings are looked up by hash.
class Membership {
 public:
  // Both must outlive it. Makes the index at once, in time proportional to the collection.
  Membership(Run& run, const Collection& collection);
  // By equality (`=`).
  bool has(const Item& item);

 private:
  Run& run_;
  const Collection& collection_;
  std::unordered_set<std::string_view> strings_;
  bool all_strings_ = false;
};
// Below, at or above 0 as a < b, a = b, a > b; none where the comparison is empty, or failed
// (which is reported at `at`): FHIRPath 2.0, 6.2.
std::optional<int> order(Run& run, const Node& at, const Item& a, const Item& b);
// a | b: without doubles, those of `a` first (6.5.1).
Collection unite(Run& run, const Collection& a, const Collection& b);
// `is`: of that type or of one derived from it (6.3.1).
bool is_type(const Run& run, const Item& item, const TypeSpec& type);
// The items that ofType() and `as` select. `by_value`: an element whose value has the System type
// is that value, as with `as` (FHIR R4 2.9.1.3).
Collection of_type(Run& run, const Collection& in, const TypeSpec& type, bool by_value);
void append_children(Run& run, const Item& item, definition::Symbol name, Collection& to);
std::optional<Decimal> as_decimal(const Item& value);
Collection too_many(Run& run, const Node& node, const Collection& collection);

}  // namespace paraneo::fhirpath
