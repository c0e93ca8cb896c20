// Whose resources are fetched: a patient by its id, or by what identifies it.
#pragma once

#include <string>
#include <vector>

#include "fetch/pull_context.h"

namespace paraneo::fetch {

// Searches that together find what belongs to a patient, by the Patient compartment of FHIR R4: for
// servers without Patient/$everything. Not the patient itself.
std::vector<std::string> compartment_queries(const std::string& patient_id);

// Not thread-safe.
class PullPatients {
 public:
  explicit PullPatients(PullContext& context) : context_(context) {}

  // Asks for one: it must be there before it is concluded that nothing belongs to it.
  void plan(const std::string& patient);
  // The answer to PullStep::patient or PullStep::identified: asks for all that belongs to it.
  void take(const PullQuestion& question, const rest::Reply& reply);
  // Those that were found, by their ids on the server.
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  void identify(const std::string& patient);
  void take_patient(const PullQuestion& question, const rest::Reply& reply);
  void take_identified(const PullQuestion& question, const rest::Reply& reply);
  void fetch_everything(const std::string& id);

  PullContext& context_;
  std::vector<std::string> ids_;
};

}  // namespace paraneo::fetch
