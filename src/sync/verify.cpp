#include "sync/verify.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "rest/url.h"
#include "rest/write_request.h"
#include "sync/reconcile/address.h"

namespace paraneo::sync {
namespace {

using store::ResourceRow;
using store::ResourceState;

// What waits or was left alone is not ours.
bool can_be_checked(const ResourceRow& row) {
  return row.state == ResourceState::retracted || row.state == ResourceState::confirmed;
}

bool shall_be_absent(const ResourceRow& row) {
  return row.state == ResourceState::retracted && row.version.empty();
}

// The server gave none, or labels of others are on it: only whether anything is there can be said.
bool is_any_version(const ResourceRow& row) {
  return row.state == ResourceState::confirmed && row.version.empty();
}

std::string id_of(const ResourceRow& row) { return row.target.substr(row.target.find('/') + 1); }

}  // namespace

std::string_view name_of(Deviation deviation) {
  switch (deviation) {
    case Deviation::missing: return "missing";
    case Deviation::changed: return "changed";
    case Deviation::returned: return "returned";
  }
  return "";
}

Verify::Verify(VerifyOptions options, Feed feed, Visit visit)
    : options_(std::move(options)), feed_(std::move(feed)), visit_(std::move(visit)) {}

bool Verify::done() const {
  if (waiting_) return false;
  return report_.error ||
         (feed_ended_ && collecting_.empty() && asked_.empty() && unfound_.empty());
}

void Verify::stop(Error error) {
  if (!report_.error) report_.error = std::move(error);
}

// Rows of one type that go into one search; false at the end.
bool Verify::fill() {
  while (!feed_ended_) {
    auto row = feed_();
    if (!row) {
      stop(row.error());
      return false;
    }
    if (!*row) {
      feed_ended_ = true;
      break;
    }
    if (!can_be_checked(**row)) continue;
    ++report_.checked;
    const auto type = (*row)->target.substr(0, (*row)->target.find('/'));
    auto& rows = collecting_[type];
    rows.push_back(std::move(**row));
    if (rows.size() < options_.entries_max) continue;
    asked_ = std::move(rows);
    collecting_.erase(type);
    return true;
  }
  if (collecting_.empty()) return false;
  asked_ = std::move(collecting_.begin()->second);
  collecting_.erase(collecting_.begin());
  return true;
}

std::optional<rest::Task> Verify::next() {
  if (waiting_ || report_.error) return std::nullopt;
  if (doubts_address_) {
    step_ = Step::address;
    waiting_ = true;
    return rest::Task{++last_task_, 0, rest::get_request(options_.base, "metadata"), nullptr};
  }
  if (!unfound_.empty()) {
    step_ = Step::read;
    waiting_ = true;
    return rest::Task{++last_task_, 0, rest::get_request(options_.base, unfound_.front().target),
                      nullptr};
  }
  if (url_.empty()) {
    if (!fill()) return std::nullopt;
    if (!search_works_) {
      std::move(asked_.begin(), asked_.end(), std::back_inserter(unfound_));
      asked_.clear();
      return next();
    }
    std::string ids;
    for (const auto& row : asked_) ids += (ids.empty() ? "" : ",") + id_of(row);
    const auto type = asked_.front().target.substr(0, asked_.front().target.find('/'));
    url_ = options_.base + "/" + type + "?_id=" + ids +
           "&_elements=id,meta&_count=" + std::to_string(asked_.size());
    found_.clear();
    pages_ = 0;
  }
  step_ = Step::search;
  waiting_ = true;
  auto request = rest::get_request(options_.base, "");
  request.url = url_;
  return rest::Task{++last_task_, 0, std::move(request), nullptr};
}

void Verify::finished(std::uint64_t task, Result<rest::Reply> reply) {
  if (!waiting_ || task != last_task_) return;
  waiting_ = false;
  if (!reply) return stop(reply.error());
  switch (step_) {
    case Step::search: return got_search(*reply);
    case Step::address: return got_address(*reply);
    case Step::read: return got_read(*reply);
  }
}

void Verify::got_address(const rest::Reply& reply) {
  doubts_address_ = false;
  if (Address::no_server(reply))
    stop(rest::to_error(reply, rest::Method::get, options_.base + "/metadata"));
}

void Verify::got_search(rest::Reply& reply) {
  const auto here = std::exchange(url_, {});
  const bool unknown = reply.verdict == rest::Verdict::refused ||
                       reply.verdict == rest::Verdict::missing || reply.status == 501;
  if ((!reply.ok() && !unknown) || is_page(reply))
    return stop(rest::to_error(reply, rest::Method::get, here));
  if (reply.ok()) {
    const Source source{"search", std::move(reply.body)};
    Arena arena;
    diag::Sink sink;
    const auto* root = json::read(source, arena, options_.limits, sink);
    const auto* entries = root == nullptr ? nullptr : root->find("entry");
    for (const auto& entry :
         entries == nullptr ? std::span<const json::Value>() : entries->items()) {
      const auto* resource = entry.find("resource");
      if (resource == nullptr) continue;
      const auto* meta = resource->find("meta");
      found_.emplace(resource->text_of("id"),
                     meta == nullptr ? std::string_view() : meta->text_of("versionId"));
    }
    const auto* links = root == nullptr ? nullptr : root->find("link");
    for (const auto& link : links == nullptr ? std::span<const json::Value>() : links->items())
      if (link.text_of("relation") == "next" && ++pages_ < options_.pages_max)
        if (const auto next = rest::follow(here, link.text_of("url")); next && *next != here)
          url_ = *next;
    if (!url_.empty()) return;
  } else {
    search_works_ = false;
    doubts_address_ = Address::no_server(reply);
  }
  for (auto& row : std::exchange(asked_, {})) {
    const auto found = found_.find(id_of(row));
    const bool says = found != found_.end() && (!found->second.empty() || is_any_version(row));
    if (says) compare(row, found->second);
    else if (reply.ok() && shall_be_absent(row)) continue;
    else unfound_.push_back(std::move(row));
  }
}

void Verify::got_read(const rest::Reply& reply) {
  auto row = std::move(unfound_.front());
  unfound_.pop_front();
  const bool gone = reply.verdict == rest::Verdict::missing || reply.verdict == rest::Verdict::gone;
  if (gone && !is_page(reply)) return absent(row);
  if (!reply.ok())
    return stop(rest::to_error(reply, rest::Method::get, options_.base + "/" + row.target));
  const auto etag = rest::etag_of_read(reply.etag, reply.body, options_.limits);
  if (!etag) return stop(etag.error());
  compare(row, rest::version_of_etag(*etag));
}

void Verify::compare(const ResourceRow& row, const std::string& version) {
  if (row.version == version || is_any_version(row)) return;
  const auto deviation = shall_be_absent(row) ? Deviation::returned : Deviation::changed;
  ++(deviation == Deviation::returned ? report_.returned : report_.changed);
  if (const auto taken = visit_(row, deviation); !taken) stop(taken.error());
}

void Verify::absent(const ResourceRow& row) {
  if (shall_be_absent(row)) return;
  ++report_.missing;
  if (const auto taken = visit_(row, Deviation::missing); !taken) stop(taken.error());
}

}  // namespace paraneo::sync
