// What was deleted since the last pull, by the history of the system or of each type.
#include <algorithm>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

bool is_one_of(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool is_patient(const json::Value& reference, const std::vector<std::string>& patients) {
  auto text = reference.text_of("reference");
  text = text.substr(0, text.find("/_history"));
  constexpr std::string_view kType = "Patient/";
  const auto at = text.rfind(kType);
  const bool whole = at == 0 || (at != std::string_view::npos && text[at - 1] == '/');
  return whole && is_one_of(patients, text.substr(at + kType.size()));
}

// By the elements that put a resource into the compartment of a patient; a type that has none of
// them belongs to those that it refers to at all.
bool belongs_to(const json::Value& resource, const std::vector<std::string>& patients) {
  bool has_owner = false;
  for (const auto* name : {"subject", "patient", "individual", "beneficiary", "for"})
    if (const auto* owner = resource.find(name); owner != nullptr && owner->find("reference") != nullptr) {
      if (is_patient(*owner, patients)) return true;
      has_owner = true;
    }
  if (has_owner) return false;
  std::vector<const json::Value*> open{&resource};
  while (!open.empty()) {
    const auto* value = open.back();
    open.pop_back();
    if (is_patient(*value, patients)) return true;
    for (const auto& member : value->members()) open.push_back(&member.value);
    for (const auto& item : value->items()) open.push_back(&item);
  }
  return false;
}

}  // namespace

void Pull::plan_history() {
  history_planned_ = true;
  if (const auto found = find_vanished(); !found) return stop(found.error());
  if (!options_.deletions || options_.since.empty()) return;
  std::vector<std::string> places;
  for (const auto& type : types_)
    if (!whole_types_.contains(type)) places.push_back("/" + type + "/_history");
  const bool all = types_.empty() || !options_.patients.empty();
  if (all && whole_types_.empty()) places.assign(1, "/_history");
  for (const auto& place : places) {
    Search search;
    search.step = Step::history;
    search.label = place.substr(1);
    search.url = options_.base + place;
    add_parameter(search.url, "_since", options_.since);
    add_parameter(search.url, "_count", std::to_string(options_.page_entries));
    todo_.push_back(std::move(search));
  }
}

void Pull::got_history(rest::Reply& reply) {
  if (!reply.ok()) {
    const bool has_none = reply.verdict == rest::Verdict::refused || reply.verdict == rest::Verdict::missing ||
                          reply.status == 501;
    if (!has_none || current_.pages > 0) return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
    report_.notes.push_back("the server has no " + current_.label +
                            ": what was deleted there is not known");
    report_.unproven = true;
    return;
  }
  const auto link = read_history(reply.body);
  if (!link) return stop(link.error());
  ++current_.pages;
  if (link->empty()) return;
  const auto following = rest::follow(current_.url, *link);
  if (!following) return stop(following.error());
  if (const auto going = check_progress(); !going) return stop(going.error());
  if (!current_.urls.insert(*following).second)
    return stop(incomplete("the server's next links turn in a circle", current_.label,
                           "this is a fault of the server; report it to its operators"));
  current_.url = *following;
  todo_.push_back(std::move(current_));
}

// Newest first: the first entry of a resource says whether it is there now.
Result<std::string> Pull::read_history(const std::string& body) {
  const Source source{current_.label, body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  if (root == nullptr || root->text_of("resourceType") != "Bundle")
    return incomplete("the answer is not a Bundle", current_.label, "run again");
  const auto* entries = root->find("entry");
  current_.pages_idle = entries == nullptr || entries->items().empty() ? current_.pages_idle + 1 : 0;
  for (const auto& entry : entries == nullptr ? std::span<const json::Value>() : entries->items()) {
    const auto* request = entry.find("request");
    auto target = std::string(request == nullptr ? "" : request->text_of("url"));
    const bool deleted = request != nullptr && request->text_of("method") == "DELETE";
    if (const auto* resource = entry.find("resource"); resource != nullptr && !deleted)
      target = std::string(resource->text_of("resourceType")) + "/" + std::string(resource->text_of("id"));
    target = target.substr(0, target.find("/_history"));
    const auto id = target.rfind('/');
    const auto type = id == std::string::npos || id == 0 ? std::string::npos : target.rfind('/', id - 1);
    if (type != std::string::npos) target.erase(0, type + 1);
    const auto slash = target.find('/');
    const bool sound = slash != std::string::npos && rest::is_type_name(target.substr(0, slash)) &&
                       rest::is_id(target.substr(slash + 1));
    if (!sound && !deleted) continue;  // conditional writes name no id; their resource does
    if (!sound)
      return incomplete("an entry of the history does not say what was deleted", current_.label,
                        "report it to the server's operators");
    if (!history_.insert(target).second || !deleted) continue;
    const auto* response = entry.find("response");
    const auto at = response == nullptr ? std::string_view() : response->text_of("lastModified");
    if (const auto taken = took_deletion(target, at); !taken) return taken.error();
  }
  const auto* links = root->find("link");
  for (const auto& link : links == nullptr ? std::span<const json::Value>() : links->items())
    if (link.text_of("relation") == "next") return std::string(link.text_of("url"));
  return std::string();
}

Result<void> Pull::took_deletion(const std::string& target, std::string_view at) {
  const auto version = "deleted " + std::string(at);
  cursor_.saw_deletion(target, version, at);
  if (is_recent(target, version)) return {};
  const auto slash = target.find('/');
  const bool asked_for = options_.patients.empty() || types_.contains(target.substr(0, slash));
  if (asked_for) return hand_out_deletion(target);
  // A deletion says nothing of a patient; what was there before does.
  if (!target.starts_with("Patient/")) plan_former(target);
  else if (is_one_of(options_.patients, target.substr(slash + 1))) return hand_out_deletion(target);
  return {};
}

Result<void> Pull::hand_out_deletion(const std::string& target) {
  ++report_.deletions;
  const auto slash = target.find('/');
  return deletion_sink_ ? deletion_sink_(target.substr(0, slash), target.substr(slash + 1)) : Result<void>();
}

void Pull::plan_former(const std::string& target) {
  Search search;
  search.step = Step::former;
  search.patient = target;
  search.label = target.substr(0, target.find('/')) + "/(id)/_history";
  search.url = options_.base + "/" + target + "/_history";
  todo_.push_back(std::move(search));
}

void Pull::got_former(const rest::Reply& reply) {
  const Source source{current_.label, reply.ok() ? reply.body : std::string()};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  const auto* entries = root == nullptr ? nullptr : root->find("entry");
  for (const auto& entry : entries == nullptr ? std::span<const json::Value>() : entries->items()) {
    const auto* resource = entry.find("resource");
    if (resource == nullptr || !resource->is_object()) continue;
    if (!belongs_to(*resource, options_.patients)) return;
    if (const auto taken = hand_out_deletion(current_.patient); !taken) stop(taken.error());
    return;
  }
  constexpr const char* kUnknown = "what was deleted and has no former version: nobody can say whose it was; it is not listed";
  if (std::find(report_.notes.begin(), report_.notes.end(), kUnknown) == report_.notes.end()) report_.notes.push_back(kUnknown);
  report_.unproven = true;
}

}  // namespace paraneo::fetch
