// Case records as what sync sends.
#pragma once

#include <memory>

#include "record/mappings.h"
#include "sync/intake.h"

namespace paraneo::sync {

// For one thread.
Make record_maker(std::shared_ptr<const record::Mappings> mappings, const Limits& limits);

// Which record a text is about, whether it is a valid one or not; empty when it does not even say that.
std::string name_of_record(const Source& text, const Limits& limits);

// Of this program and its maps: when it changes, records are made again, and what they became is
// compared.
std::string maker_fingerprint();

}  // namespace paraneo::sync
