// Which of two versions of a resource is the newer one (FHIR R4 Resource.meta, 3.1.0.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace paraneo::record {

struct Version {
  std::string number;   // meta.versionId, or the ETag of a deletion
  std::string updated;  // meta.lastUpdated
};

// Whether meta.lastUpdated says a time that no server can have written by then: more than a day
// from now. Such a time says nothing. `now_ms` is Unix time.
bool is_in_future(const std::string& updated, std::int64_t now_ms);

// As a comparison; nothing where they do not say it. By their days (of UTC) first: a versionId is
// opaque, and a server that was set up anew counts from 1 again. Of one day by their numbers, where
// both have one, since clocks are set back; else by their times. The same order in whatever pairs
// versions are compared that have both.
std::optional<int> compare_versions(const Version& a, const Version& b, std::int64_t now_ms);

// What is said where two versions of a resource do that, after its name.
inline constexpr const char* kVersionsContradict =
    ": by meta.versionId another version is newer, by meta.lastUpdated this one: it counts";
inline constexpr const char* kVersionsContradictAdvice =
    "look which of them the sender means: its clock was wrong, or its server was set up anew";
// Whether their numbers say otherwise than compare_versions().
bool contradict_each_other(const Version& a, const Version& b, std::int64_t now_ms);

}  // namespace paraneo::record
