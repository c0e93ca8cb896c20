// What has no standard code, as rows of the sheet that a person fills in.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codebook/sheet.h"
#include "record/unmapped.h"

namespace paraneo::cli {

// Fills in what comes from elsewhere (candidates, former decisions); the texts must live until the
// row is written.
using CompleteRow = std::function<void(codebook::Row& row)>;
// Takes the sheet piece by piece.
using WriteText = std::function<Result<void>(std::string_view text)>;

// The heading, then a row for each, most frequent first.
Result<void> write_sheet(const record::UnmappedCodes& unmapped, const WriteText& write,
                         const CompleteRow& complete = {});

}  // namespace paraneo::cli
