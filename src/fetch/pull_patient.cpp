// Whose resources are fetched: a patient by its id, or by what identifies it.
#include <array>
#include <set>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

// Types of the Patient compartment (FHIR R4) with a search parameter that finds a patient's.
struct CompartmentType {
  std::string_view type;
  std::string_view parameter;
};
constexpr std::array kCompartment = {
    CompartmentType{"AdverseEvent", "subject"},
    CompartmentType{"AllergyIntolerance", "patient"},
    CompartmentType{"Appointment", "patient"},
    CompartmentType{"BodyStructure", "patient"},
    CompartmentType{"CarePlan", "patient"},
    CompartmentType{"CareTeam", "patient"},
    CompartmentType{"ClinicalImpression", "patient"},
    CompartmentType{"Communication", "patient"},
    CompartmentType{"Composition", "patient"},
    CompartmentType{"Condition", "patient"},
    CompartmentType{"Consent", "patient"},
    CompartmentType{"DetectedIssue", "patient"},
    CompartmentType{"DiagnosticReport", "patient"},
    CompartmentType{"DocumentReference", "patient"},
    CompartmentType{"Encounter", "patient"},
    CompartmentType{"EpisodeOfCare", "patient"},
    CompartmentType{"FamilyMemberHistory", "patient"},
    CompartmentType{"Flag", "patient"},
    CompartmentType{"Goal", "patient"},
    CompartmentType{"ImagingStudy", "patient"},
    CompartmentType{"Immunization", "patient"},
    CompartmentType{"List", "patient"},
    CompartmentType{"Media", "patient"},
    CompartmentType{"MedicationAdministration", "patient"},
    CompartmentType{"MedicationDispense", "patient"},
    CompartmentType{"MedicationRequest", "patient"},
    CompartmentType{"MedicationStatement", "patient"},
    CompartmentType{"NutritionOrder", "patient"},
    CompartmentType{"Observation", "patient"},
    CompartmentType{"Procedure", "patient"},
    CompartmentType{"Provenance", "patient"},
    CompartmentType{"QuestionnaireResponse", "patient"},
    CompartmentType{"RelatedPerson", "patient"},
    CompartmentType{"RequestGroup", "patient"},
    CompartmentType{"ResearchSubject", "patient"},
    CompartmentType{"RiskAssessment", "subject"},
    CompartmentType{"ServiceRequest", "patient"},
    CompartmentType{"Specimen", "subject"},
};

}  // namespace

void Pull::plan_patient(const std::string& patient) {
  if (!rest::is_id(patient)) return identify(patient);
  Search search;
  search.step = Step::patient;
  search.patient = patient;
  search.url = options_.base + "/Patient/" + patient;
  search.label = "Patient/(id)";
  todo_.push_back(std::move(search));
}

void Pull::identify(const std::string& patient) {
  Search search;
  search.step = Step::identified;
  search.patient = patient;
  search.by_post = true;
  search.url = options_.base + "/Patient";
  add_parameter(search.url, "identifier",
                options_.identifier_of ? options_.identifier_of(patient) : patient);
  search.label = "Patient";
  todo_.push_back(std::move(search));
}

// The patient must be there before it is concluded that nothing belongs to it.
void Pull::got_patient(const rest::Reply& reply) {
  if (reply.verdict == rest::Verdict::missing) return identify(current_.patient);
  if (!reply.ok())
    return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
  fetch_everything(current_.patient);
}

void Pull::got_identified(const rest::Reply& reply) {
  if (!reply.ok())
    return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
  const Source source{current_.label, reply.body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  const auto* entries = root == nullptr ? nullptr : root->find("entry");
  std::set<std::string> ids;
  for (const auto& entry : entries == nullptr ? std::span<const json::Value>() : entries->items())
    if (const auto* resource = entry.find("resource");
        resource != nullptr && resource->text_of("resourceType") == "Patient")
      ids.emplace(resource->text_of("id"));
  if (ids.size() == 1 && rest::is_id(*ids.begin())) return fetch_everything(*ids.begin());
  if (ids.empty())
    return stop(incomplete(
        "the server has no such patient, neither by this id nor by this identifier (404)",
        options_.base,
        "give the id on the server, the id of the record, or an identifier as SYSTEM|VALUE; check the base URL"));
  stop(incomplete(std::to_string(ids.size()) + " patients of the server have this identifier",
                  options_.base, "give it as SYSTEM|VALUE, or the patient's id on the server"));
}

void Pull::fetch_everything(const std::string& id) {
  patient_ids_.push_back(id);
  Search search;
  search.step = Step::everything;
  search.patient = id;
  search.label = "Patient/$everything";
  search.url = with_since(options_.base + "/Patient/" + id + "/$everything", "_since");
  add_parameter(search.url, "_count", std::to_string(options_.page_entries));
  search.sized = true;
  todo_.push_back(std::move(search));
}

void Pull::add_compartment(const std::string& patient) {
  for (auto type = kCompartment.rbegin(); type != kCompartment.rend(); ++type)
    add_search(std::string(type->type) + "?" + std::string(type->parameter) + "=Patient/" + patient,
               true);
}

}  // namespace paraneo::fetch
