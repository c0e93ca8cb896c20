#include "knowledge/loader.h"

#include <algorithm>
#include <filesystem>

#include "base/uuid.h"
#include "format/json.h"
#include "format/xml.h"
#include "json/read.h"
#include "json/write.h"
#include "knowledge/built_in_files.h"
#include "knowledge/displays.h"

namespace paraneo::knowledge {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDigestSpace = "https://paraneo.invalid/content";

std::string digest_of(const json::Value& resource) {
  std::string text;
  json::Writer(text).value(resource);
  return uuid_of(kDigestSpace, text);
}

bool is_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first != std::string_view::npos && text[first] == '{';
}

bool is_map_type(std::string_view type) { return type == "StructureMap" || type == "ConceptMap"; }

bool is_terminology_type(std::string_view type) {
  return type == "ValueSet" || type == "CodeSystem";
}

bool is_value_set(std::string_view built_in_file) {
  return built_in_file.starts_with("profiles/built/") ||
         built_in_file.find("/ValueSet-") != std::string_view::npos;
}

template <class Visit>
void each_entry(const json::Value& bundle, const Visit& visit) {
  const auto* entries = bundle.find("entry");
  if (entries == nullptr) return;
  for (const auto& entry : entries->items())
    if (const auto* resource = entry.find("resource")) visit(*resource);
}

}  // namespace

Result<std::shared_ptr<const Knowledge>> Loader::load() {
  if (const auto read = read_guides(); !read) return read.error();
  if (const auto found = find_maps(); !found) return found.error();
  if (request_.records) add_built_in_maps();
  if (request_.displays) add_built_in_displays();
  made_->library_.link_concept_maps();
  if (made_->own_definitions_ != nullptr) made_->own_definitions_->link(sink_);
  if (made_->own_value_sets_ != nullptr) made_->own_value_sets_->finish();
  if (built_in_count_ > 0)
    sink_.report({diag::Code::fhir_definition,
                  diag::Severity::information,
                  "--ig has definitions that are built in (" + std::to_string(built_in_count_) +
                      "): those were used, the files were not",
                  {},
                  {},
                  "give a definition of your own a URL of its own"});
  const auto& definitions = made_->own_definitions_ != nullptr ? *made_->own_definitions_
                                                               : definition::Definitions::builtin();
  made_->terminology_ = std::make_unique<fhirpath::KnownTerminology>(
      made_->own_value_sets_.get(), &made_->library_.concept_maps());
  made_->engine_ = std::make_unique<fhirpath::Engine>(definitions, *made_->terminology_);
  read_canonicals();
  made_->guides_fingerprint_ = fingerprint();
  return std::shared_ptr<const Knowledge>(std::move(made_));
}

Result<void> Loader::read_guides() {
  GuideReader reader(
      request_.limits, request_.records || request_.validation || asks_for_terminology(),
      [&](Source text, Origin origin) -> Result<void> {
        take(std::move(text), origin);
        return {};
      },
      [&](const std::string& version) {
        if (!version.empty()) own_definitions().prefer_release(version);
        ++taken_count_;
      });
  for (const auto& guide : request_.guides) {
    const auto count = taken_count_;
    const auto errors = sink_.errors();
    const auto origin = reader.read(guide);
    if (!origin) return origin.error();
    if (taken_count_ > count || sink_.errors() > errors) continue;
    if (*origin == Origin::package)
      sink_.report(
          {diag::Code::fhir_definition,
           diag::Severity::information,
           "--ig " + guide + ": nothing in this package was used",
           {},
           {},
           "what counts are its structure definitions, maps and concept maps, as TYPE-ID.json below package/"});
    else
      return fail(
          ErrorCode::definition_unusable, "--ig " + guide + ": nothing in it is of use", {},
          "it takes StructureDefinition, ValueSet, CodeSystem, ConceptMap and StructureMap resources, "
          "Bundles of these, and .map files");
  }
  return {};
}

bool Loader::asks_for_terminology() const {
  const auto asks = [](std::string_view text) {
    constexpr std::string_view kNames[] = {"memberOf", "subsumes", "subsumedBy", "terminologies"};
    return std::any_of(std::begin(kNames), std::end(kNames), [&](std::string_view name) {
      return text.find(name) != std::string_view::npos;
    });
  };
  if (request_.guides.empty()) return false;
  if (std::any_of(request_.expressions.begin(), request_.expressions.end(), asks)) return true;
  return std::any_of(request_.maps.begin(), request_.maps.end(), [&](const std::string& map) {
    std::error_code error;
    const auto text = fs::is_regular_file(map, error) ? text_of_file(map, request_.limits)
                                                      : Result<Source>(Source());
    return text && asks(text->text);
  });
}

void Loader::take(Source text, Origin origin) {
  if (format::is_xml(text) &&
      !format::make_json(definitions_of_xml(), limits_of(origin), text, sink_))
    return;
  if (!is_json(text.text)) return take_map(std::move(text), origin);
  Arena arena;
  if (const auto* resource = json::read(text, arena, limits_of(origin), sink_))
    take_resource(*resource, text, origin);
}

// Those of another release, once its core package was read; what a guide brings of its own is not
// needed for the shape of definitions, maps and value sets.
const definition::Definitions& Loader::definitions_of_xml() {
  auto& own = made_->own_definitions_;
  if (own == nullptr || !own->has_several_releases()) return definition::Definitions::builtin();
  own->link(sink_);
  return *own;
}

// What comes by the thousand, from anywhere, may take less memory each.
Limits Loader::limits_of(Origin origin) const {
  constexpr std::size_t kPackageValuesMax = std::size_t{2} << 20;
  auto limits = request_.limits;
  if (origin == Origin::package)
    limits.json_values_max = std::min(limits.json_values_max, kPackageValuesMax);
  return limits;
}

void Loader::take_map(Source text, Origin origin) {
  const auto name = text.name;
  const auto digest = uuid_of(kDigestSpace, text.text);
  const auto* map = made_->library_.add(std::move(text), request_.limits, sink_);
  if (map == nullptr) return;
  ++taken_count_;
  made_->maps_by_file_[canonical_path(name)] = map;
  is_first("StructureMap " + std::string(map->url), digest, {name, {}}, origin);
}

void Loader::take_resource(const json::Value& resource, const Source& text, Origin origin) {
  const auto type = resource.text_of("resourceType");
  if (type == "Bundle") return take_bundle(resource, text, origin);
  if (request_.displays) add_displays(resource, made_->displays_);
  if (type == "StructureDefinition") return take_definition(resource, text, origin);
  if (request_.validation && (type == "Questionnaire" || type == "Measure"))
    return take_canonical(resource, text, origin);
  if (is_map_type(type)) return keep_map(resource, text, origin);
  if (!is_terminology_type(type)) return;
  ++taken_count_;
  if (is_first(std::string(type) + " " + std::string(resource.text_of("url")), digest_of(resource),
               text, origin))
    own_value_sets().add(resource);
}

void Loader::take_bundle(const json::Value& bundle, const Source& text, Origin origin) {
  each_entry(bundle, [&](const json::Value& resource) {
    if (resource.text_of("resourceType") != "Bundle") take_resource(resource, text, origin);
  });
}

void Loader::take_definition(const json::Value& resource, const Source& text, Origin origin) {
  ++taken_count_;
  if (origin == Origin::file && definition::Definitions::builtin().knows(resource)) {
    ++built_in_count_;
    return;
  }
  auto& definitions = own_definitions();
  const auto release = resource.text_of("fhirVersion");
  const auto key = "StructureDefinition " + std::string(resource.text_of("url")) + "|" +
                   std::string(release.substr(0, release.rfind('.')));
  if (!is_first(key, digest_of(resource), text, origin) ||
      (origin == Origin::package && definitions.knows(resource)))
    return;
  if (request_.validation && resource.text_of("derivation") == "constraint")
    return take_profile(resource);
  diag::Sink own;
  definitions.add(resource, own);
  for (auto each : own.all()) {
    each.message += ", in " + text.name;
    sink_.report(std::move(each));
  }
}

void Loader::take_canonical(const json::Value& resource, const Source& text, Origin origin) {
  ++taken_count_;
  if (resource.text_of("url").empty() || !is_first(std::string(resource.text_of("resourceType")) +
                                                       " " + std::string(resource.text_of("url")),
                                                   digest_of(resource), text, origin))
    return;
  auto& kept = made_->canonical_texts_.emplace_back(Source{text.name, {}});
  json::Writer(kept.text).value(resource);
}

// Once all definitions are there. Whether they are right is not asked here.
void Loader::read_canonicals() {
  const auto& definitions = made_->engine_->definitions();
  for (const auto& text : made_->canonical_texts_) {
    diag::Sink unheard;
    const auto* root =
        format::read_json(definitions, text, {}, request_.limits, made_->canonical_arena_, unheard);
    const auto* url = root == nullptr ? nullptr : root->child(definitions.find_symbol("url"));
    if (url != nullptr) made_->canonicals_.add(url->value(), *root);
  }
}

void Loader::take_profile(const json::Value& resource) {
  auto& own = made_->own_profiles_;
  if (own == nullptr) own = std::make_unique<definition::Profiles>(definition::Profiles::builtin());
  own->add(resource);
}

void Loader::keep_map(const json::Value& resource, const Source& text, Origin origin) {
  const auto key =
      std::string(resource.text_of("resourceType")) + " " + std::string(resource.text_of("url"));
  ++taken_count_;
  if (!is_first(key, digest_of(resource), text, origin)) return;
  // A whole file keeps its places; a resource of a Bundle is a text of its own.
  auto map_text = text;
  if (resource.offset != text.text.find('{')) {
    map_text = {text.name, {}};
    json::Writer(map_text.text).value(resource);
  }
  // Packages bring concept maps that cannot translate: it is an error when a map wants one.
  diag::Sink unread;
  auto& sink = origin == Origin::package ? unread : sink_;
  const auto* map = made_->library_.add(std::move(map_text), limits_of(origin), sink);
  if (map != nullptr) made_->maps_by_file_[canonical_path(text.name)] = map;
}

bool Loader::is_first(const std::string& key, const std::string& digest, const Source& text,
                      Origin origin) {
  const auto [place, is_new] = defined_.try_emplace(key, Defined{digest, text.name, origin});
  if (is_new || place->second.digest == digest) return is_new;
  if (origin == Origin::package && place->second.origin == Origin::package) return false;
  sink_.report(diag::Code::fhir_definition,
               key.substr(0, key.find('|')) + " is defined twice with different contents, in " +
                   place->second.where + " and in " + text.name,
               {}, {}, "give only one of them, or give one a URL of its own");
  return false;
}

Result<void> Loader::find_maps() {
  bool wants_built_in = false;
  bool is_missing = false;
  for (const auto& wanted : request_.maps) {
    if (made_->map(wanted) != nullptr) continue;
    std::error_code error;
    if (fs::is_regular_file(wanted, error)) {
      if (const auto taken = take_map_file(wanted); !taken) return taken;
    } else {
      wants_built_in = wanted.starts_with(kBuiltInMaps);
      is_missing = is_missing || !wants_built_in;
    }
  }
  if (wants_built_in || imports_are_missing()) add_built_in_maps();
  for (const auto& wanted : request_.maps)
    if ((wants_built_in || is_missing) && sink_.ok() && made_->map(wanted) == nullptr &&
        !fs::exists(wanted))
      return fail(ErrorCode::definition_unusable, "there is no map " + wanted, {},
                  "give the map's file, or the URL of one that is built in or that --ig loads");
  return {};
}

Result<void> Loader::take_map_file(const std::string& file) {
  auto text = text_of_file(file, request_.limits);
  if (!text) return text.error();
  const auto errors = sink_.errors();
  take(std::move(*text), Origin::file);
  if (made_->map(file) == nullptr && sink_.errors() == errors)
    return fail(ErrorCode::definition_unusable, "there is no map in this file", file,
                "a map is a text of the FHIR Mapping Language, or a StructureMap");
  return {};
}

// Those of the program may be meant.
bool Loader::imports_are_missing() const {
  const auto& library = made_->library_;
  return std::any_of(library.maps().begin(), library.maps().end(), [&](const fml::ast::Map* map) {
    return std::any_of(map->imports.begin(), map->imports.end(), [&](const auto& import) {
      return import.url.starts_with(kBuiltInMaps) && library.matching(import.url).empty();
    });
  });
}

void Loader::add_built_in_maps() {
  for (const auto& file : built_in_files())
    if (file.name.starts_with("mappings/") && !is_value_set(file.name))
      made_->library_.add({std::string(file.name), std::string(file.text())}, Limits{}, sink_);
}

void Loader::add_built_in_displays() {
  for (const auto& file : built_in_files()) {
    if (!file.name.ends_with(".json")) continue;
    const Source text{std::string(file.name), std::string(file.text())};
    Arena arena;
    if (const auto* resource = json::read(text, arena, Limits{}, sink_))
      add_displays(*resource, made_->displays_);
  }
}

definition::Definitions& Loader::own_definitions() {
  auto& own = made_->own_definitions_;
  if (own == nullptr)
    own = std::make_unique<definition::Definitions>(definition::Definitions::builtin());
  return *own;
}

// Those of the record are made again, since a guide may redefine the codes that they list.
terminology::ValueSets& Loader::own_value_sets() {
  auto& own = made_->own_value_sets_;
  if (own != nullptr) return *own;
  own = std::make_unique<terminology::ValueSets>(terminology::ValueSets::builtin());
  for (const auto& file : built_in_files()) {
    if (!is_value_set(file.name)) continue;
    const Source text{std::string(file.name), std::string(file.text())};
    Arena arena;
    if (const auto* resource = json::read(text, arena, Limits{}, sink_)) own->add(*resource);
  }
  return *own;
}

std::string Loader::fingerprint() const {
  std::string all;
  for (const auto& [key, defined] : defined_) all += key + "\n" + defined.digest + "\n";
  return all;
}

}  // namespace paraneo::knowledge
