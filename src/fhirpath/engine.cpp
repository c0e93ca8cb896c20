// What the engine knows of FHIR's types as System values, and the way into its stages.
#include "fhirpath/fhirpath.h"

#include <array>

#include "fhirpath/check.h"
#include "fhirpath/compile.h"
#include "fhirpath/describe.h"
#include "fhirpath/quantity.h"
#include "fhirpath/run.h"

namespace paraneo::fhirpath {

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

std::shared_ptr<const Program> Engine::compile(const syntax::Expression& expression,
                                               const CompileOptions& options,
                                               diag::Sink& sink) const {
  const auto errors = sink.errors();
  check(*this, expression, options.context, options.strict, sink);
  if (sink.errors() != errors) return nullptr;
  return compile_program(definitions_, expression, options, sink);
}

std::string Engine::describe(const Program& program) const {
  return fhirpath::describe(*this, program);
}

Result<Collection> Engine::evaluate(const Program& program, Collection input,
                                    const Environment& environment) const {
  // What is as good as false may be empty.
  if (program.decision.decide(*this, input, environment) == true)
    return Collection(Item::of_boolean(true));
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
