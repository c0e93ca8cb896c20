// Random case records that keep to the logical model: the generator knows types, cardinalities,
// value sets and which keys a reference may name; rules it does not know it satisfies by trying
// again. The same seed gives the same record.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "random.h"
#include "record/record.h"

namespace paraneo::record {

class Generator {
 public:
  Generator(const RecordMaps& maps, const Limits& limits);

  // In the arena. `facts_max` facts at most.
  element::Element* record(std::uint64_t seed, std::size_t facts_max, Arena& arena);
  // Of that many facts.
  element::Element* record_of(std::uint64_t seed, std::size_t facts, Arena& arena);
  bool valid(const element::Element& element, Arena& arena);

 private:
  using Keys = std::map<std::string, std::vector<std::string>, std::less<>>;

  void begin(std::uint64_t seed, Arena& arena);
  element::Element* filled(std::uint64_t seed, std::size_t facts);
  bool fill(element::Element& element, int depth);
  bool add(element::Element& parent, const definition::ElementDef& def, int depth);
  bool add_once(element::Element& parent, const definition::ElementDef& def, int depth);
  bool fill_standard(element::Element& coding);
  std::vector<std::string_view> codes_for(const element::Element& parent,
                                          const definition::ElementDef& def) const;
  std::string primitive(const element::Element& parent, const definition::ElementDef& def,
                        std::string_view type);
  const std::vector<std::string>* references(const element::Element& parent,
                                             std::string_view name) const;
  std::string string();
  std::string decimal();
  std::string date(bool with_time);
  void set(element::Element& parent, std::string_view name, const std::string& value);

  const RecordMaps& maps_;
  const definition::Definitions& definitions_;
  const Limits limits_;
  validate::Context context_;
  validate::Validator validator_;
  SeededRandom random_{0};
  Arena* arena_ = nullptr;
  Keys keys_;                     // by list
  std::vector<std::string> all_;  // keys of all facts
  std::map<std::string, std::vector<std::string>, std::less<>> pools_;
};

}  // namespace paraneo::record
