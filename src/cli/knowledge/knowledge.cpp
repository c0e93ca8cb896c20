#include "cli/knowledge/knowledge.h"

namespace paraneo::cli {
namespace {

std::vector<std::string> guides_of(const Session& session) {
  auto out = session.definitions;
  if (!session.codes_folder.empty()) out.push_back(session.codes_folder);
  return out;
}

Result<std::shared_ptr<const record::RecordMaps>> maps_of(const knowledge::Request& request,
                                                          diag::Sink& sink) {
  auto knowledge = knowledge::Knowledge::load(request, sink);
  if (!knowledge) return knowledge.error();
  return record::RecordMaps::compile(std::move(*knowledge), sink);
}

}  // namespace

Result<SharedKnowledge> load_knowledge(const Session& session, diag::Sink& sink,
                                       std::vector<std::string> maps,
                                       std::vector<std::string> expressions) {
  return knowledge::Knowledge::load({.limits = session.limits,
                                     .guides = guides_of(session),
                                     .maps = std::move(maps),
                                     .expressions = std::move(expressions)},
                                    sink);
}

Result<SharedKnowledge> load_knowledge_for_validation(const Session& session, diag::Sink& sink) {
  return knowledge::Knowledge::load(
      {.limits = session.limits, .guides = guides_of(session), .validation = true}, sink);
}

Result<std::shared_ptr<const record::RecordMaps>> record_maps(const Session& session,
                                                              diag::Sink& sink, bool validation) {
  return maps_of({.limits = session.limits,
                  .guides = guides_of(session),
                  .records = true,
                  .validation = validation},
                 sink);
}

Result<std::shared_ptr<const record::RecordMaps>> record_maps_with_displays(const Session& session,
                                                                            diag::Sink& sink) {
  return maps_of(
      {.limits = session.limits, .guides = guides_of(session), .records = true, .displays = true},
      sink);
}

}  // namespace paraneo::cli
