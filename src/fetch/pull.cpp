// The order of work: plan -> one search after the other -> page after page -> reconcile.
#include "fetch/pull.h"

#include <algorithm>
#include <array>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::fetch {

Pull::Pull(PullOptions options, PullSink sink, DeletionSink deletions, const Clock& clock,
           const Clock& durations)
    : options_(std::move(options)), sink_(std::move(sink)),
      cursor_(options_.overlap_ms, rest::instant_ms(options_.since).value_or(0), clock, durations),
      deletion_sink_(std::move(deletions)), page_size_(options_.page_entries),
      references_(options_.base, options_.follow) {}

bool Pull::done() const {
  return !waiting_ && (report_.error.has_value() || (planned_ && todo_.empty()));
}

std::string Pull::with_since(std::string url, std::string_view name) const {
  if (options_.since.empty()) return url;
  add_parameter(url, name, name == "_since" ? options_.since : "ge" + options_.since);
  return url;
}

void Pull::plan() {
  planned_ = true;
  for (const auto& query : options_.queries) {
    if (asks_for_parts(query))
      note_once(
          "the query asks for parts of resources (_elements, _summary): what comes is not whole and is not to be "
          "pushed back");
    add_search(query, false);
    types_.insert(todo_.back().label);
  }
  for (const auto& patient : options_.patients) plan_patient(patient);
  if (todo_.empty()) {
    Search search;
    search.step = Step::capabilities;
    search.url = options_.base + "/metadata";
    search.label = "metadata";
    todo_.push_back(std::move(search));
  }
  std::reverse(todo_.begin(), todo_.end());
}

void Pull::add_search(const std::string& query, bool may_be_missing) {
  auto relative = std::string_view(query);
  while (relative.starts_with('/')) relative.remove_prefix(1);
  auto search = make_search(options_.base + "/" + std::string(relative),
                            std::string(relative.substr(0, relative.find('?'))));
  search.may_be_missing = may_be_missing;
  todo_.push_back(std::move(search));
}

std::optional<rest::Task> Pull::next() {
  if (!planned_) plan();
  if (waiting_ || report_.error) return std::nullopt;
  if (todo_.empty()) return std::nullopt;
  current_ = std::move(todo_.back());
  todo_.pop_back();
  waiting_ = true;
  if (current_.sized && current_.pages == 0)
    current_.url = with_page_size(current_.url, page_size_.entries());
  rest::Task task;
  task.id = ++last_task_;
  task.request.url = current_.url;
  if (report_.pages == 0) cursor_.begin();
  // HAPI answers a repeated search from memory for a minute unless told not to; strict handling
  // makes a server refuse a parameter that it would otherwise ignore.
  task.request.headers = {{"Accept", std::string(rest::kFhirJson)},
                          {"Cache-Control", "no-cache"},
                          {"Prefer", "handling=strict"}};
  if (current_.by_post && post_works_ && current_.pages == 0) {
    const auto query = current_.url.find('?');
    task.request.method = rest::Method::post;
    task.request.url = current_.url.substr(0, query) + "/_search";
    task.request.body = current_.url.substr(query + 1);
    task.request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  }
  current_.urls.insert(current_.url);
  return task;
}

void Pull::stop(Error error) {
  if (!report_.error) report_.error = std::move(error);
}

void Pull::finished(std::uint64_t task, Result<rest::Reply> reply) {
  if (!waiting_ || task != last_task_) return;
  waiting_ = false;
  if (!reply) {
    stop(reply.error());
    return;
  }
  ++report_.pages;
  if (again_without_post(*reply)) return;
  switch (current_.step) {
    case Step::capabilities: got_capabilities(*reply); break;
    case Step::patient: got_patient(*reply); break;
    case Step::identified: got_identified(*reply); break;
    case Step::everything:
    case Step::search: got_page(*reply); break;
    case Step::count: got_count(*reply); break;
    case Step::history: got_history(*reply); break;
    case Step::former: got_former(*reply); break;
    case Step::present: got_present(*reply); break;
    case Step::referenced: got_referenced(*reply); break;
  }
  // Each may find that there is more to do.
  if (todo_.empty() && !report_.error) plan_referenced();
  if (todo_.empty() && !report_.error && !history_planned_) plan_history();
  if (todo_.empty() && !report_.error && !deletions_decided_) decide_deletions();
  if (todo_.empty() && !report_.error) keep_cursor();
}

bool Pull::again_without_post(const rest::Reply& reply) {
  const bool unknown =
      reply.status == 404 || reply.status == 405 || reply.status == 415 || reply.status == 501;
  if (!unknown || !current_.by_post || !post_works_ || current_.pages > 0) return false;
  post_works_ = false;
  note_once(
      "the server takes no search by POST: what identifies a person stood in a URL, which servers and proxies log");
  todo_.push_back(std::move(current_));
  return true;
}

bool Pull::is_recent(const std::string& target, const std::string& version) const {
  const auto known = options_.recent.find(target);
  return known != options_.recent.end() && known->second == version;
}

void Pull::keep_cursor() {
  report_.cursor_ms = cursor_.next_ms();
  report_.recent = cursor_.recent();
  if (page_size_.reduced())
    note_once("the server does not take --page-size " + std::to_string(options_.page_entries) +
              ": it was asked for " +
              (page_size_.entries() == 0 ? "pages of its own size"
                                         : std::to_string(page_size_.entries()) + " a page"));
  note_references();
  if (report_.subsetted > 0)
    report_.notes.push_back(
        std::to_string(report_.subsetted) +
        " are parts of resources (SUBSETTED): push refuses them, because what they leave out would "
        "be lost on the server");
  if (cursor_.ahead() > 0)
    report_.notes.push_back(
        std::to_string(cursor_.ahead()) +
        " were changed in the future, by their lastUpdated: they do not move the "
        "cursor; check the server's clock and this machine's");
}

void Pull::got_capabilities(rest::Reply& reply) {
  if (!reply.ok())
    return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
  const Source source{current_.label, std::move(reply.body)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  const auto* rest = root == nullptr ? nullptr : root->find("rest");
  std::vector<std::string> types;
  for (const auto& part : rest == nullptr ? std::span<const json::Value>() : rest->items()) {
    const auto* resources = part.find("resource");
    if (resources == nullptr) continue;
    for (const auto& resource : resources->items()) {
      const auto* interactions = resource.find("interaction");
      if (interactions == nullptr) continue;
      const auto list = interactions->items();
      const bool searched = std::any_of(list.begin(), list.end(), [](const json::Value& each) {
        return each.text_of("code") == "search-type";
      });
      if (searched && rest::is_type_name(resource.text_of("type")))
        types.emplace_back(resource.text_of("type"));
    }
  }
  if (types.empty())
    return stop(incomplete("the server's CapabilityStatement lists no type that can be searched",
                           options_.base, "say what to fetch by --query or --patient"));
  std::sort(types.rbegin(), types.rend());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  for (const auto& type : types) add_search(type, false);
}

// What was asked of the server in one page; 0: nothing.
std::size_t Pull::entries_asked() const {
  return current_.sized ? page_size_.entries()
                        : count_in(current_.bare.empty() ? current_.url : current_.bare);
}

void Pull::again_without_total() {
  auto again = current_;
  again.url = current_.url.substr(0, current_.url.rfind("_total=") - 1);
  again.total_asked = false;
  todo_.push_back(std::move(again));
}

// Perhaps the server takes no _count as large as this.
bool Pull::again_with_less(const rest::Reply& reply) {
  if (!current_.sized || current_.pages > 0 || reply.verdict != rest::Verdict::refused ||
      !page_size_.less())
    return false;
  todo_.push_back(current_);
  return true;
}

// A refusal that another way leads around. True when that way was taken.
bool Pull::falls_back(const rest::Reply& reply) {
  if (current_.pages > 0) return false;
  const bool refused = reply.verdict == rest::Verdict::refused ||
                       reply.verdict == rest::Verdict::missing || reply.status == 501;
  if (!refused) return false;
  const bool names_count = std::any_of(
      reply.issues.begin(), reply.issues.end(),
      [](const rest::Issue& issue) { return issue.text.find("_count") != std::string::npos; });
  if (names_count && again_with_less(reply)) return true;
  if (current_.total_asked && reply.verdict == rest::Verdict::refused) {
    again_without_total();  // perhaps it is only _total that it does not know
    return true;
  }
  if (again_with_less(reply)) return true;
  if (current_.step == Step::everything) {
    report_.notes.push_back(
        "the server has no Patient/$everything: each type was searched by itself");
    add_compartment(current_.patient);
    add_search("Patient?_id=" + current_.patient, false);
    return true;
  }
  if (!options_.since.empty() && !current_.since_left_out && !current_.from_ms &&
      !current_.until_ms && reply.verdict == rest::Verdict::refused) {
    // Perhaps it does not know _lastUpdated: then everything is fetched.
    auto again = make_search(current_.bare, current_.label);
    again.url = without_since(again.url);
    again.may_be_missing = current_.may_be_missing;
    read_whole(again);
    todo_.push_back(std::move(again));
    return true;
  }
  if (!current_.may_be_missing) return false;
  report_.notes.push_back("the server cannot search " + current_.label + " (" +
                          std::to_string(reply.status) + "): none were fetched");
  return true;
}

void Pull::got_page(rest::Reply& reply) {
  if (!reply.ok()) {
    if (!falls_back(reply))
      stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
    return;
  }
  if (current_.sized) page_size_.accepted();
  const auto new_before = current_.found.size();
  const auto link = read_page(reply.body);
  if (!link) return stop(link.error());
  ++current_.pages;
  current_.pages_idle = current_.found.size() > new_before ? 0 : current_.pages_idle + 1;
  if (link->empty()) return end_of_search();
  follow_link(*link);
}

void Pull::follow_link(const std::string& link) {
  if (const auto going = check_progress(); !going) return stop(going.error());
  const auto following = rest::follow(current_.url, link);
  if (!following) return stop(following.error());
  if (current_.urls.contains(*following))
    return stop(incomplete("the server's next links turn in a circle", current_.label,
                           "this is a fault of the server; report it to its operators"));
  current_.url = *following;
  todo_.push_back(std::move(current_));
}

// Whether there is an end in sight.
Result<void> Pull::check_progress() {
  const auto endless = [&](const std::string& what) {
    return incomplete(
        "the server's pages do not end: " + what, current_.label,
        "this is a fault of the server; report it to its operators, or narrow the query");
  };
  if (current_.pages >= options_.pages_max)
    return endless("more than " + std::to_string(options_.pages_max) + " came");
  if (current_.pages_idle >= options_.pages_idle_max)
    return endless("nothing new is on the last " + std::to_string(options_.pages_idle_max));
  return {};
}

Result<void> Pull::hand_out(const json::Value& resource, const std::string& key) {
  if (!handed_out_.insert(key).second) return {};
  if (!options_.patients.empty()) {
    references_.settle(key);
    references_.take(resource);
  }
  const auto* meta = resource.find("meta");
  const auto version = meta == nullptr ? std::string_view() : meta->text_of("versionId");
  const auto updated =
      meta == nullptr ? std::nullopt : rest::instant_ms(meta->text_of("lastUpdated"));
  const auto known_by = PullCursor::version_of(version, updated.value_or(0));
  if (updated) cursor_.saw(key, known_by, *updated);
  std::string text;
  json::Writer(text).value(resource);
  const bool as_before = is_as_before(key, text);
  if (as_before || (updated && is_recent(key, known_by))) {
    ++report_.known;
    return {};
  }
  ++report_.resources;
  const auto slash = key.find('/');
  return sink_(std::string_view(key).substr(0, slash), std::string_view(key).substr(slash + 1),
               text);
}

}  // namespace paraneo::fetch
