#include "cli/knowledge/package_install.h"

#include <unistd.h>

#include <deque>
#include <filesystem>
#include <map>
#include <set>

#include "base/atomic_file.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/log.h"
#include "cli/terminal/state_file.h"
#include "fetch/package_fetch.h"
#include "json/read.h"
#include "json/write.h"
#include "net/digests.h"
#include "net/drive.h"
#include "package/manifest.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;
using package::PackageName;

// Its definitions are inside the program.
constexpr std::string_view kBuiltIn = "hl7.fhir.r4.core";

// The digest of each package's archive, so that the same names mean the same bytes on another
// machine, or next year.
class PackageLock {
 public:
  static Result<PackageLock> read(const std::string& path, const Limits& limits) {
    PackageLock lock;
    if (path.empty()) return lock;
    const auto text = read_file(path);
    if (!text) return text.error();
    if (!*text) return lock;
    const Source source{path, **text};
    Arena arena;
    diag::Sink sink;
    const auto* root = json::read(source, arena, limits, sink);
    const auto* packages = root == nullptr ? nullptr : root->find("packages");
    if (packages == nullptr || !packages->is_object())
      return fail(ErrorCode::file_unusable, "this is no lock of packages", path,
                  "remove it, or name another file");
    for (const auto& member : packages->members())
      lock.digests_.emplace(std::string(member.name), std::string(packages->text_of(member.name)));
    return lock;
  }

  // Empty: it is not known.
  std::string digest_of(const PackageName& name) const {
    const auto found = digests_.find(name.text());
    return found == digests_.end() ? std::string() : found->second;
  }
  void set(const PackageName& name, const std::string& digest) {
    auto& known = digests_[name.text()];
    if (!digest.empty()) known = digest;
  }
  Result<void> write(const std::string& path) const {
    std::string out;
    json::Writer writer(out, true);
    writer.begin_object();
    writer.key("packages");
    writer.begin_object();
    for (const auto& [name, digest] : digests_) writer.member(name, digest);
    writer.end_object();
    writer.end_object();
    return replace_file(path, out + "\n", AtomicFile::kShared);
  }

 private:
  std::map<std::string, std::string> digests_;
};

class Archive final : public rest::BodySink {
 public:
  Archive(std::string path, std::size_t bytes_max)
      : path_(std::move(path)), bytes_max_(bytes_max) {}

  Result<void> begin() override {
    file_.reset();
    auto opened = AtomicFile::open(path_, AtomicFile::kPrivate);
    if (!opened) return opened.error();
    file_ = std::move(*opened);
    digests_ = net::Digests();
    bytes_ = 0;
    return {};
  }
  Result<void> take(std::string_view piece) override {
    bytes_ += piece.size();
    if (bytes_ > bytes_max_)
      return fail(ErrorCode::limit_size, "the archive is larger than a package may be", {},
                  "--limit package-size=... takes more");
    digests_.update(piece);
    return file_->write(piece);
  }
  Result<net::Digests::Texts> finish() {
    if (!file_) return fail(ErrorCode::package_untrusted, "no archive came");
    if (const auto kept = file_->commit(); !kept) return kept.error();
    return digests_.finish();
  }

 private:
  std::string path_;
  std::size_t bytes_max_;
  std::optional<AtomicFile> file_;
  net::Digests digests_;
  std::size_t bytes_ = 0;
};

class Installer {
 public:
  Installer(const InstallFlags& flags, const package::Cache& cache, const Session& session,
            PackageLock lock)
      : flags_(flags), cache_(cache), session_(session), lock_(std::move(lock)) {}

  int run() {
    for (const auto& text : flags_.packages) {
      const auto installed = package::is_package_name(text)
                                 ? install(package::parse_name(text), flags_.replace)
                                 : install_file(text);
      if (!installed) return report(installed.error());
    }
    while (!needed_.empty()) {
      const auto need = std::move(needed_.front());
      needed_.pop_front();
      const auto installed = install(need.name, false);
      if (installed) continue;
      if (installed.error().fault != Fault::usage) return report(installed.error());
      if (need.name.id == kBuiltIn) continue;
      log(Level::warning,
          need.by + " depends on " + need.name.text() +
              ", which cannot be had: what refers to it is not checked" +
              (logs_json() ? "" : "\n  -> " + installed.error().what),
          {{"event", "package-missing"}, {"package", need.name.text()}, {"needed_by", need.by}});
      is_incomplete_ = true;
    }
    if (!flags_.lock.empty())
      if (const auto written = lock_.write(flags_.lock); !written) return report(written.error());
    return is_incomplete_ ? kFindings : kDone;
  }

 private:
  struct Need {
    PackageName name;
    std::string by;
  };

  Result<void> install_file(const std::string& file) {
    const auto name = cache_.install(file, session_.limits, flags_.replace);
    if (!name) return name.error();
    return is_there(*name, "in " + cache_.root().string());
  }

  // What the cache has needs no registry.
  Result<void> install(const PackageName& name, bool replaces) {
    const auto there = cache_.find(name);
    if (there && !replaces)
      return is_there(package::parse_name(there->filename().string()), "there already");
    if (!flags_.registry.server.empty()) return fetch(name);
    auto error = there ? fail(ErrorCode::definition_unusable,
                              "nothing says where to fetch " + name.text() + " again")
                       : there.error();
    error.advice = "name a registry of FHIR packages with --registry, or install its .tgz";
    return error;
  }

  Result<void> fetch(const PackageName& asked) {
    if (!connected_) {
      auto made = connect(flags_.registry);
      if (!made) return made.error();
      connected_.emplace(std::move(*made));
    }
    std::error_code error;
    fs::create_directories(cache_.root(), error);
    const auto file = cache_.root() / (".fetched-" + std::to_string(::getpid()) + ".tgz");
    auto done = fetch_to(file, asked);
    fs::remove(file, error);
    return done;
  }

  Result<void> fetch_to(const fs::path& file, const PackageName& asked) {
    Archive archive(file.string(), session_.limits.package_bytes_max);
    fetch::PackageFetch machine(connected_->base, asked, session_.limits, archive);
    net::DriveOptions options;
    options.concurrency = 1;
    options.stop = &stop_asked();
    net::drive(machine, connected_->client, options, system_clock(), system_random());
    if (machine.error()) return *machine.error();
    if (!machine.done())
      return fail(ErrorCode::interrupted, "told to end before the package was there", asked.text(),
                  "run it again");
    const auto digests = archive.finish();
    if (!digests) return digests.error();
    const auto& dist = machine.dist();
    const auto locked = lock_.digest_of(dist.name);
    const auto is_as_said = dist.integrity.starts_with("sha512-")
                                ? dist.integrity == digests->integrity
                                : dist.shasum.empty() || dist.shasum == digests->shasum;
    if (!is_as_said)
      return fail(ErrorCode::package_untrusted,
                  "the archive of " + dist.name.text() +
                      " is not the one that the registry describes: its digest differs",
                  connected_->base, "try again; if it stays so, ask the registry's operators");
    if (!locked.empty() && locked != digests->integrity)
      return fail(
          ErrorCode::package_untrusted,
          "the archive of " + dist.name.text() + " is not the one of the lock: its digest differs",
          flags_.lock, "somebody has changed a published package: find out who before you take it");
    const auto manifest = package::read_manifest(file, session_.limits);
    if (!manifest)
      return fail(ErrorCode::package_untrusted,
                  "the archive of " + dist.name.text() + " is no package: " + manifest.error().what,
                  connected_->base, "ask the registry's operators");
    if (manifest->name.text() != dist.name.text())
      return fail(ErrorCode::package_untrusted,
                  "the archive of " + dist.name.text() + " holds " + manifest->name.text(),
                  connected_->base, "ask the registry's operators");
    const auto name = cache_.install(file, session_.limits, flags_.replace);
    if (!name) return name.error();
    lock_.set(*name, digests->integrity);
    return is_there(*name, "from " + connected_->base + ", in " + cache_.root().string());
  }

  // Names what it depends on, each once.
  Result<void> is_there(const PackageName& name, const std::string& how) {
    if (!seen_.insert(name.text()).second) return {};
    lock_.set(name, {});
    note(name.text() + ": " + how);
    const auto manifest = package::read_manifest(cache_.root() / name.text(), session_.limits);
    if (!manifest) return manifest.error();
    for (const auto& dependency : manifest->dependencies)
      needed_.push_back({dependency, name.text()});
    return {};
  }

  const InstallFlags& flags_;
  const package::Cache& cache_;
  const Session& session_;
  PackageLock lock_;
  std::optional<Connected> connected_;
  std::deque<Need> needed_;
  std::set<std::string> seen_;
  bool is_incomplete_ = false;
};

}  // namespace

int run_package_install(const InstallFlags& flags, const package::Cache& cache,
                        const Session& session) {
  auto lock = PackageLock::read(flags.lock, session.limits);
  if (!lock) return report(lock.error());
  return Installer(flags, cache, session, std::move(*lock)).run();
}

}  // namespace paraneo::cli
