#include "fetch/pull_references.h"

#include "base/arena.h"
#include "base/source.h"
#include "diag/counted.h"
#include "diag/diagnostic.h"
#include "fetch/pull_query.h"
#include "json/read.h"

namespace paraneo::fetch {

void PullReferences::plan() {
  const auto target = references_.next_to_follow();
  if (target.empty()) return;
  references_.settle(target);
  context_.ask_about(PullStep::referenced, target, target);
}

void PullReferences::take(const PullQuestion& question, rest::Reply& reply) {
  const auto type = question.subject.substr(0, question.subject.find('/'));
  if (reply.verdict == rest::Verdict::missing || reply.verdict == rest::Verdict::gone ||
      reply.status == 403) {
    ++gone_[type];
    return;
  }
  if (!reply.ok()) return context_.stop(question, reply);
  const Source source{question.label, std::move(reply.body)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, context_.options.limits, sink);
  if (root == nullptr || root->text_of("resourceType") != type ||
      root->text_of("id") != question.subject.substr(type.size() + 1))
    return context_.stop(incomplete("the answer is not the resource that was asked for",
                                    question.label, "report it to the server's operators"));
  if (const auto taken = output_.hand_out(question, *root, question.subject); !taken)
    context_.stop(taken.error());
}

void PullReferences::note() const {
  const auto list = [](const std::map<std::string, std::size_t>& counts) {
    std::string text;
    for (const auto& [type, count] : counts)
      text += (text.empty() ? "" : ", ") + type + " " + std::to_string(count);
    return text;
  };
  if (!gone_.empty())
    context_.report.notes.push_back(
        "what is referred to and is not on the server, or may not be read: " + list(gone_));
  if (const auto left = references_.left(); !left.empty())
    context_.report.notes.push_back("what is referred to and was not fetched: " + list(left) +
                                    " (--follow TYPE fetches it)");
  if (const auto foreign = references_.foreign(); foreign > 0)
    context_.report.notes.push_back(diag::counted(foreign, "resource") + " of other servers " +
                                    (foreign == 1 ? "is" : "are") +
                                    " referred to: they were not fetched");
}

}  // namespace paraneo::fetch
