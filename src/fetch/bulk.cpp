// kick-off -> poll until the manifest is there -> file after file -> counts -> forget the export.
#include "fetch/bulk.h"

#include <algorithm>
#include <charconv>

#include "base/arena.h"
#include "base/source.h"
#include "diag/counted.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "fetch/pull_query.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

constexpr std::size_t kProgressCharsMax = 100;
constexpr std::string_view kNdjson = "application/fhir+ndjson";

std::optional<std::uint64_t> total_of(const rest::Reply& reply, const Limits& limits) {
  if (!reply.ok()) return std::nullopt;
  const Source source{"count", reply.body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  const auto* total = root == nullptr ? nullptr : root->find("total");
  if (total == nullptr) return std::nullopt;
  std::uint64_t value = 0;
  const auto digits = total->text();
  if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc())
    return std::nullopt;
  return value;
}

}  // namespace

std::string Bulk::what_of(const BulkOptions& options) {
  std::string what = options.level + "/$export";
  for (const auto& type : options.types) add_parameter(what, "_type", type);
  if (!options.since.empty()) add_parameter(what, "_since", options.since);
  return what;
}

Bulk::Bulk(BulkOptions options, BulkFiles& files, StateSink states)
    : options_(std::move(options)), file_store_(files), state_sink_(std::move(states)) {
  state_.server = options_.base;
  state_.what = what_of(options_);
  if (!options_.resume || options_.resume->status_url.empty()) return;
  state_ = *options_.resume;
  report_.resumed = true;
  step_ = Step::poll;
}

rest::Request Bulk::request() const {
  rest::Request request;
  request.headers = {{"Accept", std::string(rest::kFhirJson)}};
  switch (step_) {
    case Step::kick_off: {
      request.url = options_.base + (options_.level.empty() ? "" : "/" + options_.level) + "/$export";
      add_parameter(request.url, "_outputFormat", kNdjson);
      std::string types;
      for (const auto& type : options_.types) types += (types.empty() ? "" : ",") + type;
      if (!types.empty()) add_parameter(request.url, "_type", types);
      if (!options_.since.empty()) add_parameter(request.url, "_since", options_.since);
      request.headers.push_back({"Prefer", "respond-async"});
      request.idempotent = false;  // each one is an export that the server has to make
      break;
    }
    case Step::poll:
    case Step::forget:
      request.url = state_.status_url;
      request.headers = {{"Accept", "application/json"}};
      if (step_ == Step::forget) request.method = rest::Method::del;
      break;
    case Step::file:
      request.url = files_.back().url;
      request.headers = {{"Accept", std::string(kNdjson)}};
      break;
    case Step::count:
      request.url = options_.base + "/" + counts_.back().type + "?_summary=count";
      if (!options_.since.empty()) add_parameter(request.url, "_lastUpdated", "ge" + options_.since);
      request.headers.push_back({"Cache-Control", "no-cache"});
      break;
    case Step::end: break;
  }
  return request;
}

std::optional<rest::Task> Bulk::next() {
  if (waiting_ || report_.error || step_ == Step::end) return std::nullopt;
  waiting_ = true;
  return rest::Task{++last_task_, std::exchange(delay_ms_, 0), request(), step_ == Step::file ? &download_ : nullptr};
}

Result<void> Bulk::Download::begin() {
  const auto& file = bulk_.files_.back();
  check.emplace(file.type, bulk_.options_.limits);
  return bulk_.file_store_.begin(file);
}

Result<void> Bulk::Download::take(std::string_view piece) {
  check->take(piece);
  return bulk_.file_store_.write(piece);
}

void Bulk::stop(Error error) {
  if (!report_.error) report_.error = std::move(error);
}

bool Bulk::keep_state() {
  const auto kept = state_sink_(state_);
  if (!kept) stop(kept.error());
  return kept.has_value();
}

void Bulk::finished(std::uint64_t task, Result<rest::Reply> reply) {
  if (!waiting_ || task != last_task_) return;
  waiting_ = false;
  if (!reply) {
    if (step_ == Step::file && reply.error().fault != Fault::io) return try_file_again(reply.error());
    if (step_ == Step::forget) {
      step_ = Step::end;
      return;
    }
    return stop(reply.error());
  }
  switch (step_) {
    case Step::kick_off: return got_kick_off(*reply);
    case Step::poll: return got_poll(*reply);
    case Step::file: return got_file(*reply);
    case Step::count: return got_count(*reply);
    case Step::forget:  // whether or not it could be forgotten: all of it is here
    case Step::end: step_ = Step::end; return;
  }
}

void Bulk::got_kick_off(const rest::Reply& reply) {
  if (reply.status != 202 || reply.content_location.empty()) {
    if (!reply.ok()) return stop(rest::to_error(reply, rest::Method::get, request().url));
    return stop(fail(Fault::server, "the server does not answer $export with 202 and a Content-Location",
                     options_.base, "it may not do bulk export: pull without --bulk"));
  }
  const auto url = rest::follow(request().url, reply.content_location);
  if (!url) return stop(url.error());
  state_.status_url = *url;
  // Kept before the first question, so that a crash does not make the server export again.
  if (!keep_state()) return;
  step_ = Step::poll;
  delay_ms_ = std::min(reply.retry_after_ms.value_or(options_.poll_ms_first), options_.poll_ms_max);
}

void Bulk::got_poll(rest::Reply& reply) {
  ++report_.polls;
  if (reply.status == 202) {
    report_.progress = reply.progress.substr(0, kProgressCharsMax);
    if (report_.polls >= options_.polls_max)
      return stop(fail(Fault::limit, "the export is not done after " + std::to_string(report_.polls) +
                       " questions", state_.status_url, "run again later: it goes on where it is"));
    const auto growing = std::min<std::int64_t>(options_.poll_ms_first << std::min<std::uint64_t>(report_.polls, 5),
                                                options_.poll_ms_max);
    delay_ms_ = std::min(reply.retry_after_ms.value_or(growing), options_.poll_ms_max);
    return;
  }
  const bool forgotten = reply.verdict == rest::Verdict::missing || reply.verdict == rest::Verdict::gone;
  if (forgotten && report_.resumed) {
    report_.notes.push_back("the server has forgotten the export that was begun: a new one is made");
    report_.resumed = false;
    state_.status_url.clear();
    state_.files.clear();
    step_ = Step::kick_off;
    return;
  }
  if (!reply.ok()) return stop(rest::to_error(reply, rest::Method::get, state_.status_url));
  auto manifest = read_manifest(reply.body, state_.status_url, options_.limits);
  if (!manifest) return stop(manifest.error());
  report_.time = manifest->time;
  error_files_ = manifest->error.size();
  // A type that was asked for and has no file: there must be none.
  for (const auto& type : options_.types) {
    const bool has_file = std::any_of(manifest->output.begin(), manifest->output.end(),
                                      [&](const BulkFile& file) { return file.type == type; });
    if (!has_file && options_.level.empty()) missing_.push_back(type);
  }
  for (auto* list : {&manifest->error, &manifest->deleted, &manifest->output})
    for (auto file = list->rbegin(); file != list->rend(); ++file) files_.push_back(std::move(*file));
  step_ = Step::file;
  next_file();
}

// The next that is not there yet.
void Bulk::next_file() {
  file_tries_ = 0;
  const auto is_there = [&] {
    return std::find(state_.files.begin(), state_.files.end(), files_.back().name) != state_.files.end();
  };
  while (!files_.empty() && is_there()) files_.pop_back();
  if (files_.empty()) plan_counts();
}

void Bulk::try_file_again(Error error) {
  if (++file_tries_ >= options_.file_tries_max) return stop(std::move(error));
  ++report_.retried;
  delay_ms_ = options_.poll_ms_first;
}

void Bulk::got_file(const rest::Reply& reply) {
  const auto& file = files_.back();
  if (!reply.ok() || !download_.check) return stop(rest::to_error(reply, rest::Method::get, file.url));
  const auto lines = download_.check->end();
  download_.check.reset();
  if (lines.bad_line)
    return try_file_again(fail(Fault::server, "line " + std::to_string(*lines.bad_line) +
                               " is no " + file.type, file.name, "run again; if it stays, report it to the "
                               "server's operators"));
  if (file.count && *file.count != lines.count)
    return try_file_again(fail(Fault::server, "the manifest announces " + diag::counted(*file.count, "resource") +
                               " and " + std::to_string(lines.count) + " came", file.name,
                               "run again; if it stays, report it to the server's operators"));
  if (const auto kept = file_store_.keep(); !kept) return stop(kept.error());
  ++report_.files;
  if (files_.size() <= error_files_) {
    if (lines.count > 0) {
      report_.notes.push_back("the server says that it could not export all: see " + file.name);
      report_.unproven = true;
    }
  } else {
    report_.resources += lines.count;
    if (!file.count && !file.name.starts_with("deleted.")) {
      const auto known = std::find_if(counts_.begin(), counts_.end(),
                                      [&](const Count& each) { return each.type == file.type; });
      if (known != counts_.end()) known->lines += lines.count;
      else counts_.push_back({file.type, lines.count});
    }
  }
  state_.files.push_back(file.name);
  files_.pop_back();
  if (keep_state()) next_file();
}

// Files that came in an earlier run were counted there against the manifest, if it had counts.
void Bulk::plan_counts() {
  if (report_.resumed && !counts_.empty() && state_.files.size() != report_.files) {
    report_.notes.push_back("the manifest has no counts, and a part came in an earlier run: the number of "
                            "resources was not checked");
    report_.unproven = true;
    counts_.clear();
  }
  for (const auto& type : missing_) counts_.push_back({type, 0});
  step_ = counts_.empty() ? Step::forget : Step::count;
}

void Bulk::got_count(const rest::Reply& reply) {
  const auto total = total_of(reply, options_.limits);
  const auto count = counts_.back();
  counts_.pop_back();
  if (!total || *total != count.lines) {
    report_.unproven = true;
    report_.notes.push_back(count.type + ": " + std::to_string(count.lines) + " came, the server counts " +
                            (total ? std::to_string(*total) : std::string("nothing")) +
                            " (data may have changed since the export)");
  }
  if (counts_.empty()) step_ = Step::forget;
}

}  // namespace paraneo::fetch
