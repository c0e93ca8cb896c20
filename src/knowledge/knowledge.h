// What a run knows beside its inputs: definitions, value sets and code systems, concept maps and
// maps; built in, from packages and files, a registry's own. Made once, before the work begins,
// and handed to every verb.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "definition/profiles.h"
#include "element/canonicals.h"
#include "fhirpath/fhirpath.h"
#include "fml/compile/library.h"
#include "fml/transform.h"
#include "terminology/value_set.h"

namespace paraneo::knowledge {

// What a verb wants to know of what there is.
struct Request {
  Limits limits = {};
  std::vector<std::string> guides = {};  // --ig, in the order given
  // Maps by file; or by URL or name, of the program or of a guide.
  std::vector<std::string> maps = {};
  // Texts of expressions that will be run. Value sets and code systems of packages can be
  // thousands: they are read where one of these, or a file of `maps`, asks for terminology.
  std::vector<std::string> expressions = {};
  // Whether case records are read or written: all maps of the program, and the value sets.
  bool records = false;
  // Whether the codes and their displays are wanted, as far as somebody lists them.
  bool displays = false;
  // Whether data is held to profiles: those of guides, and their value sets and code systems.
  bool validation = false;
};

// What a code is called.
struct Display {
  std::string system, code, display;
};

// Immutable; may be shared by threads. What was compiled from it must not outlive it.
//
// What a guide defines takes the place of what the program has of the same URL, and else stands
// beside it; StructureDefinitions that are built in stay as they are. The same URL twice with
// different contents is refused where files of the user's are concerned; of packages the first one
// counts. With a core package of another FHIR release, names mean that release; R4 stays at
// http://hl7.org/fhir/4.0/.
class Knowledge {
 public:
  // Mistakes in what was read go to the sink; then what was made is only good for showing them. A
  // guide or a map that is not there or cannot be read is the error.
  static Result<std::shared_ptr<const Knowledge>> load(const Request& request, diag::Sink& sink);
  Knowledge(const Knowledge&) = delete;
  Knowledge& operator=(const Knowledge&) = delete;

  const fhirpath::Engine& engine() const { return *engine_; }
  const definition::Definitions& definitions() const { return engine_->definitions(); }
  // Those built in, and those of --ig.
  const terminology::ValueSets& value_sets() const;
  // Those built in; with Request::validation those of the guides, too.
  const definition::Profiles& profiles() const;
  // Questionnaires of the guides, with Request::validation.
  const element::Canonicals& canonicals() const { return canonicals_; }
  const fml::Library& library() const { return library_; }
  // Of code systems, value sets and concept maps, in the order they were read, where
  // Request::displays asked for it. A code may stand there several times, and without a display.
  const std::vector<Display>& displays() const { return displays_; }
  // One of Request::maps; null when its text holds no map, which was reported.
  const fml::ast::Map* map(const std::string& file_or_url) const;
  // That map, compiled. Null after a report.
  std::shared_ptr<const fml::Transformation> transformation(const std::string& file_or_url,
                                                            diag::Sink& sink) const;
  // Stands for all that can change what becomes of a record, the program's own files included.
  std::string fingerprint() const;

 private:
  friend class Loader;
  Knowledge() = default;

  std::unique_ptr<definition::Definitions> own_definitions_;  // null: those built in are enough
  std::unique_ptr<terminology::ValueSets> own_value_sets_;    // likewise
  std::unique_ptr<definition::Profiles> own_profiles_;        // likewise
  std::unique_ptr<fhirpath::KnownTerminology> terminology_;   // of own_value_sets_ and library_
  std::unique_ptr<fhirpath::Engine> engine_;
  std::deque<Source> canonical_texts_;
  Arena canonical_arena_;
  element::Canonicals canonicals_;
  fml::Library library_;
  std::map<std::string, const fml::ast::Map*> maps_by_file_;  // by canonical path
  std::vector<Display> displays_;
  std::string guides_fingerprint_;
};

// A file by whatever name, as one text.
std::string canonical_path(const std::string& file);

}  // namespace paraneo::knowledge
