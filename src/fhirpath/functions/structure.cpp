// FHIR's functions about definitions (FHIR R4 2.9.1.5): elementDefinition, slice, conformsTo.
#include "fhirpath/element_maker.h"
#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

constexpr std::string_view kDefinitions = "http://hl7.org/fhir/StructureDefinition/";

// What the index of definitions has of an element: where it is, how many there may be, of what
// types, with which codes, and its invariants. The texts for readers are not in it.
class ElementDefinitions {
 public:
  ElementDefinitions(Run& run, const Node& node)
      : run_(run), maker_(run, node), definitions_(run.engine.definitions()) {}

  const element::Element* of(const element::Element& at) {
    auto* out = maker_.make("ElementDefinition");
    if (out == nullptr) return nullptr;
    return at.parent == nullptr
               ? of_type(*out, at.type)
               : of_element(*out, at.parent->type, definitions_.element_at(at.def));
  }

 private:
  const element::Element* of_type(element::Element& out, definition::TypeId type) {
    describe(out, std::string(definitions_.type_name(type)), 0, definition::kUnbounded);
    add_constraints(out, definitions_.constraints(definitions_.type(type)));
    return &out;
  }

  const element::Element* of_element(element::Element& out, definition::TypeId owner,
                                     const definition::ElementDef& def) {
    describe(out,
             std::string(definitions_.type_name(owner)) + "." +
                 std::string(definitions_.name(def.name)) + (def.choice ? "[x]" : ""),
             def.min, def.max);
    for (const auto& ref : definitions_.types(def)) add_type(out, def, ref.type);
    add_constraints(out, definitions_.constraints(def));
    if (def.strength == definition::BindingStrength::none) return &out;
    constexpr std::array<std::string_view, 5> kStrengths = {"", "example", "preferred",
                                                            "extensible", "required"};
    if (auto* binding = maker_.add_new(out, "binding")) {
      maker_.add_text(*binding, "strength", kStrengths[static_cast<std::size_t>(def.strength)]);
      if (def.binding != 0) maker_.add_text(*binding, "valueSet", definitions_.text(def.binding));
    }
    return &out;
  }

  void describe(element::Element& out, const std::string& path, std::uint32_t min,
                std::uint32_t max) {
    const auto text = Item::of_string(run_.arena.copy(path));
    maker_.add(out, "id", text);
    maker_.add(out, "path", text);
    maker_.add(out, "min", Item::of_integer(min));
    maker_.add_text(out, "max",
                    max == definition::kUnbounded ? "*" : run_.arena.copy(std::to_string(max)));
  }

  void add_type(element::Element& out, const definition::ElementDef& def, definition::TypeId id) {
    auto* made = id == 0 ? nullptr : maker_.add_new(out, "type");
    if (made == nullptr) return;
    // Parts of a type are of no type with a name of its own.
    const auto& type = definitions_.type(id);
    const auto name =
        definitions_.type_name(type.kind == definition::TypeKind::backbone ? type.base : id);
    maker_.add_text(*made, "code", name);
    if (name != "Reference" && name != "canonical") return;
    for (const auto target : definitions_.targets(def))
      maker_.add_text(
          *made, "targetProfile",
          run_.arena.copy(std::string(kDefinitions) + std::string(definitions_.name(target))));
  }

  void add_constraints(element::Element& out, std::span<const definition::ConstraintDef> all) {
    for (const auto& each : all) {
      auto* made = maker_.add_new(out, "constraint");
      if (made == nullptr) return;
      maker_.add_text(*made, "key", definitions_.text(each.key));
      maker_.add_text(*made, "severity", each.error ? "error" : "warning");
      maker_.add_text(*made, "human", definitions_.text(each.human));
      maker_.add_text(*made, "expression", definitions_.text(each.expression));
    }
  }

  Run& run_;
  ElementMaker maker_;
  const definition::Definitions& definitions_;
};

Collection element_definition(Run& run, const Node& node, const Collection& in, const Scope&) {
  ElementDefinitions definitions(run, node);
  Collection out;
  for (const auto& item : in) {
    if (!item.is_element()) continue;
    const auto* made = definitions.of(*item.element);
    if (made == nullptr || run.failed()) return {};
    out.push(run.arena, Item::of(made));
  }
  return out;
}

// Types by the index of definitions; profiles by whoever can validate.
Collection conforms_to(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  if (in.size() > 1) return too_many(run, node, in);
  const auto url = run.string(node, run.eval(node, 1, scope));
  if (in.empty() || !url) return {};
  const auto& definitions = run.engine.definitions();
  const auto type = definitions.find_type(
      url->starts_with(kDefinitions) ? url->substr(kDefinitions.size()) : *url);
  if (type != 0)
    return run.of(in[0].is_element() && definitions.is_a_named(in[0].element->type, type));
  const auto answer = in[0].is_element() && run.environment.profiles != nullptr
                          ? run.environment.profiles->conforms(*in[0].element, *url)
                          : std::nullopt;
  if (answer) return run.of(*answer);
  run.fail(node, "there is no profile " + std::string(*url) + " here");
  return {};
}

// "If the structure cannot be resolved, or the name of the slice within the resolved structure is
// not present, an error is thrown."
Collection slice(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  using InSlice = ProfilePort::InSlice;
  const auto url = run.string(node, run.eval(node, 1, scope));
  const auto name = run.string(node, run.eval(node, 2, scope));
  if (!url || !name) return {};
  const auto fail = [&](std::string message) {
    run.fail(node, std::move(message));
    return Collection();
  };
  const auto quoted = "\"" + std::string(*name) + "\"";
  Collection out;
  for (const auto& item : in) {
    if (!item.is_element() || !run.work(1)) continue;
    const auto* profiles = run.environment.profiles;
    switch (profiles == nullptr ? InSlice::no_profile
                                : profiles->in_slice(*item.element, *url, *name)) {
      case InSlice::yes: out.push(run.arena, item); break;
      case InSlice::no: break;
      case InSlice::not_known:
        return fail(
            "by what the profile says, and what is known here, nobody can tell what is in its slice " +
            quoted);
      case InSlice::no_profile: return fail("there is no profile " + std::string(*url) + " here");
      case InSlice::no_slice:
        return fail("the profile " + std::string(*url) + " has no slice " + quoted);
      case InSlice::several_slices:
        return fail("the profile " + std::string(*url) + " has several slices " + quoted +
                    "; the id of the slice's element says which");
    }
  }
  return run.failed() ? Collection() : out;
}

constexpr Function kFunctions[] = {
    {"elementDefinition", 0, 0, element_definition},
    {"conformsTo", 1, 1, conforms_to},
    {"slice", 2, 2, slice},
};

}  // namespace

std::span<const Function> structure_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
