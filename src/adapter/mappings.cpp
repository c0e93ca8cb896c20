#include "adapter/mappings.h"

#include "adapter/embedded.h"
#include "adapter/identity.h"
#include "fml/parse.h"
#include "json/read.h"

namespace paraneo::adapter {

Mappings::Mappings(const fhir::Definitions& definitions)
    : engine_(definitions), record_type_(definitions.find_type("CaseRecord")) {}

void Mappings::load(std::string_view name, std::string_view text, diag::Sink& sink) {
  const Limits limits;
  auto& source = sources_.emplace_back(Source{std::string(name), std::string(text)});
  if (name.ends_with(".json")) {
    const auto* json = json::read(source, arena_, limits, sink);
    const auto* map = json == nullptr ? nullptr : terminology::ConceptMap::load(*json, source, concept_maps_, sink);
    if (map != nullptr) library_.add(*map);
    return;
  }
  auto map = fml::parse(source, limits, sink);
  if (map == nullptr) return;
  library_.add(*map);
  maps_.push_back(std::move(map));
}

std::shared_ptr<const Mappings> Mappings::builtin(diag::Sink& sink) {
  const std::shared_ptr<Mappings> mappings(new Mappings(fhir::Definitions::builtin()));
  for (const auto& file : embedded_files()) mappings->load(file.name, file.text(), sink);
  const auto program = [&](std::string_view name) -> std::shared_ptr<const fml::Program> {
    const auto* map = mappings->library_.find(std::string(kBase) + "/StructureMap/" + std::string(name));
    return map == nullptr ? nullptr : fml::compile(*map, mappings->library_, mappings->engine_, sink);
  };
  if (!sink.ok()) return nullptr;
  mappings->to_fhir_ = program("export");
  mappings->to_record_ = program("import");
  if (mappings->to_fhir_ == nullptr || mappings->to_record_ == nullptr || mappings->record_type_ == 0) return nullptr;
  return mappings;
}

}  // namespace paraneo::adapter
