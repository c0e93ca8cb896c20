#include "cli/server/pull_bulk.h"

#include <filesystem>

#include "base/atomic_file.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/log.h"
#include "cli/server/traffic_summary.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/state_file.h"
#include "diag/counted.h"
#include "fetch/bulk.h"
#include "net/drive.h"
#include "rest/url.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

Result<fetch::BulkOptions> read_flags(const BulkFlags& flags, const std::string& base) {
  if (flags.folder.empty())
    return fail(ErrorCode::option_missing, "--bulk writes a folder of files", {},
                "name it with -o DIR/");
  fetch::BulkOptions options;
  options.base = base;
  options.level = !flags.group.empty()       ? "Group/" + flags.group
                  : flags.level == "patient" ? "Patient"
                                             : "";
  options.types = flags.types;
  if (!flags.group.empty() && !rest::is_id(flags.group))
    return fail(ErrorCode::option_value, "--group is not a FHIR id", {},
                "give the id alone, without Group/");
  for (const auto& filter : flags.type_filters) {
    if (filter.find('?') == std::string::npos ||
        !rest::is_type_name(filter.substr(0, filter.find('?'))) || !rest::encoded_query(filter))
      return fail(ErrorCode::option_value, "--type-filter is not a search", {},
                  "write it like 'Observation?category=laboratory'");
    options.type_filters.push_back(*rest::encoded_query(filter));
  }
  options.since = flags.since;
  options.words = flags.words;
  for (const auto& type : flags.types)
    if (!rest::is_type_name(type))
      return fail(ErrorCode::option_value, "--type is not a resource type", type,
                  "write it like Observation");
  return options;
}

// What an earlier run has begun.
Result<void> take_up(const std::string& file, fetch::BulkOptions& options,
                     const std::string& folder) {
  const auto text = read_file(file);
  if (!text) return text.error();
  if (*text) {
    auto state = fetch::read_bulk_state(**text, file);
    if (!state) return state.error();
    if (state->server != options.base || state->what != fetch::Bulk::what_of(options))
      return fail(ErrorCode::state_of_another, "another export was begun in this folder", file,
                  "use a folder for each export, or remove this file");
    note("going on with the export that was begun: " + state->status_url);
    options.resume = std::move(*state);
    return {};
  }
  std::error_code ec;
  for (const auto& each : fs::directory_iterator(folder, ec))
    if (each.path().extension() == ".ndjson")
      return fail(ErrorCode::output_unusable, "the folder holds NDJSON files already", folder,
                  "use an empty folder, so that files of two exports are not mixed");
  return {};
}

class Folder final : public fetch::BulkFiles {
 public:
  explicit Folder(const std::string& path) : path_(path) {}
  Result<void> begin(const fetch::BulkFile& file) override {
    file_.reset();  // a draft of an earlier try, of the same name
    auto opened = AtomicFile::open((path_ / file.name).string(), AtomicFile::kPrivate);
    if (!opened) return opened.error();
    file_ = std::move(*opened);
    return {};
  }
  Result<void> write(std::string_view piece) override { return file_->write(piece); }
  Result<void> keep() override { return file_->commit(); }
  Result<void> remove(const std::string& name) override {
    std::error_code ec;
    fs::remove(path_ / name, ec);
    if (!ec) return {};
    return fail(ErrorCode::file_unwritable, "cannot be removed: " + ec.message(),
                (path_ / name).string(), "check the permissions");
  }

 private:
  fs::path path_;
  std::optional<AtomicFile> file_;
};

}  // namespace

int run_bulk(const BulkFlags& flags, const ConnectionFlags& connection, const Session& session) {
  auto connected = connect(connection);
  if (!connected) return report(connected.error());
  auto options = read_flags(flags, connected->base);
  if (!options) return report(options.error());
  options->limits = session.limits;
  const auto lock = FolderLock::take(flags.folder);
  if (!lock) return report(lock.error());
  const auto state_file = flags.state.empty()
                              ? (fs::path(flags.folder) / ".paraneo-export.json").string()
                              : flags.state;
  if (const auto taken = take_up(state_file, *options, flags.folder); !taken)
    return report(taken.error());

  Folder folder(flags.folder);
  fetch::Bulk machine(*options, folder, [&](const fetch::BulkState& state) {
    return write_state_file(state_file, fetch::write_state(state));
  });
  TrafficSummary traffic(connected->client);
  net::DriveOptions drive_options;
  drive_options.concurrency = 1;
  drive_options.stop = &stop_asked();
  {
    Progress progress(session.progress, "resources");
    drive_options.on_step = [&] { progress.update(machine.report().resources, 0, 0); };
    net::drive(machine, connected->client, drive_options, system_clock(), system_random());
  }
  traffic.show();
  const auto& done = machine.report();
  for (const auto& line : done.notes) note("note: " + line);
  const auto what =
      diag::counted(done.resources, "resource") + " in " + diag::counted(done.files, "file");
  if (done.error || !machine.done()) {
    const int code = done.error ? report_answer(*done.error) : int{kPartly};
    std::error_code ec;
    const bool begun = fs::exists(state_file, ec);
    const bool goes_on = begun && done.goes_on;
    log(Level::error,
        "the export is NOT complete: " + what + " came" +
            (goes_on ? "; run the same again and it goes on"
             : begun ? "; when that is mended the same command goes on, or remove " + state_file +
                           " to begin anew"
                     : ""),
        {{"event", "pull-ended"}, {"complete", "false"}});
    return goes_on ? int{kPartly} : code;
  }
  std::error_code ec;
  fs::remove(state_file, ec);
  const LogFields fields{{"event", "pull-ended"},
                         {"resources", done.resources},
                         {"files", done.files},
                         {"time", done.time},
                         {"complete", done.unproven ? "unproven" : "true"}};
  if (done.unproven) {
    log(Level::error, "NOT PROVEN to be complete: " + what, fields);
    return kPartly;
  }
  log(Level::info,
      "complete: " + what + " of " + flags.folder + "; the counts agree" +
          (done.time.empty() ? "" : "; as of " + done.time + " (--since for the next)"),
      fields);
  return kDone;
}

}  // namespace paraneo::cli
