#include "record/collect.h"

#include "json/read.h"

namespace paraneo::record {
namespace {

// The id in "Patient/1", "http://server/fhir/Patient/1", "http://server/fhir/Patient/1/_history/2".
std::string_view patient_id(std::string_view reference) {
  constexpr std::string_view kPatient = "Patient/";
  const auto at = reference.rfind(kPatient);
  if (at == std::string_view::npos) return {};
  reference.remove_prefix(at + kPatient.size());
  return reference.substr(0, reference.find('/'));
}

std::string_view patient_of(const json::Value& resource) {
  if (resource.text_of("resourceType") == "Patient") return resource.text_of("id");
  for (const auto* name : {"subject", "patient"})
    if (const auto* reference = resource.find(name))
      if (const auto id = patient_id(reference->text_of("reference")); !id.empty()) return id;
  return {};
}

}  // namespace

bool Collector::keep(const Source& source) {
  Arena arena;
  diag::Sink sink;
  const Budget budget(limits_, arena, &steady_clock());
  const auto* json = json::read(source, arena, limits_, sink, &budget);
  if (json == nullptr || !json->is_object() || json->text_of("resourceType") == "Bundle") return false;
  const auto patient = patient_of(*json);
  if (patient.empty()) return false;
  auto& entries = entries_[std::string(patient)];
  entries += (entries.empty() ? "{\"resource\":" : ",{\"resource\":") + source.text + "}";
  return true;
}

std::unique_ptr<Source> Collector::next() {
  if (entries_.empty()) return nullptr;
  auto first = entries_.extract(entries_.begin());
  return std::make_unique<Source>(Source{"Patient/" + first.key(), R"({"resourceType":"Bundle","type":"collection","entry":[)" + first.mapped() + "]}"});
}

}  // namespace paraneo::record
