// kick-off -> poll until the manifest is there -> file after file -> counts -> forget the export.
#include "fetch/bulk.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include "base/arena.h"
#include "base/source.h"
#include "diag/counted.h"
#include "diag/diagnostic.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

constexpr std::int64_t kMsPerMinute = 60'000;
constexpr std::string_view kNdjson = "application/fhir+ndjson";

// What of the request the server may not know.
std::string parameters_of(const BulkOptions& options) {
  std::string names;
  const auto add = [&](bool is_there, const char* name) {
    if (is_there) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  add(!options.types.empty(), "--type");
  add(!options.type_filters.empty(), "--type-filter");
  add(!options.since.empty(), "--since");
  return names;
}

// The answer to $export, with advice that fits what a server may mean by it.
Error refused_export(const rest::Reply& reply, const std::string& url, const BulkOptions& options) {
  auto error = rest::to_error(reply, rest::Method::get, url, options.words);
  const bool unsupported =
      reply.status == 404 || reply.status == 405 || reply.status == 501 ||
      std::any_of(reply.issues.begin(), reply.issues.end(), [](const rest::Issue& issue) {
        return issue.code == "not-supported" || issue.code == "not-found";
      });
  if (reply.content_type.find("html") != std::string::npos) return error;  // of what is before it
  if (unsupported && options.level.starts_with("Group/")) {
    error.advice =
        "the server has no such group, or exports none: check the id, or take --level patient";
  } else if (unsupported) {
    error.advice = std::string("the server does not export at this level: take --level ") +
                   (options.level.empty() ? "patient" : "system") +
                   " or --group ID, or pull without --bulk";
  } else if (reply.verdict == rest::Verdict::denied) {
    error.advice +=
        std::string(error.advice.empty() ? "" : "; ") +
        "an export often needs a right of its own, such as the scope system/*.read (--scope)";
  } else if (reply.verdict == rest::Verdict::refused) {
    const auto names = parameters_of(options);
    error.advice = names.empty() ? "the server may not export NDJSON; pull without --bulk"
                                 : "try without " + names + ": the server may not know it";
  } else if (reply.verdict == rest::Verdict::broken) {
    error.advice =
        "run again later; if it stays, report it to the server's operators, or pull without --bulk";
  }
  return error;
}

}  // namespace

std::string Bulk::what_of(const BulkOptions& options) {
  std::string what = options.level + "/$export";
  for (const auto& type : options.types) add_parameter(what, "_type", type);
  for (const auto& filter : options.type_filters) add_parameter(what, "_typeFilter", filter);
  if (!options.since.empty()) add_parameter(what, "_since", options.since);
  return what;
}

Bulk::Bulk(BulkOptions options, BulkFiles& files, StateSink states, const Clock& clock)
    : options_(std::move(options)), file_store_(files), state_sink_(std::move(states)),
      clock_(clock) {
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
      request.url =
          options_.base + (options_.level.empty() ? "" : "/" + options_.level) + "/$export";
      add_parameter(request.url, "_outputFormat", kNdjson);
      std::string types;
      for (const auto& type : options_.types) types += (types.empty() ? "" : ",") + type;
      if (!types.empty()) add_parameter(request.url, "_type", types);
      for (const auto& filter : options_.type_filters)
        add_parameter(request.url, "_typeFilter", filter);
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
    case Step::manifest:
      request.url = manifest_url_;
      request.headers = {{"Accept", "application/json"}};
      break;
    case Step::file:
      request.url = redirect_ ? redirect_->url() : files_.back().url;
      request.anonymous = redirect_ ? redirect_->anonymous() : files_.back().anonymous;
      request.headers = {{"Accept", std::string(kNdjson)}};
      break;
    case Step::count:
      request.url = options_.base + "/" + counts_.back().type + "?_summary=count";
      if (!options_.since.empty())
        add_parameter(request.url, "_lastUpdated", "ge" + options_.since);
      request.headers.push_back({"Cache-Control", "no-cache"});
      break;
    case Step::end: break;
  }
  return request;
}

std::optional<rest::Task> Bulk::next() {
  if (waiting_ || report_.error || step_ == Step::end) return std::nullopt;
  waiting_ = true;
  return rest::Task{++last_task_, std::exchange(delay_ms_, 0), request(),
                    step_ == Step::file ? &download_ : nullptr};
}

Result<void> Bulk::Download::begin() {
  const auto& file = bulk_.files_.back();
  check.emplace(file, bulk_.options_.file_limits, bulk_.options_.limits);
  return bulk_.file_store_.begin(file);
}

Result<void> Bulk::Download::take(std::string_view piece) {
  if (const auto sound = check->take(piece); !sound) return sound;
  return bulk_.file_store_.write(piece);
}

void Bulk::stop(Error error, bool goes_on) {
  if (report_.error) return;
  report_.error = std::move(error);
  report_.goes_on = goes_on;
}

// A manifest may be read twice.
void Bulk::note(std::string line) {
  auto& notes = report_.notes;
  if (std::find(notes.begin(), notes.end(), line) == notes.end()) notes.push_back(std::move(line));
}

bool Bulk::keep_state() {
  const auto kept = state_sink_(state_);
  if (!kept) stop(kept.error(), true);
  return kept.has_value();
}

void Bulk::finished(std::uint64_t task, Result<rest::Reply> reply) {
  if (!waiting_ || task != last_task_) return;
  waiting_ = false;
  if (!reply) return failed(reply.error());
  switch (step_) {
    case Step::kick_off: return got_kick_off(*reply);
    case Step::poll: return got_poll(*reply);
    case Step::manifest: return got_manifest(*reply);
    case Step::file: return got_file(*reply);
    case Step::count: return got_count(*reply);
    case Step::forget:  // whether or not it could be forgotten: all of it is here
    case Step::end: step_ = Step::end; return;
  }
}

void Bulk::failed(Error error) {
  if (step_ == Step::forget) {
    step_ = Step::end;
    return;
  }
  const bool lost = error.fault == Fault::network;
  if (step_ == Step::file && (lost || error.fault == Fault::server))
    return try_file_again(std::move(error));
  const bool goes_on = lost || error.fault == Fault::io;
  stop(std::move(error), goes_on);
}

void Bulk::got_kick_off(const rest::Reply& reply) {
  if (reply.status != 202 || reply.content_location.empty()) {
    if (!reply.ok()) return stop(refused_export(reply, request().url, options_));
    return stop(fail(ErrorCode::answer_incomplete,
                     "the server does not answer $export with 202 and a Content-Location",
                     options_.base, "it may not do bulk export: pull without --bulk"));
  }
  if (!reply.malformed.empty())
    return stop(rest::to_error(reply, rest::Method::get, request().url, options_.words));
  const auto url = rest::follow(request().url, reply.content_location);
  if (!url) return stop(url.error());
  state_.status_url = *url;
  // Kept before the first question, so that a crash does not make the server export again.
  if (!keep_state()) return;
  step_ = Step::poll;
  pause(reply.retry_after_ms.value_or(options_.poll_ms_first));
}

void Bulk::pause(std::int64_t wanted_ms) {
  delay_ms_ = std::clamp(wanted_ms, options_.poll_ms_min, options_.poll_ms_max);
}

void Bulk::wait_for_manifest(const rest::Reply& reply) {
  if (!waits_since_ms_) waits_since_ms_ = clock_.now_ms();
  const auto waited_ms = clock_.now_ms() - *waits_since_ms_;
  if (report_.polls >= options_.polls_max || waited_ms >= options_.wait_ms_max)
    return stop(fail(ErrorCode::answer_incomplete,
                     "the export is not done after " + diag::counted(report_.polls, "question") +
                         " in " + std::to_string(waited_ms / kMsPerMinute) + " minutes",
                     state_.status_url, "run again later: it goes on where it is"),
                true);
  const auto growing = options_.poll_ms_first << std::min<std::uint64_t>(report_.polls, 5);
  pause(reply.retry_after_ms.value_or(growing));
}

void Bulk::got_poll(rest::Reply& reply) {
  ++report_.polls;
  if (reply.status == 202) return wait_for_manifest(reply);
  const bool forgotten =
      reply.verdict == rest::Verdict::missing || reply.verdict == rest::Verdict::gone;
  if (forgotten && report_.resumed) {
    note("the server has forgotten the export that was begun: a new one is made");
    report_.resumed = false;
    state_.status_url.clear();
    if (forget_files()) step_ = Step::kick_off;
    return;
  }
  // Of the moment only, and so it says (Bulk Data: "transient").
  if (std::any_of(reply.issues.begin(), reply.issues.end(),
                  [](const rest::Issue& issue) { return issue.code == "transient"; }))
    return wait_for_manifest(reply);
  if (!reply.ok() && refused_) return stop(*std::exchange(refused_, {}), true);
  if (!reply.ok())
    return stop(rest::to_error(reply, rest::Method::get, state_.status_url, options_.words),
                reply.verdict == rest::Verdict::busy || reply.verdict == rest::Verdict::broken);
  manifest_ = {};
  manifest_pages_ = 0;
  manifest_url_ = state_.status_url;
  got_manifest(reply);
}

// A page of it; the files are fetched when all of them are known.
void Bulk::got_manifest(const rest::Reply& reply) {
  if (!reply.ok())
    return stop(rest::to_error(reply, rest::Method::get, manifest_url_, options_.words),
                reply.verdict == rest::Verdict::busy || reply.verdict == rest::Verdict::broken);
  auto page = read_manifest(reply.body, manifest_url_, options_.limits);
  if (!page) return stop(page.error());
  const auto known = manifest_.files.size();
  if (manifest_.time.empty()) manifest_.time = std::move(page->time);
  for (auto& file : page->files)
    if (std::none_of(manifest_.files.begin(), manifest_.files.end(),
                     [&](const BulkFile& each) { return each.url == file.url; }))
      manifest_.files.push_back(std::move(file));
  const bool more = !page->next.empty();
  if (more && (++manifest_pages_ >= kManifestPagesMax || manifest_.files.size() > kBulkFilesMax ||
               (known > 0 && manifest_.files.size() == known)))
    return stop(fail(ErrorCode::answer_incomplete, "the manifest of the export does not end",
                     state_.status_url,
                     "this is a fault of the server; report it to its operators"));
  if (more) {
    manifest_url_ = std::move(page->next);
    step_ = Step::manifest;
    return;
  }
  if (!take_manifest(std::move(manifest_))) return;
  step_ = Step::file;
  next_file();
}

// What an earlier run brought of another export, or nobody knows what of.
bool Bulk::forget_files() {
  for (const auto& file : std::exchange(state_.files, {}))
    if (const auto removed = file_store_.remove(file.name); !removed) {
      stop(removed.error(), true);
      return false;
    }
  return keep_state();
}

bool Bulk::take_manifest(Manifest manifest) {
  report_.time = std::move(manifest.time);
  counts_.clear();
  missing_.clear();
  name_files(manifest.files, state_.files);
  const auto known = std::count_if(manifest.files.begin(), manifest.files.end(),
                                   [](const BulkFile& file) { return file.kept; });
  if (static_cast<std::size_t>(known) != state_.files.size()) {
    note(
        "the files that came before cannot be told apart by the manifest: all are "
        "fetched again");
    if (!forget_files()) return false;
    name_files(manifest.files, {});
  }
  // A type that was asked for and has no file: there must be none.
  for (const auto& type : options_.types) {
    const bool has_file =
        std::any_of(manifest.files.begin(), manifest.files.end(), [&](const BulkFile& file) {
          return file.section == BulkSection::output && file.type == type;
        });
    if (!has_file && options_.level.empty() && options_.type_filters.empty())
      missing_.push_back(type);
  }
  check_manifest(manifest);
  std::map<std::string, BulkKept> there;
  for (const auto& kept : state_.files) there.emplace(kept.name, kept);
  for (const auto& file : manifest.files)
    if (file.kept) came(file, there[file.name]);
  files_.assign(std::make_move_iterator(manifest.files.rbegin()),
                std::make_move_iterator(manifest.files.rend()));
  return true;
}

// What it leaves open.
void Bulk::check_manifest(const Manifest& manifest) {
  if (!rest::instant_ms(report_.time))
    note(
        "the manifest does not say as of when the export is (transactionTime): what --since the "
        "next one needs is not known");
  const bool has_output =
      std::any_of(manifest.files.begin(), manifest.files.end(),
                  [](const BulkFile& file) { return file.section == BulkSection::output; });
  // Of some types, and since then, there may well be nothing; of all a server has, hardly.
  const auto is_narrowed =
      !options_.since.empty() || !options_.types.empty() || !options_.type_filters.empty();
  if (has_output || !missing_.empty() || is_narrowed) return;
  note("the manifest names no file, and nothing says that there is nothing");
  report_.unproven = true;
}

// The next that is not there yet.
void Bulk::next_file() {
  file_tries_ = 0;
  redirect_.reset();
  while (!files_.empty() && files_.back().kept) files_.pop_back();
  if (files_.empty()) plan_counts();
}

void Bulk::try_file_again(Error error) {
  if (++file_tries_ >= options_.file_tries_max) return stop(std::move(error), true);
  ++report_.retried;
  redirect_.reset();  // a store may sign anew
  delay_ms_ = options_.poll_ms_first;
}

// What a file that is there says about the whole.
void Bulk::came(const BulkFile& file, const BulkKept& kept) {
  if (file.section == BulkSection::error && kept.complaints > 0) {
    note("the server says that it could not export all: see " + file.name);
    report_.unproven = true;
  }
  if (file.section == BulkSection::deleted && kept.lines > 0)
    note("the server says what was deleted: see " + file.name);
  if (file.section != BulkSection::output || file.count) return;
  const auto known = std::find_if(counts_.begin(), counts_.end(),
                                  [&](const Count& each) { return each.type == file.type; });
  if (known != counts_.end()) known->lines += kept.lines;
  else counts_.push_back({file.type, kept.lines});
}

// True when the file is asked for where the server says.
bool Bulk::got_redirect(const rest::Reply& reply) {
  if (!Redirect::is_one(reply) || !reply.malformed.empty()) return false;
  if (!redirect_) redirect_.emplace(files_.back().url, files_.back().anonymous);
  if (const auto followed = redirect_->follow(reply); !followed) stop(followed.error());
  return true;
}

// Stores that sign URLs do so for some minutes: what came is kept, and the manifest names the rest
// anew. Once, until another file came.
bool Bulk::asks_for_fresh_manifest(const rest::Reply& reply, const Error& error) {
  using rest::Verdict;
  const bool may_have_expired = reply.verdict == Verdict::denied ||
                                reply.verdict == Verdict::missing ||
                                reply.verdict == Verdict::gone || reply.verdict == Verdict::refused;
  if (!may_have_expired || std::exchange(refreshed_, true)) return false;
  refused_ = error;
  redirect_.reset();
  step_ = Step::poll;
  return true;
}

void Bulk::got_file(const rest::Reply& reply) {
  if (got_redirect(reply)) return;
  const auto& file = files_.back();
  if (!reply.ok() || !download_.check) {
    auto error = rest::to_error(reply, rest::Method::get, file.url, options_.words);
    if (asks_for_fresh_manifest(reply, error)) return;
    return stop(std::move(error),
                reply.verdict == rest::Verdict::busy || reply.verdict == rest::Verdict::broken);
  }
  const auto lines = download_.check->end();
  const auto complaints = download_.check->complaints();
  download_.check.reset();
  if (!lines) return failed(lines.error());
  if (file.count && *file.count != *lines)
    return try_file_again(fail(ErrorCode::answer_incomplete,
                               "the manifest announces " + diag::counted(*file.count, "resource") +
                                   " and " + std::to_string(*lines) + " came",
                               file.name,
                               "run again; if it stays, report it to the server's operators"));
  if (const auto kept = file_store_.keep(); !kept) return stop(kept.error(), true);
  refreshed_ = false;
  refused_.reset();
  ++report_.files;
  if (file.section == BulkSection::output) report_.resources += *lines;
  state_.files.push_back({file.url, file.name, *lines, complaints});
  came(file, state_.files.back());
  files_.pop_back();
  if (keep_state()) next_file();
}

void Bulk::plan_counts() {
  // No search counts a group, or what a filter leaves.
  if (const bool parts = !options_.type_filters.empty() || options_.level.starts_with("Group/");
      parts && !counts_.empty()) {
    report_.unproven = true;
    note(
        "the manifest has no counts, and no search counts what was asked for: it cannot be shown that all came");
    counts_.clear();
    missing_.clear();
  }
  for (const auto& type : missing_) counts_.push_back({type, 0});
  step_ = counts_.empty() ? Step::forget : Step::count;
}

void Bulk::got_count(const rest::Reply& reply) {
  const auto total = reply.ok() ? read_count(reply.body, options_.limits) : std::nullopt;
  const auto count = counts_.back();
  counts_.pop_back();
  if (!total || *total != count.lines) {
    report_.unproven = true;
    note(count.type + ": " + std::to_string(count.lines) + " came, the server counts " +
         (total ? std::to_string(*total) : std::string("nothing")) +
         " (data may have changed since the export)");
  }
  if (counts_.empty()) step_ = Step::forget;
}

}  // namespace paraneo::fetch
