#include "store/ledger.h"

namespace paraneo::store {

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
