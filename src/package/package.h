// FHIR NPM packages (FHIR specification, "NPM Packages"): a .tgz or a folder with
// package/package.json and one resource a file; the cache ~/.fhir/packages/ID#VERSION, which all
// FHIR tools share.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace paraneo::package {

// ID#VERSION, as HL7's tools write it.
struct PackageName {
  std::string id;
  std::string version;  // empty: not said; "latest": the newest in the cache

  std::string text() const { return version.empty() ? id : id + "#" + version; }
};

// "hl7.fhir.r5.core#5.0.0" or "hl7.fhir.r5.core@5.0.0"; false for what looks like a path.
bool is_package_name(std::string_view text);
PackageName parse_name(std::string_view text);

// Gets the path of the file inside the package ("package/Patient.json") and its text. An error ends
// the reading.
using FileVisitor = std::function<Result<void>(std::string_view path, std::string text)>;
// Says before a file is read whether it is wanted.
using FileFilter = std::function<bool(std::string_view path)>;

// All wanted files of a package's folder or .tgz, in the order of their paths (folder) or of the
// archive. Paths that would leave the package, links and devices are refused.
Result<void> read_files(const std::filesystem::path& package, const Limits& limits,
                        const FileFilter& wanted, const FileVisitor& visit);
bool is_archive(const std::filesystem::path& file);

// The cache. `root` is ~/.fhir/packages unless the caller says otherwise.
class Cache {
 public:
  explicit Cache(std::filesystem::path root) : root_(std::move(root)) {}
  static Result<Cache> of_user();  // by HOME

  const std::filesystem::path& root() const { return root_; }
  // The package's folder. Without a version, or with "latest", the highest one. A patch may be left
  // open: "4.0.x".
  Result<std::filesystem::path> find(const PackageName& name) const;
  std::vector<PackageName> list() const;
  // Unpacks the archive under its own name. What is there already stays, and is no error, unless
  // `replace`. Another process sees all of it or nothing.
  Result<PackageName> install(const std::filesystem::path& archive, const Limits& limits,
                              bool replace) const;

 private:
  std::filesystem::path root_;
};

// Whether a version is one that is asked for: that one, any for none and "latest", every patch for
// "4.0.x".
bool version_fits(std::string_view version, std::string_view asked);
// Version order: numbers by their value, a label (-beta) before the release without one.
bool version_less(std::string_view a, std::string_view b);

}  // namespace paraneo::package
