// Every limit on input from outside, with its default. A limit that is reached ends that input
// with a message; it never ends the program.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace paraneo {

struct Limits {
  std::uint32_t json_depth_max = 100;
  std::size_t json_bytes_max = std::size_t{256} << 20;  // one JSON text
  std::size_t json_values_max = 16'000'000;             // in one JSON text: each takes some memory
  std::uint32_t xml_depth_max = 100;
  std::size_t xml_bytes_max = std::size_t{256} << 20;  // one XML document
  std::size_t xml_elements_max = 8'000'000;            // in one document: each takes some memory
  std::size_t xml_attributes_max = 64;                 // of one element
  std::size_t number_chars_max = 64;                   // digits and signs of one number
  std::uint32_t diagnostics_max = 200;                 // per input; the rest is counted
  std::size_t map_bytes_max = std::size_t{1} << 20;    // one map text
  std::size_t expression_bytes_max = std::size_t{1} << 20;
  std::uint32_t expression_depth_max = 200;
  std::uint64_t steps_max = 20'000'000;                       // evaluation steps for one input
  std::size_t evaluation_bytes_max = std::size_t{256} << 20;  // memory of one evaluation
  std::uint64_t time_ms_max = 60'000;   // reading one input, and as much for its evaluation
  std::uint32_t group_depth_max = 200;  // nesting of map groups at run time
  std::size_t package_bytes_max = std::size_t{4} << 30;  // all files of a FHIR package, unpacked
  std::size_t package_file_bytes_max = std::size_t{64} << 20;  // one of them
  std::size_t package_files_max = 200'000;  // of a package, or below a folder of --ig
  std::size_t package_ratio_max = 100;      // how much larger a package may get when it is unpacked
  std::size_t response_bytes_max = std::size_t{256} << 20;
};

// What an input of that size may cost: limits that are at their defaults grow with it, so that a
// large record gets what it needs, and a small input that asks for as much is stopped. What
// somebody set stays.
inline Limits limits_for(Limits limits, std::size_t input_bytes) {
  constexpr std::size_t kStepsPerByte = 8;
  constexpr std::size_t kBytesPerByte = 64;
  constexpr Limits kDefaults;
  if (limits.steps_max == kDefaults.steps_max)
    limits.steps_max = std::max<std::uint64_t>(limits.steps_max, kStepsPerByte * input_bytes);
  if (limits.evaluation_bytes_max == kDefaults.evaluation_bytes_max)
    limits.evaluation_bytes_max =
        std::max(limits.evaluation_bytes_max, kBytesPerByte * input_bytes);
  return limits;
}

}  // namespace paraneo
