#include "fetch/pull_paging.h"

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull_query.h"
#include "json/read.h"

namespace paraneo::fetch {

PullQuestion for_half(PullQuestion answered, std::size_t came, PullStep step) {
  answered.step = step;
  answered.url = with_page_size(answered.url, came / 2);
  answered.sized = false;
  answered.entries_first = came;
  answered.pages = 0;
  return answered;
}

bool shows_all(const PullQuestion& half, const rest::Reply& reply, const Limits& limits) {
  if (!reply.ok()) return false;
  const Source source{half.label, reply.body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  if (root == nullptr || root->text_of("resourceType") != "Bundle") return false;
  const auto entries = entries_of(*root, half.label);
  const auto next = next_link(*root, half.label);
  if (!entries || !next) return false;
  const auto size = entries->size();
  return size > half.entries_first / 2 || (size > 0 && !next->empty());
}

}  // namespace paraneo::fetch
