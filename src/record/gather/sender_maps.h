// What kinds of sender say in places of their own, as the elements and extensions say it that the
// import's maps read. Which kinds there are, how a resource shows of which it is, and what becomes
// of its elements is data (mappings/sources): concept maps, to which those of --ig may add.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "element/element.h"
#include "record/gather/bundle_of_chart.h"
#include "terminology/concept_map.h"

namespace paraneo::record {

// From how the URIs begin that a resource of the kind has to the kind:
// "http://hl7.org/fhir/us/mcode".
inline constexpr std::string_view kSenders =
    "https://paraneo.github.io/fhir/ConceptMap/senders-on-import";
// From an element of theirs to where it is read, both as paths:
// "Procedure.extension('URL').value" to "Procedure.statusReason".
inline constexpr std::string_view kSenderElements =
    "https://paraneo.github.io/fhir/ConceptMap/elements-on-import";
// From codes in what was put elsewhere to those that are known there.
inline constexpr std::string_view kSenderCodes =
    "https://paraneo.github.io/fhir/ConceptMap/codes-on-import";
// How the kind is called of a resource that shows none.
inline constexpr std::string_view kNoSender = "FHIR R4";

// Immutable; may be shared by threads. What it is made of must outlive it.
class SenderMaps {
 public:
  struct Step {
    definition::Symbol name = 0;
    std::string_view url = {};  // of an extension
  };
  struct Row {
    definition::TypeId type = 0;  // of the resource
    std::vector<Step> from;       // to the extension that its URL finds
    std::vector<Step> below;      // from there
    std::vector<Step> to;
  };

  // A row that is no path of elements is reported as concept-map-form, and counts for nothing.
  SenderMaps(const definition::Definitions& definitions, const terminology::ConceptMaps& maps,
             diag::Sink& sink);

  // Rows whose last extension has the URL.
  const std::vector<Row>* rows_of(std::string_view extension_url) const;
  // Null for a URI of nobody in particular. Costs a look-up for each of its parts.
  const terminology::Code* kind_of(std::string_view uri) const;
  // The one code that is known where the coding was put; null: it stays.
  const terminology::Code* code_of(std::string_view system, std::string_view code) const;

 private:
  const terminology::ConceptMap* kinds_;
  const terminology::ConceptMap* codes_;
  std::unordered_map<std::string_view, std::vector<Row>> rows_;
};

// Reads the resources of one thread with the maps of their senders. The maps and definitions must
// outlive it.
class SenderReader {
 public:
  SenderReader(const definition::Definitions& definitions, const SenderMaps& maps);

  // `resource` is a copy of part.original, to which nothing was done yet. Puts elements where they
  // are read; ChartBundle::borrowed says of these where they stood. What has no room there stays
  // where it is. Counts the kinds in made.senders, and names them in the account where there is
  // one. Costs a walk through the resource.
  void read(element::Element& resource, const ChartBundle::Part& part, ChartBundle& made,
            Account* account, Arena& arena);

 private:
  struct Found {
    element::Element* extension = nullptr;
    const element::Element* original = nullptr;
    const std::vector<SenderMaps::Row>* rows = nullptr;
  };
  void walk(element::Element& copy, const element::Element& original);
  void note(std::string_view uri);
  bool is_at(const element::Element& extension, const SenderMaps::Row& row) const;
  void put(element::Element& resource, const Found& found, const SenderMaps::Row& row);
  element::Element* make_place(element::Element& resource, const SenderMaps::Row& row,
                               definition::TypeId& type, element::Element*& top);
  void copy(element::Element& to, const element::Element& from, const element::Element& original);
  void borrow(const element::Element& copy, const element::Element& original);
  void translate_codings(element::Element& concept_element);
  void remove_source(element::Element& value, const element::Element& resource);

  const definition::Definitions& definitions_;
  const SenderMaps& maps_;
  std::unordered_map<std::string, const terminology::Code*> kinds_;  // of URIs that were asked
  // Of the resource that is read.
  std::set<const terminology::Code*> noted_;
  std::vector<Found> found_;
  const ChartBundle::Part* part_ = nullptr;
  const element::Element* root_ = nullptr;  // that part.original is, or is contained in
  ChartBundle* made_ = nullptr;
  Account* account_ = nullptr;
  Arena* arena_ = nullptr;
  const definition::TypeId extension_, coding_, concept_, identifier_, meta_;
  const definition::Symbol url_, system_, profile_, source_, coding_name_;
};

}  // namespace paraneo::record
