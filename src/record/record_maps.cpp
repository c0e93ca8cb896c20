#include "record/record_maps.h"

#include <set>
#include <tuple>

#include "record/identity.h"

namespace paraneo::record {

RecordMaps::RecordMaps(std::shared_ptr<const knowledge::Knowledge> knowledge)
    : knowledge_(std::move(knowledge)), record_type_(definitions().find_type("CaseRecord")) {}

std::shared_ptr<const RecordMaps> RecordMaps::compile(
    std::shared_ptr<const knowledge::Knowledge> knowledge, diag::Sink& sink) {
  if (!sink.ok()) return nullptr;
  const std::shared_ptr<RecordMaps> maps(new RecordMaps(std::move(knowledge)));
  const auto& library = maps->knowledge().library();
  // What is wrong with something that several maps use is said once.
  std::set<std::tuple<diag::Code, std::string, const Source*, std::uint32_t>> said;
  const auto program = [&](std::string_view name) -> std::shared_ptr<const fml::Program> {
    const auto* map = library.find(std::string(kBase) + "/StructureMap/" + std::string(name));
    if (map == nullptr) return nullptr;
    diag::Sink found;
    auto made = fml::compile(*map, library, maps->engine(), found);
    for (const auto& each : found.all())
      if (said.emplace(each.code, each.message, each.span.source, each.span.begin).second)
        sink.report(each);
    return made;
  };
  maps->sender_maps_ =
      std::make_unique<SenderMaps>(maps->definitions(), library.concept_maps(), sink);
  maps->to_fhir_ = program("export");
  maps->to_record_ = program("import");
  maps->to_sent_ = program("sent");
  if (!sink.ok() || maps->to_fhir_ == nullptr || maps->to_record_ == nullptr ||
      maps->to_sent_ == nullptr || maps->record_type_ == 0)
    return nullptr;
  return maps;
}

}  // namespace paraneo::record
