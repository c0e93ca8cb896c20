// Case records as what sync sends.
#pragma once

#include <memory>

#include "record/record_maps.h"
#include "sync/intake.h"

namespace paraneo::sync {

// For one thread.
Make record_maker(std::shared_ptr<const record::RecordMaps> maps, const Limits& limits);

// Which record a text is about, whether it is a valid one or not; empty when it does not even say that.
std::string name_of_record(const Source& text, const Limits& limits);

// Of this program and of what it knows, a registry's own maps and codes included: when it changes,
// records are made again, and what they became is compared.
std::string maker_fingerprint(const knowledge::Knowledge& knowledge);

}  // namespace paraneo::sync
