// Whether the server gives a next link where there is more: what came on one page without one, and
// whose total is the length of that page, is only then known to be all.
#pragma once

#include "base/limits.h"
#include "fetch/pull_question.h"
#include "rest/reply.h"

namespace paraneo::fetch {

// The question, answered by one page, once more for half of what came: where that has a next link,
// the page had none because nothing was left. `came`: two at least.
PullQuestion for_half(PullQuestion answered, std::size_t came, PullStep step);
// The answer to for_half(): true where it has a next link, or more entries than were asked for:
// such a server knows no pages.
bool shows_all(const PullQuestion& half, const rest::Reply& reply, const Limits& limits);

}  // namespace paraneo::fetch
