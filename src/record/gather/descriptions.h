// Specimens and body structures: what they say becomes part of the facts that name them, where a
// record has a place for it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "record/gather/bundle_of_chart.h"
#include "record/gather/taken_parts.h"

namespace paraneo::record {

// Of one chart. All that it is given must outlive it; `account`: null where nobody asks. Not
// thread-safe.
class Descriptions {
 public:
  // `existing`: the record that a delta is merged into; null when there is none.
  Descriptions(const Charts& charts, const Chart& chart, const definition::Definitions& definitions,
               const terminology::ValueSets& value_sets, const Existing* existing,
               ChartBundle& made, Account* account, Arena& arena, diag::Sink& sink)
      : charts_(charts), chart_(chart), definitions_(definitions), value_sets_(value_sets),
        existing_(existing), made_(made), account_(account), arena_(arena), sink_(sink),
        taken_(made) {}

  static bool is_one(std::string_view type) {
    return type == "Specimen" || type == "BodyStructure";
  }

  // Of another patient than the chart's, by the one that it refers to in the entry.
  bool is_of_somebody_else(const ChartEntry& entry, const element::Element& description) const;
  // One that came as a resource, as it was read. What may not be believed is reported, and
  // describes nothing.
  void add(const ChartEntry& entry, element::Element& original);
  // Follows what the fact refers to, in the input or contained in it: kind of specimen, site, time
  // and method of collection; site and side of a structure. What the fact says itself stays.
  // References that were followed are taken out.
  //
  // Gives the elements that came from a Specimen or a BodyStructure, or may come, each with its
  // reference, for the fact's origin: a delta in which the fact comes again, and these do not,
  // leaves them as they are.
  std::vector<PendingLink> describe(ChartBundle::Part& part, const Origin& origin);
  // The same for a fact of the record that does not come again, and which waits for one that came
  // now, or has something of an older version of it. `resource` is what the fact leaves as; its
  // origin is set right.
  void describe_again(const Existing::Fact& fact, element::Element& resource);
  // Names what no fact took: all of one that none names, and the rest of the others
  // (ChartBundle::context_losses).
  void finish();

 private:
  struct Description {
    Account::Place place;                        // of the resource that it is, or is contained in
    const element::Element* resource = nullptr;  // that one, as it was read
    const element::Element* original = nullptr;
    TakenParts::Source source() const { return {place.entry, resource}; }
    bool is_used = false;
    bool is_older = false;  // than what a fact of the record has of it
  };

  Description* find(const ChartBundle::Part& part, std::string_view reference);
  Description* contained(const ChartBundle::Part& part, std::string_view id);
  std::vector<PendingLink> follow_specimen(ChartBundle::Part& part, element::Element& specimen,
                                           const Origin& origin);
  void describe_by_specimen(element::Element& resource, Description& specimen,
                            element::Element& reference);
  bool is_older(Description& described, const PendingLink* known) const;
  Description* find_again(const std::string& source, std::string_view reference);
  std::vector<PendingLink> keep_described(element::Element& resource, const Origin& origin,
                                          const std::string& reference);
  void keep_said(element::Element& resource, std::vector<PendingLink>& links) const;
  bool is_specimen(const Description& described) const;
  void take_as(element::Element& resource, Description& specimen, std::string_view path,
               const element::Element* told);
  // What became of a site: it is one of the fact's now, or the fact says the same itself, or has no
  // place for it.
  struct TakenSite {
    bool is_said = false;
    element::Element* made = nullptr;
  };
  TakenSite take_site(element::Element& resource, Description& described,
                      const element::Element* site);
  element::Element* former_site(const Origin& origin, std::string_view reference) const;
  void take_side(Description& described, element::Element& site);
  void take_structure(ChartBundle::Part& part, const Origin& origin, element::Element& parent,
                      element::Element& link, element::Element& reference,
                      std::vector<PendingLink>& links);
  void describe_specimen_again(const Existing::Fact& fact, element::Element& resource,
                               std::vector<PendingLink>& pending);
  void describe_structures_again(const Existing::Fact& fact, element::Element& resource,
                                 std::vector<PendingLink>& pending);
  void take_out_contained(ChartBundle::Part& part, const Description& described);

  const element::Element* child(const element::Element& parent, std::string_view name) const {
    return parent.child(definitions_.find_symbol(name));
  }
  element::Element* child(element::Element& parent, std::string_view name) const {
    return parent.child(definitions_.find_symbol(name));
  }

  const Charts& charts_;
  const Chart& chart_;
  const definition::Definitions& definitions_;
  const terminology::ValueSets& value_sets_;
  const Existing* existing_;
  ChartBundle& made_;
  Account* account_;
  Arena& arena_;
  diag::Sink& sink_;
  std::map<std::string, Description> described_;                                // by reference
  std::map<std::pair<const ChartEntry*, std::string>, Description> contained_;  // by the id in
                                                                                // there
  TakenParts taken_;
};

}  // namespace paraneo::record
