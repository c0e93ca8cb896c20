#include "package/manifest.h"

#include "json/read.h"

namespace paraneo::package {

Result<Manifest> parse_manifest(std::string_view text, const std::string& where) {
  const Source source{where, std::string(text)};
  Arena arena;
  diag::Sink sink;
  const auto* json = json::read(source, arena, {}, sink);
  if (json == nullptr) return fail(ErrorCode::package_damaged, "package.json is no JSON", where);
  Manifest out;
  out.name = {std::string(json->text_of("name")), std::string(json->text_of("version"))};
  if (out.name.version.empty() || !is_package_name(out.name.text()))
    return fail(ErrorCode::package_damaged,
                "package.json does not name the package and its version", where);
  for (const auto* key : {"fhirVersions", "fhir-version-list"})
    if (const auto* versions = json->find(key))
      for (const auto& version : versions->items()) out.fhir_versions.emplace_back(version.text());
  if (const auto* dependencies = json->find("dependencies"))
    for (const auto& member : dependencies->members())
      out.dependencies.push_back({std::string(member.name), std::string(member.value.text())});
  return out;
}

Result<Manifest> read_manifest(const std::filesystem::path& package, const Limits& limits) {
  Result<Manifest> out =
      fail(ErrorCode::package_damaged, "the package has no " + std::string(kManifest),
           package.string(), "is it a FHIR package?");
  const auto read = read_files(
      package, limits, [](auto path) { return path == kManifest; },
      [&](auto, const std::string& text) -> Result<void> {
        out = parse_manifest(text, package.string());
        return {};
      });
  if (!read) return read.error();
  return out;
}

}  // namespace paraneo::package
