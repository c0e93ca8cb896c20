// What a patient's resources refer to and what did not come with them.
#include "base/arena.h"
#include "base/source.h"
#include "diag/counted.h"
#include "diag/diagnostic.h"
#include "fetch/pull.h"
#include "fetch/pull_query.h"
#include "json/read.h"

namespace paraneo::fetch {

// One at a time: what it refers to may have to be fetched, too.
void Pull::plan_referenced() {
  const auto target = references_.next_to_follow();
  if (target.empty()) return;
  references_.settle(target);
  ask(Step::referenced, target, target);
}

void Pull::got_referenced(rest::Reply& reply) {
  const auto type = current_.patient.substr(0, current_.patient.find('/'));
  if (reply.verdict == rest::Verdict::missing || reply.verdict == rest::Verdict::gone ||
      reply.status == 403) {
    ++references_gone_[type];
    return;
  }
  if (!reply.ok())
    return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
  const Source source{current_.label, std::move(reply.body)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  if (root == nullptr || root->text_of("resourceType") != type ||
      root->text_of("id") != current_.patient.substr(type.size() + 1))
    return stop(incomplete("the answer is not the resource that was asked for", current_.label,
                           "report it to the server's operators"));
  if (const auto taken = hand_out(*root, current_.patient); !taken) stop(taken.error());
}

void Pull::note_references() {
  const auto list = [](const std::map<std::string, std::size_t>& counts) {
    std::string text;
    for (const auto& [type, count] : counts)
      text += (text.empty() ? "" : ", ") + type + " " + std::to_string(count);
    return text;
  };
  if (!references_gone_.empty())
    report_.notes.push_back("what is referred to and is not on the server, or may not be read: " +
                            list(references_gone_));
  if (const auto left = references_.left(); !left.empty())
    report_.notes.push_back("what is referred to and was not fetched: " + list(left) +
                            " (--follow TYPE fetches it)");
}

}  // namespace paraneo::fetch
