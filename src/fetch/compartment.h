// Whose a resource is: what puts it into the compartment of a patient (R4 compartmentdefinition).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace paraneo::fetch {

// Whether the id is among these.
bool is_one_of(const std::vector<std::string>& ids, std::string_view id);
// By the elements that put a resource into the compartment of one of the patients, by their ids; a
// type that has none of them belongs to those that it refers to at all.
bool belongs_to(const json::Value& resource, const std::vector<std::string>& patients);
// It is another patient, or says that it is about one, and about none of these. What does not say
// whose it is, is nobody's.
bool belongs_to_another(const json::Value& resource, const std::vector<std::string>& patients);

}  // namespace paraneo::fetch
