// Arithmetic and comparison of numbers with units (FHIRPath 2.0, "Quantity"; UCUM), and of dates
// with durations. Internal to this folder.
#pragma once

#include "fhirpath/run.h"

namespace paraneo::fhirpath {

std::optional<Decimal> calculate(Binary op, const Decimal& a, const Decimal& b);
Collection calculate(Run& run, const Node& node, const Quantity& a, const Quantity& b);
// The date moved by a duration, forward or back as node.binary says.
Collection shift(Run& run, const Node& node, const DateTime& date, const Quantity& by);

// Negative, zero, positive; none when the units leave it open.
std::optional<int> compare(const Quantity& a, const Quantity& b);
// Rounded to the less precise of both.
bool equivalent(const Decimal& a, const Decimal& b);
bool equivalent(const Quantity& a, const Quantity& b);
// Whether both have units of one dimension.
bool is_comparable(const Quantity& a, const Quantity& b);
// In another unit; none when that is not of the same dimension.
std::optional<Quantity> convert(const Quantity& value, std::string_view unit, bool calendar);

}  // namespace paraneo::fhirpath
