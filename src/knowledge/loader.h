// Fills a Knowledge. Internal to this folder. Entry point: Loader::load().
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "json/value.h"
#include "knowledge/guide.h"
#include "knowledge/knowledge.h"

namespace paraneo::knowledge {

class Loader {
 public:
  Loader(const Request& request, diag::Sink& sink)
      : request_(request), sink_(sink), made_(new Knowledge) {}
  // What is missing, unreadable, or said twice with different contents is an error that names it.
  Result<std::shared_ptr<const Knowledge>> load();

 private:
  // Where something is defined, and as what.
  struct Defined {
    std::string digest;  // of the content
    std::string where;   // the name of the text
    Origin origin = Origin::file;
  };

  Result<void> read_guides();
  bool asks_for_terminology() const;
  Limits limits_of(Origin origin) const;
  const definition::Definitions& definitions_of_xml();
  void take(Source text, Origin origin);
  void take_map(Source text, Origin origin);
  void take_resource(const json::Value& resource, const Source& text, Origin origin);
  void take_bundle(const json::Value& bundle, const Source& text, Origin origin);
  void take_canonical(const json::Value& resource, const Source& text, Origin origin);
  void read_canonicals();
  void take_profile(const json::Value& resource);
  void take_definition(const json::Value& resource, const Source& text, Origin origin);
  // The text of a map or a concept map stays, since what is made of it points into it.
  void keep_map(const json::Value& resource, const Source& text, Origin origin);
  // False for one that is there already; a different one is reported.
  bool is_first(const std::string& key, const std::string& digest, const Source& text,
                Origin origin);
  Result<void> find_maps();
  Result<void> take_map_file(const std::string& file);
  bool imports_are_missing() const;
  void add_built_in_displays();
  void add_built_in_maps();
  std::string fingerprint() const;
  definition::Definitions& own_definitions();
  terminology::ValueSets& own_value_sets();

  const Request& request_;
  diag::Sink& sink_;
  std::shared_ptr<Knowledge> made_;
  std::map<std::string, Defined> defined_;  // by type and URL
  std::size_t taken_count_ = 0;             // resources and maps that were of use
  std::size_t built_in_count_ = 0;          // definitions of guides that are built in
};

}  // namespace paraneo::knowledge
