// A short text in the form of printf.
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace paraneo::cli {

// What is longer than 95 characters is cut.
template <class... Values>
std::string formatted(const char* form, Values... values) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), form, values...);
  return text.data();
}

}  // namespace paraneo::cli
