#include "store/ledger.h"

namespace paraneo::store {

std::string claim_on_record(const std::string& record) { return "record " + record; }
std::string claim_on_source(const std::string& source) { return "source " + source; }
std::string claim_on_stream(const std::string& stream) { return "stream " + stream; }

std::string_view name_of(RecordState state) {
  switch (state) {
    case RecordState::active: return "active";
    case RecordState::dead: return "dead";
    case RecordState::parked: return "parked";
    case RecordState::dropped: return "dropped";
    case RecordState::retracted: return "retracted";
    case RecordState::kept: return "kept";
  }
  return "";
}

std::string_view name_of(ResourceState state) {
  switch (state) {
    case ResourceState::intended: return "intended";
    case ResourceState::sent: return "sent";
    case ResourceState::confirmed: return "confirmed";
    case ResourceState::parked: return "parked";
    case ResourceState::retracted: return "retracted";
    case ResourceState::kept: return "kept";
  }
  return "";
}

}  // namespace paraneo::store
