#include "cli/knowledge/knowledge.h"

namespace paraneo::cli {

Result<SharedKnowledge> load_knowledge(const Session& session, diag::Sink& sink, std::vector<std::string> maps) {
  return knowledge::Knowledge::load({session.limits, session.definitions, std::move(maps), false}, sink);
}

Result<std::shared_ptr<const record::RecordMaps>> record_maps(const Session& session, diag::Sink& sink) {
  auto knowledge = knowledge::Knowledge::load({session.limits, session.definitions, {}, true}, sink);
  if (!knowledge) return knowledge.error();
  return record::RecordMaps::compile(std::move(*knowledge), sink);
}

}  // namespace paraneo::cli
