// package.json of a package.
#pragma once

#include "package/package.h"

namespace paraneo::package {

struct Manifest {
  PackageName name;
  std::vector<std::string> fhir_versions;  // "4.0.1"
  std::vector<PackageName> dependencies;

  // Defines FHIR itself, of its version.
  bool is_core() const { return name.id.starts_with("hl7.fhir.") && name.id.ends_with(".core"); }
};

// package.json of an NPM package; `where` is named where it is none.
Result<Manifest> parse_manifest(std::string_view text, const std::string& where);
Result<Manifest> read_manifest(const std::filesystem::path& package, const Limits& limits);

inline constexpr std::string_view kManifest = "package/package.json";

}  // namespace paraneo::package
