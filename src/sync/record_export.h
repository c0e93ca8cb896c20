// Case records as what sync sends.
#pragma once

#include <memory>

#include "record/export.h"
#include "sync/intake.h"

namespace paraneo::sync {

// For one thread. `name_space` as record::parse_namespace() gives it. With ExportOptions::validate
// a record is refused whose resources are not valid.
Make record_maker(std::shared_ptr<const record::RecordMaps> maps, const Limits& limits,
                  const std::string& name_space, const record::ExportOptions& options = {});

// Which record a text is about, whether it is a valid one or not: record::record_name(); empty when
// it does not even say that.
std::string name_of_record(const Source& text, const Limits& limits, std::string_view name_space);

// Of this program, of what it knows, a registry's own maps and codes included, of the namespace,
// and of whether what is made is validated: when it changes, records are made again, and what they
// became is compared.
std::string maker_fingerprint(const knowledge::Knowledge& knowledge, const std::string& name_space,
                              bool validate = false);

}  // namespace paraneo::sync
