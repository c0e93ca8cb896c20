// What the codes of a code system look like, and what a spreadsheet makes of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paraneo::codebook {

// The URI of a system that people call by a name ("LOINC", "SNOMED CT", "UCUM"; in any case); the
// text itself where it is no such name.
std::string_view system_uri(std::string_view name);

enum class Form {
  unknown,  // nothing is known of the system's codes
  right,
  wrong_shape,
  wrong_digit,  // of the right shape, but its check digit is another one
  wrong_part,   // of SNOMED CT: the id of a description or a relationship, not of a concept
};
// Costs time in proportion to the code.
Form form_of(std::string_view system_uri, std::string_view code);

// What the code may have been before a spreadsheet took it for a date or a number: each has the
// right form. The most likely one first; codes that lost digits have none.
std::vector<std::string> originals_of(std::string_view system_uri, std::string_view code);

// Whether a spreadsheet made this of a long number: "3.9623E+08".
bool is_exponent(std::string_view code);
// Whether a spreadsheet made this of something with a hyphen, slash or point: "08-Jan",
// "2025-01-08".
bool is_date(std::string_view code);
// Whether a number has lost all digits behind the fifteenth, as spreadsheets do.
bool is_cut(std::string_view code);

}  // namespace paraneo::codebook
