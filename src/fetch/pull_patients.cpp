#include "fetch/pull_patients.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/arena.h"
#include "base/percent.h"
#include "base/source.h"
#include "diag/diagnostic.h"
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
#define X(type, parameter) CompartmentType{type, parameter},
#include "fetch/patient_compartment.def"
#undef X
};

// Of "system|value,value": the values (R4 search: a backslash takes from , and | what they mean).
std::vector<std::string> values_of(std::string_view tokens) {
  std::vector<std::string> values(1);
  bool in_value = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] == '\\' && i + 1 < tokens.size()) {
      values.back() += tokens[++i];
    } else if (tokens[i] == ',') {
      values.emplace_back();
      in_value = false;
    } else if (tokens[i] == '|' && !std::exchange(in_value, true)) {
      values.back().clear();
    } else {
      values.back() += tokens[i];
    }
  }
  return values;
}

// A server may pass over what it does not know of a search, and give whomever it has.
bool has_identifier(const json::Value& patient, const std::string& url) {
  const auto values = values_of(percent_decoded(url.substr(url.rfind('=') + 1)));
  const auto* identifiers = patient.find("identifier");
  if (identifiers == nullptr || identifiers->items().empty()) return true;  // it may hide them
  const auto list = identifiers->items();
  return std::any_of(list.begin(), list.end(), [&](const json::Value& each) {
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
      return value.empty() || rest::same_header_name(each.text_of("value"), value);
    });
  });
}

}  // namespace

void PullPatients::plan(const std::string& patient) {
  if (!rest::is_id(patient)) return identify(patient);
  PullQuestion question;
  question.step = PullStep::patient;
  question.subject = patient;
  question.url = context_.options.base + "/Patient/" + patient;
  question.label = "Patient/(id)";
  context_.ask(std::move(question));
}

void PullPatients::identify(const std::string& patient) {
  PullQuestion question;
  question.step = PullStep::identified;
  question.subject = patient;
  question.by_post = true;
  question.url = context_.options.base + "/Patient";
  add_parameter(question.url, "identifier",
                context_.options.identifier_of ? context_.options.identifier_of(patient) : patient);
  question.label = "Patient";
  context_.ask(std::move(question));
}

void PullPatients::take(const PullQuestion& question, const rest::Reply& reply) {
  return question.step == PullStep::patient ? take_patient(question, reply)
                                            : take_identified(question, reply);
}

void PullPatients::take_patient(const PullQuestion& question, const rest::Reply& reply) {
  if (reply.verdict == rest::Verdict::missing) return identify(question.subject);
  if (!reply.ok()) return context_.stop(question, reply);
  fetch_everything(question.subject);
}

void PullPatients::take_identified(const PullQuestion& question, const rest::Reply& reply) {
  if (!reply.ok()) return context_.stop(question, reply);
  const Source source{question.label, reply.body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, context_.options.limits, sink);
  const auto* entries = root == nullptr ? nullptr : root->find("entry");
  std::set<std::string> ids;
  for (const auto& entry : entries == nullptr ? std::span<const json::Value>() : entries->items())
    if (const auto* resource = entry.find("resource");
        resource != nullptr && resource->text_of("resourceType") == "Patient" &&
        has_identifier(*resource, question.url))
      ids.emplace(resource->text_of("id"));
  if (ids.size() == 1 && rest::is_id(*ids.begin())) return fetch_everything(*ids.begin());
  if (ids.empty())
    return context_.stop(incomplete(
        "the server has no such patient, neither by this id nor by this identifier (404)",
        context_.options.base,
        "give the id on the server, the id of the record, or an identifier as SYSTEM|VALUE; check the base URL"));
  context_.stop(incomplete(
      std::to_string(ids.size()) + " patients of the server have this identifier",
      context_.options.base, "give it as SYSTEM|VALUE, or the patient's id on the server"));
}

void PullPatients::fetch_everything(const std::string& id) {
  ids_.push_back(id);
  PullQuestion question;
  question.step = PullStep::everything;
  question.subject = id;
  question.label = "Patient/$everything";
  question.url =
      context_.with_since(context_.options.base + "/Patient/" + id + "/$everything", "_since");
  add_parameter(question.url, "_count", std::to_string(context_.options.page_entries));
  question.sized = true;
  context_.ask(std::move(question));
}

std::vector<std::string> compartment_queries(const std::string& patient_id) {
  std::vector<std::string> queries;
  for (const auto& each : kCompartment)
    queries.push_back(std::string(each.type) + "?" + std::string(each.parameter) + "=Patient/" +
                      patient_id);
  return queries;
}

}  // namespace paraneo::fetch
