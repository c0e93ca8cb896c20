#include "fetch/pull_pages.h"

#include "base/arena.h"
#include "base/percent.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/compartment.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/instant.h"
#include "rest/subset.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

// Words about the search, not about a patient. What the query itself says may name one.
rest::ServerWords words_of(const rest::Issue& issue, const std::string& url,
                           rest::ServerWords words) {
  if (issue.severity != "information" || words == rest::ServerWords::shown) return words;
  const auto query = url.find('?') == std::string::npos
                         ? std::string()
                         : percent_decoded(url.substr(url.find('?')));
  for (auto at = query.find('='); at != std::string::npos; at = query.find('=', at + 1)) {
    const auto value = query.substr(at + 1, query.find('&', at) - at - 1);
    if (!value.empty() && issue.text.find(value) != std::string::npos) return words;
  }
  return rest::ServerWords::shown;
}

// Not searched for, but brought by _include. Some servers do not write search.mode.
bool came_along(const PullQuestion& question, std::string_view mode, std::string_view type) {
  if (!mode.empty()) return mode == "include";
  return question.step == PullStep::search && type != question.label;
}

}  // namespace

// What was asked of the server in one page; 0: nothing.
std::size_t PullPages::entries_asked(const PullQuestion& question) const {
  return question.sized ? context_.page_size.entries()
                        : count_in(question.bare.empty() ? question.url : question.bare);
}

Result<std::string> PullPages::read(PullQuestion& question, const std::string& body) {
  const Source source{question.label, body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, context_.options.limits, sink);
  const auto where = question.label + ", page " + std::to_string(question.pages + 1);
  if (root == nullptr)
    return incomplete("the page is not JSON: " + (sink.all().empty() ? "" : sink.all()[0].message),
                      where, "run again; if it stays, report it to the server's operators");
  question.page_full = false;
  if (root->text_of("resourceType") == "OperationOutcome") {
    // Some servers say so that they found nothing; the count decides.
    if (const auto taken = take_outcome(question, *root); !taken) return taken.error();
    return std::string();
  }
  if (root->text_of("resourceType") != "Bundle")
    return incomplete("the answer is not a Bundle", where, "check the base URL and the query");
  if (const auto taken = take_total(question, *root, where); !taken) return taken.error();
  const auto entries = entries_of(*root, where);
  if (!entries) return entries.error();
  for (const auto& entry : *entries)
    if (const auto taken = take_entry(question, entry); !taken) return taken.error();
  const auto size = entries->size();
  question.page_full = size > 0 && size >= entries_asked(question);
  if (question.pages == 0) question.entries_first = question.matches + question.others;
  return next_link(*root, where);
}

Result<void> PullPages::take_total(PullQuestion& question, const json::Value& bundle,
                                   const std::string& where) {
  if (bundle.find("total") == nullptr || question.total) return {};
  question.total = total_in(bundle);
  if (!question.total)
    return incomplete("Bundle.total is not a count", where, "report it to the server's operators");
  auto& expected = context_.report.expected;
  if (!question.from_ms && !question.until_ms) expected = expected.value_or(0) + *question.total;
  return {};
}

Result<void> PullPages::take_outcome(const PullQuestion& question, const json::Value& outcome) {
  std::string text;
  json::Writer(text).value(outcome);
  for (const auto& issue : rest::read_issues(text)) {
    auto line = "the server says: " +
                issue_line(issue, words_of(issue, question.url, context_.options.words));
    if (issue.severity == "error" || issue.severity == "fatal")
      return incomplete(line, question.label, "the result may be partial, so it is not used");
    context_.note_once(std::move(line));
  }
  return {};
}

Result<void> PullPages::take_entry(PullQuestion& question, const json::Value& entry) {
  const auto* resource = entry.find("resource");
  const auto type = resource == nullptr ? std::string_view() : resource->text_of("resourceType");
  if (!rest::is_type_name(type))
    return incomplete("an entry of the page holds no resource", question.label,
                      "report it to the server's operators");
  const auto* search = entry.find("search");
  const auto mode = search == nullptr ? std::string_view() : search->text_of("mode");
  if (mode == "outcome" || type == "OperationOutcome") return take_outcome(question, *resource);
  const auto id = resource->text_of("id");
  if (!rest::is_id(id))
    return incomplete("a resource of type " + std::string(type) + " has no id", question.label,
                      "report it to the server's operators");
  const auto key = std::string(type) + "/" + std::string(id);
  if (!question.found.insert(key).second) {
    ++context_.report.repeated;
    return {};
  }
  if (rest::is_subset(*resource)) ++context_.report.subsetted;
  if (came_along(question, mode, type)) {
    ++question.others;
  } else {
    ++question.matches;
    if (mode.empty() && has_include(question.bare)) ++question.unmarked;
    if (const auto inside = check_window(question, *resource); !inside) return inside;
  }
  // A server may pass over what it does not know of a search (lenient handling).
  if (!question.owner.empty() && belongs_to_another(*resource, {question.owner})) {
    context_.note_once("the server passes over whose " + question.label +
                       " is searched for: that of other patients was left out");
    return {};
  }
  return output_.hand_out(question, *resource, key);
}

Result<void> PullPages::check_window(PullQuestion& question, const json::Value& resource) {
  const auto* meta = resource.find("meta");
  const auto at = meta == nullptr ? std::nullopt : rest::instant_ms(meta->text_of("lastUpdated"));
  if (!at) return {};
  if ((question.from_ms && *at < *question.from_ms) ||
      (question.until_ms && *at >= *question.until_ms))
    return incomplete("the server ignores _lastUpdated, so what is missing cannot be found",
                      question.label, "narrow the query");
  if (comparison_.ignores_since(question, *at)) comparison_.read_whole(question);
  question.updated_ms.push_back(*at);
  return {};
}

}  // namespace paraneo::fetch
