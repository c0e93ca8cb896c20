#include "package/manifest.h"

#include "json/read.h"

namespace paraneo::package {

Result<PackageName> name_in_manifest(std::string_view text, const std::string& where) {
  const Source source{where, std::string(text)};
  Arena arena;
  diag::Sink sink;
  const auto* json = json::read(source, arena, {}, sink);
  if (json == nullptr) return fail(Fault::data, "package.json is no JSON", where);
  PackageName name{std::string(json->text_of("name")), std::string(json->text_of("version"))};
  if (!name.version.empty() && is_package_name(name.text())) return name;
  return fail(Fault::data, "package.json does not name the package and its version", where);
}

}  // namespace paraneo::package
