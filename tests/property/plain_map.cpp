// Groups, rules and their sources; plain_target.cpp writes, plain_transforms.cpp has the
// transforms. Entry point: MapInterpreter::run().
#include "plain_map.h"

#include <algorithm>

namespace paraneo::plain {

using namespace fml::ast;

MapInterpreter::Result MapInterpreter::run(const Map& map, const Node& source,
                                           const std::string& target_type) {
  Result out;
  out.target = std::make_unique<Node>();
  out.target->name = out.target->type = target_type;
  MapInterpreter interpreter(map);
  const auto& entry = map.groups.at(0);
  std::vector<List> arguments;
  for (const auto& parameter : entry.parameters)
    arguments.push_back(one(Value::of(parameter.mode == InputMode::source ? source : *out.target)));
  interpreter.group(entry, arguments);
  interpreter.put_in_places();
  out.failed = interpreter.failed_;
  return out;
}

void MapInterpreter::step() {
  constexpr int kStepsMax = 20'000;
  if (++steps_ > kStepsMax) throw Unsupported("endless");
}

const Group& MapInterpreter::group_named(std::string_view name) const {
  for (const auto& group : map_.groups)
    if (group.name == name) return group;
  throw Unsupported("no such group");
}

std::string MapInterpreter::type_named(std::string_view name) const {
  for (const auto& structure : map_.structures)
    if (structure.alias == name)
      return std::string(structure.url.substr(structure.url.rfind('/') + 1));
  return std::string(name);
}

void MapInterpreter::group(const Group& group, const std::vector<List>& arguments) {
  constexpr int kDepthMax = 100;
  if (++depth_ > kDepthMax) throw Unsupported("recursion");
  step();
  if (!group.extends.empty()) this->group(group_named(group.extends), arguments);
  Variables variables;
  for (std::size_t i = 0; i < group.parameters.size(); ++i)
    variables[std::string(group.parameters[i].name)] = arguments.at(i);
  for (const auto& constant : map_.constants)
    variables[std::string(constant.name)] = evaluate(*constant.value, {}, variables);
  rules(group.rules, variables);
  --depth_;
}

void MapInterpreter::rules(const std::vector<Rule>& rules, const Variables& variables) {
  for (const auto& rule : rules) {
    std::vector<RuleSource> sources;
    for (const auto& source : rule.sources) {
      // "s.a.b as v": b of all a, one after the other.
      auto rest = source;
      for (auto dot = rest.element.find('.'); dot != std::string_view::npos;
           dot = rest.element.find('.')) {
        RuleSource first;
        first.context = rest.context;
        first.element = rest.element.substr(0, dot);
        first.variable = " path";
        sources.push_back(first);
        rest.context = first.variable;
        rest.element.remove_prefix(dot + 1);
      }
      if (rest.variable.empty()) rest.variable = " source";
      sources.push_back(rest);
    }
    from_source(rule, sources, 0, variables);
  }
}

void MapInterpreter::from_source(const Rule& rule, const std::vector<RuleSource>& sources,
                                 std::size_t index, const Variables& variables) {
  step();
  if (index == sources.size()) return body(rule, variables);
  const auto& source = sources[index];
  for (const auto& item : items(source, variables)) {
    auto inner = variables;
    inner[std::string(source.variable)] = one(item);
    if (passes(source, item, inner)) from_source(rule, sources, index + 1, inner);
  }
}

List MapInterpreter::items(const RuleSource& source, const Variables& variables) {
  const auto& contexts = variables.at(std::string(source.context));
  List all;
  for (const auto& context : contexts) {
    if (source.element.empty()) {
      all.push_back(context);
    } else if (context.kind == Value::Kind::node) {
      if (source.element == "value" && is_primitive(context.node->type) && context.node->value)
        all.push_back(Value::of_string(*context.node->value));
      for (const auto& child : context.node->children)
        if (child->name == source.element) all.push_back(Value::of(*child));
    }
  }
  if (!source.type.empty())
    std::erase_if(all, [&](const Value& item) {
      const auto wanted = type_named(source.type);
      if (item.kind != Value::Kind::node || !is_a(item.node->type, wanted)) return true;
      return is_primitive(wanted) && item.node->type != wanted;
    });
  if (all.empty() && source.default_value != nullptr)
    all = evaluate(*source.default_value, contexts, variables);
  if (source.where != nullptr) {
    List held;
    for (const auto& item : all) {
      auto inner = variables;
      inner[std::string(source.variable)] = one(item);
      const auto result = evaluate(*source.where, one(item), inner);
      if (result.size() == 1 && condition(result) == true) held.push_back(item);
    }
    all = held;
  }
  const auto only_one = source.list == SourceListMode::only_one;
  if (all.size() < source.min.value_or(0) || (source.max && all.size() > *source.max) ||
      (only_one && all.size() > 1))
    fail();
  if (all.empty()) return all;
  switch (source.list) {
    case SourceListMode::first: return {all.front()};
    case SourceListMode::last: return {all.back()};
    case SourceListMode::not_first: return {all.begin() + 1, all.end()};
    case SourceListMode::not_last: return {all.begin(), all.end() - 1};
    default: return all;
  }
}

bool MapInterpreter::passes(const RuleSource& source, const Value& item,
                            const Variables& variables) {
  if (source.check != nullptr) {
    const auto result = evaluate(*source.check, one(item), variables);
    if (result.size() != 1 || condition(result) != true) {
      fail();
      return false;
    }
  }
  if (source.log != nullptr) evaluate(*source.log, one(item), variables);
  return true;
}

void MapInterpreter::body(const Rule& rule, Variables variables) {
  for (const auto& target : rule.targets) {
    // "t.a.b = x": an a, then b of it.
    auto rest = target;
    for (auto dot = rest.element.find('.'); dot != std::string_view::npos;
         dot = rest.element.find('.')) {
      RuleTarget first;
      first.context = rest.context;
      first.element = rest.element.substr(0, dot);
      first.variable = " place";
      this->target(rule, first, false, variables);
      rest.context = first.variable;
      rest.element.remove_prefix(dot + 1);
    }
    this->target(rule, rest, rule.simple, variables);
  }
  rules(rule.rules, variables);
  for (const auto& dependent : rule.dependents) {
    std::vector<List> arguments;
    for (const auto& argument : dependent.arguments)
      arguments.push_back(values(argument, variables));
    group(group_named(dependent.group), arguments);
  }
}

List MapInterpreter::evaluate(const syntax::Expression& expression, const List& input,
                              const Variables& variables) {
  try {
    return Interpreter::evaluate(*bound(expression, variables), input, variables);
  } catch (const Failure&) {
    fail();
    return {};
  }
}

// Names without % that are variables. The generator gives variables names that no element has.
const syntax::Expression* MapInterpreter::bound(const syntax::Expression& e,
                                                const Variables& variables) {
  auto* copy = arena_.make<syntax::Expression>(e);
  if (e.kind == syntax::ExpressionKind::member && !e.has_focus && variables.contains(e.text))
    copy->kind = syntax::ExpressionKind::variable;
  copy->operands = arena_.make_array<const syntax::Expression*>(e.operands.size());
  for (std::size_t i = 0; i < e.operands.size(); ++i)
    copy->operands[i] = bound(*e.operands[i], variables);
  return copy;
}

}  // namespace paraneo::plain
