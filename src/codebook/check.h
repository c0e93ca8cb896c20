// What spreadsheets, and people in a hurry, do to a sheet of codes.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>

#include "codebook/candidates.h"
#include "codebook/sheet.h"

namespace paraneo::codebook {

// Reports everything that is wrong with the rows of one sheet, each with its row and column and,
// where it can be told, what stood there before. Memory: some bytes for each row. Not thread-safe.
class SheetChecker {
 public:
  SheetChecker(const KnownCodes& known, diag::Sink& sink) : known_(known), sink_(sink) {}

  // Once, before the first row: what became of the text as a whole.
  void check_form(const SheetReader& sheet);
  void check(const SheetReader& sheet, const Row& row);

  // Of all rows so far.
  struct Counts {
    std::size_t rows = 0, mapped = 0, none_fits = 0, asked = 0, open = 0;
    std::size_t unchecked = 0;  // codes that nobody lists
    std::size_t conflicts = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  void check_source(const SheetReader& sheet, const Row& row);
  void check_decision(const SheetReader& sheet, const Row& row);
  void check_target(const SheetReader& sheet, const Row& row);
  void check_code(const SheetReader& sheet, const Row& row, std::string_view system,
                  std::string_view code);
  void check_blanks(const SheetReader& sheet, const Row& row);
  void check_others(const SheetReader& sheet, const Row& row);
  void report(diag::Code code, const SheetReader& sheet, const Row& row, Column column,
              std::string message, std::string advice = {});

  struct Seen {
    const std::string* sheet = nullptr;
    std::uint32_t row = 0;
    Digest decision;
  };

  const KnownCodes& known_;
  diag::Sink& sink_;
  Counts counts_;
  std::set<std::string> names_;                          // of the sheets
  std::unordered_map<Digest, Seen, HashOfDigest> seen_;  // by map, system and code
};

// Of the row: UCUM where it is about a unit and none is named.
std::string_view target_system_of(const Row& row);
// A code of FHIR R4's ConceptMapEquivalence; "equivalent" where none is named.
std::string_view equivalence_of(const Row& row);

}  // namespace paraneo::codebook
