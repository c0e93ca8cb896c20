// What the actions of `codes` share.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "cli/verb.h"
#include "codebook/check.h"
#include "knowledge/knowledge.h"

namespace paraneo::cli {

// Each adds a verb below `codes`; as add_export() of verb.h.
void add_codes_report(CLI::App& codes, Session& session);
void add_codes_check(CLI::App& codes, Session& session);
void add_codes_apply(CLI::App& codes, Session& session);

// With all displays. Null after a report. A folder of codes that is not there yet is passed over.
Result<std::shared_ptr<const knowledge::Knowledge>> knowledge_of_codes(const Session& session);

// Sheets, read and checked: all rows are given to `take`, also those with mistakes. False when one
// could not be read, which was reported.
struct SheetCheck {
  codebook::SheetChecker::Counts counts;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t conflicts = 0;  // of the errors: rows that decide otherwise about one code
  int exit = kDone;           // kUsage: a file could not be read
};
using TakeRow = std::function<void(const codebook::SheetReader& sheet, const codebook::Row& row,
                                   diag::Sink& sink)>;
SheetCheck check_sheets(const std::vector<std::string>& files, const codebook::KnownCodes& known,
                        const Session& session, const TakeRow& take);

}  // namespace paraneo::cli
