#include "knowledge/knowledge.h"

#include <filesystem>

#include "base/uuid.h"
#include "knowledge/built_in_files.h"
#include "knowledge/loader.h"

namespace paraneo::knowledge {

std::string canonical_path(const std::string& file) {
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(file, error);
  return error ? file : path.string();
}

Result<std::shared_ptr<const Knowledge>> Knowledge::load(const Request& request, diag::Sink& sink) {
  return Loader(request, sink).load();
}

const terminology::ValueSets& Knowledge::value_sets() const {
  return own_value_sets_ != nullptr ? *own_value_sets_ : terminology::ValueSets::builtin();
}

const definition::Profiles& Knowledge::profiles() const {
  return own_profiles_ != nullptr ? *own_profiles_ : definition::Profiles::builtin();
}

const fml::ast::Map* Knowledge::map(const std::string& file_or_url) const {
  if (const auto* known = library_.find(file_or_url); known != nullptr) return known;
  const auto file = maps_by_file_.find(canonical_path(file_or_url));
  return file == maps_by_file_.end() ? nullptr : file->second;
}

std::shared_ptr<const fml::Transformation> Knowledge::transformation(const std::string& file_or_url,
                                                                     diag::Sink& sink) const {
  const auto* found = sink.ok() ? map(file_or_url) : nullptr;
  return found == nullptr ? nullptr : fml::Transformation::make(*found, library_, *engine_, sink);
}

std::string Knowledge::fingerprint() const {
  auto all = guides_fingerprint_;
  // What a picture looks like changes no record.
  for (const auto& file : built_in_files())
    if (!file.name.starts_with("profiles/view/")) all += file.text();
  return uuid_of("https://paraneo.invalid/knowledge", all);
}

std::string_view built_in_text(std::string_view name) {
  for (const auto& file : built_in_files())
    if (file.name == name) return file.text();
  return {};
}

}  // namespace paraneo::knowledge
