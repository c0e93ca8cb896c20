// The transforms of the language, by family. Internal to src/fml.
#pragma once

#include "fml/run/runner.h"

namespace paraneo::fml {

using fhirpath::Collection;
using fhirpath::Item;

// transforms.cpp: the transform's code
TransformBody body_of(Transform transform);
// text.cpp: copy, append, truncate, cast, evaluate, uuid, reference, pointer
TransformBody text_transform(Transform transform);
Collection escape_transform(Runner& runner, const TargetCode& code, Frame frame);  // escape.cpp
// dates.cpp: dateOp, toDate, toDateTime, toTime, unixToDate, unixToDateTime, unixToTime
Collection date_transform(Runner& runner, const TargetCode& code, Frame frame);
// codes.cpp: translate
Collection translate(Runner& runner, const TargetCode& code, Frame frame);
// types.cpp: create, cc, c, qty, id, cp: a new element, in its place in `parent`, or without a
// place when that is null. Null after a report.
element::Element* made_type(Runner& runner, const TargetCode& code, Frame frame,
                            element::Element* parent);

}  // namespace paraneo::fml
