#include "record/import.h"

#include <algorithm>

#include "record/gather.h"
#include "record/identity.h"
#include "record/losses.h"
#include "base/clock.h"
#include "element/message_place.h"

namespace paraneo::record {
namespace {

// Resources of a bundle with their identifier of ours, in order.
std::vector<std::pair<std::string_view, const element::Element*>> named(const definition::Definitions& definitions, const element::Element& bundle) {
  std::vector<std::pair<std::string_view, const element::Element*>> out;
  const auto resource_name = definitions.find_symbol("resource");
  for (const auto* entry = bundle.first; entry != nullptr; entry = entry->next)
    if (const auto* resource = entry->child(resource_name))
      if (const auto name = fact_identifier(definitions, *resource); !name.empty()) out.emplace_back(name, resource);
  return out;
}

// entered-in-error, cancelled, refuted by status: said, but no fact of the patient.
bool is_cancelled(const definition::Definitions& definitions, const element::Element& resource) {
  const auto is_one = [](std::string_view code) { return code == "entered-in-error" || code == "cancelled"; };
  if (is_one(text_of(definitions, resource, "status"))) return true;
  const auto* verification = resource.child(definitions.find_symbol("verificationStatus"));
  if (verification == nullptr) return false;
  for (const auto* coding = verification->first; coding != nullptr; coding = coding->next)
    if (is_one(text_of(definitions, *coding, "code"))) return true;
  return false;
}

}  // namespace

std::vector<Imported> Importer::run(const Source& source, diag::Sink& sink) {
  arena_.reset();
  std::vector<Imported> out;
  const Budget budget(limits_, arena_, &steady_clock());
  const auto* input = format::read_json(mappings_.definitions(), source, {}, limits_, arena_, sink, &budget);
  if (input == nullptr) return out;
  if (mappings_.definitions().type(input->type).kind != definition::TypeKind::resource) {
    sink.report(diag::Code::fhir_unknown_type, "this is no FHIR resource", {&source, 0, 1});
    return out;
  }
  const auto bundles = gather(mappings_.definitions(), *input, source, arena_, sink);
  if (bundles.empty())
    sink.report(diag::Code::import_no_patient, "there is no patient in this input", {&source, 0, 1}, {},
                "a record is one patient: give the Patient and what refers to it");
  for (const auto* bundle : bundles)
    if (auto record = import_patient(*bundle, source, sink)) out.push_back(std::move(*record));
  return out;
}

std::optional<Imported> Importer::import_patient(const element::Element& bundle, const Source& source, diag::Sink& sink) {
  const auto& definitions = mappings_.definitions();
  auto* record = element::make_root(arena_, mappings_.record_type());
  const fml::RunEnvironment environment{arena_, limits_, sink, "import", std::nullopt, &unmapped_, &steady_clock()};
  fml::run(mappings_.to_record(), mappings_.engine(), bundle, std::span(&record, 1), environment);
  sort_facts(definitions, *record);
  if (!reader_.check(*record, arena_, sink)) return std::nullopt;
  Imported out;
  out.record_id = text_of(definitions, *record, "id");
  report_losses(bundle, *record, source, out, sink);
  out.json = format::to_json(definitions, *record);
  return out;
}

void Importer::report_losses(const element::Element& bundle, const element::Element& record, const Source& source, Imported& out,
                             diag::Sink& sink) {
  const auto& definitions = mappings_.definitions();
  auto* again = element::make_root(arena_, definitions.find_type("Bundle"));
  diag::Sink ignored;
  const fml::RunEnvironment environment{arena_, limits_, ignored, "import", std::nullopt, nullptr, &steady_clock()};
  fml::run(mappings_.to_fhir(), mappings_.engine(), record, std::span(&again, 1), environment);
  const auto kept_list = named(definitions, *again);
  const std::map<std::string_view, const element::Element*> kept(kept_list.begin(), kept_list.end());
  for (const auto& [name, resource] : named(definitions, bundle)) {
    const auto type = std::string(definitions.type_name(resource->type));
    const Span place{&source, resource->offset, resource->offset + 1};
    const auto found = kept.find(name);
    if (found == kept.end() || found->second->type != resource->type) {
      if (is_cancelled(definitions, *resource))
        sink.report(diag::Code::import_not_a_fact, type + ": cancelled or entered in error, so no fact of the patient", place);
      else
        sink.report(diag::Code::import_ignored, type + ": a record has no place for this type", place);
      continue;
    }
    ++out.resources[type];
    for (const auto* lost : losses(definitions, *resource, *found->second))
      sink.report(diag::Code::import_lost, "the record has no place for this element", {&source, lost->offset, lost->offset + 1},
                  path_for(sink, definitions, *lost));
  }
}

}  // namespace paraneo::record
