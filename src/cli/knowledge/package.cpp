// paraneo package install|list
#include "package/package.h"

#include <CLI/CLI.hpp>

#include "cli/knowledge/package_install.h"
#include "cli/terminal/limit_option.h"

namespace paraneo::cli {
namespace {

struct PackageFlags {
  InstallFlags install;
  std::string folder;
};

Result<package::Cache> cache_of(const PackageFlags& flags) {
  if (!flags.folder.empty()) return package::Cache(flags.folder);
  return package::Cache::of_user();
}

int run_install(const PackageFlags& flags, const Session& session) {
  const auto cache = cache_of(flags);
  if (!cache) return report(cache.error());
  return run_package_install(flags.install, *cache, session);
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
  auto* verb =
      app.add_subcommand("package", "FHIR packages in the cache that all FHIR tools share");
  verb->require_subcommand(1);
  verb->add_option("--cache", flags->folder, "The cache; ~/.fhir/packages without it");
  auto* install =
      verb->add_subcommand("install", "Unpack packages into the cache, with what they depend on");
  install->footer(
      "What the cache has already is not fetched. A dependency that cannot be had is named (exit code 1): what refers\n"
      "to it will not be checked. An archive whose digest is not the registry's, or the lock's, is refused.\n\n"
      "Example:\n  paraneo package install hl7.fhir.r5.core-5.0.0.tgz\n"
      "  paraneo package install hl7.fhir.us.core#6.1.0 --registry https://packages.example.org --lock packages.lock.json\n"
      "  paraneo fhirpath --ig hl7.fhir.r5.core#5.0.0 'name.family' patient.json");
  install
      ->add_option(
          "PACKAGE", flags->install.packages,
          "ID#VERSION (6.1.x: the newest patch), or .tgz files as package registries give them")
      ->required();
  add_limit_option(*install, session.limits);
  install->add_flag("--replace", flags->install.replace, "Unpack again what is there already");
  install->add_option(
      "--lock", flags->install.lock,
      "FILE that keeps the digest of each package: the next time, another archive of that name is refused");
  auto& registry = flags->install.registry;
  auto* url = install->add_option("--registry", registry.server,
                                  "Base URL of a registry of FHIR packages, as npm's are");
  install
      ->add_option("--certificate-authority", registry.client.certificate_authority,
                   "PEM file of the authority that signed its certificate (default: the system's)")
      ->needs(url);
  install
      ->add_option("--bearer-token-file", registry.client.bearer_token_file,
                   "File with the token for it in its first line")
      ->needs(url);
  install->callback([flags, &session] {
    session.run = [flags, &session] { return run_install(*flags, session); };
  });
  auto* list = verb->add_subcommand("list", "One line ID#VERSION for each package");
  list->footer("Example:\n  paraneo package list");
  list->callback([flags, &session] { session.run = [flags] { return run_list(*flags); }; });
}

}  // namespace paraneo::cli
