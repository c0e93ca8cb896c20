// Who a fact is on both sides: its key in the record, its resource's identifier and id in FHIR.
// The same fact of the same record has the same id for ever, wherever it stands in a list.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "element/element.h"

namespace paraneo::record {

inline constexpr std::string_view kBase = "https://paraneo.github.io/fhir";
inline constexpr std::string_view kFactSystem = "https://paraneo.github.io/fhir/NamingSystem/fact";
// What maps write for a reference to a fact, before it has an id.
inline constexpr std::string_view kFactReference = "urn:paraneo:fact:";
inline constexpr std::string_view kSubjectKey = "subject";

struct FactName {
  std::string_view record;
  std::string_view key;
};

// Of "record#key"; none when it has not that form.
std::optional<FactName> parse_fact_name(std::string_view text);

// The record's name among all: its source's system, if it has one, and its id.
std::string record_name(const definition::Definitions& definitions, const element::Element& record);

// The same as a URI, for meta.source: below the system where that is a web address, else below ours.
std::string record_uri(std::string_view record_name);

// UUID v5 of the record's name and the key.
std::string resource_id(std::string_view record_name, std::string_view key);

// The value of the resource's identifier of ours; empty when it has none.
std::string_view fact_identifier(const definition::Definitions& definitions, const element::Element& resource);

// Text of a primitive child, or empty.
std::string_view text_of(const definition::Definitions& definitions, const element::Element& element, std::string_view child);

}  // namespace paraneo::record
