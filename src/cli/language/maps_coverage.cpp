// paraneo maps coverage --map FILE|URL INPUT...
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/clock.h"
#include "cli/knowledge/knowledge.h"
#include "cli/language/coverage_report.h"
#include "cli/language/maps.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"

namespace paraneo::cli {
namespace {

struct CoverageFlags {
  std::vector<std::string> inputs;
  std::string map;
  bool json = false;
  std::string html;
};

Result<void> write_to(const std::string& path, const std::string& text,
                      const std::vector<std::string>& inputs) {
  auto output = Output::open({.path = path, .holds_patients = false}, inputs);
  if (!output) return output.error();
  if (const auto written = output->write_text(text); !written) return written.error();
  return output->finish();
}

int run_coverage(const CoverageFlags& flags, const Session& session) {
  diag::Sink sink;
  const auto knowledge = load_knowledge(session, sink, {flags.map});
  if (!knowledge) return report(knowledge.error());
  const auto transform = (*knowledge)->transformation(flags.map, sink);
  log_all(sink);
  if (transform == nullptr) return kFindings;
  auto input = Input::open(flags.inputs, session.limits);
  if (!input) return report(input.error());
  fml::Coverage total(transform->program(), transform->definitions(),
                      fml::expression_names(transform->program(), (*knowledge)->library()));
  const auto now = DateTime::of_epoch_ms(system_clock().now_ms());
  Progress progress(session.progress, "inputs");
  Arena arena;
  std::uint64_t refused = 0;
  bool unread = false;
  for (std::uint64_t count = 1;; ++count) {
    auto source = input->next();
    if (!source) {
      report(source.error());
      unread = unread || source.error().fault == Fault::io;
      ++refused;
      continue;
    }
    if (*source == nullptr) break;
    arena.reset();
    diag::Sink messages;
    transform->run(
        **source, {arena, session.limits, messages, (*source)->text, now, &total, &steady_clock()});
    total.finish();
    if (!messages.ok()) ++refused;
    progress.update(count, input->bytes_done(), input->bytes_total());
  }
  total.name_fields();
  if (!flags.html.empty())
    if (const auto written = write_to(flags.html, coverage_html(total), input->files()); !written)
      return report(written.error());
  const auto text = flags.json ? coverage_json(total) : coverage_text(total);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (refused > 0)
    note(diag::counted(refused, "input") + " had errors; paraneo transform shows them");
  if (unread) return kUsage;
  return refused > 0 || coverage_has_gaps(total) ? kFindings : kDone;
}

}  // namespace

void add_maps_coverage(CLI::App& maps, Session& session) {
  auto flags = std::make_shared<CoverageFlags>();
  auto* verb =
      maps.add_subcommand("coverage", "Which rules never ran and which source fields no rule took");
  verb->footer(
      "A field counts as taken when a rule ran for it, or copied what holds it; one that only an expression\n"
      "names is listed apart. Exit code 1 when a rule never ran or a field was never taken.\n\n"
      "Examples:\n"
      "  paraneo maps coverage --map mappings/record/export/record.map --ig mappings tests/records\n"
      "  paraneo maps coverage --map mappings/record/export/record.map --ig mappings tests/records --html coverage.html --json");
  verb->add_option("INPUT", flags->inputs, kInputsHelp)->required();
  verb->add_option("--map", flags->map, "The map: a file, or the URL of one that --ig loads")
      ->required();
  verb->add_flag("--json", flags->json, "The report as one JSON object");
  verb->add_option("--html", flags->html, "Also FILE: the maps with their counts, line by line");
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_coverage(*flags, session); };
  });
}

}  // namespace paraneo::cli
