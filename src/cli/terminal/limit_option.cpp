#include "cli/terminal/limit_option.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <span>

namespace paraneo::cli {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr Unit kCounts[] = {{"", 1}, {"K", 1'000}, {"M", 1'000'000}, {"G", 1'000'000'000}};
constexpr Unit kBytes[] = {{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}};
constexpr Unit kTimes[] = {{"s", 1'000}, {"ms", 1}, {"m", 60'000}, {"h", 3'600'000}};

struct Limit {
  std::string_view name;
  std::span<const Unit> units;
  std::uint64_t most;
  void (*set)(Limits&, std::uint64_t);
};

constexpr std::uint64_t kDepthMost = 500;  // what the stack of a thread is sure to hold
constexpr std::uint64_t kTextMost = std::uint64_t{1} << 31;  // places in a text are 32-bit numbers
constexpr std::uint64_t kCountMost = std::uint64_t{1} << 20;
constexpr std::uint64_t kMost = std::uint64_t{1} << 62;

constexpr Limit kLimits[] = {
    {"steps", kCounts, kMost, [](Limits& l, std::uint64_t v) { l.steps_max = v; }},
    {"time", kTimes, kMost, [](Limits& l, std::uint64_t v) { l.time_ms_max = v; }},
    {"memory", kBytes, kMost, [](Limits& l, std::uint64_t v) { l.evaluation_bytes_max = v; }},
    {"json-size", kBytes, kTextMost, [](Limits& l, std::uint64_t v) { l.json_bytes_max = v; }},
    {"json-values", kCounts, kMost, [](Limits& l, std::uint64_t v) { l.json_values_max = v; }},
    {"json-depth", kCounts, kDepthMost,
     [](Limits& l, std::uint64_t v) { l.json_depth_max = static_cast<std::uint32_t>(v); }},
    {"xml-size", kBytes, kTextMost, [](Limits& l, std::uint64_t v) { l.xml_bytes_max = v; }},
    {"xml-elements", kCounts, kMost, [](Limits& l, std::uint64_t v) { l.xml_elements_max = v; }},
    {"xml-depth", kCounts, kDepthMost,
     [](Limits& l, std::uint64_t v) { l.xml_depth_max = static_cast<std::uint32_t>(v); }},
    {"xml-attributes", kCounts, kCountMost,
     [](Limits& l, std::uint64_t v) { l.xml_attributes_max = v; }},
    {"package-size", kBytes, kMost, [](Limits& l, std::uint64_t v) { l.package_bytes_max = v; }},
    {"package-file", kBytes, kTextMost,
     [](Limits& l, std::uint64_t v) { l.package_file_bytes_max = v; }},
    {"package-files", kCounts, kMost, [](Limits& l, std::uint64_t v) { l.package_files_max = v; }},
    {"package-ratio", kCounts, kMost >> 32,
     [](Limits& l, std::uint64_t v) { l.package_ratio_max = v; }},
    {"digits", kCounts, kCountMost, [](Limits& l, std::uint64_t v) { l.number_chars_max = v; }},
    {"messages", kCounts, kCountMost,
     [](Limits& l, std::uint64_t v) { l.diagnostics_max = static_cast<std::uint32_t>(v); }},
    {"depth", kCounts, kDepthMost,
     [](Limits& l, std::uint64_t v) {
       l.expression_depth_max = l.group_depth_max = static_cast<std::uint32_t>(v);
     }},
    {"size", kBytes, kTextMost,
     [](Limits& l, std::uint64_t v) { l.map_bytes_max = l.expression_bytes_max = v; }},
};

std::string units_of(const Limit& limit) {
  std::string out;
  for (const auto& unit : limit.units)
    if (!unit.name.empty()) out += (out.empty() ? "" : ", ") + std::string(unit.name);
  return out;
}

// None when it is none, and 0 when it is more than `most`.
std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units,
                                   std::uint64_t most) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const auto unit = std::string_view(rest, static_cast<std::size_t>(end - rest));
  for (const auto& known : units)
    if (error == std::errc() && known.name == unit)
      return value > most / known.factor ? 0 : value * known.factor;
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  return parse(text, kBytes, kMost);
}

std::string set_limit(const std::string& text, Limits& limits) {
  const auto equals = std::min(text.find('='), text.size());
  const auto name = std::string_view(text).substr(0, equals);
  std::string names;
  for (const auto& limit : kLimits) {
    names += (names.empty() ? "" : ", ") + std::string(limit.name);
    if (limit.name != name) continue;
    if (const auto value = parse(std::string_view(text).substr(std::min(equals + 1, text.size())),
                                 limit.units, limit.most)) {
      if (*value == 0) return std::string(name) + " is from 1 to " + std::to_string(limit.most);
      limit.set(limits, *value);
      return {};
    }
    return std::string(name) + " takes a number, then one of: " + units_of(limit);
  }
  return "there is no limit \"" + std::string(name) + "\"; there are " + names;
}

void add_limit_option(CLI::App& verb, Limits& limits) {
  // A configuration has limits of other verbs, too.
  const auto set = [&limits, &verb](const CLI::results_t& all) {
    auto others = limits;
    auto& target = verb.count() > 0 ? limits : others;
    for (const auto& text : all)
      if (const auto problem = set_limit(text, target); !problem.empty())
        throw CLI::ValidationError("--limit", problem);
    return true;
  };
  verb.add_option("--limit", set, std::string(kLimitHelp))
      ->delimiter(',')
      ->type_name("NAME=VALUE")
      ->type_size(1)
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args(false);
}

}  // namespace paraneo::cli
