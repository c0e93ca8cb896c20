#include "cli/sync/known_topic.h"

#include <algorithm>

#include "cli/terminal/log.h"
#include "diag/counted.h"
#include "sync/content.h"

namespace paraneo::cli {
namespace {

constexpr int kSilenceMsMax = 10'000;

}  // namespace

std::string KnownTopic::stream(std::int32_t partition) const {
  return job_.intake.source + "[" + std::to_string(partition) + "]";
}

Result<std::optional<std::int64_t>> KnownTopic::cursor(std::int32_t partition) const {
  const auto text = job_.ledger->cursor(store::claim_on_stream(stream(partition)));
  if (!text) return text.error();
  return text->empty() ? std::optional<std::int64_t>()
                       : std::optional<std::int64_t>(std::stoll(*text));
}

Result<std::vector<kafka::Range>> KnownTopic::unread(kafka::Reader& reader) const {
  auto ranges = reader.ranges();
  if (!ranges) return ranges.error();
  std::int32_t partition = 0;
  for (auto& range : *ranges) {
    const auto name = stream(partition);
    const auto at = cursor(partition++);
    if (!at) return at.error();
    if (!*at) continue;
    if (**at > range.high)
      return fail(Fault::usage,
                  "the topic has fewer messages than were read from it: it was made anew", name,
                  "give it another --source-name, or restore it");
    if (**at < range.low)
      note(name + ": the topic's retention deleted " +
           diag::counted(static_cast<std::uint64_t>(range.low - **at), "offset") +
           " that had not been read");
    range.low = std::max(range.low, **at);
  }
  return ranges;
}

Result<std::optional<kafka::Message>> KnownTopic::poll(kafka::Reader& reader, int wait_ms) {
  auto message = reader.poll(wait_ms);
  if (!message) return message;
  silence_ms_ = *message ? 0 : silence_ms_ + wait_ms;
  if (silence_ms_ < kSilenceMsMax) return message;
  silence_ms_ = 0;
  const auto there = reader.ranges();
  if (!there) return there.error();
  return message;
}

// A key can be a patient's number: the ledger and the messages get its hash.
sync::FeedChange KnownTopic::change_of(const kafka::Message& message) const {
  sync::FeedChange change;
  change.text.name = flags_.kafka.topic + "[" + std::to_string(message.partition) + "]@" +
                     std::to_string(message.offset);
  change.place =
      message.key ? flags_.kafka.topic + " key " + sync::hash_of(*message.key) : change.text.name;
  change.gone = !message.value && message.key;
  if (message.value) change.text.text = *message.value;
  return change;
}

}  // namespace paraneo::cli
