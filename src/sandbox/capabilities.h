// Private to the sandbox: the CapabilityStatement.
#pragma once

#include <string>

#include "sandbox/shared.h"

namespace paraneo::sandbox {

// The resource as JSON. `base`: of the endpoint.
std::string capability_statement(const Shared& shared, const std::string& base);

}  // namespace paraneo::sandbox
