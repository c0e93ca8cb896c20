#include "record/export.h"

#include "base/clock.h"
#include "format/xml.h"
#include "record/identity.h"

namespace paraneo::record {

element::Element* Exporter::bundle(const element::Element& record, BundleKind kind, const Limits& limits, diag::Sink& sink) {
  const auto& definitions = maps_.definitions();
  auto* bundle = element::make_root(arena_, definitions.find_type("Bundle"));
  const auto identity = identity_of(definitions, record, name_space_);
  const fml::RunEnvironment environment{arena_, limits, sink, identity.name, std::nullopt, &unmapped_, &steady_clock()};
  if (!fml::run(maps_.to_fhir(), maps_.engine(), record, std::span(&bundle, 1), environment)) return nullptr;
  return assemble(definitions, arena_, identity, kind, *bundle, sink) ? bundle : nullptr;
}

std::optional<Exported> Exporter::run(const Source& source, const ExportOptions& options, diag::Sink& sink) {
  const auto form = options.form;
  arena_.reset();
  const auto& definitions = maps_.definitions();
  const auto* record = reader_.read(source, arena_, sink);
  if (record == nullptr) return std::nullopt;
  unmapped_.stand_in(definitions, source);
  const auto* made = bundle(*record, form == ExportForm::transaction ? BundleKind::transaction : BundleKind::collection,
                            limits_for(limits_, source.text.size()), sink);
  if (made == nullptr) return std::nullopt;
  if (options.validate) reader_.check(*made, arena_, sink);
  Exported out;
  out.record_id = text_of(definitions, *record, "id");
  out.record_name = record_name(name_space_, out.record_id);
  const auto resource_name = definitions.find_symbol("resource");
  for (const auto* entry = made->first; entry != nullptr; entry = entry->next) {
    const auto* resource = entry->child(resource_name);
    if (resource == nullptr) continue;
    ++out.resources[std::string(definitions.type_name(resource->type))];
    if (form != ExportForm::ndjson) continue;
    if (!out.text.empty()) out.text += '\n';
    format::append_json(definitions, *resource, out.text);
  }
  if (options.xml) format::append_xml(definitions, *made, options.pretty, sink, out.text);
  else if (form != ExportForm::ndjson) out.text = format::to_json(definitions, *made);
  return out;
}

}  // namespace paraneo::record
