#include "fetch/pull_history.h"

#include <algorithm>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/compartment.h"
#include "fetch/pull_paging.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "rest/instant.h"
#include "rest/probe.h"
#include "rest/url.h"

namespace paraneo::fetch {

PullHistory::PullHistory(PullContext& context, PullComparison& comparison, PullOutput& output,
                         const std::vector<std::string>& patient_ids)
    : context_(context), comparison_(comparison), output_(output), patient_ids_(patient_ids) {
  for (const auto& query : context.options.queries) types_.emplace(type_of_query(query));
}

void PullHistory::plan() {
  if (!asked_) ask_for_history();
  if (context_.questions.empty() && !context_.report.error && !decided_) decide();
}

void PullHistory::ask_for_history() {
  asked_ = true;
  for (const auto& target : comparison_.vanished(output_.handed_out()))
    if (const auto taken = output_.hand_out_deletion(target); !taken)
      return context_.stop(taken.error());
  if (!context_.options.deletions || context_.options.since.empty()) return;
  std::vector<std::string> places;
  for (const auto& type : types_)
    if (!comparison_.is_read_whole(type)) places.push_back("/" + type + "/_history");
  const bool all = types_.empty() || !context_.options.patients.empty();
  if (all && !comparison_.has_types()) places.assign(1, "/_history");
  for (const auto& place : places) {
    PullQuestion question;
    question.step = PullStep::history;
    question.label = place.substr(1);
    question.url = context_.options.base + place;
    add_parameter(question.url, "_since", context_.options.since);
    add_parameter(question.url, "_count", std::to_string(context_.options.page_entries));
    question.sized = true;
    context_.ask(std::move(question));
  }
}

void PullHistory::take_page(PullQuestion question, const rest::Reply& reply) {
  if (!reply.ok()) {
    if (context_.ask_for_less(question, reply)) return;
    const bool has_none = reply.verdict == rest::Verdict::refused ||
                          reply.verdict == rest::Verdict::missing || reply.status == 501;
    if (!has_none || question.pages > 0) return context_.stop(question, reply);
    context_.report.notes.push_back("the server has no " + question.label +
                                    ": what was deleted there is not known");
    context_.report.unproven = true;
    return;
  }
  context_.page_size.accepted();
  const auto link = read(question, reply.body);
  if (!link) return context_.stop(link.error());
  ++question.pages;
  if (link->empty()) return check_end(question);
  context_.follow(std::move(question), *link);
}

Result<std::string> PullHistory::read(PullQuestion& question, const std::string& body) {
  const Source source{question.label, body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, context_.options.limits, sink);
  if (root == nullptr || root->text_of("resourceType") != "Bundle")
    return incomplete("the answer is not a Bundle", question.label, "run again");
  const auto entries = entries_of(*root, question.label);
  if (!entries) return entries.error();
  const auto added = history_.take(*root);
  if (!added)
    return fail(added.error().code, added.error().what, question.label, added.error().advice);
  question.entries += *added;
  question.pages_idle = *added == 0 ? question.pages_idle + 1 : 0;
  if (const auto total = total_in(*root); total && !question.total) question.total = total;
  const auto size = entries->size();
  // A server that gives more than it was asked for knows no pages.
  question.page_full =
      size > 0 && (context_.page_size.entries() == 0 || size == context_.page_size.entries());
  return next_link(*root, question.label);
}

// Nothing counts a history but its own total, which may be the length of the page.
void PullHistory::check_end(const PullQuestion& question) {
  if (question.total && *question.total > question.entries)
    return leave_unproven("the server says that " + question.label + " has " +
                          std::to_string(*question.total) + " entries, and gives " +
                          std::to_string(question.entries) + " and no next page");
  const auto asked = context_.page_size.entries();
  if (question.pages > 1 || (asked > 0 && question.entries > asked)) return;
  if (question.entries > 1)
    context_.ask(for_half(question, question.entries, PullStep::history_paged));
  else if (question.page_full) may_have_been_cut(question);
}

void PullHistory::take_paged(const PullQuestion& question, const rest::Reply& reply) {
  if (!shows_all(question, reply, context_.options.limits)) may_have_been_cut(question);
}

void PullHistory::may_have_been_cut(const PullQuestion& question) {
  leave_unproven("the server gives " + std::to_string(question.entries) + " entries of " +
                 question.label + ", which may be the most it gives, and no next page");
}

void PullHistory::leave_unproven(const std::string& why) {
  context_.note_once(why + ": what else was deleted is not known");
  context_.report.unproven = true;
}

void PullHistory::decide() {
  decided_ = true;
  for (const auto& deletion : history_.deletions()) {
    if (deletion.target.starts_with(rest::kProbeTargets))
      continue;  // a probe's own, gone when it ended
    // What a search of this pull has found was deleted afterwards, or the history is wrong.
    if (!deletion.certain || output_.handed_out().contains(deletion.target)) {
      deleted_at_[deletion.target] = deletion.at;
      context_.ask_about(PullStep::present, deletion.target, deletion.target);
    } else if (const auto taken = take_deletion(deletion.target, deletion.at); !taken) {
      return context_.stop(taken.error());
    }
  }
}

void PullHistory::take_present(const PullQuestion& question, const rest::Reply& reply) {
  if (reply.ok()) return;
  if (reply.verdict != rest::Verdict::missing && reply.verdict != rest::Verdict::gone)
    return context_.stop(question, reply);
  const auto target = question.subject;
  if (const auto taken = take_deletion(target, deleted_at_[target]); !taken)
    context_.stop(taken.error());
}

Result<void> PullHistory::take_deletion(const std::string& target, std::string_view at) {
  if (!output_.is_new_deletion(target, at)) return {};
  const auto slash = target.find('/');
  const bool asked_for =
      context_.options.patients.empty() || types_.contains(target.substr(0, slash));
  if (asked_for) return output_.hand_out_deletion(target);
  // A deletion says nothing of a patient; what was there before does.
  if (!target.starts_with("Patient/"))
    context_.ask_about(PullStep::former, target, target + "/_history");
  else if (is_one_of(patient_ids_, target.substr(slash + 1)))
    return output_.hand_out_deletion(target);
  return {};
}

void PullHistory::take_former(const PullQuestion& question, const rest::Reply& reply) {
  const Source source{question.label, reply.ok() ? reply.body : std::string()};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, context_.options.limits, sink);
  const auto* entries = root == nullptr ? nullptr : root->find("entry");
  for (const auto& entry : entries == nullptr ? std::span<const json::Value>() : entries->items()) {
    const auto* resource = entry.find("resource");
    if (resource == nullptr || !resource->is_object()) continue;
    if (!belongs_to(*resource, patient_ids_)) return;
    if (const auto taken = output_.hand_out_deletion(question.subject); !taken)
      context_.stop(taken.error());
    return;
  }
  context_.note_once(
      "what was deleted and has no former version: nobody can say whose it was; it is not listed");
  context_.report.unproven = true;
}

}  // namespace paraneo::fetch
