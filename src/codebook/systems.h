// What people call code systems, and what a spreadsheet makes of their codes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "terminology/code_form.h"

namespace paraneo::codebook {

// The URI of a system that people call by a name ("LOINC", "SNOMED CT", "UCUM"; in any case); the
// text itself where it is no such name.
std::string_view system_uri(std::string_view name);

using terminology::form_of;
using Form = terminology::CodeForm;

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
