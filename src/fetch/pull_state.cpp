#include "fetch/pull_state.h"

#include <charconv>
#include <utility>

#include "base/arena.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull_cursor.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/instant.h"

namespace paraneo::fetch {

namespace {

constexpr std::string_view kName = "pull-state/2";
// Its cursor came from the Date header, which may have been ahead: read back by as much as a clock
// is tolerated to be.
constexpr std::string_view kNameBefore = "pull-state/1";

}  // namespace

std::string write_state(const PullState& state) {
  std::string out;
  json::Writer writer(out, true);
  writer.begin_object();
  for (const auto& [name, value] :
       {std::pair("paraneo", std::string(kName)), std::pair("server", state.server),
        std::pair("what", state.what), std::pair("cursor", rest::instant_text(state.cursor_ms))}) {
    writer.key(name);
    writer.string(value);
  }
  if (state.clock_lead_ms) {
    writer.key("clockLeadMs");
    writer.raw(std::to_string(*state.clock_lead_ms));
  }
  for (const auto& [name, map] :
       {std::pair("recent", &state.recent), std::pair("hashes", &state.hashes)}) {
    writer.key(name);
    writer.begin_object();
    for (const auto& [target, value] : *map) {
      writer.key(target);
      writer.string(value);
    }
    writer.end_object();
  }
  writer.end_object();
  out += '\n';
  return out;
}

Result<PullState> read_state(std::string_view text, const std::string& file) {
  const Source source{file, std::string(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, Limits{}, sink);
  const auto name = root == nullptr ? std::string_view() : root->text_of("paraneo");
  auto cursor = root == nullptr ? std::nullopt : rest::instant_ms(root->text_of("cursor"));
  if (!cursor || (name != kName && name != kNameBefore))
    return fail(ErrorCode::file_unusable, "this is no state of a pull", file,
                "name another file, or remove it to fetch everything");
  if (name == kNameBefore) *cursor -= kClockToleranceMs;
  PullState state{
      std::string(root->text_of("server")), std::string(root->text_of("what")), *cursor, {}, {}};
  const auto* clock = root->find("clockLeadMs");
  const auto lead = clock == nullptr ? std::string_view() : clock->text();
  std::int64_t lead_ms = 0;
  if (std::from_chars(lead.data(), lead.data() + lead.size(), lead_ms).ec == std::errc())
    state.clock_lead_ms = lead_ms;
  for (const auto& [name, map] :
       {std::pair("recent", &state.recent), std::pair("hashes", &state.hashes)})
    if (const auto* members = root->find(name); members != nullptr)
      for (const auto& member : members->members()) map->emplace(member.name, member.value.text());
  return state;
}

}  // namespace paraneo::fetch
