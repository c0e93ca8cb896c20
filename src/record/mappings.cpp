#include "record/mappings.h"

#include "record/embedded.h"
#include "record/identity.h"

namespace paraneo::record {

Mappings::Mappings(const definition::Definitions& definitions)
    : engine_(definitions), record_type_(definitions.find_type("CaseRecord")) {}

std::shared_ptr<const Mappings> Mappings::builtin(diag::Sink& sink) {
  const std::shared_ptr<Mappings> mappings(new Mappings(definition::Definitions::builtin()));
  for (const auto& file : embedded_files())
    mappings->shelf_.add({std::string(file.name), std::string(file.text())}, Limits{}, sink);
  const auto& library = mappings->library();
  const auto program = [&](std::string_view name) -> std::shared_ptr<const fml::Program> {
    const auto* map = library.find(std::string(kBase) + "/StructureMap/" + std::string(name));
    return map == nullptr ? nullptr : fml::compile(*map, library, mappings->engine_, sink);
  };
  if (!sink.ok()) return nullptr;
  mappings->to_fhir_ = program("export");
  mappings->to_record_ = program("import");
  if (mappings->to_fhir_ == nullptr || mappings->to_record_ == nullptr || mappings->record_type_ == 0) return nullptr;
  return mappings;
}

}  // namespace paraneo::record
