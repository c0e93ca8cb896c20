#include "cli/server/incoming_check.h"

#include "cli/terminal/log.h"
#include "cli/terminal/message.h"
#include "diag/counted.h"
#include "diag/render.h"

namespace paraneo::cli {

Result<std::unique_ptr<IncomingCheck>> IncomingCheck::open(const ValidationFlags& flags,
                                                           const Session& session) {
  if (!flags.validate) return std::unique_ptr<IncomingCheck>();
  auto server = TerminologyServer::open(flags.terminology, session.limits);
  if (!server) return server.error();
  diag::Sink sink;
  auto knowledge = load_knowledge_for_validation(session, sink);
  if (!knowledge) return knowledge.error();
  if (!sink.ok())
    return fail(ErrorCode::definition_unusable,
                "what --ig names cannot be used:\n" + render(sink, {}));
  log_all(sink);
  return std::unique_ptr<IncomingCheck>(
      new IncomingCheck(std::move(*server), std::move(*knowledge), session.limits));
}

bool IncomingCheck::is_valid(std::string_view type, std::string_view json) {
  const auto name = std::string(type) + " that came as number " + std::to_string(++count_);
  const auto valid = validation_.check({name, std::string(json)});
  if (valid) return true;
  if (++invalid_ <= kNamedMax) report(valid.error());
  return false;
}

int IncomingCheck::finish(int code) const {
  if (invalid_ > kNamedMax)
    note("... and " + diag::counted(invalid_ - kNamedMax, "more resource") + " with errors");
  log(invalid_ == 0 ? Level::info : Level::warning,
      diag::counted(invalid_, "resource") + " of " + std::to_string(count_) +
          " with errors by FHIR R4 and the profiles that are loaded",
      {{"event", "pull-validated"}, {"resources", count_}, {"invalid", invalid_}});
  return exit_with(server_, code == kDone && invalid_ > 0 ? int{kFindings} : code);
}

}  // namespace paraneo::cli
