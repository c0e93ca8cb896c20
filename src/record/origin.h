// What an imported fact was made of: Origin in the record, an extension in the resource. A later
// import tells by it a newer version, a person's edit and a conflict apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "element/element.h"

namespace paraneo::record {

// A reference to what had not come; or an element that a Specimen or a BodyStructure said, or may
// say, and its reference.
struct PendingLink {
  std::string element;    // path in the resource: "evidence[0].detail", "specimen.display"
  std::string reference;  // Type/id, with the base of its server where that is known
  // Of what said the element, where it says it: meta.versionId, and meta.lastUpdated as a dateTime.
  std::string version = {};
  std::string updated = {};
  bool operator==(const PendingLink&) const = default;
};

// Where a fact comes from (the record's `origin`).
struct Origin {
  std::string source;  // the sender's name, or the base of its server without "/" at the end; may
                       // be empty
  std::string reference;  // Type/id, or Type?identifier=SYSTEM|VALUE; empty: neither is known
  std::string version;    // empty where there is no reference
  std::string updated;    // a dateTime
  std::vector<std::string> replaces;  // of a subject: patients that were merged into it, Type/id
  std::vector<PendingLink> pending;
};

// Gives a resource that has no origin one. The texts are copied into the arena.
void set_origin(const definition::Definitions& definitions, Arena& arena,
                element::Element& resource, const Origin& origin);

// Adds patients to the origin of a resource, each once. False when it has none.
bool add_replaces(const definition::Definitions& definitions, Arena& arena,
                  element::Element& resource, const std::vector<std::string>& patients);

// Puts these links in the place of all that the resource's origin has. The texts are copied into
// the arena.
void replace_pending(const definition::Definitions& definitions, Arena& arena,
                     element::Element& resource, const std::vector<PendingLink>& links);
// Takes a link out of the resource's origin.
void remove_pending(const definition::Definitions& definitions, element::Element& resource,
                    const PendingLink& link);
// A new element at a path such as "evidence[0].detail" below the resource: the last step is added,
// what leads to it where it is not there. Null when the type has no such element.
element::Element* add_path(const definition::Definitions& definitions, Arena& arena,
                           element::Element& resource, std::string_view path);

// Of a fact of a record, or its subject; null when it has none.
element::Element* origin_of(const definition::Definitions& definitions, element::Element& fact);
const element::Element* origin_of(const definition::Definitions& definitions,
                                  const element::Element& fact);

// Of what the fact says, without its origin. The same for the same statement, wherever it was made.
std::string digest_of_fact(const definition::Definitions& definitions, element::Element& fact);
// Writes it into the fact's origin.
void set_digest(const definition::Definitions& definitions, Arena& arena, element::Element& fact);

}  // namespace paraneo::record
