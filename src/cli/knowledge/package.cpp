// paraneo package install|list
#include "package/package.h"

#include <CLI/CLI.hpp>

#include "cli/terminal/limit_option.h"
#include "cli/verb.h"

namespace paraneo::cli {
namespace {

struct PackageFlags {
  std::vector<std::string> files;
  std::string folder;
  bool replace = false;
};

Result<package::Cache> cache_of(const PackageFlags& flags) {
  if (!flags.folder.empty()) return package::Cache(flags.folder);
  return package::Cache::of_user();
}

int run_install(const PackageFlags& flags, const Session& session) {
  const auto cache = cache_of(flags);
  if (!cache) return report(cache.error());
  for (const auto& file : flags.files) {
    const auto name = cache->install(file, session.limits, flags.replace);
    if (!name) return report(name.error());
    note(name->text() + ": in " + cache->root().string());
  }
  return kDone;
}

int run_list(const PackageFlags& flags) {
  const auto cache = cache_of(flags);
  if (!cache) return report(cache.error());
  for (const auto& name : cache->list()) std::printf("%s\n", name.text().c_str());
  return kDone;
}

}  // namespace

void add_package(CLI::App& app, Session& session) {
  auto flags = std::make_shared<PackageFlags>();
  auto* verb = app.add_subcommand("package", "FHIR packages in the cache that all FHIR tools share");
  verb->require_subcommand(1);
  verb->add_option("--cache", flags->folder, "The cache; ~/.fhir/packages without it");
  auto* install = verb->add_subcommand("install", "Unpack packages into the cache");
  install->footer("Example:\n  paraneo package install hl7.fhir.r5.core-5.0.0.tgz\n"
                  "  paraneo fhirpath --ig hl7.fhir.r5.core#5.0.0 'name.family' patient.json");
  install->add_option("FILE", flags->files, ".tgz files as package registries give them")->required();
  add_limit_option(*install, session.limits);
  install->add_flag("--replace", flags->replace, "Unpack again what is there already");
  install->callback([flags, &session] { session.run = [flags, &session] { return run_install(*flags, session); }; });
  auto* list = verb->add_subcommand("list", "One line ID#VERSION for each package");
  list->footer("Example:\n  paraneo package list");
  list->callback([flags, &session] { session.run = [flags] { return run_list(*flags); }; });
}

}  // namespace paraneo::cli
