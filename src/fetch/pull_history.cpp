// What was deleted since the last pull, by the history of the system or of each type.
#include <algorithm>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "rest/instant.h"
#include "rest/probe.h"
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
    if (const auto* owner = resource.find(name);
        owner != nullptr && owner->find("reference") != nullptr) {
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
    search.sized = true;
    todo_.push_back(std::move(search));
  }
}

void Pull::got_history(rest::Reply& reply) {
  if (!reply.ok()) {
    if (again_with_less(reply)) return;
    const bool has_none = reply.verdict == rest::Verdict::refused ||
                          reply.verdict == rest::Verdict::missing || reply.status == 501;
    if (!has_none || current_.pages > 0)
      return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
    report_.notes.push_back("the server has no " + current_.label +
                            ": what was deleted there is not known");
    report_.unproven = true;
    return;
  }
  page_size_.accepted();
  const auto link = read_history(reply.body);
  if (!link) return stop(link.error());
  ++current_.pages;
  if (link->empty()) return end_of_history();
  follow_link(*link);
}

Result<std::string> Pull::read_history(const std::string& body) {
  const Source source{current_.label, body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  if (root == nullptr || root->text_of("resourceType") != "Bundle")
    return incomplete("the answer is not a Bundle", current_.label, "run again");
  const auto added = history_.take(*root);
  if (!added)
    return fail(added.error().fault, added.error().what, current_.label, added.error().advice);
  current_.entries += *added;
  current_.pages_idle = *added == 0 ? current_.pages_idle + 1 : 0;
  if (const auto total = total_in(*root); total && !current_.total) current_.total = total;
  const auto* entries = root->find("entry");
  const auto size = entries == nullptr ? std::size_t{0} : entries->items().size();
  // A server that gives more than it was asked for knows no pages.
  current_.page_full = size > 0 && (page_size_.entries() == 0 || size == page_size_.entries());
  const auto* links = root->find("link");
  for (const auto& link : links == nullptr ? std::span<const json::Value>() : links->items())
    if (link.text_of("relation") == "next") return std::string(link.text_of("url"));
  return std::string();
}

// Nothing counts a history but its own total.
void Pull::end_of_history() {
  const bool more = current_.total && *current_.total > current_.entries;
  const bool may_be_more =
      current_.pages == 1 && current_.page_full && current_.total.value_or(0) <= current_.entries;
  if (!more && !may_be_more) return;
  const auto came = std::to_string(current_.entries);
  note_once(
      more
          ? "the server says that " + current_.label + " has " + std::to_string(*current_.total) +
                " entries, and gives " + came +
                " and no next page: what else was deleted is not known"
          : "the server gives " + came + " entries of " + current_.label +
                ", as many as were asked for, and no next page: what else was deleted is not known");
  report_.unproven = true;
}

// When all of the history is there.
void Pull::decide_deletions() {
  deletions_decided_ = true;
  for (const auto& deletion : history_.deletions()) {
    if (deletion.target.starts_with(rest::kProbeTargets))
      continue;  // a probe's own, gone when it ended
    // What a search of this pull has found was deleted afterwards, or the history is wrong.
    if (!deletion.certain || handed_out_.contains(deletion.target)) {
      deleted_at_[deletion.target] = deletion.at;
      ask(Step::present, deletion.target, deletion.target);
    } else if (const auto taken = took_deletion(deletion.target, deletion.at); !taken) {
      return stop(taken.error());
    }
  }
}

// About one resource, by its Type/id.
void Pull::ask(Step step, const std::string& target, const std::string& path) {
  Search search;
  search.step = step;
  search.patient = target;
  search.label = target.substr(0, target.find('/')) + "/(id)" + path.substr(target.size());
  search.url = options_.base + "/" + path;
  todo_.push_back(std::move(search));
}

void Pull::got_present(const rest::Reply& reply) {
  if (reply.ok()) return;
  if (reply.verdict != rest::Verdict::missing && reply.verdict != rest::Verdict::gone)
    return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
  const auto target = current_.patient;
  if (const auto taken = took_deletion(target, deleted_at_[target]); !taken) stop(taken.error());
}

Result<void> Pull::took_deletion(const std::string& target, std::string_view at) {
  const auto version = "deleted " + std::string(at);
  cursor_.saw_deletion(target, version, at);
  if (is_recent(target, version)) return {};
  const auto slash = target.find('/');
  const bool asked_for = options_.patients.empty() || types_.contains(target.substr(0, slash));
  if (asked_for) return hand_out_deletion(target);
  // A deletion says nothing of a patient; what was there before does.
  if (!target.starts_with("Patient/")) ask(Step::former, target, target + "/_history");
  else if (is_one_of(patient_ids_, target.substr(slash + 1))) return hand_out_deletion(target);
  return {};
}

Result<void> Pull::hand_out_deletion(const std::string& target) {
  ++report_.deletions;
  const auto slash = target.find('/');
  return deletion_sink_ ? deletion_sink_(target.substr(0, slash), target.substr(slash + 1))
                        : Result<void>();
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
    if (!belongs_to(*resource, patient_ids_)) return;
    if (const auto taken = hand_out_deletion(current_.patient); !taken) stop(taken.error());
    return;
  }
  constexpr const char* kUnknown =
      "what was deleted and has no former version: nobody can say whose it was; it is not listed";
  if (std::find(report_.notes.begin(), report_.notes.end(), kUnknown) == report_.notes.end())
    report_.notes.push_back(kUnknown);
  report_.unproven = true;
}

}  // namespace paraneo::fetch
