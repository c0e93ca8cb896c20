// Who a fact is on both sides: its key in the record, its resource's identifier and id in FHIR.
// The same fact of the same record has the same id for ever, wherever it stands in a list.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "element/element.h"

namespace paraneo::record {

inline constexpr std::string_view kBase = "https://paraneo.github.io/fhir";
// The namespace of records for which nobody named one.
inline constexpr std::string_view kOwnNamespace = "https://paraneo.github.io/fhir/CaseRecord";
inline constexpr std::string_view kFactSystem = "https://paraneo.github.io/fhir/NamingSystem/fact";
// What maps write for a reference to a fact, before it has an id.
inline constexpr std::string_view kFactReference = "urn:paraneo:fact:";
inline constexpr std::string_view kSubjectKey = "subject";

// Of "id#key", or "namespace|id#key".
struct FactName {
  std::string_view name_space;  // empty: ours
  std::string_view record;      // id
  std::string_view key;
};

// None when it has not that form.
std::optional<FactName> parse_fact_name(std::string_view text);

// Who assigns the ids of records: an absolute URI (RFC 3986) of at most 200 characters, without
// fragment. Empty for ours. An error says what is wrong.
Result<std::string> parse_namespace(std::string_view text);

// The record's name among all: "namespace|id"; its id alone in our namespace. All ids come from
// this and a fact's key, and from nothing else that stands in the record.
std::string record_name(std::string_view name_space, std::string_view id);

// Of such a name.
std::string_view namespace_of(std::string_view record_name);

// What a record's resources have in common.
struct RecordIdentity {
  std::string name;    // record_name()
  std::string source;  // for meta.source: a URI that somebody assigned; empty where nobody did
};

// `name_space` as parse_namespace() gives it. The source is the record's own URL or URI, else the
// namespace where it is not ours.
RecordIdentity identity_of(const definition::Definitions& definitions,
                           const element::Element& record, std::string_view name_space);

// UUID v5 of the record's name and the key.
std::string resource_id(std::string_view record_name, std::string_view key);

// The value of the resource's identifier of ours; empty, or null, when it has none.
std::string_view fact_identifier(const definition::Definitions& definitions,
                                 const element::Element& resource);
element::Element* fact_identifier_value(const definition::Definitions& definitions,
                                        element::Element& resource);

// Text of a primitive child, or empty.
std::string_view text_of(const definition::Definitions& definitions,
                         const element::Element& element, std::string_view child);

}  // namespace paraneo::record
