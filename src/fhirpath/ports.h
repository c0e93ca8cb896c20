// What expressions ask of the world outside: terminology and profiles. Implementations are called
// from the thread of the evaluation and must be safe for as many threads as evaluate.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "element/element.h"
#include "terminology/concept_map.h"
#include "terminology/value_set.h"

namespace paraneo::fhirpath {

// What expressions ask of terminology. May be asked by any thread.
class TerminologyPort {
 public:
  virtual ~TerminologyPort() = default;
  // Whether there is such a value set, and whether its codes are of several systems.
  virtual bool has_value_set(std::string_view value_set) const = 0;
  virtual bool has_several_systems(std::string_view value_set) const = 0;
  // Whether the code is in the value set; none when that cannot be known here. An empty system
  // stands for the one that the value set implies.
  virtual std::optional<bool> member_of(std::string_view value_set, std::string_view system,
                                        std::string_view code) const = 0;
  // Whether code a is b or above it; none when that cannot be known here.
  virtual std::optional<bool> subsumes(std::string_view system, std::string_view a,
                                       std::string_view b) const = 0;
  // All codes of the value set, in no particular order; none when they are not all known here.
  virtual std::optional<std::vector<terminology::Code>> codes_of(
      std::string_view value_set) const = 0;
  // Whether the code system has the code; none when that cannot be known here.
  virtual std::optional<bool> has_code(std::string_view system, std::string_view code) const = 0;
  // What the code is called; empty where that is not known. The text lives as long as the
  // evaluation.
  virtual std::string_view display(std::string_view system, std::string_view code) const = 0;
  // What the codes mean elsewhere; null when there is no such concept map.
  virtual const terminology::ConceptMap* concept_map(std::string_view url) const = 0;
};

// What value sets and code systems say of themselves, without a terminology server.
class KnownTerminology : public TerminologyPort {
 public:
  // Those that are built into the binary, which are read when one is asked for.
  KnownTerminology() = default;
  // They must outlive this; without value sets those that are built in.
  explicit KnownTerminology(const terminology::ValueSets* value_sets,
                            const terminology::ConceptMaps* concept_maps = nullptr)
      : own_value_sets_(value_sets), concept_maps_(concept_maps) {}

  bool has_value_set(std::string_view value_set) const override;
  bool has_several_systems(std::string_view value_set) const override;
  // None where it is not known here.
  std::optional<bool> member_of(std::string_view value_set, std::string_view system,
                                std::string_view code) const override;
  std::optional<bool> subsumes(std::string_view system, std::string_view a,
                               std::string_view b) const override;
  std::optional<std::vector<terminology::Code>> codes_of(std::string_view value_set) const override;
  std::optional<bool> has_code(std::string_view system, std::string_view code) const override;
  std::string_view display(std::string_view system, std::string_view code) const override;
  const terminology::ConceptMap* concept_map(std::string_view url) const override;

 private:
  const terminology::ValueSets& value_sets() const;

  const terminology::ValueSets* own_value_sets_ = nullptr;
  const terminology::ConceptMaps* concept_maps_ = nullptr;
};

// Of those that are built into the binary.
const TerminologyPort& builtin_terminology();

// What expressions ask of profiles: conformsTo() and slice().
class ProfilePort {
 public:
  enum class InSlice : std::uint8_t { yes, no, not_known, no_profile, no_slice, several_slices };

  virtual ~ProfilePort() = default;
  // None when there is no such profile.
  virtual std::optional<bool> conforms(const element::Element& element,
                                       std::string_view profile_url) const = 0;
  // By ElementDefinition.sliceName, or by the id of the slice's element. Not known: the profile
  // says too little to tell.
  virtual InSlice in_slice(const element::Element& element, std::string_view profile_url,
                           std::string_view slice) const = 0;
};

}  // namespace paraneo::fhirpath
