// paraneo import FHIR...
#include "record/import.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/knowledge/knowledge.h"
#include "cli/records/convert.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message.h"
#include "cli/terminal/namespace_option.h"

namespace paraneo::cli {
namespace {

struct ImportFlags {
  ConvertFlags convert;
  record::ChartOptions charts;
};

int run_import(const ImportFlags& flags, const Session& session) {
  diag::Sink sink;
  const auto maps = record_maps(session, sink);
  if (!maps) return report(maps.error());
  log_all(sink);
  if (*maps == nullptr) return kFindings;
  // What belongs to one patient can stand anywhere in the inputs.
  const record::WrittenList written_list((*maps)->definitions(), (*maps)->knowledge().value_sets());
  auto chart_options = flags.charts;
  chart_options.written_list = &written_list;
  record::Charts charts(session.limits, chart_options);
  const PutTogether put_together{
      [&](const Source& text, diag::Sink& messages) { charts.add(text, messages); },
      [&](diag::Sink& messages) {
        charts.settle(messages);
        if (charts.charts().empty())
          messages.report(diag::Code::import_no_patient, "there is no patient in these inputs", {}, {},
                          "a record is one patient: give the Patient and what refers to it");
        return charts.charts().size();
      },
      [&] { return charts.left_out(); }};
  auto convert = flags.convert;
  convert.definitions = &(*maps)->definitions();
  return run_convert(
      convert, session, "record",
      [&] {
        auto importer = std::make_shared<record::Importer>(**maps, session.limits);
        auto worker = std::make_shared<Worker>();
        worker->convert = [importer, &charts](const Task& task, diag::Sink& messages) {
          std::vector<Piece> pieces;
          if (auto made = importer->run(charts, charts.charts()[task.number], messages))
            pieces.push_back({made->record_id, made->record_id, std::move(made->json), std::move(made->resources), std::move(made->left_out)});
          return pieces;
        };
        worker->unmapped = [importer]() -> const record::UnmappedCodes& { return importer->unmapped(); };
        return worker;
      },
      &put_together);
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ImportFlags>();
  flags->convert.unmapped_is_finding = false;
  auto* verb = app.add_subcommand("import", "Turn FHIR into case records");
  verb->footer(
      "Takes bundles, and single resources (NDJSON), whatever files they come in: one record for each\n"
      "patient. Everything that is not in a record afterwards is named: import-not-a-fact (withdrawn, of\n"
      "somebody else, not to be understood), import-superseded (an older version, or deleted),\n"
      "import-set-aside (breaks the record's model), import-unclear (said oddly, and read with care),\n"
      "import-ignored (no place for the resource), import-lost (no place for the element).\n"
      "Exit code 1 when there was any such finding. What a record never needs, such as who wrote something down,\n"
      "and who a person is to the outside (names, addresses, social security numbers) is left out by written lists\n"
      "(value sets that --ig can replace), counted in one line, and no finding. Of several records that would have one id the first one is\n"
      "written and the others are refused.\n\n"
      "Example:\n"
      "  paraneo import bundles/ -o records/ --unmapped unmapped.csv\n"
      "  paraneo import --source st-mary bundles/ -o records/\n"
      "  paraneo export tests/records | paraneo import - --pretty");
  verb->add_option("FHIR", flags->convert.inputs, kInputsHelp)->required();
  verb->add_option("--source", flags->charts.source,
                   "Name of the sender: two hospitals may both have a Patient/1. Records are called NAME.ID then")
      ->check([](const std::string& name) {
        const auto is_plain = [](char c) {
          return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        };
        constexpr std::size_t kNameCharsMax = 27;  // an id of 36 characters still fits into 64
        return !name.empty() && name.size() <= kNameCharsMax && std::all_of(name.begin(), name.end(), is_plain)
                   ? std::string()
                   : std::string("a source's name has letters, digits, '-' and '.', 27 at most");
      });
  add_namespace_option(*verb, flags->charts.name_space);
  add_convert_options(*verb, flags->convert);
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] { session.run = [flags, &session] { return run_import(*flags, session); }; });
}

}  // namespace paraneo::cli
