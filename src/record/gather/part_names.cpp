#include "record/gather/part_names.h"

#include "base/date_time.h"
#include "base/uuid.h"
#include "record/gather/fact_key.h"
#include "record/gather/literal_reference.h"
#include "record/gather/senders.h"
#include "record/identity.h"

namespace paraneo::record {

std::string PartNames::key_of(const ChartBundle::Part& part) const {
  if (const auto name = parse_fact_name(fact_identifier(definitions_, *part.resource)))
    return std::string(name->key);
  if (definitions_.type_name(part.resource->type) == "Patient") return std::string(kSubjectKey);
  if (!chart_.is_person) return key_in_source(part);
  // A record that was made before its patient was known to be this person may have it by another
  // key.
  const auto origin = origin_of(part);
  const auto there = existing_ == nullptr || origin.reference.empty()
                         ? std::string_view()
                         : existing_->key_of(origin.source, origin.reference);
  return there.empty() ? key_among_sources(origin.source, key_in_source(part)) : std::string(there);
}

std::string PartNames::key_in_source(const ChartBundle::Part& part) const {
  const auto& entry = *part.entry;
  const std::string type(definitions_.type_name(part.resource->type));
  const auto inner = part.contained_id.empty() ? std::string() : "." + part.contained_id;
  if (entry.id.empty())
    return type + "-" +
           uuid_of(kFactSystem,
                   (part.identifier.empty() ? entry.digest : type + " " + part.identifier) + inner);
  const auto key = entry.type + "-" + entry.id + inner;
  if (is_usable_key(key)) return key;
  return type + "-" +
         uuid_of(kFactSystem,
                 std::string(without_sender(entry.base)) + entry.type + "/" + entry.id + inner);
}

Origin PartNames::origin_of(const ChartBundle::Part& part) const {
  const auto& entry = *part.entry;
  Origin origin;
  origin.source = source_of(entry);
  if (!entry.id.empty()) origin.reference = name_of(entry.type, entry.id);
  else if (!part.identifier.empty())
    origin.reference = entry.type + "?identifier=" + part.identifier;
  if (origin.reference.empty()) return origin;
  if (!part.contained_id.empty()) origin.reference += "#" + part.contained_id;
  origin.version = entry.version;
  if (DateTime::parse_date_time(entry.updated)) origin.updated = entry.updated;
  return origin;
}

std::string PartNames::source_of(const ChartEntry& entry) const {
  return entry.base.empty() ? source_of_reference(chart_.patient) : source_of_base(entry.base);
}

std::string PartNames::identifier_of(const element::Element& resource) const {
  const auto identifier_name = definitions_.find_symbol("identifier");
  for (const auto* each = resource.first; each != nullptr; each = each->next)
    if (each->name == identifier_name)
      if (const auto value = text_of(definitions_, *each, "value"); !value.empty())
        return std::string(text_of(definitions_, *each, "system")) + "|" + std::string(value);
  return {};
}

}  // namespace paraneo::record
