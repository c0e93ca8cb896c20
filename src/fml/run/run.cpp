// Entry point: run().
#include "fml/run/run.h"

#include <algorithm>

#include "diag/counted.h"
#include "element/message_place.h"
#include "element/path.h"
#include "fml/run/runner.h"
#include "fml/transforms/transforms.h"

namespace paraneo::fml {
namespace {

using diag::Code;
using fhirpath::ItemKind;

bool is_set(const ExpressionCode& code) { return code.program != nullptr; }

Collection listed(const Collection& all, ast::SourceListMode mode) {
  if (all.empty()) return all;
  switch (mode) {
    case ast::SourceListMode::first: return all.slice(0, 1);
    case ast::SourceListMode::not_first: return all.slice(1, all.size());
    case ast::SourceListMode::last: return all.slice(all.size() - 1, all.size());
    case ast::SourceListMode::not_last: return all.slice(0, all.size() - 1);
    default: return all;
  }
}

element::Element* target_element(const Collection& value) {
  // Slots in the role of a target hold elements of trees that this run was given to write.
  return value.size() == 1 && value.only().is_element()
             ? const_cast<element::Element*>(value.only().element)
             : nullptr;
}

// By the name of the type, of whatever release. Of a choice, one rule for each type fires: an Age
// is no Quantity where the element may be either, and primitives are types of their own.
bool is_of_type(const definition::Definitions& definitions, const element::Element& element,
                definition::TypeId wanted) {
  if (definitions.is_named_alike(element.type, wanted)) return true;
  if (definitions.is_primitive(wanted)) return false;
  if (element.parent != nullptr)
    for (const auto& ref : definitions.types(definitions.element_at(element.def)))
      if (ref.type != 0 && definitions.is_named_alike(ref.type, wanted)) return false;
  return definitions.is_a_named(element.type, wanted);
}

// What a target made, as its variable.
void keep(Frame frame, std::uint32_t slot, const element::Element* made) {
  if (slot != kNone) frame[slot] = made == nullptr ? Collection() : Collection(Item::of(made));
}

}  // namespace

void Runner::complain(Code code, std::string message, const Span& span) {
  environment.sink.report(code, std::move(message), span);
}

std::string_view Runner::next_uuid(const TargetCode& code) {
  if (!uuids_) {
    uuids_.emplace(environment.uuid_seed);
    uuid_counts_.resize(program.uuid_count);
  }
  auto& text =
      *static_cast<char(*)[UuidSeries::kChars]>(environment.arena.allocate(UuidSeries::kChars, 1));
  uuids_->write(code.uuid, uuid_counts_[code.uuid]++, text);
  return {text, sizeof text};
}

// `argument` gives the value of the nth parameter.
template <class Argument>
void Runner::enter(const GroupCode& code, std::size_t arguments, const Argument& argument) {
  if (!meter.step(code.span)) return;
  if (depth_ >= environment.limits.group_depth_max) {
    meter.stop("groups call one another more than " +
                   std::to_string(environment.limits.group_depth_max) + " deep",
               limit_advice("depth"), code.span);
    return;
  }
  ++depth_;
  const auto mark = scratch_.mark();
  auto frame = scratch_.make_array<Collection>(code.slot_count);
  for (std::size_t i = 0; i < arguments && i < frame.size(); ++i) frame[i] = argument(i);
  if (code.base != kNone) {
    auto base = scratch_.make_array<Collection>(code.base_arguments.size());
    for (std::size_t i = 0; i < base.size(); ++i) base[i] = frame[code.base_arguments[i]];
    group(code.base, base);
  }
  for (const auto& [slot, constant] : code.constants)
    frame[slot] = evaluate(constant, {}, frame, code.span);
  const auto& all = is_observed_ ? code.observed_steps : code.steps;
  steps(all.data(), all.data() + all.size(), frame);
  scratch_.rewind(mark);
  --depth_;
}

void Runner::group(std::uint32_t index, std::span<const Collection> arguments) {
  enter(program.groups[index], arguments.size(), [&](std::size_t i) { return arguments[i]; });
}

void Runner::call(const CallCode& code, Frame frame) {
  enter(program.groups[code.group], code.operands.size(),
        [&](std::size_t i) { return value(code.operands[i], frame, code.span); });
}

void Runner::steps(const Step* at, const Step* end, Frame frame) {
  // What a target makes, as its variable.
  const auto make = [&](const auto& made_in) {
    auto* parent = target_element(frame[at->context]);
    keep(frame, at->slot, parent == nullptr ? nullptr : made_in(*parent));
  };
  while (at != end) {
    switch (at->kind) {
      case Step::Kind::source:
        if (!meter.step(at->rule->span)) return;
        at = source(*at, frame);
        continue;
      case Step::Kind::copy:
        if (!meter.step(at->rule->span)) return;
        at = copy(*at, frame);
        continue;
      case Step::Kind::literal: make([&](auto& parent) { return literal(*at, parent); }); break;
      case Step::Kind::child:
        make([&](auto& parent) {
          return writer.child(parent, at->resolved, at->more, at->target->span);
        });
        break;
      case Step::Kind::item:
        make([&](auto& parent) { return item_target(*at, parent, frame); });
        break;
      case Step::Kind::type:
        make([&](auto& parent) { return made_type(*this, *at->target, frame, &parent); });
        break;
      case Step::Kind::value:
        make([&](auto& parent) { return all_written(*at, parent, frame); });
        break;
      case Step::Kind::variable: variable(*at, frame); break;
      case Step::Kind::target: target(*at, frame); break;
      case Step::Kind::call: call(*at->call, frame); break;
      case Step::Kind::fired: environment.observer->fired(*at->rule, frame); break;
      case Step::Kind::assigned: environment.observer->assigned(*at->target, frame); break;
      case Step::Kind::done: environment.observer->done(*at->rule); break;
      case Step::Kind::ended: environment.observer->ended(*at->rule); break;
    }
    ++at;
  }
}

// How many items a source has whose contexts are as usual; more: it needs a closer look.
enum class Found : std::uint8_t { none, one, more };

// The only one in `item`.
inline Found find_only(const ResolvedElement& resolved, const Collection& contexts,
                       const element::Element*& item) {
  if (contexts.empty()) return Found::none;
  if (contexts.size() > 1 || !contexts.only().is_element()) return Found::more;
  item = contexts.only().element;
  if (resolved.name == 0) return Found::one;
  if (item->type != resolved.owner) return Found::more;
  // Children stand in the order of their definitions.
  item = item->first;
  while (item != nullptr && item->def < resolved.index) item = item->next;
  if (item == nullptr || item->def != resolved.index) return Found::none;
  return item->next != nullptr && item->next->def == resolved.index ? Found::more : Found::one;
}

// The step to go on with: the next one for the source's only item, else the one behind all that is
// done for each item.
inline const Step* Runner::source(const Step& step, Frame frame) {
  const auto* next = &step + 1;
  const element::Element* item = nullptr;
  // Nearly every source of a map has no element, or one.
  const auto found = step.fast_path == FastPath::special
                         ? Found::more
                         : find_only(step.resolved, frame[step.context], item);
  if (found == Found::more) each_item(step, frame);
  if (found != Found::one) return next + step.more;
  frame[step.slot] = Collection(Item::of(item));
  const auto goes_on = step.fast_path == FastPath::plain ||
                       holds(step.source->where, frame[step.slot], frame, step.source->span);
  return goes_on ? next : next + step.more;
}

// The same for a source whose only item goes to the target behind it, and nowhere else.
inline const Step* Runner::copy(const Step& step, Frame frame) {
  const auto& target = (&step)[1];
  const element::Element* item = nullptr;
  const auto found = find_only(step.resolved, frame[step.context], item);
  if (found == Found::none) return &target + 1;
  auto* parent =
      found == Found::one && !has_default_groups_ ? target_element(frame[target.context]) : nullptr;
  if (parent != nullptr && writer.append_value(*parent, target.resolved, Item::of(item)) != nullptr)
    return &target + 1;
  return source(step, frame);
}

// Of all groups: the stack has to hold them.
class Runner::Level {
 public:
  explicit Level(Runner& runner) : count_(runner.levels_) { ++count_; }
  ~Level() { --count_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  std::uint32_t& count_;
};

void Runner::each_item(const Step& step, Frame frame) {
  constexpr std::uint32_t kLevelsOfGroup = 10;  // more than people write
  const auto most = environment.limits.group_depth_max * kLevelsOfGroup;
  const auto& code = *step.source;
  const auto& span = step.rule->span;
  if (levels_ >= most) {
    meter.stop("more than " + std::to_string(most) + " sources are nested", limit_advice("depth"),
               span);
    return;
  }
  const Level level(*this);
  const auto* next = &step + 1;
  for (const auto& item : items(code, frame)) {
    if (!meter.step(span)) return;
    frame[code.slot] = Collection(item);
    if (is_set(code.check) || is_set(code.log)) {
      if (!passes(code, item, frame)) continue;
    }
    steps(next, next + step.more, frame);
  }
}

Collection Runner::elements(const ResolvedElement& resolved, const Collection& contexts) {
  if (resolved.name == 0) return contexts;
  Collection all;
  for (const auto& context : contexts) {
    if (!context.is_element()) continue;
    const auto& element = *context.element;
    if (resolved.name == program.data_types.value && element.has_value)
      all.push(environment.arena, Item::of_string(element.value()));  // without its extensions
    const auto is_known = resolved.def != nullptr && element.type == resolved.owner;
    // Children stand in the order of their definitions.
    const auto last = is_known ? resolved.index : kNone;
    for (const auto* c = element.first; c != nullptr && c->def <= last; c = c->next)
      if (c->name == resolved.name) all.push(environment.arena, Item::of(c));
  }
  return all;
}

Collection Runner::items(const SourceCode& source, Frame frame) {
  auto all = elements(source.resolved, frame[source.context]);
  if (source.fast_path == FastPath::plain) return all;
  const auto& definitions = engine.definitions();
  if (source.type != 0) {
    Collection of_type;
    for (const auto& item : all)
      if (item.is_element() && is_of_type(definitions, *item.element, source.type))
        of_type.push(environment.arena, item);
    all = of_type;
  }
  if (all.empty() && is_set(source.default_value))
    all = evaluate(source.default_value, frame[source.context], frame, source.span);
  if (is_set(source.where)) all = filtered(source, all, frame);
  const auto too_many =
      source.list == ast::SourceListMode::only_one ? all.size() > 1 : all.size() > source.max;
  if (all.size() < source.min || too_many)
    complain(Code::fml_cardinality, "the source has " + diag::counted(all.size(), "item") + " here",
             source.span);
  return listed(all, source.list);
}

Collection Runner::filtered(const SourceCode& source, const Collection& all, Frame frame) {
  Collection out;
  for (const auto& item : all) {
    // The condition may name its own item.
    const Collection input(item);
    frame[source.slot] = input;
    if (holds(source.where, input, frame, source.span)) out.push(environment.arena, item);
  }
  return out;
}

bool Runner::passes(const SourceCode& source, const Item& item, Frame frame) {
  const Collection input(item);
  if (is_set(source.check) && !holds(source.check, input, frame, source.span)) {
    environment.sink.report(
        Code::fml_check_failed, "the check \"" + std::string(source.check_text) + "\" failed",
        source.check_span,
        item.is_element() ? path_for(environment.sink, engine.definitions(), *item.element) : "");
    return false;
  }
  if (is_set(source.log)) {
    const auto out = evaluate(source.log, input, frame, source.span);
    if (out.size() == 1)
      complain(
          Code::fml_log,
          std::string(text_of(engine.system_value(out[0], environment.arena), environment.arena)
                          .value_or("")),
          source.span);
  }
  return true;
}

Collection Runner::evaluate(const ExpressionCode& code, const Collection& input, Frame frame,
                            const Span& span) {
  const auto out = engine.evaluate(*code.program, input, expressions(code, frame));
  if (out) return *out;
  complain(out.error(), span);
  return {};
}

bool Runner::holds(const ExpressionCode& code, const Collection& input, Frame frame,
                   const Span& span) {
  // Of a condition, nothing but its answer outlives it.
  const auto mark = environment.arena.mark();
  const auto out = engine.test(*code.program, input, expressions(code, frame));
  environment.arena.rewind(mark);
  if (out) return *out;
  complain(out.error(), span);
  return false;
}

const fhirpath::Environment& Runner::expressions(const ExpressionCode& code, Frame frame) {
  expressions_.variables = frame;
  expressions_.places = code.slots;
  return expressions_;
}

void Runner::complain(const Error& error, const Span& span) {
  if (error.fault == Fault::limit) meter.stop(error.what, error.advice, span);
  else complain(Code::fhirpath_evaluation, error.what, span);
}

Collection Runner::value(const OperandCode& operand, Frame frame, const Span& span) {
  switch (operand.kind) {
    case OperandCode::Kind::literal: return Collection(operand.literal);
    case OperandCode::Kind::slot: return frame[operand.slot];
    case OperandCode::Kind::expression: return evaluate(operand.expression, {}, frame, span);
  }
  return {};
}

Item Runner::text_item(const OperandCode& operand, Frame frame, const Span& span) {
  if (operand.kind == OperandCode::Kind::literal && operand.literal.kind == ItemKind::string)
    return operand.literal;
  const auto all = value(operand, frame, span);
  if (all.size() != 1) return Item::of_string({});
  const auto& item = all[0];
  if (item.is_element()) return Item::of_string(item.element->value());
  return item.kind == ItemKind::string
             ? item
             : Item::of_string(text_of(item, environment.arena).value_or(""));
}

const Item* Runner::context_item(const RuleCode& rule, Frame frame) const {
  // Of a simple rule, the last step of its path; else the first source.
  const auto& source = frame[(rule.simple ? rule.sources.back() : rule.sources[0]).slot];
  return source.empty() ? nullptr : source.begin();
}

inline element::Element* Runner::literal(const Step& step, element::Element& parent) {
  return writer.write_checked(parent, step.resolved, *step.target->operands[0].checked,
                              step.target->span);
}

void Runner::variable(const Step& step, Frame frame) {
  if (step.slot != kNone) frame[step.slot] = step.target->body(*this, *step.target, frame);
}

inline element::Element* Runner::item_target(const Step& step, element::Element& parent,
                                             Frame frame) {
  const auto& items = frame[step.more];
  if (items.size() == 1 && !has_default_groups_)
    if (auto* made = writer.append_value(parent, step.resolved, items.only())) return made;
  return made_in(step, parent, frame);
}

// A target of any kind, with what comes behind it: its place in the list, an observer.
void Runner::target(const Step& step, Frame frame) {
  if (step.value_kind == ValueKind::variable) return variable(step, frame);
  auto* parent = target_element(frame[step.context]);
  auto* made = parent == nullptr ? nullptr : made_in(step, *parent, frame);
  keep(frame, step.slot, made);
  if (made != nullptr) finished(*step.rule, *step.target, *made, frame);
}

element::Element* Runner::made_in(const Step& step, element::Element& parent, Frame frame) {
  const auto& code = *step.target;
  switch (step.value_kind) {
    case ValueKind::variable: return nullptr;
    case ValueKind::literal: return literal(step, parent);
    case ValueKind::element: return new_element(code, parent);
    case ValueKind::type: return made_type(*this, code, frame, &parent);
    case ValueKind::item:
      if (step.rule->simple && has_default_groups_ &&
          default_group(*step.rule, code, parent, frame))
        return nullptr;
      return all_written(step, parent, frame);
    case ValueKind::cast:
      if (const auto& items = frame[step.more];
          items.size() == 1 && parent.type == step.resolved.owner)
        return writer.write_cast(parent, step.resolved, items[0], code.span);
      return all_written(step, parent, frame);
    case ValueKind::values: return all_written(step, parent, frame);
  }
  return nullptr;
}

bool Runner::takes_several(const element::Element& parent, const ResolvedElement& resolved) const {
  const auto* def = engine.definitions().element(parent.type, resolved.name);
  return def != nullptr && def->max > 1;
}

// The last of the elements that it makes; null when there is none.
element::Element* Runner::all_written(const Step& step, element::Element& parent, Frame frame) {
  const auto& code = *step.target;
  const auto values = code.body(*this, code, frame);
  if (values.size() > 1 && !takes_several(parent, step.resolved)) {
    complain(Code::fml_cardinality,
             "there are " + std::to_string(values.size()) + " values, the element takes one",
             code.span);
    return nullptr;
  }
  element::Element* last = nullptr;
  for (const auto& value : values) {
    auto* made = writer.write(parent, step.resolved, value, code.span);
    if (made == nullptr) continue;
    if (last != nullptr) finished(*step.rule, code, *last, frame);
    last = made;
  }
  return last;
}

void Runner::finished(const RuleCode& rule, const TargetCode& code, element::Element& element,
                      Frame frame) {
  if (code.fast_path() == FastPath::ordered) put_in_order(rule, code, element);
  if (!is_observed_) return;
  if (const auto* item = context_item(rule, frame))
    environment.observer->written(element, *item, rule);
}

void Runner::put_in_order(const RuleCode& rule, const TargetCode& code, element::Element& item) {
  if (item.parent == nullptr || engine.definitions().element_at(item.def).max < 2) return;
  const auto first = code.list == ast::TargetListMode::first;
  if (first ? order_.put_first(item, &rule) : order_.put_last(item, &rule)) return;
  complain(
      Code::fml_cardinality,
      std::string("another rule makes the ") + (first ? "first" : "last") + " item of this list",
      code.span);
}

element::Element* Runner::new_element(const TargetCode& code, element::Element& parent) {
  using Mode = ast::TargetListMode;
  if (code.list == Mode::share) {
    auto& shared = shared_[{&parent, code.share}];
    if (shared == nullptr) shared = writer.child(parent, code.resolved, code.type, code.span);
    return shared;
  }
  if (code.list == Mode::collate || code.list == Mode::single)
    for (auto* c = parent.first; c != nullptr; c = c->next)
      if (c->name == code.resolved.name) return c;
  return writer.child(parent, code.resolved, code.type, code.span);
}

// "a.b -> c.d" of complex types: the group that is the default for them.
bool Runner::default_group(const RuleCode& rule, const TargetCode& code, element::Element& parent,
                           Frame frame) {
  const auto* item = context_item(rule, frame);
  if (item == nullptr || !item->is_element()) return false;
  const auto* def = engine.definitions().element(parent.type, code.resolved.name);
  if (def == nullptr) return false;
  const auto [index, type] = program.default_group(engine.definitions(), item->element->type, *def);
  if (index == kNone) return false;
  auto* element = writer.child(parent, code.resolved, type, code.span);
  if (element == nullptr) return true;
  const Collection arguments[] = {Collection(*item), Collection(Item::of(element))};
  group(index, arguments);
  return true;
}

bool run(const Program& program, const fhirpath::Engine& engine, const element::Element& source,
         std::span<element::Element* const> targets, const RunEnvironment& environment) {
  const auto errors = environment.sink.errors();
  const auto& entry = program.groups[program.entry];
  if (environment.observer != nullptr) environment.observer->began(source);
  std::vector<Collection> arguments;
  std::size_t next_target = 0;
  for (const auto& parameter : entry.parameters) {
    const auto is_source = parameter.mode == ast::InputMode::source;
    if (!is_source && next_target == targets.size()) break;
    arguments.emplace_back(Item::of(is_source ? &source : targets[next_target++]));
  }
  Runner runner(program, engine, source, environment);
  runner.group(program.entry, arguments);
  runner.finish();
  runner.writer.remove_empty(targets);
  return environment.sink.errors() == errors;
}

}  // namespace paraneo::fml
