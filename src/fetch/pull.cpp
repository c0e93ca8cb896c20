// The order of work: plan -> one question after the other -> references -> deletions -> report.
#include "fetch/pull.h"

#include <algorithm>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull_comparison.h"
#include "fetch/pull_context.h"
#include "fetch/pull_history.h"
#include "fetch/pull_output.h"
#include "fetch/pull_pages.h"
#include "fetch/pull_patients.h"
#include "fetch/pull_query.h"
#include "fetch/pull_references.h"
#include "fetch/pull_search.h"
#include "fetch/server_clock.h"
#include "json/read.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

// What the server's CapabilityStatement says can be searched, the last in the alphabet first.
std::vector<std::string> searched_types(const json::Value& statement) {
  const auto* rest = statement.find("rest");
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
  std::sort(types.rbegin(), types.rend());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

rest::Task task_of(const PullQuestion& question, bool by_post) {
  rest::Task task;
  task.request.url = question.url;
  // HAPI answers a repeated search from memory for a minute unless told not to; strict handling
  // makes a server refuse a parameter that it would otherwise ignore.
  task.request.headers = {{"Accept", std::string(rest::kFhirJson)},
                          {"Cache-Control", "no-cache"},
                          {"Prefer", "handling=strict"}};
  if (by_post) {
    const auto query = question.url.find('?');
    task.request.method = rest::Method::post;
    task.request.url = question.url.substr(0, query) + "/_search";
    task.request.body = question.url.substr(query + 1);
    task.request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  }
  return task;
}

}  // namespace

class Pull::Parts {
 public:
  Parts(PullOptions asked, PullSink sink, DeletionSink deletions, const Clock& clock,
        const Clock& durations)
      : clock_(clock), context_(std::move(asked)),
        references_(context_.options.base, context_.options.follow),
        output_(context_, comparison_, references_,
                PullCursor(context_.options.overlap_ms,
                           rest::instant_ms(context_.options.since).value_or(0), clock, durations),
                std::move(sink), std::move(deletions)),
        history_(context_, comparison_, output_, patients_.ids()) {}

  bool done() const {
    return !waiting_ && (context_.report.error || (planned_ && context_.questions.empty()));
  }
  const PullReport& report() const { return context_.report; }
  std::optional<rest::Task> next();
  void finished(std::uint64_t task, Result<rest::Reply> reply);

 private:
  void plan();
  bool begins_again(const rest::Reply& reply);
  void take(rest::Reply& reply);
  void take_capabilities(rest::Reply& reply);
  bool is_sent_by_post() const { return current_.by_post && post_works_ && current_.pages == 0; }
  bool falls_back_to_get(const rest::Reply& reply);
  void end();

  const Clock& clock_;
  PullContext context_;
  PullComparison comparison_{context_};
  References references_;
  PullOutput output_;
  PullPages pages_{context_, comparison_, output_};
  PullSearch search_{context_, comparison_, pages_};
  PullPatients patients_{context_};
  PullReferences referenced_{context_, output_, references_};
  PullHistory history_;
  PullQuestion current_;
  bool planned_ = false;
  bool waiting_ = false;
  bool post_works_ = true;
  std::uint64_t last_task_ = 0;
};

void Pull::Parts::plan() {
  planned_ = true;
  const auto& options = context_.options;
  for (const auto& query : options.queries) {
    if (asks_for_parts(query))
      context_.note_once(
          "the query asks for parts of resources (_elements, _summary): what comes is not whole and is not to be "
          "pushed back");
    search_.add(query);
  }
  for (const auto& patient : options.patients) patients_.plan(patient);
  if (context_.questions.empty()) {
    PullQuestion question;
    question.step = PullStep::capabilities;
    question.url = options.base + "/metadata";
    question.label = "metadata";
    context_.ask(std::move(question));
  }
  std::reverse(context_.questions.begin(), context_.questions.end());
}

std::optional<rest::Task> Pull::Parts::next() {
  if (!planned_) plan();
  if (waiting_ || context_.report.error || context_.questions.empty()) return std::nullopt;
  current_ = std::move(context_.questions.back());
  context_.questions.pop_back();
  waiting_ = true;
  if (current_.sized && current_.pages == 0)
    current_.url = with_page_size(current_.url, context_.page_size.entries());
  if (context_.report.pages == 0) output_.begin();
  auto task = task_of(current_, is_sent_by_post());
  task.id = ++last_task_;
  current_.urls.insert(current_.url);
  return task;
}

void Pull::Parts::finished(std::uint64_t task, Result<rest::Reply> reply) {
  if (!waiting_ || task != last_task_) return;
  waiting_ = false;
  if (!reply) return context_.stop(reply.error());
  ++context_.report.pages;
  if (context_.report.pages == 1 && begins_again(*reply)) return;
  if (falls_back_to_get(*reply)) return;
  take(*reply);
  // Each may find that there is more to do.
  const auto is_idle = [&] { return context_.questions.empty() && !context_.report.error; };
  if (is_idle()) referenced_.plan();
  if (is_idle()) history_.plan();
  if (is_idle()) end();
}

// By the first answer: what was written since the server's clock was set back is not behind the
// cursor. The answer is of no use then.
bool Pull::Parts::begins_again(const rest::Reply& reply) {
  auto& options = context_.options;
  const auto now_ms = clock_.now_ms();
  const auto lead_ms = clock_lead_ms(reply.date_ms, now_ms);
  context_.report.clock_lead_ms = lead_ms;
  if (!lead_ms) return false;
  output_.server_time(now_ms + *lead_ms);
  if (!options.goes_on) return false;
  const auto earlier_ms =
      earlier_since_ms(rest::instant_ms(options.since).value_or(0), options.overlap_ms,
                       options.clock_lead_ms, *lead_ms, now_ms);
  if (!earlier_ms) return false;
  options.since = rest::instant_text(*earlier_ms);
  output_.since(*earlier_ms);
  context_.note_once(
      "the server's clock was set back (or this machine's forward) since the last pull: read " +
      (*earlier_ms == 0 ? std::string("everything") : "from " + options.since) +
      "; what came before may come again");
  context_.questions.clear();
  plan();
  return true;
}

void Pull::Parts::take(rest::Reply& reply) {
  switch (current_.step) {
    case PullStep::capabilities: return take_capabilities(reply);
    case PullStep::patient:
    case PullStep::identified: return patients_.take(current_, reply);
    case PullStep::everything:
    case PullStep::search: return search_.take_page(std::move(current_), reply);
    case PullStep::everything_paged: return search_.take_paged(current_, reply);
    case PullStep::count: return search_.take_count(std::move(current_), reply);
    case PullStep::history: return history_.take_page(std::move(current_), reply);
    case PullStep::history_paged: return history_.take_paged(current_, reply);
    case PullStep::former: return history_.take_former(current_, reply);
    case PullStep::present: return history_.take_present(current_, reply);
    case PullStep::referenced: return referenced_.take(current_, reply);
  }
}

bool Pull::Parts::falls_back_to_get(const rest::Reply& reply) {
  const bool unknown =
      reply.status == 404 || reply.status == 405 || reply.status == 415 || reply.status == 501;
  if (!unknown || !is_sent_by_post()) return false;
  post_works_ = false;
  context_.note_once(
      "the server takes no search by POST: what identifies a person stood in a URL, which servers and proxies log");
  context_.ask(std::move(current_));
  return true;
}

void Pull::Parts::take_capabilities(rest::Reply& reply) {
  if (!reply.ok()) return context_.stop(current_, reply);
  const Source source{current_.label, std::move(reply.body)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, context_.options.limits, sink);
  const auto types = root == nullptr ? std::vector<std::string>() : searched_types(*root);
  if (types.empty())
    return context_.stop(
        incomplete("the server's CapabilityStatement lists no type that can be searched",
                   context_.options.base, "say what to fetch by --query or --patient"));
  for (const auto& type : types) search_.add(type);
}

void Pull::Parts::end() {
  const auto& page_size = context_.page_size;
  if (page_size.reduced())
    context_.note_once("the server does not take --page-size " +
                       std::to_string(context_.options.page_entries) + ": it was asked for " +
                       (page_size.entries() == 0
                            ? "pages of its own size"
                            : std::to_string(page_size.entries()) + " a page"));
  referenced_.note();
  if (context_.report.subsetted > 0)
    context_.report.notes.push_back(
        std::to_string(context_.report.subsetted) +
        " are parts of resources (SUBSETTED): push refuses them, because what they leave out would "
        "be lost on the server");
  output_.keep_cursor();
}

Pull::Pull(PullOptions options, PullSink sink, DeletionSink deletions, const Clock& clock,
           const Clock& durations)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(sink), std::move(deletions),
                                     clock, durations)) {}

Pull::~Pull() = default;

bool Pull::done() const { return parts_->done(); }
const PullReport& Pull::report() const { return parts_->report(); }
std::optional<rest::Task> Pull::next() { return parts_->next(); }
void Pull::finished(std::uint64_t task, Result<rest::Reply> reply) {
  parts_->finished(task, std::move(reply));
}

}  // namespace paraneo::fetch
