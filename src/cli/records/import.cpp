// paraneo import FHIR...
#include "record/import.h"

#include <memory>

#include "record/collect.h"
#include "cli/records/convert.h"
#include "cli/terminal/limit_option.h"
#include "cli/records/record_ids.h"
#include "diag/render.h"

namespace paraneo::cli {
namespace {

int run_import(const ConvertFlags& flags, const Session& session) {
  diag::Sink sink;
  const auto mappings = record::Mappings::builtin(sink);
  if (mappings == nullptr) return report(fail(Fault::internal, "the built-in maps do not compile:\n" + render(sink, {})));
  // Single resources (NDJSON) belong together by their patient, wherever they stand.
  record::Collector collector(session.limits);
  return run_convert(
      flags, session, "record",
      [&] {
        auto importer = std::make_shared<record::Importer>(*mappings, session.limits);
        auto worker = std::make_shared<Worker>();
        worker->convert = [importer](const Source& source, diag::Sink& messages) {
          std::vector<Piece> pieces;
          for (auto& made : importer->run(source, messages)) {
            auto name = record_name_in(made.json);
            pieces.push_back({std::move(made.record_id), std::move(name), std::move(made.json), std::move(made.resources)});
          }
          return pieces;
        };
        worker->unmapped = [importer]() -> const record::UnmappedCodes& { return importer->unmapped(); };
        return worker;
      },
      [&] { return collector.next(); }, [&](std::unique_ptr<Source>& source) { return collector.keep(*source); });
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ConvertFlags>();
  flags->unmapped_is_finding = false;
  auto* verb = app.add_subcommand("import", "Turn FHIR into case records");
  verb->footer(
      "Takes bundles, and single resources (NDJSON), which are put together by patient: one record\n"
      "for each. Everything that is not in a record afterwards is named: import-ignored (no place for\n"
      "the resource), import-lost (no place for the element), import-not-a-fact (cancelled, entered in\n"
      "error). Exit code 1 when there was any such finding. Of several records that\n"
      "would have one id the first one is written and the others are refused.\n\n"
      "Example:\n"
      "  paraneo import bundles/ -o records/ --unmapped unmapped.csv\n"
      "  paraneo export tests/records | paraneo import - --pretty");
  verb->add_option("FHIR", flags->inputs, "Files, folders or -: .json, .ndjson, packed or not (.gz, .bz2, .xz, .zst)")->required();
  add_convert_options(*verb, *flags);
  add_limit_option(*verb, session.limits);
  verb->callback([flags, &session] { session.run = [flags, &session] { return run_import(*flags, session); }; });
}

}  // namespace paraneo::cli
