// What --ig and --map give a verb beside what is built in: definitions, concept maps, maps.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "cli/verb.h"
#include "fhirpath/fhirpath.h"
#include "fml/shelf.h"
#include "fml/transform.h"
#include "package/manifest.h"

namespace paraneo::cli {

// Immutable once loaded; programs compiled from it must not outlive it.
class Knowledge {
 public:
  // Reads every --ig of the session: a FILE (.map, or JSON: StructureDefinition, StructureMap,
  // ConceptMap, Bundle of these), a FOLDER of such files, or a FHIR package: .tgz, folder, or
  // ID#VERSION from the cache, with the packages it depends on that are there. With a core
  // package of another FHIR release, names mean that release; R4 stays at http://hl7.org/fhir/4.0/. Mistakes go to the
  // sink; an IG that cannot be read at all is the error.
  static Result<std::unique_ptr<Knowledge>> load(const Session& session, diag::Sink& sink);

  const fhirpath::Engine& engine() const { return *engine_; }
  const definition::Definitions& definitions() const { return engine_->definitions(); }
  const fml::Library& library() const { return shelf_.library(); }

  // The map of --map: a file, or the URL or name of one that --ig gave. Null after a report.
  Result<const fml::ast::Map*> map(const std::string& file_or_url, diag::Sink& sink);
  // That map, compiled. Null after a report.
  Result<std::shared_ptr<const fml::Transformation>> transformation(const std::string& file_or_url, diag::Sink& sink);

 private:
  explicit Knowledge(const Limits& limits) : limits_(limits) {}
  Result<void> read(const std::string& path, diag::Sink& sink);
  Result<void> read_named_package(const std::filesystem::path& where, diag::Sink& sink);
  Result<void> read_package(const std::filesystem::path& where, diag::Sink& sink);
  Result<void> read_dependencies(const package::Manifest& manifest, diag::Sink& sink);
  definition::Definitions& own_definitions();
  const fml::ast::Map* add(Source text, bool of_package, diag::Sink& sink);
  Limits limits_of(bool of_package) const;
  bool define(const Source& text, bool of_package, diag::Sink& sink);

  Limits limits_;
  Arena arena_;
  std::unique_ptr<definition::Definitions> own_definitions_;  // null: those built in are enough
  std::unique_ptr<fhirpath::Engine> engine_;
  fml::Shelf shelf_;
  std::map<std::filesystem::path, const fml::ast::Map*> files_;  // of --ig, that hold a map
  std::set<std::string> packages_;  // read, or being read
  std::size_t package_files_ = 0;   // of packages, that were used or are known
  std::size_t built_in_count_ = 0;  // definitions of --ig that are built in
};

}  // namespace paraneo::cli
