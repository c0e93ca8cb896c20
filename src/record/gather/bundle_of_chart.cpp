#include "record/gather/bundle_of_chart.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/budget.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "element/path.h"
#include "format/json.h"
#include "record/gather/usable.h"
#include "record/identity.h"
#include "record/references.h"

namespace paraneo::record {
namespace {

using element::Element;

constexpr std::size_t kKeyCharsMax = 64;

class ChartBundler {
 public:
  ChartBundler(const Charts& charts, const Chart& chart, const definition::Definitions& definitions,
               const terminology::ValueSets& value_sets, const Limits& limits, Arena& arena, diag::Sink& sink)
      : charts_(charts), chart_(chart), definitions_(definitions), value_sets_(value_sets), limits_(limits), arena_(arena),
        sink_(sink), budget_(limits, arena, &steady_clock()) {}

  ChartBundle run() {
    made_.bundle = element::make_root(arena_, definitions_.find_type("Bundle"));
    for (const auto* entry : chart_.context)
      if (const auto* original = read(*entry)) context_[entry->reference()] = original;
    for (const auto* entry : chart_.entries) take(*entry);
    name_record();
    keys_[chart_.patient] = kSubjectKey;
    for (const auto& part : made_.parts) identify(*part.resource, *part.entry);
    // Only now is every key known. A patient who is taken out of a resource is added meanwhile.
    const auto parts = made_.parts;
    for (const auto& part : parts) link(*part.resource, *part.entry);
    if (!has_patient_) add_patient();
    return std::move(made_);
  }

 private:
  std::string type_of(const Element& e) const { return std::string(definitions_.type_name(e.type)); }
  const Element* child(const Element& e, std::string_view name) const { return e.child(definitions_.find_symbol(name)); }
  Element* child(Element& e, std::string_view name) const { return e.child(definitions_.find_symbol(name)); }

  // Elements that R4 does not have are reported and left out; null for what is no resource at all.
  const Element* read(const ChartEntry& entry) {
    const auto* read = format::read_json(definitions_, entry.text, {}, limits_, arena_, sink_, &budget_);
    if (read == nullptr || definitions_.type(read->type).kind == definition::TypeKind::resource) return read;
    sink_.report(diag::Code::fhir_unknown_type, "this is no FHIR resource", {&entry.text, 0, 1});
    return nullptr;
  }

  void take(const ChartEntry& entry) {
    const auto* original = read(entry);
    if (original == nullptr) return;
    auto* copy = new_entry(original->type);
    element::copy_content(arena_, definitions_, *copy, *original);
    Usable usable(definitions_, value_sets_, entry.text, entry.path, arena_, sink_);
    auto why = usable.refuse(*copy);
    if (!why && entry.is_of_other_release) why = Refusal{"it is written as in another release of FHIR, and its status may mean something else"};
    if (!why) why = refuse_other_person(*copy, entry);
    if (why) {
      sink_.report({diag::Code::import_not_a_fact, why->is_in_order ? diag::Severity::information : diag::Severity::warning,
                    entry.type + ": " + why->reason, {&entry.text, original->offset, original->offset + 1}, entry.path, {}});
      drop_last_entry();
      return;
    }
    if (entry.type == "Patient") leave_out_identifiers(*copy);
    has_patient_ = has_patient_ || entry.type == "Patient";
    made_.parts.push_back({&entry, copy});
  }

  void leave_out_identifiers(Element& patient) {
    const WrittenList list(definitions_, value_sets_);
    const auto name = definitions_.find_symbol("identifier");
    for (auto* each = patient.first; each != nullptr;) {
      auto* next = each->next;
      if (each->name == name && list.is_identifying(*each)) {
        ++made_.left_out["Patient.identifier"];
        remove_child(patient, *each);
      }
      each = next;
    }
  }

  // A finding in somebody else: a donor, a fetus, a relative.
  std::optional<Refusal> refuse_other_person(const Element& resource, const ChartEntry& entry) {
    const auto focus_name = definitions_.find_symbol("focus");
    for (const auto* focus = resource.first; focus != nullptr; focus = focus->next) {
      if (focus->name != focus_name || type_of(*focus) != "Reference") continue;
      const auto target = charts_.target_of(entry, text_of(definitions_, *focus, "reference"));
      if (target == chart_.patient) continue;
      for (const auto* person : {"Patient/", "RelatedPerson/", "Group/"})
        if (target.find(person) != std::string::npos) return Refusal{"it is about somebody else (focus)"};
    }
    const auto* specimen = child(resource, "specimen");
    if (specimen == nullptr || type_of(*specimen) != "Reference") return std::nullopt;
    const auto* taken = charts_.find(charts_.target_of(entry, text_of(definitions_, *specimen, "reference")));
    const auto from = taken == nullptr ? std::string() : charts_.patient_of(*taken);
    if (from.empty() || from == chart_.patient) return std::nullopt;
    return Refusal{"its specimen is somebody else's"};
  }

  // The same for our own resources, whose identifiers name record and key.
  void name_record() {
    record_ = chart_.record_id;
    for (const auto& part : made_.parts) {
      if (part.entry->type != "Patient") continue;
      const auto name = parse_fact_name(fact_identifier(definitions_, *part.resource));
      if (!name) continue;
      record_ = std::string(name->record);
      if (name->name_space == charts_.options().name_space) continue;
      const auto name_space = std::string(name->name_space.empty() ? kOwnNamespace : name->name_space);
      sink_.report({diag::Code::import_namespace, diag::Severity::information,
                    "Patient: the record is one of the namespace " + name_space, {&part.entry->text, 0, 1}, part.entry->path,
                    "export it with --namespace " + name_space + ": then its resources keep their ids"});
    }
  }

  // By source, type and id; without an id by a business identifier; without that by the content.
  // Never by the content where an id is there: a corrected resource is the same fact.
  std::string key_of(const Element& resource, const ChartEntry& entry) const {
    if (const auto name = parse_fact_name(fact_identifier(definitions_, resource))) return std::string(name->key);
    if (entry.type == "Patient") return std::string(kSubjectKey);
    const auto plain = [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    const auto key = entry.type + "-" + entry.id;
    if (entry.id.empty()) return entry.type + "-" + uuid_of(kFactSystem, business_identifier(resource, entry));
    if (key.size() <= kKeyCharsMax && std::all_of(entry.id.begin(), entry.id.end(), plain)) return key;
    return entry.type + "-" + uuid_of(kFactSystem, entry.base + entry.type + "/" + entry.id);
  }

  std::string business_identifier(const Element& resource, const ChartEntry& entry) const {
    const auto identifier_name = definitions_.find_symbol("identifier");
    for (const auto* each = resource.first; each != nullptr; each = each->next)
      if (each->name == identifier_name)
        if (const auto value = text_of(definitions_, *each, "value"); !value.empty())
          return entry.type + " " + std::string(text_of(definitions_, *each, "system")) + "|" + std::string(value);
    return entry.digest;
  }

  void identify(Element& resource, const ChartEntry& entry) {
    const auto key = key_of(resource, entry);
    if (const auto reference = entry.reference(); !reference.empty()) keys_[reference] = key;
    auto* own = fact_identifier_value(definitions_, resource);
    if (own == nullptr) return set_identifier(resource, record_ + "#" + key);
    // The maps know nothing of namespaces.
    if (const auto name = parse_fact_name(own->value()); name && !name->name_space.empty())
      own->set_value(arena_.copy(std::string(name->record) + "#" + key));
  }

  void link(Element& resource, const ChartEntry& entry) {
    take_out_patient(resource, entry);
    follow_medication(resource, entry);
    for (auto* reference : references_in(definitions_, resource)) {
      const auto found = keys_.find(charts_.target_of(entry, reference->value()));
      if (found != keys_.end()) reference->set_value(arena_.copy(std::string(kFactReference) + found->second));
    }
  }

  const Element* contained(const Element& resource, std::string_view id) const {
    const auto name = definitions_.find_symbol("contained");
    for (const auto* c = resource.first; c != nullptr; c = c->next)
      if (c->name == name && text_of(definitions_, *c, "id") == id) return c;
    return nullptr;
  }

  // The patient who is contained in a resource becomes a resource of its own.
  void take_out_patient(Element& resource, const ChartEntry& entry) {
    const auto hash = chart_.patient.rfind('#');
    if (hash == std::string::npos) return;
    const auto id = std::string_view(chart_.patient).substr(hash + 1);
    const auto* patient = contained(resource, id);
    if (patient == nullptr || type_of(*patient) != "Patient") return;
    for (auto* reference : references_in(definitions_, resource))
      if (reference->value() == "#" + std::string(id))
        reference->set_value(arena_.copy(std::string(kFactReference) + std::string(kSubjectKey)));
    auto* out = new_entry(patient->type);
    element::copy_content(arena_, definitions_, *out, *patient);
    leave_out_identifiers(*out);
    remove_child(resource, const_cast<Element&>(*patient));
    if (fact_identifier(definitions_, *out).empty()) set_identifier(*out, record_ + "#" + std::string(kSubjectKey));
    made_.parts.push_back({&entry, out});
    has_patient_ = true;
  }

  // A drug by reference is the drug's code, not the name of its resource.
  void follow_medication(Element& resource, const ChartEntry& entry) {
    auto* reference = child(resource, "medication");
    if (reference == nullptr || type_of(*reference) != "Reference") return;
    const auto target = text_of(definitions_, *reference, "reference");
    const Element* medication = nullptr;
    if (target.starts_with('#')) medication = contained(resource, target.substr(1));
    else if (const auto found = context_.find(charts_.target_of(entry, target)); found != context_.end()) medication = found->second;
    const auto* code = medication == nullptr ? nullptr : child(*medication, "code");
    if (code == nullptr || type_of(*medication) != "Medication") return;
    const auto& def = definitions_.element_at(reference->def);
    const auto offset = reference->offset;
    remove_child(resource, *reference);
    place_all(*copy_child(arena_, definitions_, resource, def, *code), offset);
    if (target.starts_with('#') && says_only_its_code(*medication)) remove_child(resource, const_cast<Element&>(*medication));
  }

  bool says_only_its_code(const Element& medication) const {
    for (const auto* each = medication.first; each != nullptr; each = each->next)
      if (const auto name = definitions_.name(each->name); name != "id" && name != "code" && name != "meta") return false;
    return true;
  }

  // What stands in another text has its place where it is referred to.
  static void place_all(Element& element, std::uint32_t offset) {
    element.offset = offset;
    for (auto* each = element.first; each != nullptr; each = each->next) place_all(*each, offset);
  }

  Element* new_entry(definition::TypeId type) {
    auto& bundle = *made_.bundle;
    const auto* entry_def = definitions_.element(bundle.type, definitions_.find_symbol("entry"));
    auto* entry = append_child(arena_, definitions_, bundle, *entry_def, definitions_.types(*entry_def)[0].type);
    const auto* def = definitions_.element(entry->type, definitions_.find_symbol("resource"));
    return append_child(arena_, definitions_, *entry, *def, type);
  }

  void drop_last_entry() { remove_child(*made_.bundle, *made_.bundle->last); }

  // References name a patient who is not in the input: the record still needs its id.
  void add_patient() { set_identifier(*new_entry(definitions_.find_type("Patient")), record_ + "#" + std::string(kSubjectKey)); }

  void set_identifier(Element& resource, const std::string& name) {
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

  const Charts& charts_;
  const Chart& chart_;
  const definition::Definitions& definitions_;
  const terminology::ValueSets& value_sets_;
  const Limits& limits_;
  Arena& arena_;
  diag::Sink& sink_;
  Budget budget_;
  ChartBundle made_;
  std::map<std::string, const Element*> context_;  // by reference
  std::map<std::string, std::string> keys_;        // by reference
  std::string record_;
  bool has_patient_ = false;
};

}  // namespace

ChartBundle bundle_of(const Charts& charts, const Chart& chart, const definition::Definitions& definitions,
                      const terminology::ValueSets& value_sets, const Limits& limits, Arena& arena, diag::Sink& sink) {
  return ChartBundler(charts, chart, definitions, value_sets, limits, arena, sink).run();
}

}  // namespace paraneo::record
