// Arithmetic and comparison of numbers with units (FHIRPath 2.0, "Quantity"; UCUM), and of dates
// with durations. Internal to this folder.
#pragma once

#include "fhirpath/run.h"

namespace paraneo::fhirpath {

// None where the result is empty: division by zero, too many digits, units that do not fit.
std::optional<Decimal> calculate(Binary op, const Decimal& a, const Decimal& b);
Collection calculate(Run& run, const Node& node, const Quantity& a, const Quantity& b);
// The date moved by a duration, forward or back as node.binary says.
Collection shift(Run& run, const Node& node, const DateTime& date, const Quantity& by);

// Negative, zero, positive; none when the units leave it open.
std::optional<int> compare(const Quantity& a, const Quantity& b);
// Rounded to the less precise of both.
bool equivalent(const Decimal& a, const Decimal& b);
bool equivalent(const Quantity& a, const Quantity& b);
// The calendar duration that a time-valued UCUM unit of a FHIR Quantity stands for; empty for other
// units (FHIR R5 2.1.9.1.4, "Use of FHIR Quantity").
std::string_view calendar_word_of(std::string_view ucum_code);
// Whether both have units of one dimension.
bool is_comparable(const Quantity& a, const Quantity& b);
// In another unit; none when that is not of the same dimension. A number without a unit ("1") gets
// it.
std::optional<Quantity> convert(const Quantity& value, std::string_view unit, bool calendar);

}  // namespace paraneo::fhirpath
