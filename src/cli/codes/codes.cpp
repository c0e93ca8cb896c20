// paraneo codes report|check|apply
#include "cli/codes/codes.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/terminal/message.h"
#include "cli/terminal/progress.h"
#include "knowledge/guide.h"

namespace paraneo::cli {

Result<std::shared_ptr<const knowledge::Knowledge>> knowledge_of_codes(const Session& session) {
  diag::Sink sink;
  auto guides = session.definitions;
  std::error_code error;
  if (!session.codes_folder.empty() && std::filesystem::exists(session.codes_folder, error) &&
      !std::filesystem::is_empty(session.codes_folder, error))
    guides.push_back(session.codes_folder);
  auto knowledge = knowledge::Knowledge::load(
      {.limits = session.limits, .guides = guides, .records = true, .displays = true}, sink);
  if (!knowledge) return knowledge.error();
  log_all(sink);
  return sink.ok() ? std::move(*knowledge) : nullptr;
}

SheetCheck check_sheets(const std::vector<std::string>& files, const codebook::KnownCodes& known,
                        const Session& session, const TakeRow& take) {
  SheetCheck out;
  diag::Sink sink(session.limits.diagnostics_max);
  codebook::SheetChecker checker(known, sink);
  Progress progress(session.progress, "rows");
  for (const auto& file : files) {
    auto text = knowledge::text_of_file(file, session.limits);
    if (!text) {
      report(text.error());
      out.exit = kUsage;
      continue;
    }
    codebook::SheetReader sheet(std::move(*text), sink);
    checker.check_form(sheet);
    codebook::Row row;
    while (sheet.next(row, sink)) {
      checker.check(sheet, row);
      progress.update(checker.counts().rows, row.places[codebook::kDecision],
                      sheet.source().text.size());
      if (take) take(sheet, row, sink);
    }
  }
  out.counts = checker.counts();
  out.errors = sink.errors();
  out.warnings = sink.warnings();
  out.conflicts = checker.counts().conflicts;
  for (const auto& message : messages_of(sink, nullptr, ShowLines::none)) log(message);
  return out;
}

void add_codes(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand(
      "codes",
      "Codes of one's own: list what has no standard code, check the filled sheet, apply it");
  verb->require_subcommand(1);
  verb->footer(
      "A registry's loop: report what has no standard code, fill in the sheet, check it, apply it.\n\n"
      "Example:\n"
      "  paraneo codes report tests/records -o sheet.csv\n"
      "  paraneo codes check sheet.csv\n"
      "  paraneo codes apply sheet.csv --base https://registry.example.org/fhir -o codes/\n\n"
      "Then codes/ is for --ig, in every verb.");
  verb->add_option(
      "--folder", session.codes_folder,
      "The folder that holds codes of one's own; in the configuration ([codes] folder = ...) each verb reads it, as it does --ig");
  add_codes_report(*verb, session);
  add_codes_check(*verb, session);
  add_codes_apply(*verb, session);
}

}  // namespace paraneo::cli
