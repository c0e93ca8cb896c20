#include "definition/type_names.h"

#include <algorithm>
#include <utility>

#include "base/canonical.h"

namespace paraneo::definition {
namespace {

// "5.0" of "5.0.0" and "5.0.0-snapshot1".
std::string_view release_name_of(std::string_view version) {
  const auto dot = version.find('.');
  return dot == std::string_view::npos
             ? version
             : version.substr(0, version.find_first_not_of("0123456789", dot + 1));
}

// A canonical URL without the version that it says, and that.
std::pair<std::string, std::string_view> split_version(std::string_view url) {
  constexpr std::string_view kFhir = "http://hl7.org/fhir/";
  if (!url.starts_with(kFhir)) return {};
  if (const auto canonical = split_canonical(url); !canonical.version.empty())
    return {std::string(canonical.url), canonical.version};
  const auto rest = url.substr(kFhir.size());
  const auto slash = rest.find('/');
  const auto is_versioned = slash != std::string_view::npos && rest[0] >= '0' && rest[0] <= '9';
  if (!is_versioned) return {};
  return {std::string(kFhir) + std::string(rest.substr(slash + 1)), rest.substr(0, slash)};
}

}  // namespace

std::uint8_t TypeNames::release_of(std::string_view version) {
  constexpr std::size_t kReleasesMax = 100;
  if (version.empty()) return preferred_;
  if (const auto known = known_release(version)) return *known;
  if (releases_.size() >= kReleasesMax) return 0;
  releases_.emplace_back(release_name_of(version));
  return static_cast<std::uint8_t>(releases_.size() - 1);
}

std::optional<std::uint8_t> TypeNames::known_release(std::string_view version) const {
  const auto found = std::find(releases_.begin(), releases_.end(), release_name_of(version));
  if (found == releases_.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - releases_.begin());
}

TypeId TypeNames::find(std::string_view name_or_url) const {
  if (const auto [url, version] = split_version(name_or_url); !version.empty()) {
    const auto release = known_release(version);
    return release ? find_in(*release, url) : 0;
  }
  const auto preferred = preferred_ == 0 ? 0 : find_in(preferred_, name_or_url);
  return preferred != 0 ? preferred : find_in(0, name_or_url);
}

TypeId TypeNames::find(std::string_view name_or_url, std::uint8_t release) const {
  const auto found = find_in(release, name_or_url);
  return found != 0 ? found : find(name_or_url);
}

TypeId TypeNames::find_in(std::uint8_t release, std::string_view name_or_url) const {
  const auto found = release == 0
                         ? type_of_.find(name_or_url)
                         : type_of_.find(releases_[release] + "|" + std::string(name_or_url));
  return found == type_of_.end() ? 0 : found->second;
}

bool TypeNames::knows(std::string_view version, std::string_view url) const {
  const auto release = version.empty() ? preferred_ : known_release(version);
  return release && find_in(*release, url) != 0;
}

void TypeNames::add(std::string_view name_or_url, TypeId type, std::uint8_t release) {
  if (release == 0) {
    type_of_.insert_or_assign(std::string(name_or_url), type);
    return;
  }
  type_of_.insert_or_assign(releases_[release] + "|" + std::string(name_or_url), type);
  type_of_.try_emplace(std::string(name_or_url), type);
}

void TypeNames::add_all(const TypeTables& tables) {
  type_of_.reserve(tables.types.size() * 2);
  for (TypeId id = 1; id < tables.types.size(); ++id) {
    const auto& type = tables.types[id];
    type_of_.try_emplace(std::string(tables.names.name(type.name)), id);
    if (type.url != 0) type_of_.try_emplace(std::string(tables.names.text(type.url)), id);
  }
}

}  // namespace paraneo::definition
