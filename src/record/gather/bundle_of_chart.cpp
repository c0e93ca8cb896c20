#include "record/gather/bundle_of_chart.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/budget.h"
#include "base/clock.h"
#include "element/path.h"
#include "record/fact_types.h"
#include "record/gather/certainty.h"
#include "record/gather/contradictions.h"
#include "record/gather/descriptions.h"
#include "record/gather/former_versions.h"
#include "record/gather/literal_reference.h"
#include "record/gather/medications.h"
#include "record/gather/other_person.h"
#include "record/gather/part_names.h"
#include "record/gather/read_resource.h"
#include "record/gather/replaced_patients.h"
#include "record/gather/resource_check.h"
#include "record/gather/sender_maps.h"
#include "record/gather/senders.h"
#include "record/gather/usable.h"
#include "record/identity.h"
#include "record/origin.h"
#include "record/references.h"
#include "record/same_person.h"

namespace paraneo::record {
namespace {

using element::Element;

class ChartBundler {
 public:
  ChartBundler(const Charts& charts, const Chart& chart, const definition::Definitions& definitions,
               const terminology::ValueSets& value_sets, SenderReader& senders,
               const terminology::ConceptMap* certainties, Meanings& meanings,
               const Existing* existing, ResourceCheck* check, Account* account,
               const Limits& limits, Arena& arena, diag::Sink& sink)
      : charts_(charts), chart_(chart), definitions_(definitions), value_sets_(value_sets),
        senders_(senders), certainties_(certainties), existing_(existing), check_(check),
        account_(account), limits_(limits), arena_(arena), sink_(sink),
        budget_(limits, arena, &steady_clock()), names_(definitions, chart, existing),
        former_(existing, names_, charts.options().now_ms),
        replaced_(definitions, charts, chart, existing, arena),
        contradictions_(definitions, meanings, made_, arena, sink),
        descriptions_(charts, chart, definitions, value_sets, existing, made_, account, arena,
                      sink),
        other_person_(charts, chart, definitions, descriptions_),
        medications_(charts, definitions, made_, account, arena,
                     [this](const ChartBundle::Part& part, const Element& element) {
                       return leave_out_not_needed(part, element);
                     }) {}

  ChartBundle run() {
    made_.bundle = element::make_root(arena_, definitions_.find_type("Bundle"));
    for (const auto* entry : chart_.context)
      if (auto* original = read(*entry)) take_context(*entry, *original);
    for (const auto* entry : chart_.entries) take(*entry);
    if (existing_ != nullptr) withdraw_deleted();
    name_record();
    keys_[chart_.patient] = kSubjectKey;
    for (std::size_t i = 0; i < made_.parts.size(); ++i) identify(i);
    if (existing_ != nullptr) withdraw_contained();
    // Only now is every key known.
    for (std::size_t i = 0; i < made_.parts.size(); ++i) link(i);
    if (existing_ != nullptr) add_existing();
    descriptions_.finish();
    medications_.finish();
    for (const auto& [i, origin] : origins_)
      if (!origin.source.empty() || !origin.reference.empty() || !origin.pending.empty())
        set_origin(definitions_, arena_, *made_.parts[i].resource, origin);
    if (!has_patient_) add_patient();
    replaced_.name_in(*made_.bundle);
    return std::move(made_);
  }

 private:
  std::string type_of(const Element& e) const {
    return std::string(definitions_.type_name(e.type));
  }
  const Element* child(const Element& e, std::string_view name) const {
    return e.child(definitions_.find_symbol(name));
  }
  Element* child(Element& e, std::string_view name) const {
    return e.child(definitions_.find_symbol(name));
  }

  // Null for what is no resource at all, or not valid where that is asked for.
  Element* read(const ChartEntry& entry) {
    if (const auto why = check_ == nullptr ? std::nullopt : check_->refuse(entry)) {
      sink_.report(diag::Code::import_set_aside,
                   entry.type + ": it is not valid, and nothing of it is believed: " + *why,
                   {&entry.text, 0, 1}, entry.path, "'paraneo validate' says all that is wrong");
      settle({&entry, entry.path}, Outcome::set_aside, diag::Code::import_set_aside);
      return nullptr;
    }
    ListGaps gaps;
    auto* resource =
        read_resource(definitions_, entry, limits_, budget_, account_, gaps, arena_, sink_);
    if (!gaps.empty()) made_.gaps.emplace(&entry, std::move(gaps));
    if (resource == nullptr)
      settle({&entry, entry.path}, Outcome::set_aside, diag::Code::fhir_unknown_type);
    else charts_.options().privacy.pseudonyms.apply(definitions_, arena_, *resource);
    return resource;
  }

  void settle(const Account::Place& place, Outcome outcome, diag::Code reason) const {
    if (account_ != nullptr) account_->settle(place, outcome, diag::info(reason).name);
  }

  void take_context(const ChartEntry& entry, Element& original) {
    if (Descriptions::is_one(entry.type)) return descriptions_.add(entry, original);
    medications_.add(entry, original);
  }

  void take(const ChartEntry& entry) {
    auto* original = read(entry);
    if (original == nullptr) return;
    if (Descriptions::is_one(entry.type)) return descriptions_.add(entry, *original);
    if (entry.type == "Patient") replaced_.take_out_links(*original, entry);
    auto* copy = new_entry(original->type);
    element::copy_content(arena_, definitions_, *copy, *original);
    if (!admit(*copy, {&entry, copy, entry.path, {}, original}, original->offset)) return;
    take_out_contained(*copy, *original, entry);
  }

  // Makes the resource that was added last a part, unless it may not be believed.
  bool admit(Element& resource, ChartBundle::Part part, std::uint32_t offset) {
    const auto& entry = *part.entry;
    const auto type = type_of(resource);
    part.identifier = names_.identifier_of(resource);
    if (const auto gaps = made_.gaps.find(&entry); gaps != made_.gaps.end())
      part.gaps = &gaps->second;
    const auto place = part.place();
    senders_.read(resource, part, made_, account_, arena_);
    Certainty(definitions_, certainties_, place, account_, made_.left_out, arena_, sink_)
        .read(resource);
    Usable usable(definitions_, value_sets_, place, account_, arena_, sink_);
    auto why = usable.refuse(resource);
    if (!why && entry.is_of_other_release)
      why = Refusal{
          "it is written as in another release of FHIR, and its status may mean something else"};
    if (!why) why = other_person_.refuse(resource, entry);
    const auto is_old = former_.is_newer(part);
    if (part.contained_id.empty() && !is_old) note_came(entry);
    if (why && !is_old) {
      sink_.report({diag::Code::import_not_a_fact,
                    why->is_in_order ? diag::Severity::information : diag::Severity::warning,
                    type + ": " + why->reason,
                    {&entry.text, offset, offset + 1},
                    part.path,
                    {}});
      settle(place, Outcome::not_a_fact, diag::Code::import_not_a_fact);
      remove_child(*made_.bundle, *resource.parent);
      if (existing_ != nullptr) made_.withdrawn.emplace(names_.key_of(part), &entry);
      return false;
    }
    if (replaced_.covers(entry)) {
      const auto& subject = *existing_->find(std::string(kSubjectKey))->fact;
      if (chart_.is_person && (contradict(text_of(definitions_, resource, "gender"),
                                          text_of(definitions_, subject, "sex")) ||
                               contradict(text_of(definitions_, resource, "birthDate"),
                                          text_of(definitions_, subject, "birthDate"))))
        sink_.report(diag::Code::import_conflict, kContradiction, {&entry.text, offset, offset + 1},
                     part.path, kContradictionAdvice);
      sink_.report(diag::Code::import_superseded,
                   chart_.is_person ? kAnotherSpeaks : "Patient: another Patient has replaced it",
                   {&entry.text, offset, offset + 1}, part.path);
      settle(place, Outcome::superseded, diag::Code::import_superseded);
      remove_child(*made_.bundle, *resource.parent);
      return false;
    }
    if (is_old) {
      sink_.report(diag::Code::import_superseded, type + ": the record has a newer version",
                   {&entry.text, offset, offset + 1}, part.path);
      settle(place, Outcome::superseded, diag::Code::import_superseded);
      remove_child(*made_.bundle, *resource.parent);
      return false;
    }
    former_.report(part, offset, sink_);
    contradictions_.find(resource, place, !fact_identifier(definitions_, resource).empty());
    leave_out_identity(definitions_, WrittenList(definitions_, value_sets_),
                       charts_.options().privacy, place, resource, account_, made_.left_out);
    has_patient_ = has_patient_ || type == "Patient";
    made_.parts.push_back(std::move(part));
    return true;
  }

  void withdraw_deleted() {
    for (const auto* deletion : chart_.deletions) {
      const auto* fact = existing_->find(std::string(existing_->key_of(
          source_of_base(deletion->base), name_of(deletion->type, deletion->id))));
      if (fact != nullptr && former_.compare(*deletion, *fact).value_or(0) < 0) continue;
      note_came(*deletion);
      if (fact == nullptr) continue;
      made_.withdrawn.emplace(fact->key, deletion);
      if (!deletion->is_deletion) made_.moved.insert(fact->key);
    }
  }

  void note_came(const ChartEntry& entry) {
    if (!entry.id.empty()) came_[{names_.source_of(entry), name_of(entry.type, entry.id)}] = &entry;
  }

  // What was contained in a resource goes with it, and with the version that had it.
  void withdraw_contained() {
    for (const auto& [key, fact] : existing_->facts()) {
      const auto& reference = fact.origin.reference;
      const auto inner = reference.find('#');
      if (inner == std::string::npos || made_.delivered.contains(key)) continue;
      const auto outer = came_.find({fact.origin.source, reference.substr(0, inner)});
      if (outer != came_.end()) made_.withdrawn.emplace(key, outer->second);
    }
  }

  // What the delta does not mention stays as it is; what it waited for, and came now, it is linked
  // to.
  void add_existing() {
    for (const auto& [key, resource] : existing_->resources()) {
      if (made_.delivered.contains(key) || made_.withdrawn.contains(key)) continue;
      auto* copy = new_entry(resource->type);
      element::copy_content(arena_, definitions_, *copy, *resource);
      has_patient_ = has_patient_ || type_of(*copy) == "Patient";
      const auto* fact = existing_->find(key);
      if (fact == nullptr) continue;
      if (!fact->is_edited) descriptions_.describe_again(*fact, *copy);
      for (const auto& pending : fact->origin.pending) {
        const auto parts = literal_parts(pending.reference);
        const auto& senders = charts_.options().senders;
        const auto source = is_web_address(parts.base)
                                ? source_of_base(senders.resolve(
                                      senders.base_of_source(fact->origin.source), parts.base))
                                : fact->origin.source;
        const auto come = delivered_from_.find({source, name_of(parts.type, parts.id)});
        // It may have been in the record of a patient whom this one has replaced.
        const auto there =
            come != delivered_from_.end()
                ? come->second
                : std::string(existing_->key_of(source, name_of(parts.type, parts.id)));
        if (!there.empty() && !made_.withdrawn.contains(there)) close(*copy, pending, there);
      }
    }
  }

  void close(Element& resource, const PendingLink& pending, const std::string& key) {
    auto* at = add_path(definitions_, arena_, resource, pending.element);
    if (at == nullptr || type_of(*at) != "Reference") return;
    const auto* def = definitions_.element(at->type, definitions_.find_symbol("reference"));
    append_child(arena_, definitions_, *at, *def, definitions_.types(*def)[0].type)
        ->set_value(arena_.copy(std::string(kFactReference) + key));
    remove_pending(definitions_, resource, pending);
  }

  // What is contained in a resource and is a fact of the patient, or the patient, becomes a
  // resource of its own.
  void take_out_contained(Element& resource, const Element& original, const ChartEntry& entry) {
    const auto name = definitions_.find_symbol("contained");
    std::size_t index = 0;
    for (const auto* each = original.first; each != nullptr; each = each->next) {
      if (each->name != name) continue;
      const auto id = text_of(definitions_, *each, "id");
      const auto path = entry.path + ".contained[" + std::to_string(index++) + "]";
      if (id.empty() || !may_be_taken_out(*each, id, entry)) continue;
      if (const auto* there = contained(resource, id))
        remove_child(resource, const_cast<Element&>(*there));
      auto* out = new_entry(each->type);
      element::copy_content(arena_, definitions_, *out, *each);
      admit(*out, {&entry, out, path, std::string(id), each}, each->offset);
    }
  }

  bool may_be_taken_out(const Element& contained, std::string_view id,
                        const ChartEntry& entry) const {
    const auto type = type_of(contained);
    if (type == "Patient") return chart_.patient.ends_with("#" + std::string(id));
    if (!is_fact_type(type)) return false;
    for (const auto* each : {"subject", "patient"})
      if (const auto* subject = child(contained, each);
          subject != nullptr && type_of(*subject) == "Reference")
        if (const auto target = text_of(definitions_, *subject, "reference");
            !target.empty() && !chart_.patient.ends_with(target) &&
            charts_.target_of(entry, target) != chart_.patient)
          return false;
    return true;
  }

  // The same for our own resources, whose identifiers name record and key.
  void name_record() {
    record_ = chart_.record_id;
    for (const auto& part : made_.parts) {
      if (type_of(*part.resource) != "Patient") continue;
      const auto name = parse_fact_name(fact_identifier(definitions_, *part.resource));
      if (!name) continue;
      record_ = std::string(name->record);
      if (name->name_space == charts_.options().name_space) continue;
      const auto name_space =
          std::string(name->name_space.empty() ? kOwnNamespace : name->name_space);
      sink_.report(
          {diag::Code::import_namespace,
           diag::Severity::information,
           "Patient: the record is one of the namespace " + name_space,
           {&part.entry->text, 0, 1},
           part.path,
           "export it with --namespace " + name_space + ": then its resources keep their ids"});
    }
  }

  void identify(std::size_t index) {
    const auto& part = made_.parts[index];
    const auto key = names_.key_of(part);
    made_.delivered.insert(key);
    if (!part.contained_id.empty()) {
      contained_keys_[{part.entry, part.contained_id}] = key;
    } else {
      if (!part.entry->id.empty())
        delivered_from_[{names_.source_of(*part.entry),
                         name_of(part.entry->type, part.entry->id)}] = key;
      if (const auto reference = part.entry->reference(); !reference.empty())
        keys_[reference] = key;
    }
    auto* own = fact_identifier_value(definitions_, *part.resource);
    if (own == nullptr) {
      origins_[index] = names_.origin_of(part);
      return set_identifier(*part.resource, record_ + "#" + key);
    }
    leave_out_namespace(definitions_, arena_, *part.resource, key);
  }

  void link(std::size_t index) {
    auto& part = made_.parts[index];
    const auto& entry = *part.entry;
    medications_.follow(part);
    const auto origin = origins_.find(index);
    for (auto& link :
         descriptions_.describe(part, origin == origins_.end() ? Origin() : origin->second))
      if (origin != origins_.end()) origin->second.pending.push_back(std::move(link));
    for (auto* reference : references_in(definitions_, *part.resource)) {
      const auto value = reference->value();
      if (value.starts_with('#')) {
        const auto inner = contained_keys_.find({&entry, std::string(value.substr(1))});
        if (inner != contained_keys_.end())
          reference->set_value(arena_.copy(std::string(kFactReference) + inner->second));
        else if (chart_.patient.ends_with(value))
          reference->set_value(arena_.copy(std::string(kFactReference) + std::string(kSubjectKey)));
        continue;
      }
      const auto target = charts_.target_of(entry, value);
      if (const auto key = key_of_target(target); !key.empty())
        reference->set_value(arena_.copy(std::string(kFactReference) + std::string(key)));
      else keep_pending(index, *reference, target);
    }
  }

  // Of a fact that came now, or that the record has; empty when there is none.
  std::string_view key_of_target(const std::string& target) const {
    if (const auto found = keys_.find(target); found != keys_.end()) return found->second;
    const auto parts = literal_parts(target);
    if (existing_ == nullptr || parts.type.empty()) return {};
    const auto key = existing_->key_of(source_of_reference(target), name_of(parts.type, parts.id));
    return made_.withdrawn.contains(std::string(key)) ? std::string_view() : key;
  }

  // A reference to a fact that has not come waits in the origin.
  void keep_pending(std::size_t index, Element& reference, const std::string& target) {
    const auto origin = origins_.find(index);
    if (origin == origins_.end() || !is_fact_type(literal_parts(target).type)) return;
    const auto& resource = *made_.parts[index].resource;
    for (const auto* each = reference.parent; each != &resource; each = each->parent)
      if (definitions_.is_resource(each->type) || type_of(*each) == "Extension") return;
    auto* at = reference.parent;
    const auto whole =
        element::path_within_original(definitions_, *made_.parts[index].original, resource, *at)
            .substr(1);
    const auto path = whole.ends_with(']') ? whole.substr(0, whole.rfind('[')) : whole;
    const auto written = charts_.options().senders.written(target, origin->second.source);
    made_.pending.push_back({&resource, path, written, reference.offset});
    origin->second.pending.push_back({path, written});
    if (auto* type = child(*at, "type")) remove_child(*at, *type);
    if (auto* display = child(*at, "display");
        display != nullptr && leave_out_not_needed(made_.parts[index], *display))
      remove_child(*at, *display);
    auto* gone = &reference;
    do {
      at = gone->parent;
      remove_child(*at, *gone);
      gone = at;
    } while (gone != &resource && gone->empty());
  }

  const Element* contained(const Element& resource, std::string_view id) const {
    const auto name = definitions_.find_symbol("contained");
    for (const auto* c = resource.first; c != nullptr; c = c->next)
      if (c->name == name && text_of(definitions_, *c, "id") == id) return c;
    return nullptr;
  }

  // Counts an element that is on the written list; false when it is not.
  bool leave_out_not_needed(const ChartBundle::Part& part, const Element& element) {
    const WrittenList list(definitions_, value_sets_);
    const auto listed = list.covers(element);
    if (listed.empty()) return false;
    ++made_.left_out[listed];
    if (account_ != nullptr)
      account_->lose_all(definitions_, part.place(), *part.resource, element, list.reason(listed));
    return true;
  }

  Element* new_entry(definition::TypeId type) {
    auto& bundle = *made_.bundle;
    const auto* entry_def = definitions_.element(bundle.type, definitions_.find_symbol("entry"));
    auto* entry = append_child(arena_, definitions_, bundle, *entry_def,
                               definitions_.types(*entry_def)[0].type);
    const auto* def = definitions_.element(entry->type, definitions_.find_symbol("resource"));
    return append_child(arena_, definitions_, *entry, *def, type);
  }

  // References name a patient who is not in the input: the record still needs its id.
  void add_patient() {
    set_identifier(*new_entry(definitions_.find_type("Patient")),
                   record_ + "#" + std::string(kSubjectKey));
  }

  void set_identifier(Element& resource, const std::string& name) {
    const auto* def = definitions_.element(resource.type, definitions_.find_symbol("identifier"));
    if (def == nullptr) return;
    const auto identifier_type = definitions_.find_type("Identifier");
    auto* identifier = append_child(arena_, definitions_, resource, *def, identifier_type);
    const auto set = [&](std::string_view child_name, std::string_view type,
                         std::string_view value) {
      const auto* child_def =
          definitions_.element(identifier_type, definitions_.find_symbol(child_name));
      append_child(arena_, definitions_, *identifier, *child_def, definitions_.find_type(type))
          ->set_value(value);
    };
    set("system", "uri", kFactSystem);
    set("value", "string", arena_.copy(name));
  }

  const Charts& charts_;
  const Chart& chart_;
  const definition::Definitions& definitions_;
  const terminology::ValueSets& value_sets_;
  SenderReader& senders_;
  const terminology::ConceptMap* certainties_;
  const Existing* existing_;
  ResourceCheck* check_;
  Account* account_;
  const Limits& limits_;
  Arena& arena_;
  diag::Sink& sink_;
  Budget budget_;
  const PartNames names_;
  const FormerVersions former_;
  const ReplacedPatients replaced_;
  ChartBundle made_;
  Contradictions contradictions_;
  Descriptions descriptions_;
  const OtherPerson other_person_;
  Medications medications_;
  std::map<std::string, std::string> keys_;                                          // by reference
  std::map<std::pair<const ChartEntry*, std::string>, std::string> contained_keys_;  // by the id in
                                                                                     // there
  std::map<std::pair<std::string, std::string>, std::string> delivered_from_;  // key by source and
                                                                               // Type/id
  std::map<std::pair<std::string, std::string>, const ChartEntry*> came_;  // the same, of what is
                                                                           // gone, too
  std::map<std::size_t, Origin> origins_;  // of parts without a name of ours
  std::string record_;
  bool has_patient_ = false;
};

}  // namespace

ChartBundle bundle_of(const Charts& charts, const Chart& chart,
                      const definition::Definitions& definitions,
                      const terminology::ValueSets& value_sets, SenderReader& senders,
                      const terminology::ConceptMap* certainties, Meanings& meanings,
                      const Existing* existing, ResourceCheck* check, Account* account,
                      const Limits& limits, Arena& arena, diag::Sink& sink) {
  return ChartBundler(charts, chart, definitions, value_sets, senders, certainties, meanings,
                      existing, check, account, limits, arena, sink)
      .run();
}

}  // namespace paraneo::record
