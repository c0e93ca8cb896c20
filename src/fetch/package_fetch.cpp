#include "fetch/package_fetch.h"

#include "json/read.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

Error unknown(const std::string& registry, const package::PackageName& name,
              const std::string& others) {
  return fail(
      ErrorCode::definition_unusable, "the registry has no package " + name.text(), registry,
      others.empty() ? "check its name, or ask another registry" : "it has the versions " + others);
}

}  // namespace

Result<PackageDist> dist_of(const std::string& registry, const package::PackageName& asked,
                            const std::string& answer, const Limits& limits) {
  constexpr std::size_t kNamedMax = 300;  // characters
  const Source source{registry, answer};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  const auto* versions = root == nullptr ? nullptr : root->find("versions");
  if (versions == nullptr || !versions->is_object())
    return fail(ErrorCode::answer_malformed, "the answer is no registry's: it names no versions",
                registry, "give the base URL of a registry of FHIR packages");
  std::string wanted = asked.version;
  if (wanted.empty() || wanted == "latest") {
    const auto* tags = root->find("dist-tags");
    wanted = tags == nullptr ? std::string() : std::string(tags->text_of("latest"));
  }
  const json::Value* found = nullptr;
  std::string version, others;
  for (const auto& member : versions->members()) {
    const std::string name(member.name);
    if (others.size() < kNamedMax) others += (others.empty() ? "" : ", ") + name;
    if (!package::version_fits(name, wanted) ||
        (found != nullptr && package::version_less(name, version)))
      continue;
    found = &member.value;
    version = name;
  }
  const auto* dist = found == nullptr ? nullptr : found->find("dist");
  if (dist == nullptr) return unknown(registry, asked, others);
  PackageDist out{{asked.id, version},
                  std::string(dist->text_of("tarball")),
                  std::string(dist->text_of("integrity")),
                  std::string(dist->text_of("shasum"))};
  if (!rest::split_url(out.url))
    return fail(ErrorCode::answer_malformed,
                "the registry does not say where the archive of " + out.name.text() + " is",
                registry, "report it to its operators");
  return out;
}

PackageFetch::PackageFetch(std::string registry, package::PackageName name, const Limits& limits,
                           rest::BodySink& archive)
    : registry_(std::move(registry)), name_(std::move(name)), limits_(limits), archive_(archive) {}

void PackageFetch::stop(Error error) {
  error_ = std::move(error);
  is_done_ = true;
}

std::optional<rest::Task> PackageFetch::next() {
  if (is_done_ || is_waiting_) return std::nullopt;
  is_waiting_ = true;
  rest::Task task;
  task.id = ++last_task_;
  if (at_) {
    task.request.url = at_->url();
    task.request.anonymous = at_->anonymous();
    task.sink = &archive_;
  } else {
    task.request.url = registry_ + "/" + name_.id;
    task.request.headers = {{"Accept", "application/json"}};
  }
  return task;
}

void PackageFetch::finished(std::uint64_t, Result<rest::Reply> reply) {
  is_waiting_ = false;
  if (!reply) return stop(reply.error());
  if (at_ && Redirect::is_one(*reply)) {
    if (const auto followed = at_->follow(*reply); !followed) stop(followed.error());
    return;
  }
  if (!at_ && (reply->status == 404 || reply->status == 410))
    return stop(unknown(registry_, name_, {}));
  if (reply->status != 200)
    return stop(rest::to_error(*reply, rest::Method::get,
                               at_ ? at_->url() : registry_ + "/" + name_.id,
                               rest::ServerWords::left_out));
  if (at_) is_done_ = true;
  else got_versions(*reply);
}

void PackageFetch::got_versions(const rest::Reply& reply) {
  auto dist = dist_of(registry_, name_, reply.body, limits_);
  if (!dist) return stop(dist.error());
  dist_ = std::move(*dist);
  const auto here = rest::split_url(registry_);
  const auto there = rest::split_url(dist_.url);
  if (!here) return stop(here.error());
  at_.emplace(dist_.url, there->origin != here->origin);
}

}  // namespace paraneo::fetch
