#include "record/gather/account.h"

#include "base/source.h"
#include "element/path.h"
#include "json/write.h"
#include "record/gather/literal_reference.h"
#include "record/gather/senders.h"

namespace paraneo::record {
namespace {

constexpr std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::fact: return "fact";
    case Outcome::merged: return "merged";
    case Outcome::context: return "context";
    case Outcome::superseded: return "superseded";
    case Outcome::not_a_fact: return "not-a-fact";
    case Outcome::set_aside: return "set-aside";
    case Outcome::no_place: return "no-place";
    case Outcome::other_type: return "other-type";
  }
  return {};
}

}  // namespace

std::string path_in(const definition::Definitions& definitions, const Account::Place& place,
                    const element::Element& resource, const element::Element& element) {
  const auto path =
      place.original == nullptr
          ? element::path_within(definitions, resource, element)
          : element::path_within_original(definitions, *place.original, resource, element);
  if (place.gaps == nullptr || !place.path.starts_with(place.entry->path)) return place.path + path;
  return place.path +
         place.gaps->in_input(std::string_view(place.path).substr(place.entry->path.size()), path);
}

Account::Line& Account::line(const Place& place) {
  auto& known = by_place_[{place.entry, place.path}];
  if (known == nullptr) {
    lines_.emplace_back();
    lines_.back().place = place;
    known = &lines_.back();
  }
  return *known;
}

void Account::settle(const Place& place, Outcome outcome, std::string_view reason,
                     std::string key) {
  auto& settled = line(place);
  settled.outcome = outcome;
  settled.reason = reason;
  settled.key = std::move(key);
}

void Account::name_senders(const Place& place, std::vector<std::string> kinds) {
  line(place).senders = std::move(kinds);
}

void Account::lose(const Place& place, std::string path, std::string_view reason) {
  line(place).lost.emplace_back(std::move(path), std::string(reason));
}

void Account::lose_all(const definition::Definitions& definitions, const Place& place,
                       const element::Element& resource, const element::Element& lost,
                       std::string_view reason) {
  if (lost.has_value) lose(place, path_in(definitions, place, resource, lost), reason);
  for (const auto* child = lost.first; child != nullptr; child = child->next)
    lose_all(definitions, place, resource, *child, reason);
}

void Account::refuse_all(std::string_view reason) {
  for (auto& each : lines_) {
    if (each.outcome != Outcome::fact && each.outcome != Outcome::merged &&
        each.outcome != Outcome::context)
      continue;
    each.outcome = Outcome::set_aside;
    each.reason = reason;
    each.key.clear();
  }
}

std::string Account::lines(const std::string& record) const {
  std::string out;
  for (const auto& each : lines_) {
    const auto& entry = *each.place.entry;
    json::Writer writer(out);
    writer.begin_object();
    const auto text = [&](std::string_view key, std::string_view value) {
      if (value.empty()) return;
      writer.key(key);
      writer.string(value);
    };
    text("file", entry.text.name);
    writer.key("line");
    writer.raw(std::to_string(entry.text.first_line));
    text("path", each.place.path);
    text("source", source_of_base(entry.base));
    // A Patient's id can be a number that people know. What is contained is named by the path.
    const auto is_contained = each.place.path != entry.path;
    if (!is_contained && entry.type != "Patient" && !entry.id.empty())
      text("reference", entry.type + "/" + entry.id);
    if (!is_contained) text("type", entry.type);
    text("version", entry.version);
    text("outcome", name_of(each.outcome));
    text("reason", each.reason);
    text("record", record);
    text("key", each.key);
    if (!each.senders.empty()) {
      writer.key("maps");
      writer.begin_array();
      for (const auto& kind : each.senders) writer.string(kind);
      writer.end_array();
    }
    if (!each.lost.empty()) {
      writer.key("lost");
      writer.begin_array();
      for (const auto& [path, reason] : each.lost) {
        writer.begin_object();
        text("path", path);
        text("reason", reason);
        writer.end_object();
      }
      writer.end_array();
    }
    writer.end_object();
    out += '\n';
  }
  return out;
}

}  // namespace paraneo::record
