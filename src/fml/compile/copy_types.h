// Whether a rule may copy what it has to where it says. Internal to this folder.
#pragma once

#include <span>

#include "definition/definitions.h"

namespace paraneo::fml {

// Whether some value of one of the types can be written to the element. Types that are not known
// (0) or abstract leave it open; so does a primitive whose written form the other one can have.
bool may_be_copied(const definition::Definitions& definitions,
                   std::span<const definition::TypeId> from, const definition::ElementDef& to);

}  // namespace paraneo::fml
