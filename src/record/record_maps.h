// The maps between case records and FHIR, compiled. Made once; immutable and shared by threads.
#pragma once

#include <memory>

#include "knowledge/knowledge.h"
#include "record/gather/sender_maps.h"

namespace paraneo::record {

class RecordMaps {
 public:
  // From what the run knows, which must have been asked for with Request::records and is kept as
  // long. Null, with diagnostics, when one of the maps is wrong.
  static std::shared_ptr<const RecordMaps> compile(
      std::shared_ptr<const knowledge::Knowledge> knowledge, diag::Sink& sink);

  const knowledge::Knowledge& knowledge() const { return *knowledge_; }
  const fhirpath::Engine& engine() const { return knowledge_->engine(); }
  const definition::Definitions& definitions() const { return knowledge_->definitions(); }
  const fml::Program& to_fhir() const { return *to_fhir_; }
  const fml::Program& to_record() const { return *to_record_; }
  // A record's facts as the resources that they were imported from, where they leave as another
  // type: only to find what an import lost.
  const fml::Program& to_sent() const { return *to_sent_; }
  const SenderMaps& sender_maps() const { return *sender_maps_; }
  definition::TypeId record_type() const { return record_type_; }

 private:
  explicit RecordMaps(std::shared_ptr<const knowledge::Knowledge> knowledge);

  std::shared_ptr<const knowledge::Knowledge> knowledge_;
  std::unique_ptr<const SenderMaps> sender_maps_;
  std::shared_ptr<const fml::Program> to_fhir_;
  std::shared_ptr<const fml::Program> to_record_;
  std::shared_ptr<const fml::Program> to_sent_;
  definition::TypeId record_type_ = 0;
};

// Whether a message of a run says that a limit ended it: what was made then is half of something.
inline bool is_limit(const diag::Diagnostic& message) {
  return message.code == diag::Code::fml_limit || message.code == diag::Code::fhirpath_limit;
}

}  // namespace paraneo::record
