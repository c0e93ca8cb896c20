#include "cli/knowledge.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "json/read.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

Result<Source> text_of_file(const fs::path& file, const Limits& limits) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  if (error) return fail(Fault::usage, "there is no file " + file.string());
  if (bytes > limits.json_bytes_max)
    return fail(Fault::usage, file.string() + " has " + std::to_string(bytes) + " bytes; the limit is " + std::to_string(limits.json_bytes_max));
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return Source{file.string(), std::move(text).str()};
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const auto extension = entry.path().extension();
    if (entry.is_regular_file() && (extension == ".json" || extension == ".map")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<std::unique_ptr<Knowledge>> Knowledge::load(const Session& session, diag::Sink& sink) {
  std::unique_ptr<Knowledge> knowledge(new Knowledge(session.limits));
  for (const auto& path : session.definitions)
    if (const auto done = knowledge->read(path, sink); !done) return done.error();
  if (knowledge->own_definitions_ != nullptr) knowledge->own_definitions_->link(sink);
  const auto& definitions = knowledge->own_definitions_ != nullptr ? *knowledge->own_definitions_ : fhir::Definitions::builtin();
  knowledge->engine_ = std::make_unique<fhirpath::Engine>(definitions);
  return knowledge;
}

Result<void> Knowledge::read(const std::string& path, diag::Sink& sink) {
  if (!fs::exists(path))
    return fail(Fault::usage, "--ig " + path + ": there is no such file or folder");
  const auto files = fs::is_directory(path) ? files_of(path) : std::vector<fs::path>{path};
  for (const auto& file : files) {
    auto text = text_of_file(file, limits_);
    if (!text) return text.error();
    add(std::move(*text), sink);
  }
  return {};
}

void Knowledge::add(Source text, diag::Sink& sink) {
  if (!define(text, sink)) shelf_.add(std::move(text), limits_, sink);
}

// Definitions go to the index; false for everything else.
bool Knowledge::define(const Source& text, diag::Sink& sink) {
  constexpr std::string_view kMark = "\"StructureDefinition\"";
  if (text.text.find(kMark) == std::string::npos || text.name.ends_with(".map")) return false;
  const auto* json = json::read(text, arena_, limits_, sink);
  if (json == nullptr) return true;
  if (json->text_of("resourceType") != "StructureDefinition") return false;
  if (own_definitions_ == nullptr) own_definitions_ = std::make_unique<fhir::Definitions>(fhir::Definitions::builtin());
  own_definitions_->add(*json, sink);
  return true;
}

const fml::ast::Map* Knowledge::map(const std::string& file_or_url, diag::Sink& sink) {
  if (const auto* known = library().find(file_or_url); known != nullptr) return known;
  auto text = text_of_file(file_or_url, limits_);
  if (text) return shelf_.add(std::move(*text), limits_, sink);
  sink.report(diag::Code::fml_unknown_map, "there is no map " + file_or_url, {}, {},
              "give the map's file, or the URL of one that --ig loads");
  return nullptr;
}

}  // namespace paraneo::cli
