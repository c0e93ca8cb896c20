// ~/.fhir/packages: one folder ID#VERSION for each package, with package/ inside.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "package/manifest.h"
#include "package/package.h"

namespace paraneo::package {
namespace {

namespace fs = std::filesystem;

Result<void> write_file(const fs::path& to, const std::string& text) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  std::ofstream file(to, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (error || !file)
    return fail(ErrorCode::file_unwritable, "the file cannot be written", to.string(),
                "is the disk full?");
  return {};
}

}  // namespace

Result<Cache> Cache::of_user() {
  const auto* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0')
    return fail(ErrorCode::configuration, "HOME is not set: there is no package cache");
  return Cache(fs::path(home) / ".fhir" / "packages");
}

std::vector<PackageName> Cache::list() const {
  std::vector<PackageName> out;
  std::error_code error, unknown;
  for (auto at = fs::directory_iterator(root_, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const auto name = at->path().filename().string();
    if (name.find('#') == std::string::npos || name[0] == '.' ||
        !fs::exists(at->path() / kManifest, unknown))
      continue;
    out.push_back(parse_name(name));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.id != b.id ? a.id < b.id : version_less(a.version, b.version);
  });
  return out;
}

Result<fs::path> Cache::find(const PackageName& name) const {
  std::string found, others;
  for (const auto& there : list()) {
    if (there.id != name.id) continue;
    others += (others.empty() ? "" : ", ") + there.version;
    if (version_fits(there.version, name.version))
      found = there.version;  // the list ends with the newest
  }
  if (!found.empty()) return root_ / (name.id + "#" + found);
  return fail(
      ErrorCode::definition_unusable, "the package " + name.text() + " is not in " + root_.string(),
      {}, others.empty() ? "install it: paraneo package install FILE.tgz" : "there is: " + others);
}

Result<PackageName> Cache::install(const fs::path& archive, const Limits& limits,
                                   bool replace) const {
  const auto manifest = read_manifest(archive, limits);
  if (!manifest) return manifest.error();
  const auto& name = manifest->name;
  const auto folder = root_ / name.text();
  std::error_code error;
  if (fs::exists(folder, error) && !replace) return name;
  const auto part = root_ / (".part-" + std::to_string(::getpid()) + "-" + name.text());
  fs::remove_all(part, error);
  const auto unpacked = read_files(
      archive, limits, [](auto) { return true; },
      [&](auto path, const std::string& text) { return write_file(part / path, text); });
  if (unpacked) {
    fs::remove_all(folder, error);
    fs::rename(part, folder, error);
    // Another process may have been faster: its package is the same.
    std::error_code unknown;
    if (!error || fs::exists(folder / kManifest, unknown)) return name;
  }
  const auto why = error.message();
  fs::remove_all(part, error);
  if (!unpacked) return unpacked.error();
  return fail(ErrorCode::file_unwritable, "the package cannot be installed: " + why,
              folder.string());
}

}  // namespace paraneo::package
