// One FHIR package from a registry as npm has them: GET REGISTRY/ID names the versions, each with
// the URL and the digests of its archive; then the archive.
#pragma once

#include <optional>
#include <string>

#include "base/limits.h"
#include "fetch/redirect.h"
#include "package/package.h"
#include "rest/machine.h"

namespace paraneo::fetch {

// What a registry says of one version.
struct PackageDist {
  package::PackageName name;
  std::string url;        // of the archive
  std::string integrity;  // "sha512-" and base64; empty: not said
  std::string shasum;     // SHA-1 as hexadecimal digits; empty: not said
};

// Of the answer to GET REGISTRY/ID: the version that is asked for; without one, or with "latest",
// the newest that is no pre-release, as the registry tags it; with "4.0.x" the newest patch.
Result<PackageDist> dist_of(const std::string& registry, const package::PackageName& asked,
                            const std::string& answer, const Limits& limits);

// A machine for net::drive().
class PackageFetch final : public rest::Machine {
 public:
  // The registry's base URL, without "/" at the end. The archive goes to the sink; who has it
  // compares the digests.
  PackageFetch(std::string registry, package::PackageName name, const Limits& limits,
               rest::BodySink& archive);

  std::optional<rest::Task> next() override;
  void finished(std::uint64_t task, Result<rest::Reply> reply) override;
  bool done() const override { return is_done_; }

  // Why it failed; nothing when it did not. A package that the registry has not is Fault::usage.
  const std::optional<Error>& error() const { return error_; }
  const PackageDist& dist() const { return dist_; }

 private:
  void stop(Error error);
  void got_versions(const rest::Reply& reply);

  std::string registry_;
  package::PackageName name_;
  Limits limits_;
  rest::BodySink& archive_;
  PackageDist dist_;
  std::optional<Redirect> at_;  // of the archive
  std::optional<Error> error_;
  std::uint64_t last_task_ = 0;
  bool is_waiting_ = false;
  bool is_done_ = false;
};

}  // namespace paraneo::fetch
