#include "fetch/history_log.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <span>

#include "rest/instant.h"
#include "rest/url.h"
#include "rest/write_request.h"

namespace paraneo::fetch {
namespace {

constexpr std::string_view kHistory = "/_history";

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::optional<std::uint64_t> version_in(std::string_view url) {
  const auto at = url.rfind(std::string(kHistory) + "/");
  return at == std::string_view::npos ? std::nullopt
                                      : number_of(url.substr(at + kHistory.size() + 1));
}

// The members of one entry; an absent one is empty.
struct Entry {
  std::string_view method, url, full_url, location, etag, status, modified;
  const json::Value* resource = nullptr;

  explicit Entry(const json::Value& entry) {
    full_url = entry.text_of("fullUrl");
    resource = entry.find("resource");
    if (resource != nullptr && !resource->is_object()) resource = nullptr;
    if (const auto* request = entry.find("request"); request != nullptr) {
      method = request->text_of("method");
      url = request->text_of("url");
    }
    if (const auto* response = entry.find("response"); response != nullptr) {
      location = response->text_of("location");
      etag = response->text_of("etag");
      status = response->text_of("status");
      modified = response->text_of("lastModified");
    }
  }
  bool deleted() const { return method.empty() ? resource == nullptr : method == "DELETE"; }
  std::string target() const {
    if (resource != nullptr) {
      const auto own = std::string(resource->text_of("resourceType")) + "/" +
                       std::string(resource->text_of("id"));
      if (!rest::target_in(own).empty()) return own;
    }
    for (const auto& each : {url, full_url, location})
      if (auto target = rest::target_in(each); !target.empty()) return target;
    return {};
  }
  const json::Value* meta() const { return resource == nullptr ? nullptr : resource->find("meta"); }
  std::optional<std::uint64_t> version() const {
    // A deletion may carry the resource as it was before.
    if (const auto* own = meta(); own != nullptr && !deleted())
      if (const auto number = number_of(own->text_of("versionId"))) return number;
    if (const auto number = number_of(rest::version_of_etag(etag))) return number;
    for (const auto& each : {location, url, full_url})
      if (const auto number = version_in(each)) return number;
    return std::nullopt;
  }
  std::optional<std::int64_t> time_ms() const {
    if (const auto at = rest::instant_ms(modified)) return at;
    const auto* own = meta();
    return own == nullptr || deleted() ? std::nullopt
                                       : rest::instant_ms(own->text_of("lastUpdated"));
  }
};

}  // namespace

// Version ids have no order (R4 Resource.meta), though most servers count up; clocks are set back.
// Where the two contradict each other, the server must be asked.
HistoryLog::Order HistoryLog::order(const State& a, const State& b) {
  const auto compared = [](const auto& left, const auto& right) {
    if (!left || !right) return Order::unknown;
    return *left < *right ? Order::earlier : *left > *right ? Order::later : Order::same;
  };
  const auto by_version = compared(a.version, b.version);
  const auto by_time = compared(a.time_ms, b.time_ms);
  const auto says = [](Order order) { return order == Order::earlier || order == Order::later; };
  if (says(by_version) && says(by_time)) return by_version == by_time ? by_time : Order::unknown;
  if (says(by_time)) return by_time;
  return by_version == Order::unknown ? by_time : by_version;
}

void HistoryLog::merge(const std::string& target, State state) {
  const auto [known, added] = states_.try_emplace(target, state);
  if (added) return;
  auto& before = known->second;
  switch (order(before, state)) {
    case Order::earlier:
      if (before.unplaced) state.unplaced = state.deleted = true, state.certain = false;
      before = std::move(state);
      break;
    case Order::later: break;
    case Order::same:
    case Order::unknown:
      // Perhaps the same entry once more; perhaps nobody can say which of them counts. What is
      // later than both of them does.
      before.certain = before.certain && state.certain && before.deleted == state.deleted;
      before.deleted = before.deleted || state.deleted;
      before.unplaced = before.unplaced || before.has_no_place() || state.has_no_place();
      before.version = std::max(before.version, state.version);
      before.time_ms = std::max(before.time_ms, state.time_ms);
      if (before.at.empty()) before.at = state.at;
      break;
  }
}

Result<std::size_t> HistoryLog::take(const json::Value& bundle) {
  std::size_t added = 0;
  const auto* entries = bundle.find("entry");
  for (const auto& value : entries == nullptr ? std::span<const json::Value>() : entries->items()) {
    const Entry entry(value);
    const auto target = entry.target();
    // What names no resource and deletes nothing is a write whose resource the server left out.
    if (target.empty() && entry.deleted() && !entry.method.empty())
      return fail(ErrorCode::answer_malformed,
                  "an entry of the history does not say what was deleted", {},
                  "report it to the server's operators");
    State state{entry.version(), entry.time_ms(), std::string(entry.modified), entry.deleted(),
                !entry.method.empty()};
    const auto key = target + "|" + (state.version ? std::to_string(*state.version) : "") + "|" +
                     (state.time_ms ? std::to_string(*state.time_ms) : "") +
                     (state.deleted ? "-" : "+");
    if (seen_.insert(std::hash<std::string>{}(key)).second) ++added;
    if (!target.empty()) merge(target, std::move(state));
  }
  return added;
}

std::vector<Deletion> HistoryLog::deletions() const {
  std::vector<Deletion> out;
  for (const auto& [target, state] : states_)
    if (state.deleted) out.push_back({target, state.at, state.certain});
  return out;
}

}  // namespace paraneo::fetch
