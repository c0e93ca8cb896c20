// The binary operators (FHIRPath 2.0, "Operations"): equality, comparison, arithmetic, logic,
// membership. Entry point: eval_binary().
#include <algorithm>
#include <unordered_map>

#include "fhirpath/quantity.h"
#include "fhirpath/remembered.h"
#include "fhirpath/run.h"
#include "fhirpath/text_case.h"

namespace paraneo::fhirpath {
namespace {

// "When an integer or decimal is implicitly converted to a Quantity, the resulting quantity will
// have the default unit ('1')" (FHIRPath 3.0, "Conversion").
void make_alike(Run& run, Item& a, Item& b) {
  if ((a.kind == ItemKind::quantity) == (b.kind == ItemKind::quantity)) return;
  auto& other = a.kind == ItemKind::quantity ? b : a;
  if (const auto number = as_decimal(other))
    other = Item::of(run.arena, Quantity{*number, "1", false});
}

// Of values of System; what is of different kinds is not equal.
std::optional<bool> equal_values(const Item& a, const Item& b) {
  if (a.kind == ItemKind::string && b.kind == ItemKind::string) return a.string() == b.string();
  if (const auto x = as_decimal(a), y = as_decimal(b); x && y) return *x == *y;
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case ItemKind::boolean: return a.boolean == b.boolean;
    case ItemKind::date_time: {
      if ((a.date_time->kind == DateTime::Kind::time) !=
          (b.date_time->kind == DateTime::Kind::time))
        return false;
      const auto c = a.date_time->compare(*b.date_time);
      return c ? std::optional<bool>(*c == 0) : std::nullopt;
    }
    case ItemKind::quantity: {
      const auto c = compare(*a.quantity, *b.quantity);
      return c ? std::optional<bool>(*c == 0) : std::nullopt;
    }
    case ItemKind::type_info:
      return a.type_info->space == b.type_info->space && a.type_info->name == b.type_info->name;
    default: return false;
  }
}

bool equivalent_values(const Item& a, const Item& b) {
  if (const auto x = as_decimal(a), y = as_decimal(b); x && y) return equivalent(*x, *y);
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case ItemKind::boolean: return a.boolean == b.boolean;
    case ItemKind::string: return folded(a.string()) == folded(b.string());
    case ItemKind::date_time: return a.date_time->same(*b.date_time);
    case ItemKind::quantity: return equivalent(*a.quantity, *b.quantity);
    default: return equal_values(a, b).value_or(false);
  }
}

// "Equality requires all child properties to be equal, recursively" (FHIRPath 2.0 6.1.1): inside of
// an element, a primitive has its id and extensions, too.
bool equal_elements(Run& run, const element::Element& a, const element::Element& b) {
  if (!run.work(1) || a.has_value != b.has_value) return false;
  if (a.has_value &&
      !equal_values(run.value(Item::of(&a)), run.value(Item::of(&b))).value_or(false))
    return false;
  const auto* x = a.first;
  const auto* y = b.first;
  for (; x != nullptr && y != nullptr; x = x->next, y = y->next)
    if (x->name != y->name || !equal_elements(run, *x, *y)) return false;
  return x == nullptr && y == nullptr;
}

// "All child properties to be equal, except for id elements"; Codings by code and system,
// CodeableConcepts by "a non-empty intersection of Coding elements" (FHIR R4 2.9.1.6, "Changes to
// operators").
class Equivalence {
 public:
  explicit Equivalence(Run& run)
      : run_(run), definitions_(run.engine.definitions()), id_(definitions_.find_symbol("id")) {}

  bool holds(const element::Element& a, const element::Element& b) {
    if (!run_.work(1) || a.has_value != b.has_value) return false;
    if (a.has_value && !equivalent_values(run_.value(Item::of(&a)), run_.value(Item::of(&b))))
      return false;
    const auto name = definitions_.type_name(a.type);
    if (name == "Coding" && definitions_.type_name(b.type) == name)
      return same(a, b, "system") && same(a, b, "code");
    if (name == "CodeableConcept" && definitions_.type_name(b.type) == name)
      return shares_coding(a, b);
    std::vector<const element::Element*> rest;
    for (const auto* y = b.first; y != nullptr; y = y->next)
      if (y->name != id_) rest.push_back(y);
    for (const auto* x = a.first; x != nullptr; x = x->next) {
      if (x->name == id_) continue;
      const auto found = std::find_if(rest.begin(), rest.end(), [&](const element::Element* y) {
        return x->name == y->name && holds(*x, *y);
      });
      if (found == rest.end()) return false;
      rest.erase(found);
    }
    return rest.empty();
  }

 private:
  bool same(const element::Element& a, const element::Element& b, std::string_view name) {
    const auto symbol = definitions_.find_symbol(name);
    const auto* x = a.child(symbol);
    const auto* y = b.child(symbol);
    return x == nullptr || y == nullptr ? x == y : holds(*x, *y);
  }

  bool shares_coding(const element::Element& a, const element::Element& b) {
    const auto coding = definitions_.find_symbol("coding");
    for (const auto* x = a.child(coding); x != nullptr && x->name == coding; x = x->next)
      for (const auto* y = b.child(coding); y != nullptr && y->name == coding; y = y->next)
        if (holds(*x, *y)) return true;
    return false;
  }

  Run& run_;
  const definition::Definitions& definitions_;
  definition::Symbol id_;
};

// What does not fit has no value (FHIRPath 2.0 6.6).
Collection arithmetic_of(Run& run, std::optional<Decimal> value, ItemKind kind) {
  if (!value) return {};
  if (kind == ItemKind::decimal) return run.of(Item::of(run.arena, *value));
  const auto integer = value->to_integer();
  if (!integer) return {};
  return run.of(kind == ItemKind::integer ? Item::of_integer(*integer) : Item::of_long(*integer));
}

// "The result being the same as the input type (after any implicit conversions to make both
// operands the same type)" (FHIRPath 3.0, "Math"): an Integer beside a Long is one, too. A quotient
// is a Decimal, div is whole.
ItemKind result_kind(Binary op, const Item& a, const Item& b) {
  if (op == Binary::divide) return ItemKind::decimal;
  if (!a.is_whole_number() || !b.is_whole_number())
    return op == Binary::integer_divide ? ItemKind::integer : ItemKind::decimal;
  return a.kind == ItemKind::integer ? b.kind : a.kind;
}

Collection joined(Run& run, std::string_view a, std::string_view b) {
  if (!run.has_room(a.size() + b.size())) return {};
  auto both = run.arena.make_array<char>(a.size() + b.size());
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), both.begin()));
  return run.of_text({both.data(), both.size()});
}

Collection arithmetic(Run& run, const Node& node, const Collection& left, const Collection& right) {
  auto a = run.single(node, left);
  auto b = run.single(node, right);
  if (!a || !b) return {};
  make_alike(run, *a, *b);
  if (node.binary == Binary::plus && a->kind == ItemKind::string && b->kind == ItemKind::string)
    return joined(run, a->string(), b->string());
  if (a->kind == ItemKind::date_time && b->kind == ItemKind::quantity &&
      (node.binary == Binary::plus || node.binary == Binary::minus))
    return shift(run, node, *a->date_time, *b->quantity);
  if (a->kind == ItemKind::quantity && b->kind == ItemKind::quantity)
    return calculate(run, node, *a->quantity, *b->quantity);
  const auto x = as_decimal(*a);
  const auto y = as_decimal(*b);
  if (!x || !y) {
    run.fail(node, "this operation does not work on " + run.engine.type_name(*a) + " and " +
                       run.engine.type_name(*b));
    return {};
  }
  return arithmetic_of(run, calculate(node.binary, *x, *y), result_kind(node.binary, *a, *b));
}

Collection concatenate(Run& run, const Node& node, const Collection& left,
                       const Collection& right) {
  const auto a = run.single(node, left);
  const auto b = run.single(node, right);
  std::string_view texts[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& item = i == 0 ? a : b;
    if (!item) continue;
    const auto text = text_of(*item, run.arena);
    if (!text) {
      run.fail(node, run.engine.type_name(*item) + " has no text form");
      return {};
    }
    texts[i] = *text;
  }
  return joined(run, texts[0], texts[1]);
}

std::optional<bool> compare(Run& run, const Node& node, const Collection& left,
                            const Collection& right) {
  auto a = run.single(node, left);
  auto b = run.single(node, right);
  if (!a || !b) return std::nullopt;
  make_alike(run, *a, *b);
  const auto result = order(run, node, *a, *b);
  if (!result) return std::nullopt;
  switch (node.binary) {
    case Binary::less: return *result < 0;
    case Binary::less_equal: return *result <= 0;
    case Binary::greater: return *result > 0;
    default: return *result >= 0;
  }
}

std::optional<bool> logical(Run& run, const Node& node, const Scope& scope) {
  const auto left = run.test(node, 0, scope);
  if (node.binary == Binary::logical_and && left == false) return false;
  if (node.binary == Binary::logical_or && left == true) return true;
  if (node.binary == Binary::implies && left == false) return true;
  const auto right = run.test(node, 1, scope);
  if (run.failed()) return std::nullopt;
  const auto both = left && right;
  switch (node.binary) {
    case Binary::logical_and:
      return right == false ? right : both ? std::optional(true) : std::nullopt;
    case Binary::logical_or:
      return right == true ? right : both ? std::optional(false) : std::nullopt;
    case Binary::logical_xor: return both ? std::optional(*left != *right) : std::nullopt;
    default: return right == true ? right : left ? right : std::nullopt;
  }
}

// `searched`: the operand that is the collection.
std::optional<bool> membership(Run& run, const Node& node, const Node& searched,
                               const Collection& items, const Collection& collection) {
  if (items.empty()) return std::nullopt;
  if (items.size() == 1)
    if (const auto* strings = strings_of(run, searched))
      if (const auto text = plain_string(run, items[0])) return strings->contains(*text);
  if (items.size() == 1) return contains(run, collection, items[0]);
  too_many(run, node, items);
  return std::nullopt;
}

}  // namespace

std::optional<Decimal> as_decimal(const Item& value) {
  if (value.is_whole_number()) return Decimal(value.integer);
  if (value.kind == ItemKind::decimal) return *value.decimal;
  return std::nullopt;
}

std::optional<bool> equal(Run& run, const Item& left, const Item& right) {
  if (!run.work(1)) return std::nullopt;
  auto a = run.value(left);
  auto b = run.value(right);
  if (a.is_element() && b.is_element())
    return a.element == b.element || equal_elements(run, *a.element, *b.element);
  if (run.engine.lacks_value(a) || run.engine.lacks_value(b)) return std::nullopt;
  make_alike(run, a, b);
  return equal_values(a, b);
}

std::optional<bool> equal(Run& run, const Collection& a, const Collection& b) {
  if (a.empty() || b.empty()) return std::nullopt;
  if (a.size() != b.size()) return false;
  bool open = false;
  for (std::uint32_t i = 0; i < a.size(); ++i) {
    const auto same = equal(run, a[i], b[i]);
    if (same == false) return false;
    open = open || !same;
  }
  return open ? std::nullopt : std::optional<bool>(true);
}

bool equivalent(Run& run, const Item& left, const Item& right) {
  if (!run.work(1)) return false;
  auto a = run.value(left);
  auto b = run.value(right);
  if (a.is_element() && b.is_element()) return Equivalence(run).holds(*a.element, *b.element);
  make_alike(run, a, b);
  return equivalent_values(a, b);
}

bool equivalent(Run& run, const Collection& a, const Collection& b) {
  if (a.size() != b.size()) return false;
  std::vector<bool> used(b.size());
  for (const auto& item : a) {
    bool found = false;
    for (std::uint32_t i = 0; i < b.size() && !found; ++i) {
      if (used[i] || !equivalent(run, item, b[i])) continue;
      used[i] = found = true;
    }
    if (!found) return false;
  }
  return true;
}

bool contains(Run& run, const Collection& collection, const Item& item) {
  for (const auto& candidate : collection)
    if (equal(run, candidate, item).value_or(false)) return true;
  return false;
}

std::optional<std::string_view> plain_string(const Run& run, const Item& item) {
  if (item.kind == ItemKind::string) return item.string();
  if (!item.is_element() || !item.element->has_value ||
      run.engine.kind_of(item.element->type) != ItemKind::string)
    return std::nullopt;
  return item.element->value();
}

Membership::Membership(Run& run, const Collection& collection)
    : run_(run), collection_(collection) {
  constexpr std::uint32_t kWorthwhile = 8;
  if (collection.size() < kWorthwhile) return;
  strings_.reserve(collection.size());
  for (const auto& item : collection) {
    const auto text = plain_string(run, item);
    if (!text) return;
    strings_.insert(*text);
  }
  all_strings_ = true;
}

bool Membership::has(const Item& item) {
  if (all_strings_)
    if (const auto text = plain_string(run_, item)) return strings_.contains(*text);
  return contains(run_, collection_, item);
}

std::optional<int> order(Run& run, const Node& at, const Item& a, const Item& b) {
  if (const auto x = as_decimal(a), y = as_decimal(b); x && y)
    return *x < *y ? -1 : *x == *y ? 0 : 1;
  if (a.kind == ItemKind::string && b.kind == ItemKind::string) {
    const auto c = a.string().compare(b.string());
    return c < 0 ? -1 : c > 0 ? 1 : 0;
  }
  if (a.kind == ItemKind::date_time && b.kind == ItemKind::date_time) {
    const auto is_time = [](const Item& i) { return i.date_time->kind == DateTime::Kind::time; };
    if (is_time(a) == is_time(b)) return a.date_time->compare(*b.date_time);
  }
  if (a.kind == ItemKind::quantity && b.kind == ItemKind::quantity) {
    return compare(*a.quantity, *b.quantity);
  }
  run.fail(at, run.engine.type_name(a) + " and " + run.engine.type_name(b) + " cannot be compared");
  return std::nullopt;
}

// The same for all that are equal, and seldom for others: the text of a string, the written parts
// of a date, the texts of an element's children. What can be written in several ways, such as 1.0
// and 1.00, 1 g and 1000 mg, or one moment in two zones, has no part in it.
std::size_t trait_of(Run& run, const Item& item) {
  enum : std::size_t { kOther, kDate, kText, kElement };
  const auto joined = [](std::size_t trait, std::size_t part) { return trait * 31 + part; };
  const auto value = run.value(item);
  if (value.kind == ItemKind::string)
    return joined(kText, std::hash<std::string_view>()(value.string()));
  if (value.kind == ItemKind::date_time) {
    const auto& date = *value.date_time;
    // Without a time of day there is no zone, and equal dates are of one precision.
    if (date.kind == DateTime::Kind::time || date.precision > Precision::day) return kOther;
    return joined(joined(joined(kDate, static_cast<std::size_t>(date.year)), date.month), date.day);
  }
  if (!value.is_element() || value.element->has_value ||
      run.engine.kind_of(value.element->type) != ItemKind::element)
    return kOther;
  std::size_t trait = kElement;
  for (const auto* child = value.element->first; child != nullptr; child = child->next)
    if (const auto text = plain_string(run, Item::of(child)))
      trait = joined(trait, std::hash<std::string_view>()(*text) ^ child->name);
  return trait;
}

Collection unite(Run& run, const Collection& a, const Collection& b) {
  Collection out;
  const auto all_strings = [&](const Collection& list) {
    return std::all_of(list.begin(), list.end(),
                       [&](const Item& i) { return plain_string(run, i).has_value(); });
  };
  if (all_strings(a) && all_strings(b)) {
    std::unordered_set<std::string_view> seen;
    for (const auto* list : {&a, &b})
      for (const auto& item : *list)
        if (seen.insert(*plain_string(run, item)).second) out.push(run.arena, item);
    return out;
  }
  // Only items of one trait can be equal.
  std::unordered_map<std::size_t, Collection> by_trait;
  for (const auto* list : {&a, &b})
    for (const auto& item : *list) {
      auto& alike = by_trait[trait_of(run, item)];
      if (contains(run, alike, item)) continue;
      alike.push(run.arena, item);
      out.push(run.arena, item);
    }
  return out;
}

bool is_test(Binary binary) {
  switch (binary) {
    case Binary::concatenate:
    case Binary::unite:
    case Binary::plus:
    case Binary::minus:
    case Binary::times:
    case Binary::divide:
    case Binary::integer_divide:
    case Binary::modulo: return false;
    default: return true;
  }
}

std::optional<bool> test_binary(Run& run, const Node& node, const Scope& scope) {
  switch (node.binary) {
    case Binary::logical_and:
    case Binary::logical_or:
    case Binary::logical_xor:
    case Binary::implies: return logical(run, node, scope);
    default: break;
  }
  const auto left = run.eval(node, 0, scope);
  const auto right = run.eval(node, 1, scope);
  if (run.failed()) return std::nullopt;
  switch (node.binary) {
    case Binary::equal: return equal(run, left, right);
    case Binary::not_equal: {
      const auto same = equal(run, left, right);
      return same ? std::optional(!*same) : std::nullopt;
    }
    case Binary::equivalent: return equivalent(run, left, right);
    case Binary::not_equivalent: return !equivalent(run, left, right);
    case Binary::in:
      return membership(run, node, run.program.nodes[run.program.operand(node, 1)], left, right);
    case Binary::contains:
      return membership(run, node, run.program.nodes[run.program.operand(node, 0)], right, left);
    default: return compare(run, node, left, right);
  }
}

Collection eval_binary(Run& run, const Node& node, const Scope& scope) {
  if (is_test(node.binary)) return run.of(test_binary(run, node, scope));
  const auto left = run.eval(node, 0, scope);
  const auto right = run.eval(node, 1, scope);
  if (run.failed()) return {};
  switch (node.binary) {
    case Binary::concatenate: return concatenate(run, node, left, right);
    case Binary::unite: return unite(run, left, right);
    default: return arithmetic(run, node, left, right);
  }
}

}  // namespace paraneo::fhirpath
