// The profiles that the build put into the binary.
#include "definition/profiles.h"

extern "C" {
extern const char paraneo_profiles_begin[];
extern const char paraneo_profiles_end[];
}

namespace paraneo::definition {

const Profiles& Profiles::builtin() {
  static const Profiles profiles = deserialize(
      std::string_view(paraneo_profiles_begin,
                       static_cast<std::size_t>(paraneo_profiles_end - paraneo_profiles_begin)));
  return profiles;
}

}  // namespace paraneo::definition
