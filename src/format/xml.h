// Elements from XML and to XML (FHIR R4 2.6.1). XML is read as the tree of values that the same
// content has in JSON, with the places of the XML: so both forms have the same faults, and whoever
// reads JSON can read XML.
#pragma once

#include <string>
#include <string_view>

#include "format/json.h"

namespace paraneo::format {

inline constexpr std::string_view kFhirSpace = "http://hl7.org/fhir";
inline constexpr std::string_view kXhtmlSpace = "http://www.w3.org/1999/xhtml";

// The JSON form. What is of another namespace, text between elements and a wrong order are
// reported; of these the order alone changes nothing about what counts. Unknown elements are there,
// for who reads the tree to report. The tree lives in the arena and points into the source. Null,
// and an error in the sink, for what is no XML, not FHIR's, or over a limit.
const json::Value* read_xml_tree(const definition::Definitions& definitions, const Source& source,
                                 const ReadOptions& options, const Limits& limits, Arena& arena,
                                 diag::Sink& sink, const Budget* budget = nullptr);

// As read_json(). Where the text itself names no resource, its root is named like the type.
element::Element* read_xml(const definition::Definitions& definitions, const Source& source,
                           const ReadOptions& options, const Limits& limits, Arena& arena,
                           diag::Sink& sink, const Budget* budget = nullptr);

// JSON or XML, by its first character.
bool is_xml(const Source& source);
element::Element* read(const definition::Definitions& definitions, const Source& source,
                       const ReadOptions& options, const Limits& limits, Arena& arena,
                       diag::Sink& sink, const Budget* budget = nullptr);

// Makes the text JSON, for those who keep or cut texts: messages about it still show the places of
// the XML. False, with an error in the sink and the text as it was, for what read_xml_tree()
// refuses.
bool make_json(const definition::Definitions& definitions, const Limits& limits, Source& text,
               diag::Sink& sink);

// XML at the end of `to`, in the definition's order, without a declaration; what XML cannot have (a
// control character, a narrative that is not well-formed) is reported and left out.
void append_xml(const definition::Definitions& definitions, const element::Element& element,
                bool pretty, diag::Sink& sink, std::string& to);

// The XML of a text of JSON; empty, with errors in the sink, for what cannot be read. Unknown
// elements and what XML cannot have are reported and left out.
std::string xml_of_json(const definition::Definitions& definitions, const Source& json, bool pretty,
                        const Limits& limits, diag::Sink& sink);

}  // namespace paraneo::format
