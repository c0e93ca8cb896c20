// paraneo codes check SHEET...
#include <CLI/CLI.hpp>

#include "cli/codes/codes.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/log.h"
#include "diag/counted.h"

namespace paraneo::cli {
namespace {

int run_check(const std::vector<std::string>& files, const Session& session) {
  const auto knowledge = knowledge_of_codes(session);
  if (!knowledge) return report(knowledge.error());
  if (*knowledge == nullptr) return kFindings;
  const codebook::KnownCodes known((*knowledge)->displays());
  const auto done = check_sheets(files, known, session, {});
  const auto& counts = done.counts;
  log(Level::info,
      diag::counted(counts.rows, "row") + ": " + std::to_string(counts.mapped) + " to map, " +
          std::to_string(counts.none_fits) + " that nothing fits, " + std::to_string(counts.asked) +
          " to ask about, " + std::to_string(counts.open) + " open; " +
          diag::counted(counts.unchecked, "code was not checked", "codes were not checked") + "; " +
          diag::counted(done.errors, "error"),
      {{"rows", counts.rows},
       {"map", counts.mapped},
       {"none_fits", counts.none_fits},
       {"ask", counts.asked},
       {"open", counts.open},
       {"not_checked", counts.unchecked},
       {"errors", done.errors}});
  if (done.exit != kDone) return done.exit;
  return done.errors + done.warnings > 0 ? kFindings : kDone;
}

}  // namespace

void add_codes_check(CLI::App& codes, Session& session) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto* verb = codes.add_subcommand(
      "check", "Find what a spreadsheet, or a slip, has done to filled sheets");
  verb->footer(
      "Each finding names the row (1 is the heading) and the column and, where it can be told, what stood there before:\n"
      "codes turned into dates or numbers, lost digits and zeros, wrong check digits (LOINC, SNOMED CT), codes of another\n"
      "shape (ICD-10, ICD-O-3, ATC, RxNorm, UCUM), blanks, doubled rows, rows that decide otherwise, changed columns. A code\n"
      "that no loaded package lists is not checked, and called neither right nor wrong.\n"
      "Exit code 0: nothing; 1: something; 2: a sheet cannot be read.\n\n"
      "Example:\n"
      "  paraneo codes report tests/records -o sheet.csv\n"
      "  paraneo codes check sheet.csv");
  verb->add_option("SHEET", *files, "CSV files, as codes report writes them")->required();
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([files, &session] {
    session.run = [files, &session] { return run_check(*files, session); };
  });
}

}  // namespace paraneo::cli
