// Reads one XML document (XML 1.0, Namespaces; UTF-8). No document type, and so no entities but the
// five of XML itself; nothing is ever fetched. Parsed by expat: it streams, knows the place of each
// event, refuses what is not well-formed, and stops at a DOCTYPE before it looks inside.
#pragma once

#include "base/budget.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "xml/tree.h"

namespace paraneo::xml {

struct ReadOptions {
  // Elements of this namespace stay markup: each is one Node, with all that is below it as text.
  std::string_view markup_space;
};

// The root element. The tree points into the source, which must live as long. Null, and an error in
// the sink, for what is not well-formed or breaks a limit (xml_*_max); the budget's time is one of
// them.
const Node* read(const Source& source, const ReadOptions& options, Arena& arena,
                 const Limits& limits, diag::Sink& sink, const Budget* budget = nullptr);

// Whether a text is XML rather than JSON or a map: by its first character that is no white space.
bool looks_like_xml(std::string_view text);

}  // namespace paraneo::xml
