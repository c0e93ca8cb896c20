#include "fetch/pull_context.h"

#include <algorithm>

#include "fetch/pull_query.h"
#include "rest/url.h"

namespace paraneo::fetch {

void PullContext::stop(Error error) {
  if (!report.error) report.error = std::move(error);
}

void PullContext::stop(const PullQuestion& question, const rest::Reply& reply) {
  stop(rest::to_error(reply, rest::Method::get, question.url, options.words));
}

void PullContext::note_once(std::string line) {
  if (std::find(report.notes.begin(), report.notes.end(), line) == report.notes.end())
    report.notes.push_back(std::move(line));
}

void PullContext::ask_about(PullStep step, const std::string& target, const std::string& path) {
  PullQuestion question;
  question.step = step;
  question.subject = target;
  question.label = target.substr(0, target.find('/')) + "/(id)" + path.substr(target.size());
  question.url = options.base + "/" + path;
  ask(std::move(question));
}

void PullContext::follow(PullQuestion question, const std::string& link) {
  if (const auto going = check_progress(question); !going) return stop(going.error());
  const auto following = rest::follow(question.url, link);
  if (!following) return stop(following.error());
  if (question.urls.contains(*following))
    return stop(incomplete("the server's next links turn in a circle", question.label,
                           "this is a fault of the server; report it to its operators"));
  question.url = *following;
  ask(std::move(question));
}

// Whether there is an end in sight.
Result<void> PullContext::check_progress(const PullQuestion& question) const {
  const auto endless = [&](const std::string& what) {
    return incomplete(
        "the server's pages do not end: " + what, question.label,
        "this is a fault of the server; report it to its operators, or narrow the query");
  };
  if (question.pages >= options.pages_max)
    return endless("more than " + std::to_string(options.pages_max) + " came");
  // What is created meanwhile is little beside this.
  if (question.total && question.matches > 2 * *question.total + options.surplus_max)
    return endless("the server announced " + std::to_string(*question.total) + " resources, and " +
                   std::to_string(question.matches) + " came");
  if (question.pages_idle >= options.pages_idle_max)
    return endless("nothing new is on the last " + std::to_string(options.pages_idle_max));
  return {};
}

bool PullContext::ask_for_less(const PullQuestion& question, const rest::Reply& reply) {
  if (!question.sized || question.pages > 0 || reply.verdict != rest::Verdict::refused ||
      !page_size.less())
    return false;
  ask(question);
  return true;
}

std::string PullContext::with_since(std::string url, std::string_view name) const {
  if (options.since.empty()) return url;
  add_parameter(url, name, name == "_since" ? options.since : "ge" + options.since);
  return url;
}

}  // namespace paraneo::fetch
