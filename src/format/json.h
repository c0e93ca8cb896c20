// Elements from JSON and to JSON (FHIR R4 2.6.2).
#pragma once

#include <string>
#include <string_view>

#include "base/budget.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "element/element.h"
#include "json/known.h"
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

// A primitive for a parent still to come, with a value that has the type's form. It is written many
// times: what JSON has for it is kept in the arena beside it, where that is the same everywhere
// (not in a list).
element::Element* make_ready(Arena& arena, const definition::Definitions& definitions,
                             const definition::ElementDef& def, definition::TypeId type,
                             std::string_view value);

// Canonical JSON: the definition's property order, numbers as they were written.
void write_json(const definition::Definitions& definitions, const element::Element& element,
                json::Writer& writer);
// The same, compact, at the end of `to`: the fast way.
void append_json(const definition::Definitions& definitions, const element::Element& element,
                 std::string& to);
std::string to_json(const definition::Definitions& definitions, const element::Element& element,
                    bool pretty = false);

// What must be known of a text that does not begin with a space, to say that it has the form; a
// UUID is an id.
constexpr json::Known enough_for(definition::PrimitiveForm form) {
  switch (form) {
    case definition::PrimitiveForm::text: return json::Known::plain;
    case definition::PrimitiveForm::code:
    case definition::PrimitiveForm::uri: return json::Known::word;
    case definition::PrimitiveForm::id: return json::Known::uuid;
    default: return json::Known::never;
  }
}

}  // namespace paraneo::format
