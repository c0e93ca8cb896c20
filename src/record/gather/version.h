// Which of two versions of a resource is the newer one (FHIR R4 Resource.meta, 3.1.0.2).
#pragma once

#include <optional>
#include <string>

namespace paraneo::record {

struct Version {
  std::string number;   // meta.versionId, or the ETag of a deletion
  std::string updated;  // meta.lastUpdated
};

// As a comparison: by their times first, then by their numbers. Nothing where they do not say it.
std::optional<int> compare_versions(const Version& a, const Version& b);

}  // namespace paraneo::record
