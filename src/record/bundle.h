// From what a map made (entries with resources, facts referring to one another by key) to a FHIR
// transaction (R4 3.1.0.11): ids, fullUrls, requests, references, one order.
#pragma once

#include "record/identity.h"

namespace paraneo::record {

enum class BundleKind { transaction, collection };

// Gives each entry its id, meta.source, PUT request and fullUrl, puts the namespace into its
// identifier, replaces references by key, and sorts the entries: by type in order of dependency, by
// key within. A reference to a key that no resource has is an error. False after an error.
bool assemble(const definition::Definitions& definitions, Arena& arena,
              const RecordIdentity& record, BundleKind kind, element::Element& bundle,
              diag::Sink& sink);

}  // namespace paraneo::record
