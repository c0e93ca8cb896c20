// Private to topic*.cpp: what people are told of a topic.
#pragma once

#include "cli/sync/job.h"
#include "sync/known_feed.h"

namespace paraneo::cli {

void note_lost(const sync::KnownFeed::Lost& lost);

}  // namespace paraneo::cli
