#include "cli/knowledge/knowledge.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/budget.h"
#include "base/folder.h"
#include "cli/terminal/log.h"
#include "json/read.h"
#include "package/package.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

Result<Source> text_of_file(const fs::path& file, const Limits& limits) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  if (error) return fail(Fault::usage, "there is no such file", file.string(), "check the path");
  if (bytes > limits.json_bytes_max)
    return fail(Fault::limit, "the file is longer than " + std::to_string(limits.json_bytes_max) + " bytes", file.string(), limit_advice("json-size"));
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return Source{file.string(), std::move(text).str()};
}

Result<std::vector<fs::path>> files_of(const fs::path& folder, const Limits& limits) {
  auto found = files_below(folder, limits.package_files_max);
  if (!found) return found.error();
  for (const auto& [path, why] : found->unread)
    log(Level::warning, "--ig " + path.string() + ": the folder cannot be read and is passed over: " + why);
  std::erase_if(found->files, [](const fs::path& file) {
    const auto extension = file.extension();
    return extension != ".json" && extension != ".map" && extension != ".fml";
  });
  return std::move(found->files);
}

// Files of a package are named TYPE-ID.json: other types need not be read.
bool is_wanted(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  if (!name.ends_with(".json") || !path.starts_with("package/") || name.starts_with('.') || name == "package.json") return false;
  const auto folder = path.substr(0, path.rfind('/'));
  if (folder != "package") return false;
  const auto type = name.substr(0, name.find('-'));
  const auto is_type = type.size() < name.size() && type[0] >= 'A' && type[0] <= 'Z';
  return !is_type || type == "StructureDefinition" || type == "StructureMap" || type == "ConceptMap";
}

}  // namespace

Result<std::unique_ptr<Knowledge>> Knowledge::load(const Session& session, diag::Sink& sink) {
  std::unique_ptr<Knowledge> knowledge(new Knowledge(session.limits));
  for (const auto& path : session.definitions)
    if (const auto done = knowledge->read(path, sink); !done) return done.error();
  if (knowledge->own_definitions_ != nullptr) knowledge->own_definitions_->link(sink);
  if (const auto count = knowledge->built_in_count_; count > 0)
    sink.report({diag::Code::fhir_definition, diag::Severity::information,
                 "--ig has definitions that are built in (" + std::to_string(count) + "): those were used, the files were not", {}, {},
                 "give a definition of your own a URL of its own"});
  const auto& definitions = knowledge->own_definitions_ != nullptr ? *knowledge->own_definitions_ : definition::Definitions::builtin();
  knowledge->engine_ = std::make_unique<fhirpath::Engine>(definitions);
  return knowledge;
}

Result<void> Knowledge::read(const std::string& path, diag::Sink& sink) {
  std::error_code error;
  if (!fs::exists(path, error) && package::is_package_name(path)) {
    const auto cache = package::Cache::of_user();
    if (!cache) return cache.error();
    const auto folder = cache->find(package::parse_name(path));
    return folder ? read_named_package(*folder, sink) : folder.error();
  }
  if (!fs::exists(path, error))
    return fail(Fault::usage, "--ig " + path + ": there is no such file, folder or package", {}, "a package is named ID#VERSION, as in hl7.fhir.us.mcode#4.0.0");
  if (package::is_archive(path) || fs::exists(fs::path(path) / package::kManifest, error)) return read_named_package(path, sink);
  Result<std::vector<fs::path>> files = std::vector<fs::path>{path};
  if (fs::is_directory(path, error)) files = files_of(path, limits_);
  if (!files) return files.error();
  if (files->empty())
    return fail(Fault::usage, "--ig " + path + ": the folder holds no .json, .map or .fml file", {}, "name the folder that the files are in");
  for (const auto& file : *files) {
    auto text = text_of_file(file, limits_);
    if (!text) return text.error();
    if (const auto* map = add(std::move(*text), false, sink)) files_[fs::weakly_canonical(file, error)] = map;
  }
  return {};
}

Result<void> Knowledge::read_named_package(const fs::path& where, diag::Sink& sink) {
  const auto before = package_files_;
  const auto done = read_package(where, sink);
  if (done && package_files_ == before)
    sink.report({diag::Code::fhir_definition, diag::Severity::information, "--ig " + where.string() + ": nothing in this package was used", {}, {},
                 "what counts are its structure definitions, maps and concept maps, as TYPE-ID.json below package/"});
  return done;
}

// Dependencies first; each package once.
Result<void> Knowledge::read_package(const fs::path& where, diag::Sink& sink) {
  const auto manifest = package::read_manifest(where, limits_);
  if (!manifest) return manifest.error();
  const auto is_built_in = manifest->is_core() && manifest->name.version.starts_with("4.0.");
  if (!packages_.insert(manifest->name.text()).second || is_built_in) {
    ++package_files_;
    return {};
  }
  if (manifest->is_core()) own_definitions().prefer_release(manifest->name.version);
  if (const auto done = read_dependencies(*manifest, sink); !done) return done.error();
  return package::read_files(where, limits_, is_wanted, [&](std::string_view path, std::string text) -> Result<void> {
    ++package_files_;
    add({manifest->name.text() + "/" + std::string(path), std::move(text)}, true, sink);
    return {};
  });
}

// Those that are in the cache: a map rarely needs all of them, and what it lacks is reported.
Result<void> Knowledge::read_dependencies(const package::Manifest& manifest, diag::Sink& sink) {
  const auto cache = package::Cache::of_user();
  for (const auto& name : manifest.dependencies) {
    const auto folder = cache ? cache->find(name) : cache.error();
    if (!folder || name.id.ends_with(".core") || manifest.is_core()) continue;
    if (const auto done = read_package(*folder, sink); !done) return done.error();
  }
  return {};
}

definition::Definitions& Knowledge::own_definitions() {
  if (own_definitions_ == nullptr) own_definitions_ = std::make_unique<definition::Definitions>(definition::Definitions::builtin());
  return *own_definitions_;
}

const fml::ast::Map* Knowledge::add(Source text, bool of_package, diag::Sink& sink) {
  if (define(text, of_package, sink)) return nullptr;
  // Packages bring concept maps that cannot translate: it is an error when a map wants one.
  diag::Sink unread;
  return shelf_.add(std::move(text), limits_of(of_package), of_package ? unread : sink);
}

// What comes by the thousand, from anywhere, may take less memory each.
Limits Knowledge::limits_of(bool of_package) const {
  constexpr std::size_t kPackageValuesMax = std::size_t{2} << 20;
  auto limits = limits_;
  if (of_package) limits.json_values_max = std::min(limits.json_values_max, kPackageValuesMax);
  return limits;
}

// Definitions go to the index; false for everything else. What packages repeat is known already.
bool Knowledge::define(const Source& text, bool of_package, diag::Sink& sink) {
  constexpr std::string_view kMark = "\"StructureDefinition\"";
  if (text.text.find(kMark) == std::string::npos || text.name.ends_with(".map")) return false;
  Arena arena;
  const auto* json = json::read(text, arena, limits_of(of_package), sink);
  if (json == nullptr) return true;
  if (json->text_of("resourceType") != "StructureDefinition") return false;
  if (!of_package && definition::Definitions::builtin().knows(*json)) {
    ++built_in_count_;
    return true;
  }
  auto& definitions = own_definitions();
  if (of_package && definitions.knows(*json)) return true;
  diag::Sink own;
  definitions.add(*json, own);
  for (auto d : own.all()) {
    d.message += ", in " + text.name;
    sink.report(std::move(d));
  }
  return true;
}

Result<const fml::ast::Map*> Knowledge::map(const std::string& file_or_url, diag::Sink& sink) {
  if (const auto* known = library().find(file_or_url); known != nullptr) return known;
  std::error_code error;
  if (!fs::is_regular_file(file_or_url, error))
    return fail(Fault::usage, "there is no map " + file_or_url, {}, "give the map's file, or the URL of one that --ig loads");
  if (const auto known = files_.find(fs::weakly_canonical(file_or_url, error)); known != files_.end()) return known->second;
  auto text = text_of_file(file_or_url, limits_);
  if (!text) return text.error();
  const auto errors = sink.errors();
  const auto* map = shelf_.add(std::move(*text), limits_, sink);
  if (map == nullptr && sink.errors() == errors)
    return fail(Fault::usage, "there is no map in this file", file_or_url, "a map is a text of the FHIR Mapping Language, or a StructureMap");
  return map;
}

Result<std::shared_ptr<const fml::Transformation>> Knowledge::transformation(const std::string& file_or_url, diag::Sink& sink) {
  if (!sink.ok()) return std::shared_ptr<const fml::Transformation>();
  const auto map = this->map(file_or_url, sink);
  if (!map) return map.error();
  return *map == nullptr ? nullptr : fml::Transformation::make(**map, library(), engine(), sink);
}

}  // namespace paraneo::cli
