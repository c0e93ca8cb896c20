// Runs a program over an input. Entry points: Run::eval(), Run::holds().
#include <algorithm>
#include <array>

#include "diag/render.h"
#include "fhirpath/quantity.h"
#include "fhirpath/remembered.h"
#include "fhirpath/run.h"

namespace paraneo::fhirpath {

void Run::fail(const Node& at, std::string message, ErrorCode code) {
  if (error_) return;
  error_ = Error{code, std::move(message), diag::file_line_column(at.span), {}};
  error_span_ = at.span;
  steps_free_ = 0;
}

bool Run::limit(std::string message, std::string_view name) {
  if (error_) return false;
  fail(*current_, std::move(message),
       name == "time" ? ErrorCode::limit_time : ErrorCode::limit_steps);
  error_->advice = limit_advice(name);
  return false;
}

bool Run::look() {
  if (error_) return false;
  const auto& limits = environment.limits;
  if (steps_ > limits.steps_max)
    return limit("the expression takes more than " + std::to_string(limits.steps_max) + " steps",
                 "steps");
  if (environment.budget != nullptr && environment.budget->is_late())
    return limit("the expression takes more than " + std::to_string(limits.time_ms_max) + " ms",
                 "time");
  steps_free_ = std::min(steps_ + kStepsBetweenLooks, limits.steps_max);
  return true;
}

bool Run::out_of_room() {
  const auto most = environment.limits.evaluation_bytes_max;
  return limit("the expression needs more than " + std::to_string(most) + " bytes of memory",
               "memory");
}

std::optional<Item> Run::single(const Node& at, const Collection& collection) {
  if (collection.empty() || failed()) return std::nullopt;
  if (collection.size() > 1) {
    fail(at, "one item is needed here, there are " + std::to_string(collection.size()));
    return std::nullopt;
  }
  const auto item = value(collection[0]);
  // What no Decimal holds stays a text, which would be compared and calculated with as one.
  if (item.kind == ItemKind::string && collection[0].is_element() &&
      engine.kind_of(collection[0].element->type) != ItemKind::string) {
    fail(at, "\"" + std::string(item.string().substr(0, 40)) + "\" cannot be used as a " +
                 std::string(engine.definitions().type_name(collection[0].element->type)));
    return std::nullopt;
  }
  return engine.lacks_value(item) ? std::nullopt : std::optional(item);
}

std::optional<Item> Run::single(const Node& at, const Collection& collection, ItemKind kind,
                                std::string_view what) {
  const auto item = single(at, collection);
  if (!item || item->kind == kind) return item;
  fail(at, std::string(what) + " is needed here, found " + engine.type_name(*item));
  return std::nullopt;
}

std::optional<std::string_view> Run::string(const Node& at, const Collection& collection) {
  const auto item = single(at, collection, ItemKind::string, "a string");
  if (!item) return std::nullopt;
  return item->string();
}

std::optional<std::int64_t> Run::integer(const Node& at, const Collection& collection) {
  const auto item = single(at, collection, ItemKind::integer, "an integer");
  if (!item) return std::nullopt;
  return item->integer;
}

std::optional<bool> Run::condition(const Node& at, const Collection& collection) {
  const auto item = single(at, collection);
  if (!item) return std::nullopt;
  return item->kind == ItemKind::boolean ? item->boolean : true;
}

void append_children(Run& run, const Item& item, definition::Symbol name, Collection& to) {
  if (!item.is_element() || name == 0) return;
  // "FHIR primitives have a value child" (FHIR R4 2.9.1.5, hasValue()).
  if (item.element->has_value && name == run.engine.value_symbol())
    return to.push(run.arena, run.value(item));
  const auto* child = item.element->first;
  while (child != nullptr && child->name != name) child = child->next;
  // Children of one name stand together.
  for (; child != nullptr && child->name == name; child = child->next)
    to.push(run.arena, Item::of(child));
}

Collection Run::member(const Node& node, const Collection& focus) {
  Collection out;
  for (const auto& item : focus) {
    if (item.is_element()) append_children(*this, item, node.symbol, out);
    else if (const auto part = part_of(item, node.text)) out.push(arena, *part);
  }
  return out;
}

// What values of System have inside: a quantity's value and unit (FHIRPath 2.0 4.1.8), a type's
// names (10).
std::optional<Item> Run::part_of(const Item& item, std::string_view name) {
  if (item.kind == ItemKind::quantity) {
    if (name == "value") return Item::of(arena, item.quantity->value);
    if (name == "unit") return Item::of_string(item.quantity->unit);
  } else if (item.kind == ItemKind::type_info) {
    if (name == "name") return Item::of_string(item.type_info->name);
    if (name == "namespace") return Item::of_string(item.type_info->space);
  }
  return std::nullopt;
}

// The nearest resource around the input, or the outermost one.
Collection Run::resource(const Node& node) {
  const auto* known = node.op == Op::resource ? environment.resource : environment.root_resource;
  if (known != nullptr) return of(Item::of(known));
  const auto* element = input_.empty() || !input_[0].is_element() ? nullptr : input_[0].element;
  const element::Element* found = nullptr;
  for (; element != nullptr; element = element->parent) {
    if (!engine.definitions().is_resource(element->type)) continue;
    found = element;
    if (node.op == Op::resource) break;
  }
  return found == nullptr ? Collection() : of(Item::of(found));
}

Collection Run::root_member(const Node& node, const Scope& scope) {
  if (node.type.type != 0) {
    Collection out;
    for (const auto& item : scope.focus)
      if (item.is_element() && engine.definitions().is_a_named(item.element->type, node.type.type))
        out.push(arena, item);
    if (!out.empty()) return out;
  }
  return member(node, scope.focus);
}

Collection Run::indexer(const Node& node, const Scope& scope) {
  const auto focus = eval(node, 0, scope);
  const auto index = integer(node, eval(node, 1, scope));
  if (!index || *index < 0 || *index >= std::int64_t{focus.size()}) return {};
  return of(focus[static_cast<std::size_t>(*index)]);
}

Collection Run::negate(const Node& node, const Scope& scope) {
  const auto item = single(node, eval(node, 0, scope));
  if (!item) return {};
  if (item->is_whole_number()) {
    // The lowest integer has no positive counterpart.
    if (item->integer == INT64_MIN) return {};
    return of(item->kind == ItemKind::integer ? Item::of_integer(-item->integer)
                                              : Item::of_long(-item->integer));
  }
  if (item->kind == ItemKind::decimal) return of(Item::of(arena, item->decimal->negated()));
  if (item->kind == ItemKind::quantity) {
    auto quantity = *item->quantity;
    quantity.value = quantity.value.negated();
    return of(Item::of(arena, quantity));
  }
  fail(node, "only numbers have a sign, not " + engine.type_name(*item));
  return {};
}

Collection Run::type_operator(const Node& node, const Scope& scope) {
  const auto left = eval(node, 0, scope);
  if (left.empty()) return {};
  // R4's own search parameters take `as` for a filter: Observation.component.value as Quantity.
  if (node.op == Op::as_type) return of_type(*this, left, node.type, true);
  if (left.size() > 1) return too_many(*this, node, left);
  return of(is_type(*this, left[0], node.type));
}

Collection too_many(Run& run, const Node& node, const Collection& collection) {
  run.fail(node, "one item is needed here, there are " + std::to_string(collection.size()));
  return {};
}

Collection Run::eval(std::uint32_t index, const Scope& scope) {
  const auto& node = program.nodes[index];
  if (!step(node)) return {};
  return is_kept(node) ? remembered(index, scope) : eval_now(node, scope);
}

Collection Run::remembered(std::uint32_t index, const Scope& scope) {
  const auto& node = program.nodes[index];
  auto* entry = remembered_entry(*this, node);
  if (entry == nullptr) return eval_now(node, scope);
  if (entry->is_known) return entry->value;
  const auto& outer = environment;
  const Environment within{outer.memo->arena(), outer.limits,    outer.now,    outer.resource,
                           outer.root_resource, outer.variables, outer.places, outer.terminology,
                           outer.profiles,      outer.trace,     outer.budget, nullptr};
  Run inner(engine, program, input_, within);
  inner.bytes_before_ = within.arena.used_bytes();
  auto value = inner.eval_now(node, scope);
  if (inner.failed()) {
    if (!error_) {
      error_ = inner.error_;
      error_span_ = inner.error_span_;
      steps_free_ = 0;
    }
    return {};
  }
  if (!work(inner.steps_)) return {};
  entry->is_known = true;
  return entry->value = value;
}

Collection Run::eval_now(const Node& node, const Scope& scope) {
  switch (node.op) {
    case Op::constant: return of(node.value);
    case Op::texts: return program.texts[node.slot].value;
    case Op::empty: return {};
    case Op::focus:
    case Op::this_item: return scope.focus;
    case Op::index: return of_integer(scope.index);
    case Op::total: return scope.total;
    case Op::variable: return environment.variable(node.slot);
    case Op::context: return input_;
    case Op::local: return defined_.local(node);
    case Op::define:
    case Op::define_named: return defined_.define(node, scope);
    case Op::named: return defined_.named(node);
    case Op::scoped: return defined_.scoped(node, scope);
    case Op::resource:
    case Op::root_resource: return resource(node);
    case Op::member: {
      Collection made;
      return member(node, seen(node, 0, scope, made));
    }
    case Op::root_member: return root_member(node, scope);
    case Op::call: {
      const auto focus = eval(node, 0, scope);
      return failed() ? Collection() : node.function->body(*this, node, focus, scope);
    }
    case Op::any:
    case Op::none: return of(tested(node, scope));
    case Op::indexer: return indexer(node, scope);
    case Op::negate: return negate(node, scope);
    case Op::descending: return eval(node, 0, scope);
    case Op::binary: return eval_binary(*this, node, scope);
    case Op::is_type:
    case Op::as_type: return type_operator(node, scope);
  }
  return {};
}

std::optional<bool> Run::test(const Node& parent, std::uint32_t operand, const Scope& scope) {
  const auto& node = program.nodes[program.operand(parent, operand)];
  if (is_kept(node) || !is_tested(node)) return condition(parent, eval(parent, operand, scope));
  return step(node) ? tested(node, scope) : std::nullopt;
}

bool Run::holds(const Scope& scope) {
  const auto& node = program.nodes[program.root];
  if (is_kept(node) || !is_tested(node)) return is_true(engine, eval(program.root, scope), arena);
  return step(node) && tested(node, scope) == true;
}

// Its result is true, false or empty, and needs no collection.
bool Run::is_tested(const Node& node) const {
  switch (node.op) {
    case Op::any:
    case Op::none: return true;
    case Op::binary: return is_test(node.binary);
    case Op::call: return node.function->test != nullptr;
    default: return false;
  }
}

std::optional<bool> Run::tested(const Node& node, const Scope& scope) {
  if (node.op == Op::binary) return test_binary(*this, node, scope);
  if (node.op == Op::call) {
    const auto focus = eval(node, 0, scope);
    return failed() ? std::nullopt : node.function->test(*this, node, focus, scope);
  }
  const auto found = any(node, scope);
  return failed() ? std::nullopt : std::optional(found == (node.op == Op::any));
}

// Whether the focus of exists() or empty() has an item. Children are not collected for that.
bool Run::any(const Node& node, const Scope& scope) {
  const auto& focus = program.nodes[program.operand(node, 0)];
  const auto is_name =
      focus.op == Op::member || (focus.op == Op::root_member && focus.type.type == 0);
  if (!is_name) return !eval(node, 0, scope).empty();
  if (!step(focus)) return false;
  Collection made;
  const auto& parents = focus.op == Op::member ? seen(focus, 0, scope, made) : scope.focus;
  for (const auto& parent : parents) {
    if (!parent.is_element()) {
      if (part_of(parent, focus.text)) return true;
      continue;
    }
    if (focus.symbol == 0) continue;
    if (parent.element->child(focus.symbol) != nullptr) return true;
    if (parent.element->has_value && focus.symbol == engine.value_symbol()) return true;
  }
  return false;
}

// The operand's value where it lies, or in `made`.
const Collection& Run::seen(const Node& parent, std::uint32_t operand, const Scope& scope,
                            Collection& made) {
  const auto& node = program.nodes[program.operand(parent, operand)];
  switch (node.op) {
    case Op::focus:
    case Op::this_item: return step(node) ? scope.focus : made;
    case Op::variable: return step(node) ? environment.variable(node.slot) : made;
    default: return made = eval(parent, operand, scope);
  }
}

// The items of the type. Here "all primitives are considered to be independent types" (FHIR
// R4 2.9.1.5, ofType()): a code is no string.
Collection of_type(Run& run, const Collection& in, const TypeSpec& type, bool by_value) {
  const auto& definitions = run.engine.definitions();
  const auto is_exact = !type.system && definitions.is_primitive(type.type);
  Collection out;
  for (const auto& item : in) {
    if (by_value && type.system && item.is_element()) {
      if (const auto value = run.value(item); !value.is_element() && is_type(run, value, type))
        out.push(run.arena, value);
      continue;
    }
    const auto fits = item.is_element() && is_exact
                          ? definitions.is_named_alike(item.element->type, type.type)
                          : is_type(run, item, type);
    if (fits) out.push(run.arena, item);
  }
  return out;
}

bool is_type(const Run& run, const Item& item, const TypeSpec& type) {
  if (item.is_element() && type.system &&
      is_system_type(run.engine.definitions(), item.element->type))
    return is_type(run, run.engine.system_value(item, run.arena), type);
  if (item.is_element())
    return !type.system && run.engine.definitions().is_a_named(item.element->type, type.type);
  if (!type.system) {
    // Values that were computed have System types; FHIR's Quantity is the one name both share.
    return item.kind == ItemKind::quantity &&
           run.engine.definitions().type_name(type.type) == "Quantity";
  }
  return item.kind == type.kind &&
         (item.kind != ItemKind::date_time || item.date_time->kind == type.temporal);
}

}  // namespace paraneo::fhirpath
