// Entry points: labels_of_others(), labels_beside(), with_labels().
#include "sync/labels.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/compare.h"
#include "sync/content.h"

namespace paraneo::sync {
namespace {

using Items = std::vector<const json::Value*>;

constexpr std::size_t kPrefixesMax = 5;  // of a list: who adds to it does so at its end

struct Parsed {
  Parsed(const std::string& text, const Limits& limits) : source{"resource", text} {
    root = json::read(source, arena, limits, sink);
    if (root != nullptr && !root->is_object()) root = nullptr;
  }
  const json::Value* meta() const { return root == nullptr ? nullptr : root->find("meta"); }

  Source source;
  Arena arena;
  diag::Sink sink;
  const json::Value* root = nullptr;
};

Items items_of(const json::Value* meta, std::string_view name) {
  Items items;
  const auto* list = meta == nullptr ? nullptr : meta->find(name);
  if (list == nullptr) return items;
  for (const auto& item : list->items()) items.push_back(&item);
  return items;
}

bool has(const Items& items, const json::Value& item) {
  return std::any_of(items.begin(), items.end(),
                     [&](const json::Value* other) { return rest::same_json(*other, item, {}); });
}

bool has_label(const Items& labels, const json::Value& label) {
  return std::any_of(labels.begin(), labels.end(), [&](const json::Value* other) {
    return other->text_of("system") == label.text_of("system") &&
           other->text_of("code") == label.text_of("code");
  });
}

// What of a list may have been there before somebody added to it, likeliest first.
std::vector<Items> likely(const Items& theirs, const Items& ours) {
  std::vector<Items> all{theirs};
  Items common;
  std::copy_if(theirs.begin(), theirs.end(), std::back_inserter(common),
               [&](const json::Value* item) { return has(ours, *item); });
  if (common.size() < theirs.size()) all.push_back(std::move(common));
  for (std::size_t size = 0; size < std::min(theirs.size(), kPrefixesMax); ++size)
    all.emplace_back(theirs.begin(), theirs.begin() + static_cast<std::ptrdiff_t>(size));
  return all;
}

constexpr std::array<std::string_view, 3> kLists = {"profile", "security", "tag"};

void write_list(json::Writer& writer, std::string_view name, const Items& items) {
  if (items.empty()) return;
  writer.key(name);
  writer.begin_array();
  for (const auto* item : items) writer.value(*item);
  writer.end_array();
}

// The copy with another meta; empty: none. Where it had none, there is none.
std::string with_meta(const json::Value& resource, const std::string& meta,
                      bool keeps_text = true) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (const auto& member : resource.members()) {
    if (member.name == "meta" && meta.empty()) continue;
    if (member.name == "text" && !keeps_text) continue;
    writer.key(member.name);
    if (member.name == "meta") writer.raw(meta);
    else writer.value(member.value);
  }
  writer.end_object();
  return out;
}

std::string meta_with(const json::Value& meta, const std::array<const Items*, 3>& lists) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (const auto& member : meta.members()) {
    const auto* at = std::find(kLists.begin(), kLists.end(), member.name);
    if (at != kLists.end()) {
      write_list(writer, member.name, *lists[static_cast<std::size_t>(at - kLists.begin())]);
    } else {
      writer.key(member.name);
      writer.value(member.value);
    }
  }
  writer.end_object();
  return out == "{}" ? std::string() : out;
}

// What theirs has beside what is kept.
Labels labels_beside(const json::Value* theirs, const Items& security, const Items& tags) {
  Labels labels;
  json::Writer writer(labels);
  writer.begin_object();
  bool any = false;
  for (const auto& [name, kept] : {std::pair("security", &security), std::pair("tag", &tags)}) {
    Items added;
    for (const auto* item : items_of(theirs, name))
      if (!has(*kept, *item)) added.push_back(item);
    write_list(writer, name, added);
    any = any || !added.empty();
  }
  writer.end_object();
  return any ? labels : Labels();
}

// A narrative that a server made of the rest says nothing more (R4, NarrativeStatus).
bool has_made_text(const json::Value& theirs, const json::Value* ours) {
  const auto* text = theirs.find("text");
  return text != nullptr && text->text_of("status") == "generated" && ours != nullptr &&
         ours->find("text") == nullptr;
}

std::string text_of(const json::Value* value) {
  std::string out;
  if (value != nullptr) json::Writer(out).value(*value);
  return out;
}

}  // namespace

bool may_have_labels(const std::string& copy) {
  return copy.find("\"tag\"") != std::string::npos ||
         copy.find("\"security\"") != std::string::npos;
}

std::optional<Labels> labels_of_others(const std::string& copy, const std::string& hash,
                                       const std::string& ours, const Limits& limits) {
  const auto sent = as_sent(copy, limits);
  if (sent.empty() || hash.empty()) return std::nullopt;
  if (hash_of(sent) == hash) return Labels();
  const Parsed theirs(sent, limits);
  const Parsed own(ours, limits);
  const auto* meta = theirs.meta();
  const bool made_text = has_made_text(*theirs.root, own.root);
  if (meta == nullptr)
    return made_text && hash_of(with_meta(*theirs.root, {}, false)) == hash
               ? std::optional(Labels())
               : std::nullopt;
  const auto is_sent = [&](const std::string& with) {
    return hash_of(with_meta(*theirs.root, with)) == hash ||
           (made_text && hash_of(with_meta(*theirs.root, with, false)) == hash);
  };
  for (const auto& whole : {text_of(own.meta()), std::string()})
    if (is_sent(whole))
      return whole.empty() ? labels_beside(meta, {}, {})
                           : labels_beside(meta, items_of(own.meta(), "security"),
                                           items_of(own.meta(), "tag"));
  std::array<std::vector<Items>, 3> lists;
  for (std::size_t i = 0; i < kLists.size(); ++i)
    lists[i] = likely(items_of(meta, kLists[i]), items_of(own.meta(), kLists[i]));
  for (const auto& profiles : lists[0])
    for (const auto& security : lists[1])
      for (const auto& tags : lists[2])
        if (is_sent(meta_with(*meta, {&profiles, &security, &tags})))
          return labels_beside(meta, security, tags);
  return std::nullopt;
}

Labels labels_beside(const std::string& copy, const std::string& ours, const Limits& limits) {
  const Parsed theirs(copy, limits);
  const Parsed own(ours, limits);
  return labels_beside(theirs.meta(), items_of(own.meta(), "security"),
                       items_of(own.meta(), "tag"));
}

std::string with_labels(const std::string& resource, const Labels& labels, const Limits& limits) {
  const Parsed own(resource, limits);
  const Parsed added(labels, limits);
  if (own.root == nullptr || added.root == nullptr) return resource;
  std::string meta;
  json::Writer writer(meta);
  writer.begin_object();
  if (own.meta() != nullptr)
    for (const auto& member : own.meta()->members()) {
      if (member.name == "security" || member.name == "tag") continue;
      writer.key(member.name);
      writer.value(member.value);
    }
  for (const auto* name : {"security", "tag"}) {
    auto all = items_of(own.meta(), name);
    for (const auto* label : items_of(added.root, name))
      if (!has_label(all, *label)) all.push_back(label);
    write_list(writer, name, all);
  }
  writer.end_object();
  if (own.meta() != nullptr) return with_meta(*own.root, meta);
  std::string out;
  json::Writer whole(out);
  whole.begin_object();
  bool said = false;
  for (const auto& member : own.root->members()) {
    const bool before = member.name == "resourceType" || member.name == "id";
    if (!before && !std::exchange(said, true)) {
      whole.key("meta");
      whole.raw(meta);
    }
    whole.key(member.name);
    whole.value(member.value);
  }
  if (!said) {
    whole.key("meta");
    whole.raw(meta);
  }
  whole.end_object();
  return out;
}

}  // namespace paraneo::sync
