// One page of a search: what stands on it, and what that says about the search.
#include <algorithm>

#include "base/arena.h"
#include "base/percent.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull.h"
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

}  // namespace

// Hands out the entries; the next link, or nothing at the end.
Result<std::string> Pull::read_page(const std::string& body) {
  const Source source{current_.label, body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  const auto where = current_.label + ", page " + std::to_string(current_.pages + 1);
  if (root == nullptr)
    return incomplete("the page is not JSON: " + (sink.all().empty() ? "" : sink.all()[0].message),
                      where, "run again; if it stays, report it to the server's operators");
  current_.page_full = false;
  if (root->text_of("resourceType") == "OperationOutcome") {
    // Some servers say so that they found nothing; the count decides.
    if (const auto taken = take_outcome(*root); !taken) return taken.error();
    return std::string();
  }
  if (root->text_of("resourceType") != "Bundle")
    return incomplete("the answer is not a Bundle", where, "check the base URL and the query");
  if (const auto* total = root->find("total"); total != nullptr && !current_.total) {
    current_.total = total_in(*root);
    if (!current_.total)
      return incomplete("Bundle.total is not a count", where,
                        "report it to the server's operators");
    if (!current_.from_ms && !current_.until_ms)
      report_.expected = report_.expected.value_or(0) + *current_.total;
  }
  const auto* entries = root->find("entry");
  for (const auto& entry : entries == nullptr ? std::span<const json::Value>() : entries->items())
    if (const auto taken = take_entry(entry); !taken) return taken.error();
  const auto size = entries == nullptr ? std::size_t{0} : entries->items().size();
  const auto asked = entries_asked();
  current_.page_full = size > 0 && size >= asked;
  std::string next;
  if (const auto* links = root->find("link"); links != nullptr)
    for (const auto& link : links->items())
      if (link.text_of("relation") == "next") next = link.text_of("url");
  return next;
}

void Pull::note_once(std::string line) {
  if (std::find(report_.notes.begin(), report_.notes.end(), line) == report_.notes.end())
    report_.notes.push_back(std::move(line));
}

Result<void> Pull::take_outcome(const json::Value& outcome) {
  std::string text;
  json::Writer(text).value(outcome);
  for (const auto& issue : rest::read_issues(text)) {
    auto line =
        "the server says: " + issue_line(issue, words_of(issue, current_.url, options_.words));
    if (issue.severity == "error" || issue.severity == "fatal")
      return incomplete(line, current_.label, "the result may be partial, so it is not used");
    note_once(std::move(line));
  }
  return {};
}

// Not searched for, but brought by _include. Some servers do not write search.mode.
bool Pull::came_along(std::string_view mode, std::string_view type) const {
  if (!mode.empty()) return mode == "include";
  return current_.step == Step::search && type != current_.label;
}

Result<void> Pull::take_entry(const json::Value& entry) {
  const auto* resource = entry.find("resource");
  const auto type = resource == nullptr ? std::string_view() : resource->text_of("resourceType");
  if (!rest::is_type_name(type))
    return incomplete("an entry of the page holds no resource", current_.label,
                      "report it to the server's operators");
  const auto* search = entry.find("search");
  const auto mode = search == nullptr ? std::string_view() : search->text_of("mode");
  if (mode == "outcome" || type == "OperationOutcome") return take_outcome(*resource);
  const auto id = resource->text_of("id");
  if (!rest::is_id(id))
    return incomplete("a resource of type " + std::string(type) + " has no id", current_.label,
                      "report it to the server's operators");
  const auto key = std::string(type) + "/" + std::string(id);
  if (!current_.found.insert(key).second) {
    ++report_.repeated;
    return {};
  }
  if (rest::is_subset(*resource)) ++report_.subsetted;
  if (came_along(mode, type)) {
    ++current_.others;
  } else {
    ++current_.matches;
    if (mode.empty() && has_include(current_.bare)) ++current_.unmarked;
    if (const auto inside = check_window(*resource); !inside) return inside;
  }
  return hand_out(*resource, key);
}

Result<void> Pull::check_window(const json::Value& resource) {
  const auto* meta = resource.find("meta");
  const auto at = meta == nullptr ? std::nullopt : rest::instant_ms(meta->text_of("lastUpdated"));
  if (!at) return {};
  if ((current_.from_ms && *at < *current_.from_ms) ||
      (current_.until_ms && *at >= *current_.until_ms))
    return incomplete("the server ignores _lastUpdated, so what is missing cannot be found",
                      current_.label, "narrow the query");
  if (ignores_since(*at)) read_whole(current_);
  current_.updated_ms.push_back(*at);
  return {};
}

}  // namespace paraneo::fetch
