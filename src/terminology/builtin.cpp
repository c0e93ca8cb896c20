// The value sets that the build put into the binary.
#include "terminology/value_set.h"

extern "C" {
extern const char paraneo_value_sets_begin[];
extern const char paraneo_value_sets_end[];
}

namespace paraneo::terminology {

const ValueSets& built_in_value_sets() {
  static const auto sets = ValueSets::deserialize(std::string_view(
      paraneo_value_sets_begin,
      static_cast<std::size_t>(paraneo_value_sets_end - paraneo_value_sets_begin)));
  return sets;
}

}  // namespace paraneo::terminology
