// The index that the build put into the binary.
#include "definition/definitions.h"

extern "C" {
extern const char paraneo_definitions_begin[];
extern const char paraneo_definitions_end[];
}

namespace paraneo::definition {

const Definitions& built_in_definitions() {
  static const auto definitions = Definitions::deserialize(std::string_view(
      paraneo_definitions_begin,
      static_cast<std::size_t>(paraneo_definitions_end - paraneo_definitions_begin)));
  return definitions;
}

}  // namespace paraneo::definition
