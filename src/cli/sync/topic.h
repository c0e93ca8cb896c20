// Private to topic*.cpp: what people are told of a topic.
#pragma once

#include "cli/sync/job.h"
#include "sync/known_feed.h"

namespace paraneo::cli {

// Says what the topic had no more when its turn came.
void note_lost(const sync::KnownFeed::Lost& lost);

}  // namespace paraneo::cli
