#include "record/export.h"

#include "base/clock.h"
#include "format/xml.h"
#include "record/identity.h"
#include "record/same_person.h"

namespace paraneo::record {

const element::Element* Exporter::read(const Source& source, diag::Sink& sink,
                                       diag::Severity level) {
  arena_.reset();
  const auto* record = reader_.read(source, arena_, sink, level);
  if (record == nullptr ||
      !check_same_person(maps_.definitions(), *record, name_space_, source, sink))
    return nullptr;
  unmapped_.stand_in(maps_.definitions(), source);
  return record;
}

element::Element* Exporter::mapped(const element::Element& record, const RecordIdentity& identity,
                                   const Limits& limits, diag::Sink& sink) {
  auto* bundle = element::make_root(arena_, maps_.definitions().find_type("Bundle"));
  const fml::RunEnvironment environment{arena_,       limits,     sink,           identity.name,
                                        std::nullopt, &unmapped_, &steady_clock()};
  return fml::run(maps_.to_fhir(), maps_.engine(), record, std::span(&bundle, 1), environment)
             ? bundle
             : nullptr;
}

element::Element* Exporter::bundle(const element::Element& record, BundleKind kind,
                                   const Limits& limits, diag::Sink& sink) {
  const auto identity = identity_of(maps_.definitions(), record, name_space_);
  auto* bundle = mapped(record, identity, limits, sink);
  return bundle != nullptr && assemble(maps_.definitions(), arena_, identity, kind, *bundle, sink)
             ? bundle
             : nullptr;
}

bool Exporter::count_unmapped(const Source& source, diag::Sink& sink) {
  const auto* record = read(source, sink, diag::Severity::error);
  if (record == nullptr) return false;
  return mapped(*record, identity_of(maps_.definitions(), *record, name_space_),
                limits_for(limits_, source.text.size()), sink) != nullptr;
}

bool Exporter::is_valid(const element::Element& bundle, const ExportOptions& options,
                        const Limits& limits, diag::Sink& sink) {
  if (!validator_) {
    context_.codes = options.codes;
    validator_.emplace(context_);
  }
  validator_->consult(bundle, nullptr, arena_, &steady_clock());
  const Budget budget(limits, arena_, &steady_clock());
  return validator_->validate(bundle, nullptr, arena_, sink, &budget);
}

std::optional<Exported> Exporter::run(const Source& source, const ExportOptions& options,
                                      diag::Sink& sink) {
  const auto form = options.form;
  const auto& definitions = maps_.definitions();
  const auto* record = read(source, sink);
  if (record == nullptr) return std::nullopt;
  const auto* made = bundle(
      *record, form == ExportForm::transaction ? BundleKind::transaction : BundleKind::collection,
      limits_for(limits_, source.text.size()), sink);
  if (made == nullptr) return std::nullopt;
  if (options.validate && !is_valid(*made, options, limits_for(limits_, source.text.size()), sink))
    return std::nullopt;
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
