#include "record/gather/descriptions.h"

#include <algorithm>
#include <array>

#include "element/path.h"
#include "record/extension.h"
#include "record/gather/described_links.h"
#include "record/gather/literal_reference.h"
#include "record/gather/site_paths.h"
#include "record/gather/specimen_elements.h"
#include "record/gather/usable.h"
#include "record/identity.h"
#include "record/losses.h"

namespace paraneo::record {
namespace {

using element::Element;

constexpr std::string_view kSideExtension =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-laterality-qualifier";
// Whose value is a structure that the fact is about.
constexpr std::array<std::string_view, 2> kSiteExtensions = {
    "http://hl7.org/fhir/StructureDefinition/bodySite",
    "http://hl7.org/fhir/StructureDefinition/procedure-targetBodyStructure"};
constexpr std::string_view kSpecimenElement = "specimen";

}  // namespace

void Descriptions::add(const ChartEntry& entry, Element& original) {
  const Account::Place place{&entry, entry.path};
  if (const auto why =
          Usable(definitions_, value_sets_, place, account_, arena_, sink_).refuse(original)) {
    sink_.report({diag::Code::import_not_a_fact,
                  why->is_in_order ? diag::Severity::information : diag::Severity::warning,
                  entry.type + ": " + why->reason,
                  {&entry.text, original.offset, original.offset + 1},
                  entry.path,
                  {}});
    if (account_ != nullptr)
      account_->settle(place, Outcome::not_a_fact, diag::info(diag::Code::import_not_a_fact).name);
    return;
  }
  made_.context.push_back(&original);
  described_.emplace(entry.reference().empty() ? entry.path + entry.digest : entry.reference(),
                     Description{place, &original, &original, false});
}

Descriptions::Description* Descriptions::find(const ChartBundle::Part& part,
                                              std::string_view reference) {
  if (reference.starts_with('#')) return contained(part, reference.substr(1));
  const auto found = described_.find(charts_.target_of(*part.entry, reference));
  return found == described_.end() ? nullptr : &found->second;
}

// Of the resource that the part is, or is contained in.
Descriptions::Description* Descriptions::contained(const ChartBundle::Part& part,
                                                   std::string_view id) {
  const auto known = contained_.find({part.entry, std::string(id)});
  if (known != contained_.end()) return &known->second;
  const auto* outer = part.original;
  while (outer->parent != nullptr) outer = outer->parent;
  const auto name = definitions_.find_symbol("contained");
  for (const auto* each = outer->first; each != nullptr; each = each->next) {
    if (each->name != name || text_of(definitions_, *each, "id") != id ||
        !is_one(definitions_.type_name(each->type)))
      continue;
    if (is_of_somebody_else(*part.entry, *each)) return nullptr;
    auto* copy = element::make_root(arena_, each->type);
    element::copy_content(arena_, definitions_, *copy, *each);
    diag::Sink unheard;
    const Account::Place place{part.entry, part.entry->path};
    if (Usable(definitions_, value_sets_, place, nullptr, arena_, unheard).refuse(*copy))
      return nullptr;
    return &contained_
                .emplace(std::pair(part.entry, std::string(id)),
                         Description{place, outer, each, false})
                .first->second;
  }
  return nullptr;
}

// Then it describes nothing: what the fact has is newer.
bool Descriptions::is_older(Description& described, const PendingLink* known) const {
  const auto is_it =
      known != nullptr && is_older_than(*described.place.entry, *known, charts_.options().now_ms);
  described.is_older = described.is_older || is_it;
  return is_it;
}

bool Descriptions::is_of_somebody_else(const ChartEntry& entry, const Element& description) const {
  for (const auto* name : {"subject", "patient"}) {
    const auto* whose = child(description, name);
    const auto reference =
        whose == nullptr ? std::string_view() : text_of(definitions_, *whose, "reference");
    if (!reference.empty() && !chart_.patient.ends_with(reference) &&
        charts_.target_of(entry, reference) != chart_.patient)
      return true;
  }
  return false;
}

std::vector<PendingLink> Descriptions::describe(ChartBundle::Part& part, const Origin& origin) {
  auto& resource = *part.resource;
  std::vector<PendingLink> links;
  if (auto* specimen = child(resource, "specimen");
      specimen != nullptr && definitions_.type_name(resource.type) == "Observation")
    links = follow_specimen(part, *specimen, origin);
  const auto focus = definitions_.find_symbol("focus");
  const auto extension = definitions_.find_symbol("extension");
  for (auto* each = resource.first; each != nullptr;) {
    auto* next = each->next;
    if (each->name == focus && definitions_.type_name(each->type) == "Reference")
      take_structure(part, origin, resource, *each, *each, links);
    const auto is_site = each->name == extension &&
                         std::find(kSiteExtensions.begin(), kSiteExtensions.end(),
                                   text_of(definitions_, *each, "url")) != kSiteExtensions.end();
    auto* value = is_site ? child(*each, "value") : nullptr;
    if (value != nullptr && definitions_.type_name(value->type) == "Reference")
      take_structure(part, origin, resource, *each, *value, links);
    each = next;
  }
  return links;
}

std::vector<PendingLink> Descriptions::follow_specimen(ChartBundle::Part& part, Element& specimen,
                                                       const Origin& origin) {
  auto& resource = *part.resource;
  auto* reference = child(specimen, "reference");
  if (reference == nullptr) return {};
  const auto is_contained = reference->value().starts_with('#');
  const auto written = is_contained
                           ? std::string()
                           : charts_.options().senders.written(
                                 charts_.target_of(*part.entry, reference->value()), origin.source);
  auto* described = find(part, reference->value());
  if (described != nullptr && is_older(*described, known_link(existing_, origin, written)))
    described = nullptr;
  const auto* said_by = described == nullptr ? nullptr : described->place.entry;
  std::vector<PendingLink> links;
  for (const auto name : kOfSpecimen)
    if (specimen_element(definitions_, resource, name) == nullptr)
      links.push_back(link_to(std::string(name), written, said_by));
  const auto may_say_something = !links.empty();
  if (described != nullptr && is_specimen(*described)) {
    take_out_contained(part, *described);
    describe_by_specimen(resource, *described, specimen);
    keep_said(resource, links);
    // A later version may say something.
    if (links.empty() && may_say_something)
      links.push_back(link_to(std::string(kSpecimenElement), written, said_by));
  } else {
    links = keep_described(resource, origin, written);
    if (links.empty() &&
        (is_contained || !may_say_something || literal_parts(written).type != "Specimen"))
      return {};
    if (links.empty()) {
      links.push_back({std::string(kSpecimenElement), written});
      made_.pending.push_back(
          {&resource, std::string(kSpecimenElement), written, reference->offset});
    }
  }
  remove_child(specimen, *child(specimen, "reference"));
  refer_to_specimen(definitions_, arena_, resource);
  return is_contained ? std::vector<PendingLink>() : links;
}

// What the fact has from a Specimen that did not come with it now.
std::vector<PendingLink> Descriptions::keep_described(Element& resource, const Origin& origin,
                                                      const std::string& reference) {
  if (existing_ == nullptr || reference.empty()) return {};
  const auto* fact =
      existing_->find(std::string(existing_->key_of(origin.source, origin.reference)));
  if (fact == nullptr) return {};
  const auto former = existing_->resources().find(fact->key);
  if (former == existing_->resources().end()) return {};
  std::vector<PendingLink> links;
  for (const auto& link : fact->origin.pending) {
    if (link.reference != reference ||
        std::find(kOfSpecimen.begin(), kOfSpecimen.end(), link.element) == kOfSpecimen.end())
      continue;
    const auto* said = specimen_element(definitions_, *former->second, link.element);
    if (said == nullptr) continue;
    links.push_back(link);
    if (specimen_element(definitions_, resource, link.element) == nullptr)
      add_specimen_element(definitions_, arena_, resource, link.element, *said);
  }
  return links;
}

// Of the links, those of which something is there.
void Descriptions::keep_said(Element& resource, std::vector<PendingLink>& links) const {
  std::erase_if(links, [&](const PendingLink& link) {
    return specimen_element(definitions_, resource, link.element) == nullptr;
  });
}

bool Descriptions::is_specimen(const Description& described) const {
  return definitions_.type_name(described.original->type) == "Specimen";
}

void Descriptions::describe_again(const Existing::Fact& fact, Element& resource) {
  auto pending = fact.origin.pending;
  describe_specimen_again(fact, resource, pending);
  describe_structures_again(fact, resource, pending);
  if (pending != fact.origin.pending) replace_pending(definitions_, arena_, resource, pending);
}

void Descriptions::describe_specimen_again(const Existing::Fact& fact, Element& resource,
                                           std::vector<PendingLink>& pending) {
  const auto known = std::find_if(pending.begin(), pending.end(), [](const PendingLink& link) {
    return literal_parts(link.reference).type == "Specimen";
  });
  auto* described =
      known == pending.end() ? nullptr : find_again(fact.origin.source, known->reference);
  if (described == nullptr || !is_specimen(*described) || is_older(*described, &*known)) return;
  const auto reference = known->reference;
  std::erase_if(pending, [&](const PendingLink& link) {
    if (link.reference != reference) return false;
    // What an older version said.
    if (link.element != kSpecimenElement)
      remove_specimen_element(definitions_, resource, link.element);
    return true;
  });
  auto* specimen = child(resource, kSpecimenElement);
  if (specimen == nullptr)
    specimen = append_child(
        arena_, definitions_, resource,
        *definitions_.element(resource.type, definitions_.find_symbol(kSpecimenElement)),
        definitions_.find_type("Reference"));
  std::vector<PendingLink> links;
  for (const auto name : kOfSpecimen)
    if (specimen_element(definitions_, resource, name) == nullptr)
      links.push_back(link_to(std::string(name), reference, described->place.entry));
  describe_by_specimen(resource, *described, *specimen);
  keep_said(resource, links);
  if (links.empty())
    links.push_back(link_to(std::string(kSpecimenElement), reference, described->place.entry));
  refer_to_specimen(definitions_, arena_, resource);
  pending.insert(pending.begin(), links.begin(), links.end());
}

// All of its sites that are of structures are set anew, in their order.
void Descriptions::describe_structures_again(const Existing::Fact& fact, Element& resource,
                                             std::vector<PendingLink>& pending) {
  struct Site {
    PendingLink* link;
    Description* described;  // null: it has not come now
    Element* element;        // null: it has never come
  };
  std::vector<Site> sites;
  for (auto& link : pending) {
    if (literal_parts(link.reference).type != "BodyStructure") continue;
    auto* described = find_again(fact.origin.source, link.reference);
    if (described != nullptr && is_older(*described, &link)) described = nullptr;
    sites.push_back({&link, described, site_at(definitions_, resource, link.element)});
  }
  if (std::all_of(sites.begin(), sites.end(),
                  [](const Site& site) { return site.described == nullptr; }))
    return;
  for (const auto& site : sites)
    if (site.element != nullptr) remove_child(resource, *site.element);
  for (auto& [link, described, element] : sites) {
    if (described == nullptr && element != nullptr) {
      append_child(arena_, definitions_, resource, definitions_.element_at(element->def), *element);
    } else if (described != nullptr) {
      const auto taken = take_site(resource, *described, child(*described->original, "location"));
      described->is_used = described->is_used || taken.is_said;
      element = taken.made;
    }
    auto path =
        element == nullptr ? std::string(kSite) : path_of_site(definitions_, resource, *element);
    if (described == nullptr) link->element = std::move(path);
    else *link = link_to(std::move(path), link->reference, described->place.entry);
  }
}

Descriptions::Description* Descriptions::find_again(const std::string& source,
                                                    std::string_view reference) {
  const auto& senders = charts_.options().senders;
  const auto parts = literal_parts(reference);
  const auto from =
      is_web_address(parts.base)
          ? source_of_base(senders.resolve(senders.base_of_source(source), parts.base))
          : source;
  for (auto& [name, each] : described_) {
    const auto& entry = *each.place.entry;
    const auto its_source =
        entry.base.empty() ? source_of_reference(chart_.patient) : source_of_base(entry.base);
    if (entry.type == parts.type && entry.id == parts.id && its_source == from) return &each;
  }
  return nullptr;
}

void Descriptions::describe_by_specimen(Element& resource, Description& specimen,
                                        Element& reference) {
  specimen.is_used = true;
  const auto* type = child(*specimen.original, "type");
  const Element* words = type == nullptr ? nullptr : child(*type, "text");
  const auto coding = definitions_.find_symbol("coding");
  for (const auto* each = type == nullptr || words != nullptr ? nullptr : type->first;
       each != nullptr && words == nullptr; each = each->next)
    if (each->name == coding) words = child(*each, "display");
  if (words != nullptr && words->has_value) {
    if (const auto* said = child(reference, "display"); said == nullptr) {
      const auto& def = *definitions_.element(reference.type, definitions_.find_symbol("display"));
      taken_.take(specimen.source(), *words,
                  *copy_child(arena_, definitions_, reference, def, *words));
    } else if (said->value() == words->value()) {
      taken_.note(*words);
    }
  }
  if (const auto* collection = child(*specimen.original, "collection")) {
    take_site(resource, specimen, child(*collection, "bodySite"));
    // The time at which what was found was true is that of the collection (FHIR R4:
    // Observation.effective).
    take_as(resource, specimen, "effective", child(*collection, "collected"));
    take_as(resource, specimen, kCollectionMethod, child(*collection, "method"));
  }
}

// What the fact says itself stays.
void Descriptions::take_as(Element& resource, Description& specimen, std::string_view path,
                           const Element* told) {
  if (told == nullptr) return;
  if (const auto* said = specimen_element(definitions_, resource, path); said != nullptr) {
    if (said->type == told->type && said->value() == told->value() &&
        losses(definitions_, *told, *said).empty())
      taken_.note(*told);
    return;
  }
  taken_.take(specimen.source(), *told,
              add_specimen_element(definitions_, arena_, resource, path, *told));
}

Descriptions::TakenSite Descriptions::take_site(Element& resource, Description& described,
                                                const Element* site) {
  const auto* def = site == nullptr
                        ? nullptr
                        : definitions_.element(resource.type, definitions_.find_symbol(kSite));
  if (def == nullptr) return {};
  for (auto* each = resource.first; each != nullptr; each = each->next) {
    if (each->name != def->name || !losses(definitions_, *site, *each).empty() ||
        !losses(definitions_, *each, *site).empty())
      continue;
    taken_.note(*site);
    return {true, nullptr};
  }
  if (!has_place_for_site(definitions_, resource)) return {};
  auto& copy = *copy_child(arena_, definitions_, resource, *def, *site);
  taken_.take(described.source(), *site, copy);
  if (definitions_.type_name(described.original->type) == "BodyStructure")
    take_side(described, copy);
  return {true, &copy};
}

// What the fact has from a BodyStructure that did not come with it now.
Element* Descriptions::former_site(const Origin& origin, std::string_view reference) const {
  const auto* known = known_link(existing_, origin, reference);
  if (known == nullptr || !known->element.starts_with(kSite)) return nullptr;
  const auto former =
      existing_->resources().find(std::string(existing_->key_of(origin.source, origin.reference)));
  return former == existing_->resources().end()
             ? nullptr
             : site_at(definitions_, *former->second, known->element);
}

// One qualifier, as the side: the maps say whether it is one.
void Descriptions::take_side(Description& described, Element& site) {
  const auto name = definitions_.find_symbol("locationQualifier");
  const Element* side = nullptr;
  for (const auto* each = described.original->first; each != nullptr; each = each->next) {
    if (each->name != name) continue;
    if (side != nullptr) return;
    side = each;
  }
  if (side == nullptr) return;
  auto* extension = add_extension(definitions_, arena_, site, kSideExtension);
  made_.borrowed.emplace(extension,
                         ChartBundle::Borrowed{described.place.entry, described.resource, side});
  taken_.take(described.source(), *side,
              *copy_child(arena_, definitions_, *extension,
                          *definitions_.element(extension->type, definitions_.find_symbol("value")),
                          *side));
}

void Descriptions::take_structure(ChartBundle::Part& part, const Origin& origin, Element& parent,
                                  Element& link, Element& reference,
                                  std::vector<PendingLink>& links) {
  auto& resource = *part.resource;
  const auto text = text_of(definitions_, reference, "reference");
  const auto is_contained = text.starts_with('#');
  const auto target =
      is_contained || text.empty() ? std::string() : charts_.target_of(*part.entry, text);
  const auto written =
      target.empty() ? std::string() : charts_.options().senders.written(target, origin.source);
  const auto* known = known_link(existing_, origin, written);
  if (auto* described = find(part, text); described != nullptr && !is_older(*described, known)) {
    if (definitions_.type_name(described->original->type) != "BodyStructure") return;
    const auto taken = take_site(resource, *described, child(*described->original, "location"));
    if (!taken.is_said) return;
    described->is_used = true;
    const auto is_own = taken.made == nullptr && !has_place_for_site(definitions_, resource);
    if (!is_contained && !is_own)
      links.push_back(link_to(taken.made == nullptr
                                  ? std::string(kSite)
                                  : path_of_site(definitions_, resource, *taken.made),
                              written, described->place.entry));
    remove_child(parent, link);
    return take_out_contained(part, *described);
  }
  if (literal_parts(target).type != "BodyStructure" || !has_place_for_site(definitions_, resource))
    return;
  if (const auto* former = former_site(origin, written)) {
    auto link = *known;
    link.element = path_of_site(
        definitions_, resource,
        *copy_child(arena_, definitions_, resource, definitions_.element_at(former->def), *former));
    links.push_back(std::move(link));
  } else {
    const auto path =
        element::path_within_original(definitions_, *part.original, resource, link).substr(1);
    made_.pending.push_back({&resource, path, written, link.offset});
    if (known != nullptr && known->element == kSite) links.push_back(*known);
    else links.push_back({std::string(kSite), written});
  }
  remove_child(parent, link);
}

// It is contained in nothing any more; what no fact has of it is named by finish().
void Descriptions::take_out_contained(ChartBundle::Part& part, const Description& described) {
  if (described.original == described.resource) return;
  const auto name = definitions_.find_symbol("contained");
  for (auto* each = part.resource->first; each != nullptr; each = each->next)
    if (each->name == name &&
        text_of(definitions_, *each, "id") == text_of(definitions_, *described.original, "id"))
      return remove_child(*part.resource, *each);
}

void Descriptions::finish() {
  const auto is_whose = [&](const Element& each) {
    return definitions_.name(each.name) == "subject" || definitions_.name(each.name) == "patient";
  };
  const auto finish_one = [&](const Description& each) {
    const auto& entry = *each.place.entry;
    const auto is_resource = each.original == each.resource;
    for (const auto* part = each.original->first; part != nullptr; part = part->next) {
      const auto name = definitions_.name(part->name);
      if (name == "id") taken_.note(*part);
      if (is_whose(*part))
        if (const auto* reference = child(*part, "reference")) taken_.note(*reference);
      const auto is_unasked = name == "meta" || name == "text" || name == "language";
      // An ordinary specimen is there to be used.
      if (!is_unasked && !(name == "status" && part->value() == "available")) continue;
      taken_.note(*part);
      if (account_ != nullptr)
        account_->lose_all(definitions_, each.place, *each.resource, *part, kNotNeededReason);
    }
    if (is_resource && account_ != nullptr)
      account_->settle({&entry, entry.path}, Outcome::context, {});
    taken_.name_rest(each.source(), *each.original);
  };
  for (const auto& [reference, each] : described_) {
    if (each.is_used) {
      finish_one(each);
      continue;
    }
    const auto& entry = *each.place.entry;
    if (each.is_older) {
      if (account_ != nullptr)
        account_->settle(each.place, Outcome::superseded,
                         diag::info(diag::Code::import_superseded).name);
      sink_.report(diag::Code::import_superseded,
                   entry.type + ": the record has what a newer version says",
                   {&entry.text, each.original->offset, each.original->offset + 1}, entry.path);
      continue;
    }
    if (account_ != nullptr)
      account_->settle(each.place, Outcome::no_place, diag::info(diag::Code::import_ignored).name);
    sink_.report(diag::Code::import_ignored,
                 entry.type + ": no fact of the record takes anything of it",
                 {&entry.text, each.original->offset, each.original->offset + 1}, entry.path);
  }
  for (const auto& [id, each] : contained_)
    if (each.is_used) finish_one(each);
}

}  // namespace paraneo::record
