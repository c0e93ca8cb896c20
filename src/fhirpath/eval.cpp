// Runs a program over an input. Entry point: Engine::evaluate().
#include <algorithm>
#include <array>

#include "diag/render.h"
#include "fhirpath/quantity.h"
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

Collection Run::eval_now(const Node& node, const Scope& scope) {
  switch (node.op) {
    case Op::constant: return of(node.value);
    case Op::empty: return {};
    case Op::focus:
    case Op::this_item: return scope.focus;
    case Op::index: return of_integer(scope.index);
    case Op::total: return scope.total;
    case Op::variable: return environment.variable(node.slot);
    case Op::context: return input_;
    case Op::local: return locals_[node.slot];
    case Op::define:
    case Op::define_named: return define(node, scope);
    case Op::named: return named(node);
    case Op::scoped: return scoped(node, scope);
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

Result<Collection> Engine::evaluate(const Program& program, Collection input,
                                    const Environment& environment) const {
  Run run(*this, program, input, environment);
  auto out = run.eval(program.root, Scope{input, 0, kNothing});
  if (run.failed()) return run.error();
  return out;
}

Result<bool> Engine::test(const Program& program, const Collection& input,
                          const Environment& environment) const {
  if (const auto known = program.decision.decide(*this, input, environment)) return *known;
  Run run(*this, program, input, environment);
  const auto out = run.holds(Scope{input, 0, kNothing});
  if (run.failed()) return run.error();
  return out;
}

std::optional<Collection> Engine::evaluate(const Program& program, Collection input,
                                           const Environment& environment, diag::Sink& sink) const {
  Run run(*this, program, input, environment);
  auto out = run.eval(program.root, Scope{input, 0, kNothing});
  if (!run.failed()) return out;
  const auto& error = run.error();
  sink.report(
      error.fault == Fault::limit ? diag::Code::fhirpath_limit : diag::Code::fhirpath_evaluation,
      error.what, run.error_span(), {}, error.advice);
  return std::nullopt;
}

Engine::Engine(const definition::Definitions& definitions, const TerminologyPort& terminology)
    : definitions_(definitions), terminology_(terminology) {
  struct Known {
    std::string_view name;
    ItemKind kind;
  };
  constexpr std::array<Known, 16> kKnown = {{
      {"boolean", ItemKind::boolean},
      {"integer", ItemKind::integer},
      {"decimal", ItemKind::decimal},
      {"date", ItemKind::date_time},
      {"dateTime", ItemKind::date_time},
      {"instant", ItemKind::date_time},
      {"time", ItemKind::date_time},
      {"Quantity", ItemKind::quantity},
      {"string", ItemKind::string},
      {"uri", ItemKind::string},
      {"base64Binary", ItemKind::string},
      {"xhtml", ItemKind::string},
      {"code", ItemKind::string},
      {"unsignedInt", ItemKind::integer},
      {"positiveInt", ItemKind::integer},
      {"integer64", ItemKind::long_integer},
  }};
  symbols_ = {definitions.find_symbol("value"), definitions.find_symbol("comparator"),
              definitions.find_symbol("unit"), definitions.find_symbol("system"),
              definitions.find_symbol("code")};
  kinds_.assign(definitions.type_count(), ItemKind::element);
  for (definition::TypeId id = 1; id < definitions.type_count(); ++id)
    for (const auto& member : definitions.members(id))
      if (definitions.element_at(member.element).choice) only_json_.insert(member.json_name);
  for (definition::TypeId id = 1; id < definitions.type_count(); ++id) {
    for (const auto& element : definitions.elements(id)) only_json_.erase(element.name);
    for (const auto& known : kKnown) {
      const auto ancestor = definitions.find_type(known.name, id);
      if (ancestor != 0 && definitions.is_a(id, ancestor)) {
        kinds_[id] = known.kind;
        break;
      }
    }
  }
}

bool Engine::has_no_value(const element::Element& element) const {
  if (kinds_[element.type] != ItemKind::quantity) return !element.has_value;
  const auto* value = element.child(symbols_.value);
  return value == nullptr || !value->has_value;
}

Item Engine::quantity_value(const Item& item, Arena& arena) const {
  const auto text = [&](definition::Symbol name) -> std::string_view {
    const auto* child = item.element->child(name);
    return child == nullptr ? std::string_view() : child->value();
  };
  const auto value = Decimal::parse(text(symbols_.value));
  if (!value || !text(symbols_.comparator).empty()) return item;
  auto unit = text(symbols_.code);
  if (!unit.empty() && text(symbols_.system) == "http://unitsofmeasure.org")
    if (const auto word = calendar_word_of(unit); !word.empty())
      return Item::of(arena, Quantity{*value, word, true});
  if (unit.empty()) unit = text(symbols_.unit);
  return Item::of(arena, Quantity{*value, unit.empty() ? "1" : unit, false});
}

namespace {

Item temporal_value(const definition::Definitions& definitions, const Item& item, Arena& arena) {
  const auto name = definitions.type_name(item.element->type);
  const auto text = item.element->value();
  const auto value = name == "date"   ? DateTime::parse_date(text)
                     : name == "time" ? DateTime::parse_time(text)
                                      : DateTime::parse_date_time(text);
  return value ? Item::of(arena, *value) : Item::of_string(text);
}

}  // namespace

Item Engine::system_value(const Item& item, Arena& arena) const {
  if (!item.is_element()) return item;
  const auto& element = *item.element;
  const auto kind = kinds_[element.type];
  if (kind == ItemKind::quantity) return quantity_value(item, arena);
  if (kind == ItemKind::element || !element.has_value) return item;
  const auto text = element.value();
  switch (kind) {
    case ItemKind::boolean: return Item::of_boolean(text == "true");
    case ItemKind::string: return Item::of_string(text);
    case ItemKind::date_time: return temporal_value(definitions_, item, arena);
    default: break;
  }
  const auto number = Decimal::parse(text);
  if (!number) return Item::of_string(text);
  if (kind == ItemKind::decimal) return Item::of(arena, *number);
  const auto integer = number->to_integer();
  if (!integer) return Item::of_string(text);
  return kind == ItemKind::integer ? Item::of_integer(*integer) : Item::of_long(*integer);
}

std::string Engine::type_name(const Item& item) const {
  switch (item.kind) {
    case ItemKind::element:
      return (is_system_type(definitions_, item.element->type) ? "System." : "FHIR.") +
             std::string(definitions_.type_name(item.element->type));
    case ItemKind::boolean: return "System.Boolean";
    case ItemKind::integer: return "System.Integer";
    case ItemKind::long_integer: return "System.Long";
    case ItemKind::decimal: return "System.Decimal";
    case ItemKind::string: return "System.String";
    case ItemKind::quantity: return "System.Quantity";
    case ItemKind::type_info: return "System.TypeInfo";
    case ItemKind::date_time: break;
  }
  return item.date_time->kind == DateTime::Kind::date        ? "System.Date"
         : item.date_time->kind == DateTime::Kind::date_time ? "System.DateTime"
                                                             : "System.Time";
}

std::optional<std::string_view> text_of(const Item& value, Arena& arena) {
  switch (value.kind) {
    case ItemKind::boolean: return value.boolean ? "true" : "false";
    case ItemKind::integer:
    case ItemKind::long_integer: return arena.copy(std::to_string(value.integer));
    case ItemKind::decimal: return arena.copy(value.decimal->text());
    case ItemKind::string: return value.string();
    case ItemKind::date_time: return arena.copy(value.date_time->text());
    case ItemKind::quantity: {
      const auto& q = *value.quantity;
      const auto unit = q.calendar ? std::string(q.unit) + (q.value == Decimal(1) ? "" : "s")
                                   : "'" + std::string(q.unit) + "'";
      return arena.copy(q.value.text() + " " + unit);
    }
    case ItemKind::type_info:
      return arena.copy(std::string(value.type_info->space) + "." +
                        std::string(value.type_info->name));
    case ItemKind::element: break;
  }
  return std::nullopt;
}

bool is_true(const Engine& engine, const Collection& collection, Arena& arena) {
  if (collection.size() != 1) return false;
  const auto value = engine.system_value(collection[0], arena);
  if (engine.lacks_value(value)) return false;
  return value.kind != ItemKind::boolean || value.boolean;
}

}  // namespace paraneo::fhirpath
