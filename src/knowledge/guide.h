// The texts of what --ig names: a file, a folder, or a FHIR package with the packages it depends
// on.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "base/source.h"
#include "package/manifest.h"

namespace paraneo::knowledge {

// Where a text comes from decides how strict its reader is: a file was named by a person, a package
// is taken as it was published.
enum class Origin { file, package };

// Takes each text once. An error ends the reading.
using TextVisitor = std::function<Result<void>(Source text, Origin origin)>;
// Told of a core package of a FHIR release ("5.0.0") before its texts come; of one that is known
// already with an empty version.
using ReleaseVisitor = std::function<void(const std::string& version)>;

// Not thread-safe; calls its visitors on the caller's thread.
class GuideReader {
 public:
  // `with_terminology`: ValueSets, CodeSystems and Questionnaires of packages, too, which can be
  // thousands.
  GuideReader(const Limits& limits, bool with_terminology, TextVisitor text, ReleaseVisitor release)
      : limits_(limits), with_terminology_(with_terminology), text_(std::move(text)),
        release_(std::move(release)) {}

  // FILE (.map, .fml, .json, .xml), FOLDER of such files with its sub-folders, in the order of
  // their paths; package as .tgz, folder or ID#VERSION from the cache, dependencies first, each
  // package once. Whatever is not there or cannot be read is the error. What the guide was.
  Result<Origin> read(const std::string& guide);

 private:
  Result<void> read_package(const std::filesystem::path& where);
  Result<void> read_dependencies(const package::Manifest& manifest);

  Limits limits_;
  bool with_terminology_;
  TextVisitor text_;
  ReleaseVisitor release_;
  std::set<std::string> packages_;  // read, or being read
};

// A file whole; at most Limits::json_bytes_max.
Result<Source> text_of_file(const std::filesystem::path& file, const Limits& limits);

}  // namespace paraneo::knowledge
