// What has no standard code, counted: the loop in which a person fills it in.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fml/run/run.h"

namespace paraneo::record {

// Concepts that are words alone go by this map: "PLACE WORDS" to a code. See
// mappings/record/export/types.map.
inline constexpr std::string_view kTexts = "https://paraneo.github.io/fhir/ConceptMap/texts";

// One code, or one text, of a ConceptMap's source side that has no translation.
struct Unmapped {
  std::string map;     // URL of the ConceptMap
  std::string system;  // of the code; empty where it is one of the map's own
  std::string code;
  std::uint64_t count = 0;

  // Of the first place that has it, by the file's name and line.
  std::string text;  // what stands beside the code: its display, or the words of the concept
  std::string file;
  std::uint32_t line = 0;  // where the record or the resource begins
  std::string pointer;     // JSON pointer in the text that it came in: a file, or a line of one
  std::string field;       // the same without places in lists: "observations.code.text",
                           // "Observation.code.text"

  // Words are no code that anybody has forgotten.
  bool is_words() const { return map == kTexts; }
};

// A JSON pointer as a path without places in lists: "/observations/0/code" is "observations.code".
std::string field_of(std::string_view pointer);

// Not thread-safe; merge() joins those of several threads, in any order. Memory grows with the
// distinct codes.
class UnmappedCodes : public fml::Observer {
 public:
  // Where an element stands in the text that is worked on.
  struct Place {
    std::string_view file;
    std::uint32_t line = 1;
    std::string pointer;
    std::string field;
  };
  using Locate = std::function<Place(const element::Element&)>;

  // `with_known`: those that a concept map has, without an equivalent, count as well. Where the
  // record's own maps run they do not: these write the words of such a code.
  explicit UnmappedCodes(bool with_known = false) : with_known_(with_known) {}

  // Of a text that was read as it stands: by element::pointer_of().
  void stand_in(const definition::Definitions& definitions, const Source& source);
  // Until the next call. What `locate` refers to must live as long. It is asked once for each
  // distinct code, and again where a place is found that comes before.
  void stand_in(const definition::Definitions& definitions, std::string_view file,
                std::uint32_t line, Locate locate);

  bool follows_rules() const override { return false; }
  // See fml::Observer.
  void unmapped(const terminology::ConceptMap& map, const terminology::Code& code,
                const element::Element* source) override;

  // Adds the counts of another thread's; the place with the lower file and line stays the example.
  void merge(const UnmappedCodes& other);
  // The same, and leaves nothing there: for many rows that nobody needs twice.
  void merge(UnmappedCodes&& other);
  // Codes and units: what is words alone is not among them.
  bool empty() const { return size() == 0; }
  std::size_t size() const { return rows_.size() - words_; }
  std::size_t words() const { return words_; }
  // Words and all, most frequent first.
  std::vector<const Unmapped*> rows() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  void find_place(Unmapped& row, const element::Element* source) const;
  bool comes_before(const Unmapped& row) const;
  static void add_up(Unmapped& ours, const Unmapped& theirs);

  std::unordered_map<std::string, Unmapped, Hash, std::equal_to<>> rows_;  // by map, system and
                                                                           // code, a line each
  std::size_t words_ = 0;
  std::string key_;
  const definition::Definitions* definitions_ = nullptr;
  std::string file_;
  std::uint32_t line_ = 1;
  Locate locate_;
  bool with_known_;
};

}  // namespace paraneo::record
