// Targets: elements, their places, their values.
#include <algorithm>

#include "definition/primitive.h"
#include "plain_map.h"

namespace paraneo::plain {

using namespace fml::ast;

namespace {

// Slots of targets hold nodes that this run may write.
Node* node_of(const List& list) {
  return list.size() == 1 && list[0].kind == Value::Kind::node ? const_cast<Node*>(list[0].node)
                                                               : nullptr;
}

bool contains(const Node& tree, const Node& part) {
  return &tree == &part || std::any_of(tree.children.begin(), tree.children.end(),
                                       [&](const auto& child) { return contains(*child, part); });
}

bool has_form(const std::string& type, const std::string& text) {
  const auto& definitions = definition::Definitions::builtin();
  return definition::has_primitive_form(definitions, definitions.find_type(type), text);
}

// What kind of value a primitive type has: a value goes to the type of its kind.
std::string kind_of(const std::string& type) {
  if (type == "boolean" || type == "integer" || type == "decimal" || type == "date" ||
      type == "dateTime")
    return type;
  return "string";
}

std::string kind_of(const Value& value) {
  const auto said = system(value);
  switch (said.kind) {
    case Value::Kind::boolean: return "boolean";
    case Value::Kind::integer:
    case Value::Kind::long_integer: return "integer";
    case Value::Kind::decimal: return "decimal";
    case Value::Kind::date_time: return "date";
    case Value::Kind::string: return "string";
    default: return "";
  }
}

// The type that the value gets there; empty when none takes it.
std::string type_for(const ModelElement& element, const Value& value) {
  if (element.types.size() == 1) return is_primitive(element.types[0]) ? element.types[0] : "";
  if (value.kind == Value::Kind::node && allows(element, value.node->type)) return value.node->type;
  auto kind = value.kind == Value::Kind::node ? kind_of(value.node->type) : kind_of(value);
  for (const auto& type : element.types) {
    if (!is_primitive(type)) continue;
    const auto is_date =
        (kind == "date" || kind == "dateTime") && (type == "date" || type == "dateTime");
    if (is_date || kind_of(type) == kind) return type;
  }
  return "";
}

}  // namespace

Node* MapInterpreter::detached(const std::string& type) {
  auto& node = homeless_.emplace_back(std::make_unique<Node>());
  node->type = type;
  detached_.insert(node.get());
  return node.get();
}

Node* MapInterpreter::place(Node& parent, const ModelElement& element, std::unique_ptr<Node> node) {
  if (auto* there = only_one(parent, element); there != nullptr) remove(parent, *there);
  return &insert(parent, element, std::move(node));
}

// Variables may hold it still.
void MapInterpreter::remove(Node& parent, const Node& child) {
  const auto found = std::find_if(parent.children.begin(), parent.children.end(),
                                  [&](const auto& c) { return c.get() == &child; });
  homeless_.push_back(std::move(*found));
  parent.children.erase(found);
}

Node* MapInterpreter::only_one(Node& parent, const ModelElement& element) const {
  return element.is_list ? nullptr : const_cast<Node*>(parent.child(element.name));
}

void MapInterpreter::target(const Rule& rule, const RuleTarget& target, bool is_copy,
                            Variables& variables) {
  List value;
  if (target.context.empty()) {
    value = transformed(target, variables);
  } else if (auto* parent = node_of(variables.at(std::string(target.context))); parent != nullptr) {
    if (const auto* node = written(rule, target, is_copy, *parent, variables))
      value = one(Value::of(*node));
  }
  variables[std::string(target.variable)] = value;
}

// The last that it makes.
Node* MapInterpreter::written(const Rule& rule, const RuleTarget& target, bool is_copy,
                              Node& parent, const Variables& variables) {
  Node* last = nullptr;
  if (!is_copy && (target.transform.empty() || target.transform == "create")) {
    const auto type =
        target.arguments.empty() ? "" : type_named(text(target.arguments[0], variables));
    last = made(target, type, parent);
    if (last != nullptr) put_in_order(rule, target, parent, *last);
    return last;
  }
  List all;
  if (is_copy) {
    all = variables.at(" source");
    if (default_group(target, all.at(0), parent)) return nullptr;
  } else {
    all = transformed(target, variables);
  }
  const auto* element = find_element(parent.type, target.element);
  if (all.size() > 1 && (element == nullptr || !element->is_list)) {
    fail();
    return nullptr;
  }
  for (const auto& value : all) {
    auto* node = write(parent, target.element, value);
    if (node == nullptr) continue;
    put_in_order(rule, target, parent, *node);
    last = node;
  }
  return last;
}

Node* MapInterpreter::made(const RuleTarget& target, const std::string& type, Node& parent) {
  if (target.list == TargetListMode::share) {
    auto& shared = shared_[{{&parent, std::string(target.element)}, std::string(target.list_rule)}];
    if (shared == nullptr) shared = child(parent, target.element, type);
    return shared;
  }
  if (target.list == TargetListMode::collate || target.list == TargetListMode::single)
    if (const auto* there = parent.child(target.element)) return const_cast<Node*>(there);
  return child(parent, target.element, type);
}

Node* MapInterpreter::child(Node& parent, std::string_view name, std::string type) {
  const auto* element = find_element(parent.type, name);
  if (element != nullptr && type.empty() && element->types.size() == 1) type = element->types[0];
  if (element == nullptr || type.empty() || type == "Resource" || !allows(*element, type)) {
    fail();
    return nullptr;
  }
  if (auto* there = only_one(parent, *element); there != nullptr && there->type == type)
    return there;
  auto node = std::make_unique<Node>();
  node->type = type;
  return place(parent, *element, std::move(node));
}

Node* MapInterpreter::write(Node& parent, std::string_view name, const Value& value) {
  if (name == "value" && is_primitive(parent.type)) {
    assign(parent, value);
    return &parent;
  }
  const auto* element = find_element(parent.type, name);
  if (element == nullptr) {
    fail();
    return nullptr;
  }
  if (value.kind == Value::Kind::node && !is_primitive(value.node->type))
    return write_complex(parent, *element, *value.node);
  return write_primitive(parent, *element, value);
}

// What the map made without a place gets one: variables go on holding it. All else is copied.
Node* MapInterpreter::write_complex(Node& parent, const ModelElement& element,
                                    const Node& original) {
  if (!allows(element, original.type)) {
    fail();
    return nullptr;
  }
  if (!detached_.contains(&original) || contains(original, parent))
    return place(parent, element, copy_of(original));
  detached_.erase(&original);
  const auto found = std::find_if(homeless_.begin(), homeless_.end(),
                                  [&](const auto& node) { return node.get() == &original; });
  auto node = std::move(*found);
  homeless_.erase(found);
  return place(parent, element, std::move(node));
}

Node* MapInterpreter::write_primitive(Node& parent, const ModelElement& element,
                                      const Value& value) {
  const auto type = type_for(element, value);
  if (type.empty()) {
    fail();
    return nullptr;
  }
  Node fresh;
  fresh.type = type;
  if (!assign(fresh, value)) return nullptr;
  if (value.kind == Value::Kind::node)
    for (const auto& child : value.node->children) fresh.children.push_back(copy_of(*child));
  auto* there = only_one(parent, element);
  // One that was made to be filled is filled; a second value takes the place of the first.
  if (there == nullptr || there->type != type) {
    auto node = std::make_unique<Node>();
    node->type = type;
    there = place(parent, element, std::move(node));
  } else if (there->value) {
    there->children.clear();
  }
  if (fresh.value) there->value = fresh.value;
  for (auto& child : fresh.children) {
    std::erase_if(there->children,
                  [&](const auto& other) { return other->name == child->name && !child->is_list; });
    there->children.push_back(std::move(child));
  }
  return there;
}

bool MapInterpreter::assign(Node& to, const Value& value) {
  std::string text;
  if (value.kind == Value::Kind::node) {
    if (!value.node->value) return !value.node->children.empty();
    text = *value.node->value;
  } else {
    text = text_of(value).value_or("");
  }
  if (!has_form(to.type, text)) {
    fail();
    return false;
  }
  to.value = text;
  return true;
}

bool MapInterpreter::default_group(const RuleTarget& target, const Value& item, Node& parent) {
  if (item.kind != Value::Kind::node) return false;
  const auto* element = find_element(parent.type, target.element);
  if (element == nullptr) return false;
  // The two types as they are: what may be any resource is not known to be the group's.
  const auto takes = [&](const std::string& to) {
    return std::find(element->types.begin(), element->types.end(), to) != element->types.end();
  };
  const Group* found = nullptr;
  std::string type;
  std::pair<int, std::ptrdiff_t> best;
  for (const auto& group : map_.groups) {
    if (group.type_mode == TypeMode::none ||
        type_named(group.parameters[0].type) != item.node->type)
      continue;
    const auto to = type_named(group.parameters[1].type);
    const auto is_of_source = group.type_mode == TypeMode::type_and_types;
    // Where the type is open, the item's own type says it. Else the two types do, the same one
    // first.
    const auto rank = is_of_source && takes(to) && element->types.size() > 1 ? 3
                      : takes(to)    ? (to == item.node->type ? 2 : 1)
                      : is_of_source ? 0
                                     : -1;
    const auto place = takes(to) ? std::find(element->types.begin(), element->types.end(), to) -
                                       element->types.begin()
                                 : 0;
    if (rank < 0 || (found != nullptr && std::pair(rank, -place) <= best)) continue;
    best = {rank, -place};
    found = &group;
    type = to;
  }
  if (found == nullptr) return false;
  if (auto* node = child(parent, target.element, type))
    group(*found, {one(item), one(Value::of(*node))});
  return true;
}

void MapInterpreter::put_in_order(const Rule& rule, const RuleTarget& target, Node& parent,
                                  Node& item) {
  const auto* element = find_element(parent.type, target.element);
  const auto is_first = target.list == TargetListMode::first;
  if (element == nullptr || !element->is_list || (!is_first && target.list != TargetListMode::last))
    return;
  const OfList list{&parent, element->name};
  auto& by = is_first ? first_by_[list] : last_by_[list];
  if (by != nullptr && by != &rule) return fail();
  by = &rule;
  (is_first ? first_ : last_).push_back({&parent, &item});
}

// When the lists are complete: until then an item stands where it was made.
void MapInterpreter::put_in_places() {
  // The first of a rule's items ends up in front.
  for (auto it = first_.rbegin(); it != first_.rend(); ++it) {
    auto& all = it->parent->children;
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.get() == it->item; });
    if (at == all.end()) continue;
    const auto begin =
        std::find_if(all.begin(), all.end(), [&](const auto& c) { return c->name == (*at)->name; });
    std::rotate(begin, at, at + 1);
  }
  for (const auto& [parent, item] : last_) {
    auto& all = parent->children;
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.get() == item; });
    if (at == all.end()) continue;
    const auto end =
        std::find_if(at, all.end(), [&](const auto& c) { return c->name != item->name; });
    std::rotate(at, at + 1, end);
  }
}

}  // namespace paraneo::plain
