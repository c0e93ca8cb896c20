#include "record/gather.h"

#include <map>
#include <string>
#include <unordered_map>

#include "record/identity.h"
#include "record/references.h"
#include "base/uuid.h"
#include "element/message_place.h"

namespace paraneo::record {
namespace {

using element::Element;

constexpr std::size_t kKeyCharsMax = 64;

struct Resource {
  const Element* element = nullptr;
  std::string_view full_url;
  std::string reference;  // Type/id; empty without an id
  std::string patient;    // reference of its patient
  const Element* contained_patient = nullptr;  // where the patient is inside it, and nobody else's
};

// "http://server/fhir/Patient/1/_history/2" is Patient/1.
std::string relative(std::string_view reference) {
  if (const auto history = reference.find("/_history/"); history != std::string_view::npos) reference = reference.substr(0, history);
  const auto last = reference.rfind('/');
  if (last == std::string_view::npos || last == 0) return std::string(reference);
  const auto before = reference.rfind('/', last - 1);
  return std::string(before == std::string_view::npos ? reference : reference.substr(before + 1));
}

class Gatherer {
 public:
  Gatherer(const definition::Definitions& definitions, const Source& source, Arena& arena, diag::Sink& sink)
      : definitions_(definitions), source_(source), arena_(arena), sink_(sink) {}

  std::vector<Element*> gather(const Element& input) {
    collect(input);
    for (const auto& resource : resources_)
      if (!resource.full_url.empty()) by_full_url_.emplace(resource.full_url, &resource);
    std::vector<Patient> patients;
    std::unordered_map<std::string_view, std::size_t> place_of;  // in `patients`, by reference
    for (auto& resource : resources_) {
      resource.patient = patient_of(resource);
      if (resource.patient.empty()) {
        sink_.report(diag::Code::import_ignored, type_of(*resource.element) + ": belongs to no patient, so to no record",
                     place(*resource.element), path_for(sink_, definitions_, *resource.element));
        continue;
      }
      const auto [known, is_new] = place_of.emplace(resource.patient, patients.size());
      if (is_new) patients.push_back({resource.patient, {}});
      patients[known->second].resources.push_back(&resource);
    }
    std::vector<Element*> out;
    for (const auto& patient : patients) out.push_back(bundle_of(patient));
    return out;
  }

 private:
  struct Patient {
    std::string_view reference;
    std::vector<const Resource*> resources;
  };

  Span place(const Element& e) const { return {&source_, e.offset, e.offset + 1}; }
  std::string type_of(const Element& e) const { return std::string(definitions_.type_name(e.type)); }
  const Element* child(const Element& e, std::string_view name) const { return e.child(definitions_.find_symbol(name)); }

  void collect(const Element& input) {
    if (definitions_.type_name(input.type) != "Bundle") return add(input, {});
    const auto entry_name = definitions_.find_symbol("entry");
    for (const auto* entry = input.first; entry != nullptr; entry = entry->next) {
      if (entry->name != entry_name) continue;
      const auto* resource = child(*entry, "resource");
      if (resource == nullptr) continue;
      if (definitions_.type_name(resource->type) == "Bundle") collect(*resource);  // depth is bounded by the reader
      else add(*resource, text_of(definitions_, *entry, "fullUrl"));
    }
  }

  void add(const Element& resource, std::string_view full_url) {
    const auto id = text_of(definitions_, resource, "id");
    resources_.push_back({&resource, full_url, id.empty() ? "" : type_of(resource) + "/" + std::string(id), {}});
  }

  // What a reference means here: Type/id of a resource of the input where it is one.
  std::string target_of(std::string_view reference) const {
    const auto found = by_full_url_.find(reference);
    return found == by_full_url_.end() ? relative(reference) : name_of(*found->second);
  }

  std::string name_of(const Resource& resource) const {
    return resource.reference.empty() ? std::string(resource.full_url) : resource.reference;
  }

  const Element* contained(const Element& resource, std::string_view id) const {
    const auto name = definitions_.find_symbol("contained");
    for (const auto* c = resource.first; c != nullptr; c = c->next)
      if (c->name == name && text_of(definitions_, *c, "id") == id) return c;
    return nullptr;
  }

  std::string patient_of(Resource& resource) const {
    if (type_of(*resource.element) == "Patient") {
      const auto name = name_of(resource);
      return name.empty() ? "Patient" : name;
    }
    for (const auto* name : {"subject", "patient"}) {
      const auto* reference = child(*resource.element, name);
      if (reference == nullptr) continue;
      const auto target = target_of(text_of(definitions_, *reference, "reference"));
      if (target.starts_with('#')) {
        resource.contained_patient = contained(*resource.element, std::string_view(target).substr(1));
        if (resource.contained_patient == nullptr) continue;
        // Another resource's "#p" is another patient.
        return uuid_of(kFactSystem, name_of(resource) + format::to_json(definitions_, *resource.element));
      }
      if (!target.empty()) return target;
    }
    return {};
  }

  std::string key_of(const Resource& resource) const {
    if (const auto name = parse_fact_name(fact_identifier(definitions_, *resource.element))) return std::string(name->key);
    if (type_of(*resource.element) == "Patient") return std::string(kSubjectKey);
    const auto id = text_of(definitions_, *resource.element, "id");
    auto key = type_of(*resource.element) + "-" + std::string(id);
    if (!id.empty() && key.size() <= kKeyCharsMax) return key;
    return uuid_of(kFactSystem, name_of(resource) + format::to_json(definitions_, *resource.element));
  }

  std::string record_of(const Patient& patient) const {
    for (const auto* resource : patient.resources) {
      if (type_of(*resource->element) != "Patient") continue;
      if (const auto name = parse_fact_name(fact_identifier(definitions_, *resource->element))) return std::string(name->record);
    }
    const auto whole = relative(patient.reference);
    auto id = whole.substr(whole.rfind('/') + 1);
    return id.empty() || id.find(':') != std::string::npos ? uuid_of(kFactSystem, patient.reference) : id;
  }

  Element* bundle_of(const Patient& patient) {
    auto* bundle = element::make_root(arena_, definitions_.find_type("Bundle"));
    const auto record = record_of(patient);
    std::map<std::string, std::string> keys;
    for (const auto* resource : patient.resources) keys[name_of(*resource)] = key_of(*resource);
    const auto* entry_def = definitions_.element(bundle->type, definitions_.find_symbol("entry"));
    const auto entry_type = definitions_.types(*entry_def)[0].type;
    bool has_patient = false;
    for (const auto* each : patient.resources) {
      const auto& resource = *each;
      has_patient = has_patient || type_of(*resource.element) == "Patient";
      auto* entry = append_child(arena_, definitions_, *bundle, *entry_def, entry_type);
      const auto* def = definitions_.element(entry_type, definitions_.find_symbol("resource"));
      auto* copy = copy_child(arena_, definitions_, *entry, *def, *resource.element);
      if (fact_identifier(definitions_, *copy).empty()) identify(*copy, record + "#" + keys[name_of(resource)]);
      if (resource.contained_patient != nullptr) {
        take_out_patient(*bundle, *entry_def, *copy, *resource.contained_patient, record);
        has_patient = true;
      }
      for (auto* reference : references_in(definitions_, *copy)) {
        const auto found = keys.find(target_of(reference->value()));
        if (found != keys.end()) reference->set_value(arena_.copy(std::string(kFactReference) + found->second));
      }
    }
    if (!has_patient) add_patient(*bundle, *entry_def, record);
    return bundle;
  }

  // The patient who is contained in a resource becomes a resource of its own.
  void take_out_patient(Element& bundle, const definition::ElementDef& entry_def, Element& copy, const Element& patient,
                        const std::string& record) {
    const auto id = text_of(definitions_, patient, "id");
    for (auto* reference : references_in(definitions_, copy))
      if (reference->value() == "#" + std::string(id))
        reference->set_value(arena_.copy(std::string(kFactReference) + std::string(kSubjectKey)));
    remove_child(copy, const_cast<Element&>(*contained(copy, id)));
    auto* entry = append_child(arena_, definitions_, bundle, entry_def, definitions_.types(entry_def)[0].type);
    const auto* def = definitions_.element(entry->type, definitions_.find_symbol("resource"));
    auto* out = copy_child(arena_, definitions_, *entry, *def, patient);
    if (fact_identifier(definitions_, *out).empty()) identify(*out, record + "#" + std::string(kSubjectKey));
  }

  // References name a patient who is not in the input: the record still needs its id.
  void add_patient(Element& bundle, const definition::ElementDef& entry_def, const std::string& record) {
    auto* entry = append_child(arena_, definitions_, bundle, entry_def, definitions_.types(entry_def)[0].type);
    const auto* def = definitions_.element(entry->type, definitions_.find_symbol("resource"));
    auto* patient = append_child(arena_, definitions_, *entry, *def, definitions_.find_type("Patient"));
    identify(*patient, record + "#" + std::string(kSubjectKey));
  }

  void identify(Element& resource, const std::string& name) {
    const auto* def = definitions_.element(resource.type, definitions_.find_symbol("identifier"));
    if (def == nullptr) return;
    const auto identifier_type = definitions_.find_type("Identifier");
    auto* identifier = append_child(arena_, definitions_, resource, *def, identifier_type);
    const auto set = [&](std::string_view child_name, std::string_view type, std::string_view value) {
      const auto* child_def = definitions_.element(identifier_type, definitions_.find_symbol(child_name));
      append_child(arena_, definitions_, *identifier, *child_def, definitions_.find_type(type))->set_value(value);
    };
    set("system", "uri", kFactSystem);
    set("value", "string", arena_.copy(name));
  }

  const definition::Definitions& definitions_;
  const Source& source_;
  Arena& arena_;
  diag::Sink& sink_;
  std::vector<Resource> resources_;
  std::unordered_map<std::string_view, const Resource*> by_full_url_;  // the first of each
};

}  // namespace

std::vector<Element*> gather(const definition::Definitions& definitions, const Element& input, const Source& source, Arena& arena,
                             diag::Sink& sink) {
  return Gatherer(definitions, source, arena, sink).gather(input);
}

}  // namespace paraneo::record
