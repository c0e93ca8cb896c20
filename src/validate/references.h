// Where references of one input lead (FHIR R4 2.3.0.1, "Resolving references in Bundles" 2.36.4.1):
// to contained resources and to entries of the Bundle around them. Nothing is fetched.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "validate/visit.h"

namespace paraneo::validate {

// A reference by its parts.
struct ReferenceParts {
  enum class Kind { fragment, absolute, urn, relative, conditional, other };
  Kind kind = Kind::other;
  std::string_view type;  // of the resource, as far as the URL says it; empty
  std::string_view id;
  std::string_view version;  // behind /_history/
  std::string_view base;  // of an absolute one that ends in Type/id: what stands before that, with
                          // the slash
};
ReferenceParts parts_of(const definition::Definitions& definitions, std::string_view reference);
// A text with a scheme: "http:", "urn:".
bool is_absolute(std::string_view uri);

// What a reference leads to, as far as it is here.
struct Resolved {
  const element::Element* resource = nullptr;
  std::size_t matches = 0;
  // Nothing has that URL, but an entry has the type and the id: under another fullUrl, or the
  // reference's own entry has a urn:, which leaves open what a relative reference means (then
  // `resource` is it, too).
  const element::Element* other = nullptr;
  // The reference names a version, and what is there (`other`) says that it is of another one.
  bool is_other_version = false;
};

// The Bundle around an element, and which entry it is in; nulls outside of any.
struct BundlePosition {
  const element::Element* bundle = nullptr;
  const element::Element* entry = nullptr;
};
// Where an element stands in the Bundle around it.
BundlePosition bundle_position(const element::Element& element, const Names& names);

// Of one input; makes its tables when they are first needed, so that very many references take time
// in proportion. Not thread-safe.
class References {
 public:
  explicit References(const definition::Definitions& definitions, const Names& names)
      : definitions_(definitions), names_(names) {}

  // By FHIR R4 3.1.1.5.1: contained, inside the Bundle by fullUrl, or not here.
  Resolved resolve(const element::Element& from, std::string_view reference);
  // Whether no element of the resource had this id so far; now one has it.
  bool is_first(const element::Element& resource, std::string_view element_id) {
    return element_ids_.emplace(&resource, element_id).second;
  }
  // The resource of the Bundle around that has this canonical URL, whatever its version; null
  // without one.
  const element::Element* by_canonical(const element::Element& from, std::string_view url);

 private:
  using Table = std::unordered_map<std::string, std::vector<const element::Element*>>;
  struct Tables {
    Table by_url;
    Table by_name;  // "Type/id"
    Table by_canonical;
  };

  Resolved of_version(const std::vector<const element::Element*>& all,
                      std::string_view version) const;
  const Tables& tables_of(const element::Element& bundle);
  const Tables& tables_of_parameters(const element::Element& parameters);
  void add_name(const element::Element& resource, Tables& to) const;
  void add_parameters(const element::Element& parent, Tables& to) const;
  const Table& contained_in(const element::Element& resource);

  const definition::Definitions& definitions_;
  const Names& names_;
  std::unordered_map<const element::Element*, Tables> bundles_;
  std::unordered_map<const element::Element*, Table> contained_;
  std::set<std::pair<const element::Element*, std::string_view>> element_ids_;
};

}  // namespace paraneo::validate
