// The maps know nothing of namespaces: what they write and read of names, of a record and of other
// records of the same person (a Patient's links of type seealso), has the run's only where it is
// another one.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"
#include "diag/diagnostic.h"
#include "element/element.h"

namespace paraneo::record {

// On the way out: whole names in a Patient's links. `own`: the namespace of the run, empty for
// ours.
void complete_linked_names(const definition::Definitions& definitions, Arena& arena,
                           element::Element& resource, std::string_view own);
// On the way in: "id#key" of the resource's own identifier of ours, if it has one, and of what its
// links name in the same namespace.
void leave_out_namespace(const definition::Definitions& definitions, Arena& arena,
                         element::Element& resource, const std::string& key);

// Whether a record, of the namespace as parse_namespace() gives it, names others of the person as
// they come back: without its own namespace, and not itself. Reports what does not.
bool check_same_person(const definition::Definitions& definitions, const element::Element& record,
                       std::string_view name_space, const Source& source, diag::Sink& sink);

}  // namespace paraneo::record
