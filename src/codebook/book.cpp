#include "codebook/book.h"

#include <algorithm>

#include "codebook/check.h"
#include "json/write.h"
#include "terminology/concept_map.h"

namespace paraneo::codebook {
namespace {

constexpr std::string_view kUnmatched = "unmatched";

std::string last_segment(std::string_view url) {
  return std::string(url.substr(url.rfind('/') + 1));
}

// Where a code that the program's list has not is of, when it leaves: that list claims to be whole.
std::string unlisted_system(std::string_view map) {
  const auto own = own_system(map);
  return own.substr(0, own.rfind('/')) + "/local";
}

bool is_unlisted(const Book::Key& key) {
  return kind_of(key.map, key.system, key.code) == "code" && key.system == own_system(key.map);
}

// "concepts" as a computer-friendly name: "Concepts".
std::string name_of(std::string id) {
  if (!id.empty() && id[0] >= 'a' && id[0] <= 'z') id[0] = static_cast<char>(id[0] - 32);
  return id;
}

std::span<const json::Value> items(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? std::span<const json::Value>() : value->items();
}

void write_addition(json::Writer& out, std::string_view url) {
  out.key("extension");
  out.begin_array();
  out.begin_object();
  out.member("url", terminology::kAddsTo);
  out.member("valueCanonical", url);
  out.end_object();
  out.end_array();
}

void write_head(json::Writer& out, std::string_view type, const std::string& id,
                std::string_view adds_to, const std::string& url, std::string_view title) {
  out.member("resourceType", type);
  out.member("id", id);
  if (!adds_to.empty()) write_addition(out, adds_to);
  out.member("url", url);
  out.member("name", name_of(id));
  out.member("title", title);
  out.member("status", "active");
}

void write_target(json::Writer& out, const Book::Target& target) {
  out.begin_object();
  if (!target.code.empty()) out.member("code", target.code);
  if (!target.display.empty()) out.member("display", target.display);
  out.member("equivalence", target.equivalence);
  if (!target.comment.empty()) out.member("comment", target.comment);
  out.end_object();
}

}  // namespace

bool Book::Entry::says_the_same(const Entry& other) const {
  const auto same = [](const Target& a, const Target& b) {
    return a.system == b.system && a.code == b.code && a.equivalence == b.equivalence;
  };
  return std::equal(targets.begin(), targets.end(), other.targets.begin(), other.targets.end(),
                    same);
}

const Book::Entry* Book::add(const Key& key, Entry entry) {
  std::sort(entry.targets.begin(), entry.targets.end());
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    entries_.emplace(key, std::move(entry));
    return nullptr;
  }
  if (!found->second.says_the_same(entry)) return &found->second;
  // Words beside the decision: the same ones whatever came first.
  found->second.display = std::max(found->second.display, entry.display);
  found->second.targets = std::max(found->second.targets, entry.targets);
  return nullptr;
}

Result<void> Book::read(const json::Value& resource) {
  const auto map = terminology::target_of_addition(resource);
  if (resource.text_of("resourceType") != "ConceptMap" || map.empty()) return {};
  if (resource.text_of("url") != base_ + "/ConceptMap/" + last_segment(map))
    return fail(ErrorCode::state_of_another,
                "what was applied before stands below another base: " +
                    std::string(resource.text_of("url")),
                {}, "give that base, or another folder");
  std::map<Key, Entry> read;
  for (const auto& group : items(resource, "group")) {
    const auto source = group.text_of("source") == unlisted_system(map)
                            ? own_system(map)
                            : std::string(group.text_of("source"));
    for (const auto& element : items(group, "element")) {
      auto& entry = read[{std::string(map), source, std::string(element.text_of("code"))}];
      entry.display = element.text_of("display");
      for (const auto& target : items(element, "target"))
        entry.targets.push_back(
            {std::string(group.text_of("target")), std::string(target.text_of("code")),
             std::string(target.text_of("display")), std::string(target.text_of("equivalence")),
             std::string(target.text_of("comment"))});
    }
  }
  for (auto& [key, entry] : read)
    if (add(key, std::move(entry)) != nullptr)
      return fail(ErrorCode::decisions_differ,
                  "what was applied before decides otherwise about " + key.code, {},
                  "--replace lets the sheets decide");
  return {};
}

std::string Book::concept_map(std::string_view map) const {
  // Rows by the systems that they go from and to.
  std::map<std::pair<std::string_view, std::string_view>,
           std::map<std::string_view, std::pair<const Entry*, std::vector<const Target*>>>>
      groups;
  const auto unlisted = unlisted_system(map);
  for (const auto& [key, entry] : entries_) {
    if (key.map != map) continue;
    const std::string_view source = is_unlisted(key) ? unlisted : key.system;
    for (const auto& target : entry.targets) {
      auto& row = groups[{source, target.system}][key.code];
      row.first = &entry;
      row.second.push_back(&target);
    }
  }
  std::string text;
  json::Writer out(text);
  out.begin_object();
  write_head(out, "ConceptMap", last_segment(map), map, base_ + "/ConceptMap/" + last_segment(map),
             "What the registry says that its codes mean");
  out.key("group");
  out.begin_array();
  for (const auto& [systems, rows] : groups) {
    out.begin_object();
    out.member("source", systems.first);
    if (!systems.second.empty()) out.member("target", systems.second);
    out.key("element");
    out.begin_array();
    for (const auto& [code, row] : rows) {
      out.begin_object();
      out.member("code", code);
      if (!row.first->display.empty()) out.member("display", row.first->display);
      out.key("target");
      out.begin_array();
      for (const auto* target : row.second) write_target(out, *target);
      out.end_array();
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return text;
}

// Local codes that the registry uses and the program does not know.
std::vector<std::pair<std::string, std::string>> Book::own_codes() const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [key, entry] : entries_)
    if (is_unlisted(key)) out.emplace_back(key.code, entry.display);
  return out;
}

std::vector<Book::Resource> Book::resources() const {
  std::vector<Resource> out;
  std::string own_map;
  for (const auto& [key, entry] : entries_) {
    const auto name = "ConceptMap-" + last_segment(key.map);
    if (out.empty() || out.back().name != name) out.push_back({name, concept_map(key.map)});
    if (is_unlisted(key)) own_map = key.map;
  }
  if (own_map.empty()) return out;
  const auto id = last_segment(own_map);
  const auto system = base_ + "/CodeSystem/" + id;
  std::string codes;
  json::Writer system_out(codes);
  system_out.begin_object();
  write_head(system_out, "CodeSystem", id, unlisted_system(own_map), system,
             "The registry's own codes");
  system_out.key("caseSensitive");
  system_out.boolean(true);
  // Only what somebody has decided about: codes that still wait for a decision are not in it.
  system_out.member("content", "fragment");
  system_out.key("concept");
  system_out.begin_array();
  for (const auto& [code, display] : own_codes()) {
    system_out.begin_object();
    system_out.member("code", code);
    if (!display.empty()) system_out.member("display", display);
    system_out.end_object();
  }
  system_out.end_array();
  system_out.end_object();
  std::string set;
  json::Writer set_out(set);
  set_out.begin_object();
  write_head(set_out, "ValueSet", id, {}, base_ + "/ValueSet/" + id, "The registry's own codes");
  set_out.key("compose");
  set_out.begin_object();
  set_out.key("include");
  set_out.begin_array();
  set_out.begin_object();
  set_out.member("system", system);
  set_out.end_object();
  set_out.end_array();
  set_out.end_object();
  set_out.end_object();
  out.push_back({"CodeSystem-" + id, std::move(codes)});
  out.push_back({"ValueSet-" + id, std::move(set)});
  std::sort(out.begin(), out.end(),
            [](const Resource& a, const Resource& b) { return a.name < b.name; });
  return out;
}

Book::Key key_of(const Row& row) {
  return {std::string(row[kMap]), std::string(row[kSystem]), std::string(row[kCode])};
}

Book::Entry entry_of(const Row& row, const terminology::ConceptMaps& maps) {
  Book::Entry entry;
  entry.display = row[kText];
  if (decision_of(row[kDecision]) != Decision::map) {
    entry.targets.push_back({{}, {}, {}, std::string(kUnmatched), std::string(row[kNote])});
    return entry;
  }
  const std::string system(target_system_of(row));
  const auto own = own_system(row[kMap]);
  const auto concepts = own.substr(0, own.rfind('/')) + "/concepts";
  const Book::Target named{system, std::string(row[kTargetCode]), std::string(row[kTargetDisplay]),
                           std::string(equivalence_of(row)), std::string(row[kNote])};
  const auto* map =
      system == concepts
          ? maps.find(concepts.substr(0, concepts.rfind("/CodeSystem/")) + "/ConceptMap/concepts")
          : nullptr;
  if (system != row[kSystem]) entry.targets.push_back(named);
  if (map == nullptr) return entry;
  std::vector<const terminology::Code*> found;
  map->translate(system, row[kTargetCode], found);
  for (const auto* code : found)
    entry.targets.push_back({std::string(code->system), std::string(code->code),
                             std::string(code->display), named.equivalence, named.comment});
  return entry;
}

}  // namespace paraneo::codebook
