#include "fhirpath/compile.h"

#include <algorithm>
#include <array>
#include <string>

#include "diag/counted.h"
#include "diag/suggest.h"
#include "fhirpath/functions/functions.h"
#include "fhirpath/literals.h"
#include "fhirpath/parts.h"
#include "fhirpath/program.h"

namespace paraneo::fhirpath {
namespace {

using syntax::Expression;
using Kind = syntax::ExpressionKind;
using diag::Code;

struct BinaryName {
  std::string_view text;
  Binary binary;
};
constexpr std::array<BinaryName, 22> kBinaries = {{
    {"=", Binary::equal},
    {"!=", Binary::not_equal},
    {"~", Binary::equivalent},
    {"!~", Binary::not_equivalent},
    {"<", Binary::less},
    {"<=", Binary::less_equal},
    {">", Binary::greater},
    {">=", Binary::greater_equal},
    {"+", Binary::plus},
    {"-", Binary::minus},
    {"*", Binary::times},
    {"/", Binary::divide},
    {"div", Binary::integer_divide},
    {"mod", Binary::modulo},
    {"&", Binary::concatenate},
    {"|", Binary::unite},
    {"in", Binary::in},
    {"contains", Binary::contains},
    {"and", Binary::logical_and},
    {"or", Binary::logical_or},
    {"xor", Binary::logical_xor},
    {"implies", Binary::implies},
}};

// Calendar words in the singular; UCUM's definite durations of seconds and below are the same.
std::string_view singular(std::string_view unit) {
  if (unit.ends_with('s')) unit.remove_suffix(1);
  return unit;
}

class Compiler {
 public:
  Compiler(const definition::Definitions& definitions, const CompileOptions& options,
           diag::Sink& sink)
      : definitions_(definitions), options_(options), sink_(sink),
        program_(std::make_shared<Program>()) {}

  std::shared_ptr<const Program> compile(const Expression& expression) {
    const auto errors = sink_.errors();
    program_->root = node(expression);
    if (sink_.errors() != errors) return nullptr;
    fold_literals(*program_);
    program_->decision = Decision(*program_);
    mark_parts(*program_);
    return std::move(program_);
  }

 private:
  std::uint32_t complain(Code code, const Expression& at, std::string message,
                         std::string advice = {}) {
    sink_.report(code, std::move(message), at.span, {}, std::move(advice));
    return 0;
  }

  std::uint32_t add(const Node& node) {
    program_->nodes.push_back(node);
    return static_cast<std::uint32_t>(program_->nodes.size() - 1);
  }

  std::uint32_t add(Node node, std::span<const std::uint32_t> operands) {
    node.first_operand = static_cast<std::uint32_t>(program_->operands.size());
    node.operand_count = static_cast<std::uint32_t>(operands.size());
    program_->operands.insert(program_->operands.end(), operands.begin(), operands.end());
    return add(node);
  }

  static Node make(Op op, const Expression& e) {
    Node node;
    node.op = op;
    node.span = e.span;
    return node;
  }

  std::uint32_t constant(const Expression& e, Item value) {
    auto n = make(Op::constant, e);
    n.value = value;
    return add(n);
  }

  std::uint32_t node(const Expression& e) {
    switch (e.kind) {
      case Kind::empty: return add(make(Op::empty, e));
      case Kind::boolean: return constant(e, Item::of_boolean(e.text == "true"));
      case Kind::string: return constant(e, Item::of_string(program_->arena.copy(e.text)));
      case Kind::integer:
      case Kind::long_integer:
      case Kind::decimal:
      case Kind::quantity: return number(e);
      case Kind::date:
      case Kind::date_time:
      case Kind::time: return temporal(e);
      case Kind::variable: return variable(e);
      case Kind::this_item: return add(make(Op::this_item, e));
      case Kind::index: return add(make(Op::index, e));
      case Kind::total: return add(make(Op::total, e));
      case Kind::member: return member(e);
      case Kind::call: return call(e);
      case Kind::indexer: return with_operands(make(Op::indexer, e), e);
      case Kind::unary:
        if (e.text == "desc") return with_operands(make(Op::descending, e), e);
        return e.text == "-" ? with_operands(make(Op::negate, e), e) : node(*e.operands[0]);
      case Kind::binary: return binary(e);
      case Kind::type_is:
      case Kind::type_as: return type_operator(e);
    }
    return 0;
  }

  std::uint32_t with_operands(Node n, const Expression& e) {
    std::vector<std::uint32_t> operands;
    for (const auto* operand : e.operands) operands.push_back(node(*operand));
    return add(n, operands);
  }

  // What is defined inside is unknown outside.
  std::uint32_t scoped(const Expression& e) {
    const auto known = locals_.size();
    const auto named = program_->names_taken.size();
    const auto out = node(e);
    locals_.resize(known);
    return program_->names_taken.size() == named ? out : with_scope(e, out);
  }

  // The order that sort() takes stays outermost.
  std::uint32_t with_scope(const Expression& e, std::uint32_t value) {
    const auto outer = program_->nodes[value];
    const auto is_order = outer.op == Op::descending || outer.op == Op::negate;
    const std::uint32_t operands[] = {is_order ? program_->operands[outer.first_operand] : value};
    const auto inner = add(make(Op::scoped, e), operands);
    if (!is_order) return inner;
    program_->operands[outer.first_operand] = inner;
    return value;
  }

  static constexpr std::array<const char*, 8> kEnvironment = {
      "context", "resource", "rootResource", "ucum", "sct", "loinc", "factory", "terminologies"};

  bool is_variable(std::string_view name) const {
    for (const auto* known : kEnvironment)
      if (name == known) return true;
    for (const auto& local : locals_)
      if (local == name) return true;
    return std::find(options_.variables.begin(), options_.variables.end(), name) !=
           options_.variables.end();
  }

  std::uint32_t define(const Expression& e) {
    const auto arguments = e.operands.subspan(e.has_focus ? 1 : 0);
    if (arguments.empty() || arguments.size() > 2)
      return complain(Code::fhirpath_arguments, e, "defineVariable() takes 1 to 2 arguments");
    std::vector<std::uint32_t> operands;
    operands.push_back(e.has_focus ? node(*e.operands[0]) : add(make(Op::focus, e)));
    const auto& name = *arguments[0];
    if (name.kind != Kind::string) return define_named(e, arguments, operands);
    if (is_variable(name.text))
      return complain(Code::fhirpath_arguments, name,
                      "there is already a variable %" + std::string(name.text));
    if (arguments.size() > 1) operands.push_back(scoped(*arguments[1]));
    auto n = make(Op::define, e);
    n.slot = program_->local_count++;
    n.text = program_->arena.copy(name.text);
    locals_.push_back(name.text);
    slots_.resize(locals_.size());
    slots_.back() = n.slot;
    return add(n, operands);
  }

  // "defineVariable(name: String ...)": its name is an expression as any other argument is.
  std::uint32_t define_named(const Expression& e, std::span<const Expression* const> arguments,
                             std::vector<std::uint32_t>& operands) {
    for (const auto* argument : arguments) operands.push_back(scoped(*argument));
    auto n = make(Op::define_named, e);
    n.slot = static_cast<std::uint32_t>(program_->names_taken.size());
    auto& taken = program_->names_taken.emplace_back(kEnvironment.begin(), kEnvironment.end());
    for (const auto name : locals_) taken.push_back(program_->arena.copy(name));
    for (const auto name : options_.variables) taken.push_back(program_->arena.copy(name));
    return add(n, operands);
  }

  std::uint32_t number(const Expression& e) {
    const auto value = Decimal::parse(e.text);
    if (!value) return complain(Code::fhirpath_literal, e, "the number has too many digits");
    if (e.kind == Kind::quantity) {
      const Quantity quantity{*value,
                              program_->arena.copy(e.calendar_unit ? singular(e.unit) : e.unit),
                              e.calendar_unit};
      return constant(e, Item::of(program_->arena, quantity));
    }
    if (e.kind == Kind::decimal) return constant(e, Item::of(program_->arena, *value));
    const auto integer = value->to_integer();
    if (!integer) return complain(Code::fhirpath_literal, e, "the integer is too large");
    return constant(e,
                    e.kind == Kind::integer ? Item::of_integer(*integer) : Item::of_long(*integer));
  }

  std::uint32_t temporal(const Expression& e) {
    const auto value = e.kind == Kind::date        ? DateTime::parse_date(e.text)
                       : e.kind == Kind::date_time ? DateTime::parse_date_time(e.text)
                                                   : DateTime::parse_time(e.text);
    if (!value) return complain(Code::fhirpath_literal, e, "this date or time does not exist");
    return constant(e, Item::of(program_->arena, *value));
  }

  std::uint32_t variable(const Expression& e) {
    for (std::size_t i = locals_.size(); i-- > 0;) {
      if (locals_[i] != e.text) continue;
      auto n = make(Op::local, e);
      n.slot = slots_[i];
      return add(n);
    }
    for (std::size_t i = 0; i < options_.variables.size(); ++i) {
      if (options_.variables[i] != e.text) continue;
      auto n = make(Op::variable, e);
      n.slot = static_cast<std::uint32_t>(i);
      return add(n);
    }
    if (e.text == "context") return add(make(Op::context, e));
    if (e.text == "resource") return add(make(Op::resource, e));
    if (e.text == "rootResource") return add(make(Op::root_resource, e));
    const auto url = [&](std::string_view base, std::string_view rest) {
      return constant(e,
                      Item::of_string(program_->arena.copy(std::string(base) + std::string(rest))));
    };
    if (e.text == "ucum") return url("http://unitsofmeasure.org", "");
    if (e.text == "sct") return url("http://snomed.info/sct", "");
    if (e.text == "loinc") return url("http://loinc.org", "");
    if (e.text.starts_with("vs-")) return url("http://hl7.org/fhir/ValueSet/", e.text.substr(3));
    if (e.text.starts_with("ext-"))
      return url("http://hl7.org/fhir/StructureDefinition/", e.text.substr(4));
    return unknown_variable(e);
  }

  std::uint32_t member(const Expression& e) {
    auto n = make(e.has_focus ? Op::member : Op::root_member, e);
    n.symbol = definitions_.find_symbol(e.text);
    n.text = program_->arena.copy(e.text);
    if (!e.has_focus) {
      // "Patient.name": a path may begin with a type that has paths. `code` and the like are names
      // of elements.
      if (const auto type = resolve_type(definitions_, e.text); begins_a_path(type, e.text))
        n.type = type;
      return add(n);
    }
    // FHIR.Patient at the beginning of a path.
    const auto& focus = *e.operands[0];
    if (focus.kind == Kind::member && !focus.has_focus && focus.text == "FHIR") {
      n.op = Op::root_member;
      n.type = resolve_type(definitions_, e.text);
      return add(n);
    }
    return with_operands(n, e);
  }

  bool begins_a_path(const TypeSpec& type, std::string_view name) const {
    if (type.type == 0 || definitions_.is_primitive(type.type)) return false;
    return definitions_.is_root(type.type) || (name[0] >= 'A' && name[0] <= 'Z');
  }

  // Where the function's name stands, behind its focus.
  static Span name_span(const Expression& e) {
    auto span = e.span;
    if (span.source == nullptr) return span;
    const auto at =
        e.has_focus ? span.source->text.find(e.text, e.operands[0]->span.end) : span.begin;
    if (at >= span.end) return span;
    span.begin = static_cast<std::uint32_t>(at);
    span.end = span.begin + static_cast<std::uint32_t>(e.text.size());
    return span;
  }

  std::uint32_t unknown_function(const Expression& e, std::string message,
                                 const std::vector<std::string_view>& known) {
    sink_.report(Code::fhirpath_unknown_function, std::move(message), name_span(e), {},
                 suggestion(e.text, known));
    return 0;
  }

  std::string suggestion(std::string_view name, const std::vector<std::string_view>& known) const {
    const auto near = diag::closest(sink_, name, known, [](std::string_view n) { return n; });
    return near.empty() ? std::string() : diag::did_you_mean(near);
  }

  // Where names are computed, only the run can tell.
  std::uint32_t unknown_variable(const Expression& e) {
    if (!functions_of(e.text).empty())
      return complain(Code::fhirpath_unknown_variable, e,
                      "%" + std::string(e.text) + " has functions, and is no value",
                      "as in %" + std::string(e.text) + "." +
                          std::string(functions_of(e.text)[0].name) + "(...)");
    if (!program_->names_taken.empty()) {
      auto n = make(Op::named, e);
      n.text = program_->arena.copy(e.text);
      return add(n);
    }
    std::vector<std::string_view> known(kEnvironment.begin(), kEnvironment.end());
    known.insert(known.end(), locals_.begin(), locals_.end());
    known.insert(known.end(), options_.variables.begin(), options_.variables.end());
    return complain(Code::fhirpath_unknown_variable, e,
                    "there is no variable %" + std::string(e.text), suggestion(e.text, known));
  }

  // %factory and %terminologies, where nobody gave these names to something else.
  bool is_object(const Expression& e) const {
    if (e.kind != Kind::variable || functions_of(e.text).empty()) return false;
    return std::find(options_.variables.begin(), options_.variables.end(), e.text) ==
           options_.variables.end();
  }

  std::uint32_t call_of_object(const Expression& e, std::string_view object) {
    const auto functions = functions_of(object);
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [&](const Function& f) { return f.name == e.text; });
    const auto type = object == "factory" ? definitions_.find_type(e.text) : 0;
    const auto is_primitive = type != 0 && definitions_.is_primitive(type);
    if (found == functions.end() && !is_primitive) {
      std::vector<std::string_view> names;
      for (const auto& function : functions) names.push_back(function.name);
      return unknown_function(
          e, "%" + std::string(object) + " has no function " + std::string(e.text) + "()", names);
    }
    const auto arguments = e.operands.subspan(1);
    const auto& function = is_primitive ? primitive_constructor() : *found;
    if (!takes(function, e, arguments.size())) return 0;
    auto n = make(Op::call, e);
    n.function = &function;
    n.type.type = is_primitive ? type : 0;
    std::vector<std::uint32_t> operands = {add(make(Op::empty, e))};
    if (function.name == "create") {
      n.type = type_argument(*arguments[0]);
      if (n.type.known && n.type.type == 0)
        return complain(Code::fhirpath_unknown_type, *arguments[0],
                        "only types of FHIR can be made", "as in %factory.create(Period)");
      return add(n, operands);
    }
    for (const auto* argument : arguments) operands.push_back(scoped(*argument));
    return add(n, operands);
  }

  bool takes(const Function& function, const Expression& e, std::size_t count) {
    const auto many = function.arguments_max != kAnyNumber && count > function.arguments_max;
    if (count >= function.arguments_min && !many) return true;
    complain(
        Code::fhirpath_arguments, e,
        std::string(e.text) + "() takes " + expected(function) + ", not " + std::to_string(count));
    return false;
  }

  std::uint32_t call(const Expression& e) {
    if (e.text == "defineVariable") return define(e);
    if (e.has_focus && is_object(*e.operands[0])) return call_of_object(e, e.operands[0]->text);
    const auto* function = find_function(e.text);
    const auto arguments = e.operands.subspan(e.has_focus ? 1 : 0);
    if (function == nullptr)
      return unknown_function(e, "there is no function " + std::string(e.text) + "()",
                              function_names());
    if (!takes(*function, e, arguments.size())) return 0;
    auto n = make(arguments.empty() ? function->bare : Op::call, e);
    n.function = function;
    std::vector<std::uint32_t> operands;
    operands.push_back(e.has_focus ? node(*e.operands[0]) : add(make(Op::focus, e)));
    if (takes_type(e.text)) {
      n.type = type_argument(*arguments[0]);
      return add(n, operands);
    }
    for (const auto* argument : arguments) operands.push_back(scoped(*argument));
    return add(n, operands);
  }

  static bool takes_type(std::string_view name) {
    return name == "ofType" || name == "is" || name == "as";
  }

  static std::string expected(const Function& f) {
    const auto low = std::to_string(f.arguments_min);
    if (f.arguments_max == kAnyNumber) return low + " or more arguments";
    return f.arguments_min == f.arguments_max
               ? diag::counted(f.arguments_min, "argument")
               : low + " to " + std::to_string(f.arguments_max) + " arguments";
  }

  TypeSpec type_argument(const Expression& e) {
    std::string name(e.text);
    if (e.kind == Kind::member && e.has_focus) name = std::string(e.operands[0]->text) + "." + name;
    return known_type(e, name);
  }

  std::vector<std::string_view> type_names() const {
    auto names = definitions_.type_names();
    names.insert(names.begin(),
                 {"Boolean", "Integer", "Long", "Decimal", "String", "Date", "DateTime", "Time"});
    return names;
  }

  TypeSpec known_type(const Expression& e, std::string_view name) {
    const auto type = resolve_type(definitions_, name);
    if (!type.known)
      complain(Code::fhirpath_unknown_type, e, "there is no type " + std::string(name),
               suggestion(name, type_names()));
    return type;
  }

  std::uint32_t binary(const Expression& e) {
    auto n = make(Op::binary, e);
    for (const auto& known : kBinaries)
      if (known.text == e.text) n.binary = known.binary;
    const std::uint32_t operands[] = {scoped(*e.operands[0]), scoped(*e.operands[1])};
    return add(n, operands);
  }

  std::uint32_t type_operator(const Expression& e) {
    auto n = make(e.kind == Kind::type_is ? Op::is_type : Op::as_type, e);
    n.type = known_type(e, e.text);
    return with_operands(n, e);
  }

  const definition::Definitions& definitions_;
  const CompileOptions& options_;
  diag::Sink& sink_;
  std::shared_ptr<Program> program_;
  std::vector<std::string_view> locals_;  // names that are known here, and their slots
  std::vector<std::uint32_t> slots_;
};

}  // namespace

std::shared_ptr<const Program> compile_program(const definition::Definitions& definitions,
                                               const syntax::Expression& expression,
                                               const CompileOptions& options, diag::Sink& sink) {
  return Compiler(definitions, options, sink).compile(expression);
}

}  // namespace paraneo::fhirpath
