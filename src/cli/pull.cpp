// paraneo pull --server URL
#include <memory>

#include "cli/connection.h"
#include "cli/log.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/verb.h"
#include "net/drive.h"
#include "rest/pull.h"
#include "rest/url.h"

namespace paraneo::cli {
namespace {

struct PullFlags {
  ConnectionFlags connection;
  rest::PullOptions pull;
  OutputOptions output;
};

Result<void> check(const PullFlags& flags) {
  for (const auto& patient : flags.pull.patients)
    if (!rest::is_id(patient))
      return fail(Fault::usage, "--patient is not a FHIR id", {}, "give the id alone, without Patient/");
  for (const auto& query : flags.pull.queries) {
    const auto type = query.substr(0, query.find('?'));
    if (!rest::is_type_name(type) || query.find_first_of(" #\r\n") != std::string::npos)
      return fail(Fault::usage, "--query does not begin with a resource type, or is not encoded", {},
                  "write it as 'Condition?code=http://snomed.info/sct%7C396230008'");
  }
  const auto& since = flags.pull.since;
  if (!since.empty() && (since.size() < 4 || since.find_first_not_of("0123456789-:.TZ+") != std::string::npos))
    return fail(Fault::usage, "--since is not a date or instant", {},
                "write it as 2026-01-31 or 2026-01-31T12:00:00Z");
  return {};
}

int run_pull(PullFlags& flags, const Session& session) {
  if (const auto checked = check(flags); !checked) return report(checked.error());
  auto connected = connect(flags.connection);
  if (!connected) return report(connected.error());
  auto output = Output::open(flags.output);
  if (!output) return report(output.error());

  auto options = flags.pull;
  options.base = connected->base;
  options.limits = session.limits;
  rest::Pull machine(options, [&](std::string_view type, std::string_view id, std::string_view json) {
    return output->write(std::string(type) + "-" + std::string(id), json);
  });
  net::DriveOptions drive_options;
  drive_options.concurrency = 1;
  drive_options.stop = &stop_asked();
  {
    Progress progress(session.progress, "resources");
    drive_options.on_step = [&] {
      const auto& done = machine.report();
      progress.update(done.resources, done.resources, done.expected.value_or(0));
    };
    net::drive(machine, connected->client, drive_options, system_clock(), system_random());
  }

  const auto& done = machine.report();
  for (const auto& line : done.notes) note("note: " + line);
  const auto resources = std::to_string(done.resources);
  const auto pages = std::to_string(done.pages);
  if (done.error || !machine.done()) {
    int code = kPartly;
    if (done.error) code = report(*done.error);
    log(Level::error, "the pull is NOT complete: " + resources + " resources came" +
        (output->is_folder() ? "; remove them from " + flags.output.path
                             : flags.output.path.empty() ? "" : "; " + flags.output.path + " was not written"),
        {{"resources", resources}, {"complete", "false"}});
    return code;
  }
  if (const auto finished = output->finish(); !finished) return report(finished.error());
  std::string proof = "; the server's counts agree";
  if (done.without_total > 0)
    proof = "; " + std::to_string(done.without_total) +
            " searches have no Bundle.total to check against (all pages were followed)";
  log(Level::info, "complete: " + resources + " resources in " + pages + " answers" + proof,
      {{"resources", resources}, {"answers", pages}, {"complete", "true"}});
  return kDone;
}

}  // namespace

void add_pull(CLI::App& app, Session& session) {
  auto flags = std::make_shared<PullFlags>();
  auto* verb = app.add_subcommand("pull", "Fetch resources from a FHIR server, completely or not at all");
  verb->footer(
      "Without --patient and --query, everything that the server can search is fetched.\n\n"
      "Examples:\n"
      "  paraneo pull --server https://fhir.example.org/r4 --patient dm-017 -o dm-017.ndjson\n"
      "  paraneo pull --server https://fhir.example.org/r4 --query 'Condition?code=M33.1' > all.ndjson");
  verb->add_option("--patient", flags->pull.patients, "Id of a patient: all that belongs to it (repeatable)")
      ->allow_extra_args(false);
  verb->add_option("--query", flags->pull.queries, "A search, like 'Condition?code=...' (repeatable)")
      ->allow_extra_args(false);
  verb->add_option("--since", flags->pull.since, "Only what changed since this date or instant");
  verb->add_option("--page-size", flags->pull.page_entries, "Resources asked for in one answer")
      ->capture_default_str()->check(CLI::Range(std::size_t{1}, std::size_t{10'000}));
  verb->add_option("-o,--output", flags->output.path, "FILE (.gz is packed) or DIR/ (one file each)");
  verb->add_flag("--pretty", flags->output.pretty, "Indent the JSON");
  add_connection(*verb, flags->connection);
  verb->callback([flags, &session] { session.run = [flags, &session] { return run_pull(*flags, session); }; });
}

}  // namespace paraneo::cli
