// Elements from JSON and to JSON (FHIR R4 2.6.2).
#pragma once

#include <string>
#include <string_view>

#include "base/budget.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "element/element.h"
#include "json/value.h"
#include "json/write.h"

namespace paraneo::format {

struct ReadOptions {
  // The type of the root where the text itself does not say it by resourceType; 0 for none.
  definition::TypeId type = 0;
};

// JSON (FHIR R4 2.6.2) to elements. Members that the type does not have, and values of the wrong
// shape, are reported and left out; the rest is still there. Null when not even the type is known.
// The tree points into the source: it must live as long. Null as well, and json-time in the sink,
// when the budget's time is over.
element::Element* read_json(const definition::Definitions& definitions, const json::Value& value,
                            const Source& source, const ReadOptions& options, Arena& arena,
                            diag::Sink& sink, const Budget* budget = nullptr);
// The same from the text, which may be no JSON at all; faster than by a tree of values.
element::Element* read_json(const definition::Definitions& definitions, const Source& source,
                            const ReadOptions& options, const Limits& limits, Arena& arena,
                            diag::Sink& sink, const Budget* budget = nullptr);

// The first, fast step of that alone: null, without a message, for all that is not as usual (FHIR's
// own shapes, each member once), and where time is over. Then the text is to be read as a tree of
// values.
element::Element* read_usual_json(const definition::Definitions& definitions, const Source& source,
                                  const ReadOptions& options, const Limits& limits, Arena& arena,
                                  const Budget* budget = nullptr);

// Canonical JSON: the definition's property order, numbers as they were written.
void write_json(const definition::Definitions& definitions, const element::Element& element,
                json::Writer& writer);
// The same, compact, at the end of `to`: the fast way.
void append_json(const definition::Definitions& definitions, const element::Element& element,
                 std::string& to);
std::string to_json(const definition::Definitions& definitions, const element::Element& element,
                    bool pretty = false);

}  // namespace paraneo::format
