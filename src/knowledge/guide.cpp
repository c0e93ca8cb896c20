#include "knowledge/guide.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/budget.h"
#include "base/folder.h"
#include "package/package.h"

namespace paraneo::knowledge {
namespace {

namespace fs = std::filesystem;

bool is_wanted_file(const fs::path& file) {
  const auto extension = file.extension();
  return extension == ".json" || extension == ".xml" || extension == ".map" || extension == ".fml";
}

// Files of a package are named TYPE-ID.json: other types need not be read.
bool is_wanted(std::string_view path, bool with_terminology) {
  const auto name = path.substr(path.rfind('/') + 1);
  if (!name.ends_with(".json") || !path.starts_with("package/") || name.starts_with('.') ||
      name == "package.json")
    return false;
  const auto folder = path.substr(0, path.rfind('/'));
  if (folder != "package") return false;
  const auto type = name.substr(0, name.find('-'));
  const auto is_type = type.size() < name.size() && type[0] >= 'A' && type[0] <= 'Z';
  if (type == "ValueSet" || type == "CodeSystem" || type == "Questionnaire" || type == "Measure")
    return with_terminology;
  return !is_type || type == "StructureDefinition" || type == "StructureMap" ||
         type == "ConceptMap";
}

Result<Origin> as_package(const Result<void>& done) {
  return done ? Result<Origin>(Origin::package) : done.error();
}

}  // namespace

Result<Source> text_of_file(const fs::path& file, const Limits& limits) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  if (error)
    return fail(ErrorCode::definition_unusable, "there is no such file", file.string(),
                "check the path");
  if (bytes > limits.json_bytes_max)
    return fail(ErrorCode::limit_size,
                "the file is longer than " + std::to_string(limits.json_bytes_max) + " bytes",
                file.string(), limit_advice("json-size"));
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return Source{file.string(), std::move(text).str()};
}

Result<Origin> GuideReader::read(const std::string& guide) {
  std::error_code error;
  if (!fs::exists(guide, error) && package::is_package_name(guide)) {
    const auto cache = package::Cache::of_user();
    if (!cache) return cache.error();
    const auto folder = cache->find(package::parse_name(guide));
    return folder ? as_package(read_package(*folder)) : folder.error();
  }
  if (!fs::exists(guide, error))
    return fail(ErrorCode::definition_unusable,
                "--ig " + guide + ": there is no such file, folder or package", {},
                "a package is named ID#VERSION, as in hl7.fhir.us.mcode#4.0.0");
  if (package::is_archive(guide) || fs::exists(fs::path(guide) / package::kManifest, error))
    return as_package(read_package(guide));
  std::vector<fs::path> files{guide};
  if (fs::is_directory(guide, error)) {
    auto found = files_below(guide, limits_.package_files_max);
    if (!found) return found.error();
    if (!found->unread.empty())
      return fail(ErrorCode::folder_unreadable,
                  "--ig " + found->unread.front().path.string() +
                      ": the folder cannot be read: " + found->unread.front().why,
                  {}, "check its permissions");
    std::erase_if(found->files, [](const fs::path& file) { return !is_wanted_file(file); });
    files = std::move(found->files);
  }
  if (files.empty())
    return fail(ErrorCode::definition_unusable,
                "--ig " + guide + ": the folder holds no .json, .xml, .map or .fml file", {},
                "name the folder that the files are in");
  for (const auto& file : files) {
    auto text = text_of_file(file, limits_);
    if (!text) return text.error();
    if (const auto taken = text_(std::move(*text), Origin::file); !taken) return taken.error();
  }
  return Origin::file;
}

// Dependencies first; each package once.
Result<void> GuideReader::read_package(const fs::path& where) {
  const auto manifest = package::read_manifest(where, limits_);
  if (!manifest) return manifest.error();
  const auto is_built_in = manifest->is_core() && manifest->name.version.starts_with("4.0.");
  if (!packages_.insert(manifest->name.text()).second || is_built_in) {
    release_({});
    return {};
  }
  if (manifest->is_core()) release_(manifest->name.version);
  if (const auto done = read_dependencies(*manifest); !done) return done.error();
  const auto wanted = [&](std::string_view path) { return is_wanted(path, with_terminology_); };
  return package::read_files(
      where, limits_, wanted, [&](std::string_view path, std::string text) -> Result<void> {
        return text_({manifest->name.text() + "/" + std::string(path), std::move(text)},
                     Origin::package);
      });
}

// Those that are in the cache: a map rarely needs all of them, and what it lacks is reported.
Result<void> GuideReader::read_dependencies(const package::Manifest& manifest) {
  const auto cache = package::Cache::of_user();
  for (const auto& name : manifest.dependencies) {
    const auto folder = cache ? cache->find(name) : cache.error();
    if (!folder || name.id.ends_with(".core") || manifest.is_core()) continue;
    if (const auto done = read_package(*folder); !done) return done.error();
  }
  return {};
}

}  // namespace paraneo::knowledge
