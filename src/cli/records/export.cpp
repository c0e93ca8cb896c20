// paraneo export RECORD...
#include "record/export.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/knowledge/knowledge.h"
#include "cli/records/convert.h"
#include "cli/server/validation_flags.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message.h"
#include "cli/terminal/namespace_option.h"

namespace paraneo::cli {
namespace {

struct ExportFlags {
  ConvertFlags convert;
  std::string form = "transaction";
  ValidationFlags validation;
  std::string name_space;
};

record::ExportOptions options_of(const ExportFlags& flags) {
  record::ExportOptions options;
  options.form = flags.form == "ndjson"       ? record::ExportForm::ndjson
                 : flags.form == "collection" ? record::ExportForm::collection
                                              : record::ExportForm::transaction;
  options.validate = flags.validation.validate;
  options.xml = flags.convert.xml;
  options.pretty = flags.convert.output.pretty;
  return options;
}

int run_export(const ExportFlags& flags, const Session& session) {
  if (flags.form == "ndjson" && flags.convert.xml)
    return report(fail(ErrorCode::option_combination,
                       "--as ndjson is JSON, one resource a line: it is not XML", {},
                       "leave out --as ndjson or --format xml"));
  if (flags.form == "ndjson" && flags.convert.output.pretty)
    return report(fail(ErrorCode::option_combination,
                       "--as ndjson is one resource a line: --pretty would break it", {},
                       "leave one of the two out"));
  diag::Sink sink;
  const auto maps = record_maps(session, sink, flags.validation.validate);
  if (!maps) return report(maps.error());
  log_all(sink);
  if (*maps == nullptr) return kFindings;
  if (flags.form == "ndjson" && flags.convert.output.path.ends_with(".json"))
    return report(fail(ErrorCode::option_combination,
                       "--as ndjson writes one resource a line, which is no JSON text",
                       flags.convert.output.path, "name it .ndjson"));
  if (const auto checked = check_validation(flags.validation, "export"); !checked)
    return report(checked.error());
  const auto terminology = TerminologyServer::open(flags.validation.terminology, session.limits);
  if (!terminology) return report(terminology.error());
  auto options = options_of(flags);
  options.codes = codes_of(*terminology);
  auto convert = flags.convert;
  convert.definitions = &(*maps)->definitions();
  if (flags.form == "ndjson") convert.output.extension = ".ndjson";
  return exit_with(*terminology,
                   run_convert(convert, session, flags.form == "ndjson" ? "record" : "bundle", [&] {
                     auto exporter = std::make_shared<record::Exporter>(**maps, session.limits,
                                                                        flags.name_space);
                     auto worker = std::make_shared<Worker>();
                     worker->convert = [exporter, options](const Task& task, diag::Sink& messages) {
                       std::vector<Piece> pieces;
                       if (auto made = exporter->run(*task.text, options, messages))
                         pieces.push_back({made->record_id,
                                           made->record_id,
                                           std::move(made->text),
                                           std::move(made->resources),
                                           {}});
                       return pieces;
                     };
                     worker->unmapped = [exporter]() -> const record::UnmappedCodes& {
                       return exporter->unmapped();
                     };
                     return worker;
                   }));
}

}  // namespace

void add_export(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ExportFlags>();
  auto* verb = app.add_subcommand("export", "Turn case records into FHIR");
  verb->footer(
      "Each record becomes one bundle. The same record gives the same bytes and ids, always.\n"
      "A record that breaks the model is refused with the place; the others go through. Two records with one\n"
      "id are refused both; from a pipe, which is read once, the later one.\n\n"
      "Examples:\n"
      "  paraneo export tests/records/seed-000.json --pretty\n"
      "  paraneo export tests/records -o bundles/ --jobs 2 --unmapped unmapped.csv\n"
      "  paraneo export tests/records -o bundles/ --namespace https://registry.example.org/cases");
  flags->convert.inputs_are_records = true;
  verb->add_option("RECORD", flags->convert.inputs, kInputsHelp)->required();
  verb->add_option("--as", flags->form, "transaction, collection or ndjson (one resource a line)")
      ->check(CLI::IsMember({"transaction", "collection", "ndjson"}));
  add_namespace_option(*verb, flags->name_space);
  add_validation(
      *verb, flags->validation,
      "Check the output against FHIR R4 and the profiles of --ig; a record whose output has an error is refused");
  add_convert_options(*verb, flags->convert);
  add_format_option(*verb, flags->convert);
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_export(*flags, session); };
  });
}

}  // namespace paraneo::cli
