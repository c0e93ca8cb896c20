// package.json of a package. Internal to this folder.
#pragma once

#include "package/package.h"

namespace paraneo::package {

Result<PackageName> name_in_manifest(std::string_view text, const std::string& where);

}  // namespace paraneo::package
