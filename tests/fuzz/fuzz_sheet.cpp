// Any bytes as a sheet of codes: read and checked, or a message; and each row that was read is read
// again.
#include "codebook/check.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace paraneo;
  const std::vector<knowledge::Display> displays = {
      {"http://loinc.org", "2157-6", "Creatine kinase"}};
  const codebook::KnownCodes known(displays);
  diag::Sink sink;
  codebook::SheetReader sheet({"fuzz", fuzz::text(data, size)}, sink);
  codebook::SheetChecker checker(known, sink);
  checker.check_form(sheet);
  codebook::Row row;
  std::string again = codebook::heading();
  std::size_t rows = 0;
  while (sheet.next(row, sink)) {
    checker.check(sheet, row);
    known.like(row[codebook::kText], 3);
    codebook::append_row(again, row);
    ++rows;
  }
  fuzz::require(checker.counts().rows == rows);
  diag::Sink second;
  codebook::SheetReader reader({"again", again}, second);
  std::size_t read = 0;
  while (reader.next(row, second)) ++read;
  fuzz::require(second.ok() && read == rows);
  return 0;
}
