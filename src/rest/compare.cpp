#include "rest/compare.h"

#include <algorithm>

namespace paraneo::rest {
namespace {

// The depth of both is bounded by the reader's limit, so this may recurse.

std::string_view relative(std::string_view text, std::string_view base_url) {
  if (!base_url.empty() && text.starts_with(base_url) &&
      text.substr(base_url.size()).starts_with('/'))
    text.remove_prefix(base_url.size() + 1);
  return text;
}

bool contains(const json::Value& list, const json::Value& item) {
  const auto items = list.items();
  return std::any_of(items.begin(), items.end(),
                     [&](const json::Value& other) { return same_json(item, other); });
}

// Every item of ours is in theirs.
bool all_in(const json::Value* ours, const json::Value* theirs) {
  if (ours == nullptr || ours->items().empty()) return true;
  if (theirs == nullptr) return false;
  const auto items = ours->items();
  return std::all_of(items.begin(), items.end(),
                     [&](const json::Value& item) { return contains(*theirs, item); });
}

bool same_meta(const json::Value* ours, const json::Value* theirs) {
  static const json::Value kNone = [] {
    json::Value none;
    none.kind = json::Kind::object;
    return none;
  }();
  const auto& a = ours == nullptr ? kNone : *ours;
  const auto& b = theirs == nullptr ? kNone : *theirs;
  if (!all_in(a.find("tag"), b.find("tag")) || !all_in(a.find("security"), b.find("security")))
    return false;
  if (!all_in(a.find("profile"), b.find("profile")) ||
      !all_in(b.find("profile"), a.find("profile")))
    return false;
  const auto* source = a.find("source");
  if (source != nullptr) {
    // HAPI appends "#" and the id of the request.
    const auto other = b.text_of("source");
    if (other != source->text() && other.substr(0, other.find('#')) != source->text()) return false;
  }
  const auto* extension = a.find("extension");
  return extension == nullptr || all_in(extension, b.find("extension"));
}

bool same_items(const json::Value& a, const json::Value& b, std::string_view base_url) {
  return std::equal(
      a.items().begin(), a.items().end(), b.items().begin(), b.items().end(),
      [&](const json::Value& x, const json::Value& y) { return same_json(x, y, base_url); });
}

}  // namespace

bool same_json(const json::Value& a, const json::Value& b, std::string_view base_url) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case json::Kind::null: return true;
    case json::Kind::boolean: return a.truth == b.truth;
    case json::Kind::number: return a.text() == b.text();
    case json::Kind::string: return relative(a.text(), base_url) == relative(b.text(), base_url);
    case json::Kind::array: return same_items(a, b, base_url);
    case json::Kind::object: break;
  }
  if (a.members().size() != b.members().size()) return false;
  return std::all_of(a.members().begin(), a.members().end(), [&](const json::Member& member) {
    const auto* other = b.find(member.name);
    return other != nullptr && same_json(member.value, *other, base_url);
  });
}

bool same_content(const json::Value& ours, const json::Value& theirs, std::string_view base_url) {
  const auto counts = [](std::string_view name) { return name != "meta" && name != "text"; };
  std::size_t here = 0;
  for (const auto& member : ours.members()) {
    if (!counts(member.name)) continue;
    ++here;
    const auto* other = theirs.find(member.name);
    if (other == nullptr || !same_json(member.value, *other, base_url)) return false;
  }
  std::size_t there = 0;
  for (const auto& member : theirs.members()) there += counts(member.name) ? 1U : 0U;
  return here == there && same_meta(ours.find("meta"), theirs.find("meta"));
}

}  // namespace paraneo::rest
