// Translation between codes (FHIR R4 ConceptMap, 5.11), in both directions. Only rows that say the
// two codes mean the same (equal, equivalent; R5: equivalent) translate; the others are knowledge
// for people and never turn one fact into another.
//
// Immutable after load; may be shared between threads. Texts point into the JSON text given to
// load(), which must live as long.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/value.h"

namespace paraneo::terminology {

// An extension of ConceptMap and of CodeSystem: the rows and codes of the resource count for the
// one that this names, too.
inline constexpr std::string_view kAddsTo =
    "https://paraneo.github.io/fhir/StructureDefinition/adds-to";
// Of that extension; empty: there is none.
std::string_view target_of_addition(const json::Value& resource);

// A code of a system. A view.
struct Code {
  std::string_view system;
  std::string_view code;
  std::string_view display;
};

// Translates codes, in both directions. Texts are views; immutable once it is filled.
class ConceptMap {
 public:
  struct Row {
    Code from;
    Code to;
  };

  // Codes of a system that no row has (group.unmapped). What is neither kept, fixed nor looked up
  // has no answer.
  struct Unmapped {
    enum class Mode : std::uint8_t { provided, fixed, other_map };
    std::string_view system;  // of the source
    Mode mode = Mode::provided;
    Code fixed = {};
    std::string_view url = {};  // of the other map
  };
  // A code of one system that translates to two codes of one other system, and where the second one
  // stands.
  struct Ambiguity {
    std::string_view code, to_system;
    Span span;
  };

  // Null, with a diagnostic, when the resource is no ConceptMap with a URL. A code that it
  // translates twice has no translation, since no answer would be right: see ambiguities().
  static const ConceptMap* load(const json::Value& resource, const Source& source,
                                std::deque<ConceptMap>& to, diag::Sink& sink);

  // A map written inside a mapping-language text.
  ConceptMap(std::string_view url, std::span<const Row> rows,
             std::span<const Code> untranslated = {});

  std::string_view url() const { return url_; }
  // The map that this one adds rows to, by the extension adds-to; empty: none.
  std::string_view adds_to() const { return adds_to_; }
  // Takes the rows of a map that adds to this one, before it is shared. For a code that the
  // addition translates to a system, its row takes the place of this map's. Added rows are read in
  // their direction only, and add no system to those of this map: what other codes mean stays as it
  // was. Of two additions that differ in a code's translation neither counts: see ambiguities().
  void add(const ConceptMap& addition);
  // All targets of the code, in the order of the map. An empty system matches any.
  void translate(std::string_view system, std::string_view code,
                 std::vector<const Code*>& to) const;
  // The target of the code, whatever its system, where there is exactly one; else null.
  const Code* only_translation(std::string_view code) const;
  // All codes that translate to this one.
  void reverse(std::string_view system, std::string_view code,
               std::vector<const Code*>& from) const;
  // Whether the map has the code, but nothing that means the same.
  bool mentions(std::string_view system, std::string_view code) const;
  // True when the system is on the source side / the target side.
  bool has_source(std::string_view system) const;
  bool has_target(std::string_view system) const;
  std::span<const Row> rows() const { return rows_; }
  void add_unmapped(const Unmapped& unmapped) { unmapped_.push_back(unmapped); }
  // What is to be done with a code that no row has; null: nothing. An empty system matches any.
  const Unmapped* unmapped(std::string_view system) const;
  // Whether a code that no row has stays as it is (unmapped.mode provided): not one that has a row
  // without a translation, and of UCUM only what is UCUM.
  bool keeps(std::string_view system, std::string_view code) const;
  std::span<const Ambiguity> ambiguities() const { return ambiguities_; }

 private:
  using Index = std::unordered_multimap<std::string_view, std::uint32_t>;
  void index();

  std::string_view url_;
  std::string_view adds_to_;
  std::size_t own_count_ = 0;  // of rows_: behind them stand those that were added
  Span place_;                 // of the resource
  std::vector<Row> rows_;
  std::unordered_multimap<std::string_view, std::string_view> untranslated_;  // code -> its system
  std::vector<std::string_view> source_systems_;
  std::vector<std::string_view> target_systems_;
  std::vector<Unmapped> unmapped_;
  std::vector<Ambiguity> ambiguities_;
  Index by_source_;  // code -> rows, in order of insertion reversed
  Index by_target_;
};

// The maps that a program may name. Not owning.
class ConceptMaps {
 public:
  // Of several with one URL the first counts.
  void add(const ConceptMap& map) { by_url_.try_emplace(map.url(), &map); }
  // Null when there is none of that URL (a version after "|" is ignored).
  const ConceptMap* find(std::string_view url) const;

 private:
  std::unordered_map<std::string_view, const ConceptMap*> by_url_;
};

}  // namespace paraneo::terminology
