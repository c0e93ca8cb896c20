#include "record/gather/fact_key.h"

#include <algorithm>

#include "base/uuid.h"
#include "record/identity.h"

namespace paraneo::record {

bool is_usable_key(std::string_view key) {
  constexpr std::size_t kKeyCharsMax = 64;
  return !key.empty() && key.size() <= kKeyCharsMax &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.';
         });
}

std::string key_among_sources(std::string_view source, const std::string& key) {
  auto whole = std::string(source) + "." + key;
  return is_usable_key(whole) ? whole
                              : key.substr(0, key.find('-')) + "-" +
                                    uuid_of(kFactSystem, std::string(source) + " " + key);
}

}  // namespace paraneo::record
