// A ConceptMap, a ValueSet, a CodeSystem, or a Bundle of such: whatever they say, loading ends,
// what is listed is a member, and the flat form says the same.
#include <deque>

#include "fuzz.h"
#include "json/read.h"
#include "terminology/codes.h"
#include "terminology/concept_map.h"

namespace {

using namespace paraneo;

struct Loaded {
  terminology::ValueSets sets;
  std::deque<terminology::ConceptMap> maps;
  std::vector<std::string> urls;

  void take(const json::Value& resource, const Source& source) {
    sets.add(resource);
    diag::Sink sink;
    if (resource.text_of("resourceType") == "ConceptMap")
      terminology::ConceptMap::load(resource, source, maps, sink);
    if (const auto url = resource.text_of("url"); !url.empty()) urls.emplace_back(url);
    if (const auto* entries = resource.find("entry"); entries != nullptr)
      for (const auto& entry : entries->items())
        if (const auto* inner = entry.find("resource");
            inner != nullptr && inner->find("entry") == nullptr)
          take(*inner, source);
  }
};

void look_into(const terminology::ValueSets& sets, const std::string& url,
               const terminology::ValueSets& again) {
  fuzz::require(sets.contains(url, "http://none", "none") ==
                again.contains(url, "http://none", "none"));
  if (const auto codes = sets.codes_of(url))
    for (const auto& code : *codes) {
      fuzz::require(sets.contains(url, code.system, code.code) == true);
      fuzz::require(again.contains(url, code.system, code.code) == true);
      sets.code_systems().is_called(code.system, code.code, code.display);
      sets.code_systems().subsumes(code.system, code.code, codes->front().code);
    }
  for (const auto code : sets.some_codes(url, 3)) sets.code_systems().alike(url, code);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto limits = fuzz::limits();
  limits.json_values_max = 20'000;
  const Source source{"fuzz", fuzz::text(data, size)};
  Arena arena;
  diag::Sink sink;
  const auto* json = json::read(source, arena, limits, sink);
  if (json == nullptr) return 0;
  Loaded loaded;
  loaded.take(*json, source);
  loaded.sets.finish();
  const auto flat = loaded.sets.serialize();
  const auto again = terminology::ValueSets::deserialize(flat);
  fuzz::require(again.serialize() == flat);
  for (const auto& url : loaded.urls) look_into(loaded.sets, url, again);
  for (auto& map : loaded.maps) {
    if (loaded.maps.size() > 1) map.add(loaded.maps.front());
    std::vector<const terminology::Code*> found;
    for (const auto& row : map.rows()) {
      map.translate(row.from.system, row.from.code, found);
      map.reverse(row.to.system, row.to.code, found);
    }
  }
  return 0;
}
