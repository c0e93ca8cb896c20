#include "fetch/pull_search.h"

#include <algorithm>

#include "fetch/pull_paging.h"
#include "fetch/pull_patients.h"
#include "fetch/pull_query.h"
#include "rest/instant.h"

namespace paraneo::fetch {
namespace {

bool fits(const PullQuestion& question) {
  // What $everything brings beside the patient may be counted, or not.
  return question.total == question.matches ||
         (question.step == PullStep::everything &&
          question.total == question.matches + question.others);
}

// The number of what stands on the page that says it tells nothing about what else there is, also
// where a page with nothing new follows.
bool is_doubtful(const PullQuestion& question) {
  return question.entries_first > 0 && question.total && *question.total <= question.entries_first;
}

Error does_not_fit(const PullQuestion& question) {
  return incomplete("the server announced " + std::to_string(question.total.value_or(0)) +
                        " resources and sent " + std::to_string(question.matches),
                    question.label,
                    "data changed while it was read, or the server leaves some out: run again, or "
                    "narrow the query");
}

// To the millisecond; where to split what came, so that both parts are smaller. None where there is
// no such time.
std::optional<std::int64_t> middle_of(PullQuestion& question) {
  auto& seen = question.updated_ms;
  std::sort(seen.begin(), seen.end());
  const auto inside = [&](std::int64_t at) {
    return (!question.from_ms || at > *question.from_ms) &&
           (!question.until_ms || at < *question.until_ms);
  };
  if (!seen.empty()) {
    // Later ones first: what is older than all that came is then in a window of its own.
    for (auto at = seen.begin() + static_cast<std::ptrdiff_t>(seen.size() / 2); at != seen.end();
         ++at)
      if (inside(*at)) return *at;
    if (inside(seen.back() + 1)) return seen.back() + 1;
  } else if (question.from_ms && question.until_ms) {
    const auto at = *question.from_ms + (*question.until_ms - *question.from_ms) / 2;
    if (inside(at)) return at;
  }
  return std::nullopt;
}

void add_window(PullQuestion& question) {
  if (question.from_ms)
    add_parameter(question.url, "_lastUpdated", "ge" + rest::instant_text(*question.from_ms));
  if (question.until_ms)
    add_parameter(question.url, "_lastUpdated", "lt" + rest::instant_text(*question.until_ms));
}

// Perhaps it is only _total that the server does not know.
PullQuestion without_total(PullQuestion question) {
  question.url = question.url.substr(0, question.url.rfind("_total=") - 1);
  question.total_asked = false;
  return question;
}

}  // namespace

PullQuestion PullSearch::make(const std::string& bare, std::string label) const {
  PullQuestion question;
  question.bare = bare;
  question.label = std::move(label);
  question.url = bare;
  question.by_post = is_identifying(bare);
  question.sized = !has_parameter(question.url, "_count");
  if (question.sized)
    add_parameter(question.url, "_count", std::to_string(context_.options.page_entries));
  question.url = context_.with_since(std::move(question.url), "_lastUpdated");
  if (!has_parameter(question.url, "_total")) {
    add_parameter(question.url, "_total", "accurate");
    question.total_asked = true;
  }
  return question;
}

PullQuestion PullSearch::question_of(const std::string& query) const {
  return make(context_.options.base + "/" + relative_query(query),
              std::string(type_of_query(query)));
}

void PullSearch::add(const std::string& query) { context_.ask(question_of(query)); }

// The first of the types is asked for first, after the patient itself.
void PullSearch::add_by_type(const std::string& patient_id) {
  auto queries = compartment_queries(patient_id);
  std::reverse(queries.begin(), queries.end());
  for (const auto& query : queries) {
    auto question = question_of(query);
    question.may_be_missing = true;
    question.owner = patient_id;
    context_.ask(std::move(question));
  }
  auto patient = question_of("Patient?_id=" + patient_id);
  patient.owner = patient_id;
  context_.ask(std::move(patient));
}

void PullSearch::take_page(PullQuestion question, const rest::Reply& reply) {
  if (!reply.ok()) {
    if (!falls_back(question, reply)) context_.stop(question, reply);
    return;
  }
  if (question.sized) context_.page_size.accepted();
  const auto new_before = question.found.size();
  const auto link = pages_.read(question, reply.body);
  if (!link) return context_.stop(link.error());
  ++question.pages;
  question.pages_idle = question.found.size() > new_before ? 0 : question.pages_idle + 1;
  if (link->empty()) return end(std::move(question));
  context_.follow(std::move(question), *link);
}

// A refusal that another way leads around. True when that way was taken.
bool PullSearch::falls_back(const PullQuestion& question, const rest::Reply& reply) {
  if (question.pages > 0) return false;
  const bool refused = reply.verdict == rest::Verdict::refused ||
                       reply.verdict == rest::Verdict::missing || reply.status == 501;
  if (!refused) return false;
  const bool names_count = std::any_of(
      reply.issues.begin(), reply.issues.end(),
      [](const rest::Issue& issue) { return issue.text.find("_count") != std::string::npos; });
  if (names_count && context_.ask_for_less(question, reply)) return true;
  if (question.total_asked && reply.verdict == rest::Verdict::refused) {
    context_.ask(without_total(question));
    return true;
  }
  if (context_.ask_for_less(question, reply)) return true;
  if (question.step == PullStep::everything) {
    context_.report.notes.push_back(
        "the server has no Patient/$everything: each type was searched by itself");
    add_by_type(question.subject);
    return true;
  }
  if (!context_.options.since.empty() && !question.since_left_out && !question.from_ms &&
      !question.until_ms && reply.verdict == rest::Verdict::refused) {
    // Perhaps it does not know _lastUpdated: then everything is fetched.
    auto again = make(question.bare, question.label);
    again.url = without_since(again.url);
    again.may_be_missing = question.may_be_missing;
    again.owner = question.owner;
    comparison_.read_whole(again);
    context_.ask(std::move(again));
    return true;
  }
  if (!question.may_be_missing) return false;
  context_.report.notes.push_back("the server cannot search " + question.label + " (" +
                                  std::to_string(reply.status) + "): none were fetched");
  return true;
}

void PullSearch::end(PullQuestion question) {
  if (question.total && fits(question) && !is_doubtful(question)) return;
  if (question.step != PullStep::everything) return ask_count(std::move(question));
  const auto came = question.matches + question.others;
  if (question.total && fits(question) && question.pages == 1 && came > 1)
    context_.ask(for_half(std::move(question), came, PullStep::everything_paged));
  else search_by_type(question);
}

void PullSearch::take_paged(const PullQuestion& question, const rest::Reply& reply) {
  if (!shows_all(question, reply, context_.options.limits)) search_by_type(question);
}

// The searches by type have counts, and can be split.
void PullSearch::search_by_type(const PullQuestion& everything) {
  context_.report.notes.push_back(
      "Patient/$everything has no count, or does not fit it, or gives no next links: each type was "
      "searched too");
  add_by_type(everything.subject);
}

// Asked at the end: what was created or deleted in the meantime is in it.
void PullSearch::ask_count(PullQuestion question) {
  question.step = PullStep::count;
  question.sized = false;
  question.pages = 0;
  question.url = without_includes(question.bare);  // a server may count what they bring
  add_parameter(question.url, "_summary", "count");
  if (!question.since_left_out)
    question.url = context_.with_since(std::move(question.url), "_lastUpdated");
  add_window(question);
  context_.ask(std::move(question));
}

void PullSearch::take_count(PullQuestion question, const rest::Reply& reply) {
  const auto counted = reply.ok() ? read_count(reply.body, context_.options.limits) : std::nullopt;
  // Without a count the total of the page is all there is. On a full page, which nothing follows,
  // it may be no more than the length of the page.
  if (!counted && (!question.total || (question.page_full && fits(question)))) {
    ++context_.report.without_total;
    context_.report.unproven = true;
    return;
  }
  if (counted) question.total = counted;
  if (fits(question)) return;
  if (question.unmarked > 0) {
    context_.note_once(question.label +
                       ": the server does not say which resources were searched for and which were "
                       "included (search.mode), so they cannot be counted");
    ++context_.report.without_total;
    context_.report.unproven = true;
    return;
  }
  split(std::move(question));
}

// Two windows that touch; [from, until) to the millisecond. A window of one millisecond cannot be
// split.
void PullSearch::split(PullQuestion question) {
  const auto middle = middle_of(question);
  const bool can =
      middle && !question.since_left_out && context_.report.windows < context_.options.windows_max;
  if (!can) {
    context_.report.unproven = true;
    return context_.stop(does_not_fit(question));
  }
  for (const bool late : {true, false}) {
    auto window = make(question.bare, question.label);
    window.from_ms = late ? middle : question.from_ms;
    window.until_ms = late ? question.until_ms : middle;
    add_window(window);
    window.total_asked = false;  // was understood, or the count came without it
    context_.ask(std::move(window));
    ++context_.report.windows;
  }
}

}  // namespace paraneo::fetch
