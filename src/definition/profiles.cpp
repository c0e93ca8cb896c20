#include "definition/profiles.h"

#include <algorithm>
#include <array>

#include "base/canonical.h"
#include "definition/snapshot/build_profile.h"
#include "json/read.h"
#include "json/write.h"

namespace paraneo::definition {
namespace {

constexpr std::size_t kBasesMax = 50;  // of one profile, one on top of the other

// What only people read.
constexpr auto kForReaders = std::to_array<std::string_view>(
    {"text", "mapping", "short", "definition", "comment", "requirements", "alias", "example",
     "contact", "description", "purpose", "copyright", "publisher", "keyword", "isSummary"});

bool is_for_readers(std::string_view name) {
  return std::find(kForReaders.begin(), kForReaders.end(), name) != kForReaders.end();
}

// `is_value`: inside of a fixed value or a pattern everything counts.
void write_compact(const json::Value& value, bool is_value, json::Writer& writer) {
  if (value.is_object()) {
    writer.begin_object();
    for (const auto& member : value.members()) {
      if (!is_value && is_for_readers(member.name)) continue;
      writer.key(member.name);
      write_compact(member.value,
                    is_value || member.name == "additional" || member.name.starts_with("fixed") ||
                        member.name.starts_with("pattern"),
                    writer);
    }
    writer.end_object();
  } else if (value.is_array()) {
    writer.begin_array();
    for (const auto& item : value.items()) write_compact(item, is_value, writer);
    writer.end_array();
  } else {
    writer.value(value);
  }
}

}  // namespace

void Profiles::add(const json::Value& definition) {
  const auto url = definition.text_of("url");
  if (definition.text_of("resourceType") != "StructureDefinition" ||
      definition.text_of("derivation") != "constraint" || url.empty())
    return;
  std::string text;
  json::Writer writer(text);
  write_compact(definition, false, writer);
  own_.push_back(std::make_shared<const std::string>(std::move(text)));
  texts_.insert_or_assign(std::string(url), *own_.back());
}

void Profiles::drop_snapshots(const Definitions& definitions) {
  for (auto& [url, text] : texts_) {
    Arena arena;
    diag::Sink sink;
    const auto* json = json::read(Source{url, std::string(text)}, arena, Limits{}, sink);
    if (json == nullptr || json->find("differential") == nullptr) continue;
    const auto base = json->text_of("baseDefinition");
    if (definitions.find_type(base) == 0 && find(base).empty()) continue;
    std::string kept;
    json::Writer writer(kept);
    writer.begin_object();
    for (const auto& member : json->members()) {
      if (member.name == "snapshot") continue;
      writer.key(member.name);
      writer.value(member.value);
    }
    writer.end_object();
    own_.push_back(std::make_shared<const std::string>(std::move(kept)));
    text = *own_.back();
  }
}

std::string_view Profiles::find(std::string_view url) const {
  const auto found = texts_.find(without_version(url));
  return found == texts_.end() ? std::string_view() : found->second;
}

std::vector<std::string_view> Profiles::standing_on(std::string_view base,
                                                    std::string_view begin) const {
  const auto member = "\"baseDefinition\":\"" + std::string(base) + "\"";
  std::vector<std::string_view> out;
  for (const auto& [url, text] : texts_)
    if (url.starts_with(begin) && text.find(member) != std::string_view::npos) out.push_back(url);
  std::sort(out.begin(), out.end());
  return out;
}

std::string Profiles::serialize() const {
  std::map<std::string_view, std::string_view> sorted(texts_.begin(), texts_.end());
  std::string out;
  for (const auto& [url, text] : sorted) out.append(url).append("\t").append(text).append("\n");
  return out;
}

Profiles Profiles::deserialize(std::string_view text) {
  Profiles out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto tab = line.find('\t');
    if (tab != std::string_view::npos)
      out.texts_.emplace(line.substr(0, tab), line.substr(tab + 1));
  }
  return out;
}

std::shared_ptr<const Profile> BuiltProfiles::shared(std::string_view url) {
  url = without_version(url);
  if (const auto known = built_.find(url); known != built_.end()) return known->second;
  const std::string name(url);
  // Nothing is its own base.
  built_[name] = nullptr;
  auto made = build(name);
  if (made == nullptr && was_too_deep_ && depth_ > 0) built_.erase(name);
  else built_[name] = made;
  if (depth_ == 0) was_too_deep_ = false;
  return made;
}

std::shared_ptr<const Profile> BuiltProfiles::build(const std::string& url) {
  const auto text = profiles_.find(url);
  if (text.empty()) {
    why_[url] = "it is not loaded";
    return nullptr;
  }
  if (depth_ >= kBasesMax) {
    was_too_deep_ = true;
    return nullptr;
  }
  ++depth_;
  const auto made = build_profile(definitions_, Source{url, std::string(text)}, limits_,
                                  [&](std::string_view base) { return shared(base); });
  --depth_;
  if (!made.profile)
    why_[url] = was_too_deep_
                    ? "more than " + std::to_string(kBasesMax) + " profiles stand on each other"
                    : made.why;
  return made.profile;
}

const std::string& BuiltProfiles::why(std::string_view url) const {
  static const std::string kNothing;
  const auto found = why_.find(without_version(url));
  return found == why_.end() ? kNothing : found->second;
}

}  // namespace paraneo::definition
