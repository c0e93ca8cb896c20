// What --ig and --map ask for, as one object: for every verb that needs it.
#pragma once

#include "cli/verb.h"
#include "knowledge/knowledge.h"
#include "record/record_maps.h"

namespace paraneo::cli {

using SharedKnowledge = std::shared_ptr<const knowledge::Knowledge>;

// `maps`: files or URLs that the verb was given; `expressions`: their texts. Mistakes go to the
// sink.
Result<SharedKnowledge> load_knowledge(const Session& session, diag::Sink& sink,
                                       std::vector<std::string> maps = {},
                                       std::vector<std::string> expressions = {});
// With the profiles and value sets of --ig.
Result<SharedKnowledge> load_knowledge_for_validation(const Session& session, diag::Sink& sink);
// For verbs that read or write case records; `validation`: with the profiles of --ig. Null after a
// report.
Result<std::shared_ptr<const record::RecordMaps>> record_maps(const Session& session,
                                                              diag::Sink& sink,
                                                              bool validation = false);
// The same, with the displays of codes, for verbs that show records.
Result<std::shared_ptr<const record::RecordMaps>> record_maps_with_displays(const Session& session,
                                                                            diag::Sink& sink);

}  // namespace paraneo::cli
