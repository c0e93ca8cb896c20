#include "validate/differential.h"

#include <algorithm>
#include <array>

#include "validate/path_step.h"

namespace paraneo::validate {
namespace {

using diag::Code;
using Types = TypePaths::Types;

constexpr auto kBindable = std::to_array<std::string_view>(
    {"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"});

std::string_view text_of(const element::Element& at, std::string_view name, const Visit& visit) {
  return Visit::text_of(at, visit.definitions.find_symbol(name));
}

class Differential {
 public:
  explicit Differential(Visit& visit)
      : visit_(visit), definitions_(visit.definitions), paths_(definitions_),
        type_(definitions_.find_symbol("type")), code_(definitions_.find_symbol("code")) {}

  void check(const element::Element& definition) {
    const auto* differential = definition.child(visit_.names.differential);
    if (differential == nullptr || text_of(definition, "derivation", visit_) != "constraint")
      return;
    const auto version = text_of(definition, "fhirVersion", visit_);
    is_r4_ = version.empty() || version.starts_with("4.0");
    const element::Element* before = nullptr;
    for (const auto* each = differential->first; each != nullptr; each = each->next) {
      if (each->name != visit_.names.element) continue;
      check_element(*each);
      if (before != nullptr) check_order(*before, *each);
      before = each;
    }
  }

 private:
  void check_element(const element::Element& at) {
    const auto path = Visit::text_of(at, visit_.names.path);
    const auto types = types_at(path);
    if (!types) return;
    if (types->empty())
      return visit_.say(Code::validate_profile, *at.child(visit_.names.path),
                        "the path leads to no element of the type",
                        "a differential says what of its base is different");
    const auto narrowed = narrow(*types, at);
    check_binding(at, narrowed);
    check_discriminators(at, narrowed);
  }

  // A path without a name in it leads nowhere, whatever the types.
  std::optional<Types> types_at(std::string_view path) const {
    if (path.empty()) return std::nullopt;
    if (path.front() == '.' || path.back() == '.' || path.find("..") != std::string_view::npos)
      return Types();
    const auto root = definitions_.find_type(path.substr(0, path.find('.')));
    if (root == 0 || !is_r4_) return std::nullopt;
    const auto dot = path.find('.');
    return paths_.below({root},
                        dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1));
  }

  // Who reads a differential walks it beside its base: what stands too late is not found.
  void check_order(const element::Element& before, const element::Element& at) {
    auto earlier = Visit::text_of(before, visit_.names.path);
    auto later = Visit::text_of(at, visit_.names.path);
    if (!is_r4_ || later.find("..") != std::string_view::npos) return;
    const auto root = next_step(later);
    if (next_step(earlier) != root) return;
    std::optional<Types> types = Types{definitions_.find_type(root)};
    while (!earlier.empty() && !later.empty()) {
      // Each of several types would have an order of its own.
      if (!types || types->size() != 1) return;
      const auto first = next_step(earlier), second = next_step(later);
      const auto a = place_of(types->front(), first), b = place_of(types->front(), second);
      if (!a || !b) return;
      if (*a > *b)
        return visit_.say(Code::validate_profile, *at.child(visit_.names.path),
                          "this stands before " + std::string(first) + " in the type, not after it",
                          "the elements of a differential keep the order of what it stands on");
      if (*a < *b) return;
      types = paths_.below(std::move(*types), second);
    }
  }

  // Of an element in its type; "valueString" stands where value[x] does.
  std::optional<std::size_t> place_of(definition::TypeId type, std::string_view name) const {
    if (type == 0) return std::nullopt;
    if (name.ends_with("[x]")) name.remove_suffix(3);
    const auto elements = definitions_.elements(type);
    const auto* found = definitions_.element(type, definitions_.find_symbol(name));
    if (found == nullptr)
      if (const auto* member = definitions_.member(type, name); member != nullptr)
        found = &definitions_.element_at(member->element);
    const auto at = std::find_if(elements.begin(), elements.end(),
                                 [&](const auto& each) { return &each == found; });
    return at == elements.end() ? std::nullopt : std::optional<std::size_t>(at - elements.begin());
  }

  // To those that the element names itself.
  Types narrow(const Types& types, const element::Element& at) const {
    Types out;
    for (const auto* each = at.first; each != nullptr; each = each->next)
      if (each->name == type_)
        if (const auto type = definitions_.find_type(Visit::text_of(*each, code_)); type != 0)
          out.push_back(type);
    return out.empty() ? types : out;
  }

  void check_binding(const element::Element& at, const Types& types) {
    const auto* binding = at.child(definitions_.find_symbol("binding"));
    if (binding == nullptr || types.empty() || std::any_of(types.begin(), types.end(), [&](auto t) {
          return std::any_of(kBindable.begin(), kBindable.end(), [&](auto name) {
            return definitions_.is_a(t, definitions_.find_type(name));
          });
        }))
      return;
    visit_.say(Code::validate_profile, *binding,
               "a value of type " + std::string(definitions_.type_name(types[0])) +
                   " has no codes that could be bound",
               "binding is for code, Coding, CodeableConcept, Quantity, string and uri");
  }

  void check_discriminators(const element::Element& at, const Types& types) {
    const auto* slicing = at.child(definitions_.find_symbol("slicing"));
    if (slicing == nullptr) return;
    const auto name = definitions_.find_symbol("discriminator");
    for (const auto* each = slicing->first; each != nullptr; each = each->next) {
      if (each->name != name) continue;
      const auto found = paths_.below(types, Visit::text_of(*each, visit_.names.path));
      if (found && found->empty())
        visit_.say(Code::validate_profile, *each,
                   "the discriminator's path leads to no element of what is sliced",
                   "it begins at the sliced element itself");
    }
  }

  Visit& visit_;
  const definition::Definitions& definitions_;
  const TypePaths paths_;
  const definition::Symbol type_, code_;
  bool is_r4_ = true;
};

}  // namespace

bool TypePaths::is_open(definition::TypeId type) const {
  return type == 0 || definitions_.type(type).abstract;
}

std::optional<Types> TypePaths::below(Types types, std::string_view path) const {
  while (!path.empty()) {
    if (std::any_of(types.begin(), types.end(), [&](auto type) { return is_open(type); }))
      return std::nullopt;
    auto next = step(types, next_step(path));
    if (!next || next->empty()) return next;
    types = std::move(*next);
  }
  return types;
}

std::optional<Types> TypePaths::step(const Types& types, std::string_view name) const {
  if (name == "$this") return types;
  if (name == "resolve()") return std::nullopt;
  Types out;
  if (const auto wanted = type_argument(name)) {
    const auto type = definitions_.find_type(*wanted);
    for (const auto each : types)
      if (each == type) out.push_back(each);
    return out;
  }
  if (argument(name, "extension")) name = "extension";
  for (const auto type : types) add(type, name, out);
  return out;
}

void TypePaths::add(definition::TypeId type, std::string_view name, Types& to) const {
  const auto take = [&](definition::TypeId each) {
    if (std::find(to.begin(), to.end(), each) == to.end()) to.push_back(each);
  };
  // Its own value, which no definition lists.
  if (definitions_.is_primitive(type) && name == "value") return take(type);
  const auto is_choice = name.ends_with("[x]");
  if (is_choice) name.remove_suffix(3);
  if (const auto* element = definitions_.element(type, definitions_.find_symbol(name));
      element != nullptr) {
    for (const auto& each : definitions_.types(*element)) take(each.type);
    return;
  }
  if (const auto* member = is_choice ? nullptr : definitions_.member(type, name); member != nullptr)
    take(member->type);
}

void check_differential(const element::Element& at, Visit& visit) {
  if (at.type == visit.names.structure_definition) Differential(visit).check(at);
}

}  // namespace paraneo::validate
