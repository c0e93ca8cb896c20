#include "definition/load_definition.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/canonical.h"
#include "definition/definition_json.h"

namespace paraneo::definition {
namespace {

constexpr int kDepthMax = 100;  // of an element; R4 has 8
constexpr std::string_view kSystemBase = "http://hl7.org/fhirpath/System.";
constexpr std::string_view kFhirType =
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
constexpr std::string_view kRegex = "http://hl7.org/fhir/StructureDefinition/regex";

std::string_view after_last(std::string_view text, char separator) {
  const auto at = text.rfind(separator);
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

std::string_view before_last(std::string_view text, char separator) {
  const auto at = text.rfind(separator);
  return at == std::string_view::npos ? std::string_view() : text.substr(0, at);
}

std::uint32_t number_of(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? 0 : count_of(value->text());
}

std::string capitalized(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

BindingStrength strength_of(std::string_view text) {
  if (text == "required") return BindingStrength::required;
  if (text == "extensible") return BindingStrength::extensible;
  if (text == "preferred") return BindingStrength::preferred;
  return BindingStrength::example;
}

// Of a primitive of FHIR, or of FHIRPath's System.
JsonForm form_of(std::string_view primitive) {
  if (primitive == "boolean" || primitive == "Boolean") return JsonForm::boolean;
  if (primitive == "Decimal" || primitive == "Integer") return JsonForm::number;
  if (primitive == "decimal" || primitive == "integer" || primitive == "positiveInt" ||
      primitive == "unsignedInt")
    return JsonForm::number;
  return JsonForm::string;
}

PrimitiveForm primitive_of(std::string_view name) {
  using Form = PrimitiveForm;
  constexpr std::pair<std::string_view, Form> kForms[] = {
      {"boolean", Form::boolean},
      {"decimal", Form::decimal},
      {"integer", Form::integer},
      {"unsignedInt", Form::unsigned_int},
      {"positiveInt", Form::positive_int},
      {"date", Form::date},
      {"dateTime", Form::date_time},
      {"instant", Form::instant},
      {"time", Form::time},
      {"id", Form::id},
      {"code", Form::code},
      {"oid", Form::oid},
      {"uuid", Form::uuid},
      {"base64Binary", Form::base64},
      {"uri", Form::uri},
      {"url", Form::uri},
      {"canonical", Form::uri},
  };
  for (const auto& [known, form] : kForms)
    if (known == name) return form;
  return Form::text;
}

class DefinitionLoader {
 public:
  DefinitionLoader(TypesInTheMaking to, const json::Value& definition, diag::Sink& sink)
      : to_(to.tables), names_(to.type_names), unlinked_(to.unlinked), definition_(definition),
        url_(definition.text_of("url")),
        release_(names_.release_of(definition.text_of("fhirVersion"))), sink_(sink) {}

  TypeId load() {
    const auto kind = definition_.text_of("kind");
    if (definition_.text_of("derivation") == "constraint") return 0;
    const auto elements = elements_of(kind);
    if (elements.empty())
      return refuse("it has no snapshot", "build it with snapshots (sushi --snapshot)");
    for (const auto& element : elements) {
      const auto path = element.text_of("path");
      if (std::count(path.begin(), path.end(), '.') > kDepthMax)
        return refuse("an element is more than " + std::to_string(kDepthMax) + " levels deep", {});
      auto& children = below_[before_last(path, '.')];
      const auto is_slice = element.text_of("id").find(':') != std::string_view::npos;
      if (!is_slice && paths_.insert(path).second) children.push_back(&element);
    }
    const auto root_path = elements[0].text_of("path");
    const auto root = add_type(root_path, kind_of(kind));
    if (root == 0) return 0;
    to_.types[root].url = to_.names.add_text(url_);
    to_.types[root].abstract =
        definition_.find("abstract") != nullptr && definition_.find("abstract")->truth;
    to_.types[root].form = form_of(root_path);
    to_.types[root].primitive = primitive_of(root_path);
    if (const auto base = definition_.text_of("baseDefinition"); !base.empty())
      unlinked_.base_of(root, {base, url_, release_});
    if (!url_.empty()) names_.add(url_, root, release_);
    const auto at = add_constraints(elements[0]);
    to_.types[root].first_constraint = at.first;
    to_.types[root].constraint_count = at.second;
    const auto base =
        from_differential_ ? names_.find(definition_.text_of("baseDefinition"), release_) : 0;
    add_children(root, base, root_path);
    return root;
  }

 private:
  // A differential says everything about a new type except what its base has.
  std::span<const json::Value> elements_of(std::string_view kind) {
    if (const auto* snapshot = definition_.find("snapshot"); snapshot != nullptr)
      return items_of(*snapshot, "element");
    const auto* differential = definition_.find("differential");
    if (kind != "logical" || differential == nullptr) return {};
    from_differential_ = true;
    return items_of(*differential, "element");
  }

  static TypeKind kind_of(std::string_view kind) {
    if (kind == "primitive-type") return TypeKind::primitive;
    if (kind == "resource") return TypeKind::resource;
    if (kind == "logical") return TypeKind::logical;
    return TypeKind::complex;
  }

  TypeId refuse(const std::string& why, std::string advice) {
    sink_.report(diag::Code::fhir_definition,
                 "the definition " + std::string(url_) + " cannot be used: " + why, {}, {},
                 std::move(advice));
    return 0;
  }

  TypeId add_type(std::string_view name, TypeKind kind) {
    if (name.empty()) return refuse("its root element has no path", {});
    if (!url_.empty() && name.find('.') == name.npos && names_.find_in(release_, url_) != 0)
      return refuse("its URL is defined already", "load only one version of a package");
    TypeDef type;
    type.name = to_.names.intern(name);
    type.kind = kind;
    type.release = release_;
    to_.types.push_back(type);
    const auto id = static_cast<TypeId>(to_.types.size() - 1);
    names_.add(name, id, release_);
    unlinked_.name_place(place_of(name), id);
    return id;
  }

  // The name of a backbone while the definitions are not yet linked.
  std::string place_of(std::string_view path) const {
    return names_.release_name(release_) + "|" + std::string(url_) + "#" + std::string(path);
  }

  // The direct children of `path` become elements of `type`; those with children of their own
  // become backbone types. The depth is that of the snapshot's paths: a handful.
  void add_children(TypeId type, TypeId base, std::string_view path) {
    std::vector<const json::Value*> children;
    if (const auto found = below_.find(path); found != below_.end())
      for (const auto* element : found->second)
        if (!is_value_of_primitive(type, element->text_of("path"), *element))
          children.push_back(element);
    const auto inherited = base == 0 ? std::size_t{0} : to_.types[base].element_count;
    const auto first = to_.elements.size();
    to_.types[type].first_element = static_cast<std::uint32_t>(first);
    to_.types[type].element_count = static_cast<std::uint32_t>(inherited + children.size());
    to_.elements.resize(first + inherited + children.size());
    if (base != 0)
      std::copy_n(to_.elements.begin() + to_.types[base].first_element, inherited,
                  to_.elements.begin() + static_cast<std::ptrdiff_t>(first));
    for (std::size_t i = 0; i < children.size(); ++i) {
      const auto element = element_from(*children[i]);
      to_.elements[first + inherited + i] = element;
    }
  }

  // The "value" element of a primitive is the primitive itself; its type carries the pattern.
  bool is_value_of_primitive(TypeId type, std::string_view path, const json::Value& element) {
    if (to_.types[type].kind != TypeKind::primitive || after_last(path, '.') != "value")
      return false;
    for (const auto& ref : items_of(element, "type"))
      for (const auto& extension : items_of(ref, "extension"))
        if (extension.text_of("url") == kRegex)
          to_.types[type].pattern = to_.names.add_text(extension.text_of("valueString"));
    return true;
  }

  ElementDef element_from(const json::Value& json) {
    const auto path = json.text_of("path");
    auto name = after_last(path, '.');
    ElementDef element;
    element.choice = name.ends_with("[x]");
    if (element.choice) name.remove_suffix(3);
    element.name = to_.names.intern(name);
    element.min = number_of(json, "min");
    element.max = count_of(json.text_of("max"));
    const auto* base = json.find("base");
    element.base_max = base == nullptr ? element.max : count_of(base->text_of("max"));
    if (const auto* binding = json.find("binding"); binding != nullptr) {
      element.binding = to_.names.add_text(without_version(binding->text_of("valueSet")));
      element.strength = strength_of(binding->text_of("strength"));
      for (const auto& extension : items_of(*binding, "extension"))
        if (extension.text_of("url") == kMaxValueSet)
          element.maximum =
              to_.names.add_text(without_version(extension.text_of("valueCanonical")));
    }
    const auto representations = items_of(json, "representation");
    element.attribute =
        std::any_of(representations.begin(), representations.end(),
                    [](const json::Value& each) { return each.text() == "xmlAttr"; });
    const auto at = add_constraints(json);
    element.first_constraint = at.first;
    element.constraint_count = at.second;
    add_types(element, json, name);
    add_targets(element, json);
    return element;
  }

  // Any resource may stand where one of the targets is Resource itself.
  void add_targets(ElementDef& element, const json::Value& json) {
    element.first_target = static_cast<std::uint32_t>(to_.targets.size());
    for (const auto& type : items_of(json, "type")) {
      if (type.text_of("code") != "Reference" && type.text_of("code") != "canonical") continue;
      for (const auto& target : items_of(type, "targetProfile")) {
        const auto name = after_last(target.text(), '/');
        if (name == "Resource" || !target.text().starts_with(kFhirBase)) {
          to_.targets.resize(element.first_target);
          return;
        }
        to_.targets.push_back(to_.names.intern(name));
      }
    }
    element.target_count = static_cast<std::uint32_t>(to_.targets.size()) - element.first_target;
  }

  void add_types(ElementDef& element, const json::Value& json, std::string_view name) {
    const auto path = json.text_of("path");
    std::vector<std::string> codes;
    std::vector<std::uint32_t> profiles;
    if (const auto reference = json.text_of("contentReference"); !reference.empty()) {
      codes.push_back(place_of(after_last(reference, '#')));
    } else if (below_.contains(path)) {
      add_backbone(json);
      codes.push_back(place_of(path));
    } else {
      for (const auto& type : items_of(json, "type")) {
        codes.push_back(type_code(type, json));
        const auto of_type = items_of(type, "profile");
        profiles.push_back(of_type.size() == 1 ? to_.names.add_text(of_type[0].text()) : 0);
      }
    }
    profiles.resize(codes.size());
    element.first_type = static_cast<std::uint32_t>(to_.type_refs.size());
    element.type_count = static_cast<std::uint32_t>(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto& code = codes[i];
      const auto json_name = element.choice ? std::string(name) + capitalized(after_last(code, '/'))
                                            : std::string(name);
      to_.type_refs.push_back({0, to_.names.intern(json_name), profiles[i]});
      unlinked_.type_of(static_cast<std::uint32_t>(to_.type_refs.size() - 1),
                        {code, path, release_});
    }
  }

  // "Base FHIR type (when a special property)": Extension.url is a uri, ids are strings.
  static std::string special_type(const json::Value& type) {
    for (const auto& extension : items_of(type, "extension"))
      if (extension.text_of("url") == kFhirType) {
        const auto url = extension.text_of("valueUrl");
        return std::string(url.empty() ? extension.text_of("valueUri") : url);
      }
    return "string";
  }

  static std::string type_code(const json::Value& type, const json::Value& element) {
    const auto code = type.text_of("code");
    if (code.starts_with(kSystemBase)) {
      const auto* base = element.find("base");
      const auto is_resource_id = base != nullptr && base->text_of("path") == "Resource.id";
      return is_resource_id ? "id" : special_type(type);
    }
    if (code.starts_with(kFhirBase)) return std::string(code.substr(kFhirBase.size()));
    return std::string(code);
  }

  void add_backbone(const json::Value& json) {
    const auto path = json.text_of("path");
    const auto id = add_type(path, TypeKind::backbone);
    const auto types = items_of(json, "type");
    auto base = types.empty() ? std::string_view("Element") : types[0].text_of("code");
    if (base == "Base" || base.empty()) base = "Element";
    unlinked_.base_of(id, {base, path, release_});
    add_children(id, from_differential_ ? names_.find(base, release_) : 0, path);
  }

  // Advice ("should have a narrative"), not a rule.
  static bool is_best_practice(const json::Value& constraint) {
    for (const auto& extension : items_of(constraint, "extension"))
      if (extension.text_of("url") == kBestPractice) return true;
    return false;
  }

  // Those that the definition itself states; inherited ones stand with the base type.
  std::pair<std::uint32_t, std::uint32_t> add_constraints(const json::Value& element) {
    const auto first = static_cast<std::uint32_t>(to_.constraints.size());
    for (const auto& constraint : items_of(element, "constraint")) {
      const auto source = constraint.text_of("source");
      if (!source.empty() && source != url_) continue;
      if (constraint.text_of("expression").empty() || is_best_practice(constraint)) continue;
      // Every element has a value or children: the tree itself is held to that.
      if (constraint.text_of("key") == "ele-1") continue;
      to_.constraints.push_back({to_.names.add_text(constraint.text_of("key")),
                                 to_.names.add_text(constraint.text_of("human")),
                                 to_.names.add_text(constraint.text_of("expression")),
                                 constraint.text_of("severity") != "warning"});
    }
    return {first, static_cast<std::uint32_t>(to_.constraints.size()) - first};
  }

  TypeTables& to_;
  TypeNames& names_;
  UnlinkedTypes& unlinked_;
  const json::Value& definition_;
  std::string_view url_;
  std::uint8_t release_;
  diag::Sink& sink_;
  bool from_differential_ = false;
  // Elements by the path above them: the first of each path, without slices.
  std::unordered_map<std::string_view, std::vector<const json::Value*>> below_;
  std::unordered_set<std::string_view> paths_;
};

}  // namespace

TypeId load_definition(TypesInTheMaking to, const json::Value& structure_definition,
                       diag::Sink& sink) {
  return DefinitionLoader(to, structure_definition, sink).load();
}

}  // namespace paraneo::definition
