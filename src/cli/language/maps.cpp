// paraneo maps fmt|convert|check|coverage
#include "cli/language/maps.h"
#include "cli/terminal/limit_option.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/atomic_file.h"
#include "base/budget.h"
#include "cli/terminal/input_files.h"
#include "cli/terminal/message.h"
#include "cli/terminal/output.h"
#include "fml/text/parse.h"
#include "fml/text/print.h"
#include "fml/resource/structure_map.h"
#include "format/xml.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

struct FormatFlags {
  std::vector<std::string> files;
  bool check = false;
  bool write = false;
};

struct ConvertMapFlags {
  std::vector<std::string> files;
  std::string to;
  std::string version;  // "R4", "R5"; empty: R4
  OutputOptions output = {.holds_patients = false};
};

Result<std::string> read_file(const std::string& path, const Limits& limits) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(ErrorCode::file_unreadable, "the file cannot be read", path,
                "check the path and its permissions");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.size() > limits.map_bytes_max && path.ends_with(".map"))
    return fail(ErrorCode::limit_size,
                "the map is longer than " + std::to_string(limits.map_bytes_max) + " bytes", path,
                limit_advice("size"));
  return text;
}

bool is_map_name(std::string_view name) { return name.ends_with(".map") || name.ends_with(".fml"); }

int run_format(const FormatFlags& flags, const Session& session) {
  auto sources = read_map_files(flags.files, session.limits);
  if (!sources) return report(sources.error());
  bool findings = false;
  for (const auto& source : *sources) {
    diag::Sink sink;
    const auto map = fml::parse(source, session.limits, sink);
    log_all(sink);
    if (map == nullptr) {
      findings = true;
      continue;
    }
    const auto text = fml::print(*map);
    const Source printed{source.name, text};
    diag::Sink again;
    auto any_size = session.limits;
    any_size.map_bytes_max = text.size();
    if (const auto back = fml::parse(printed, any_size, again);
        back == nullptr || fml::print(*back) != text)
      return report(fail(ErrorCode::internal, "the formatted map would not be the same map",
                         source.name, "please report this with the map"));
    if (flags.check) {
      if (text == source.text) continue;
      note(source.name + ": not formatted; maps fmt -w rewrites it");
      findings = true;
    } else if (!flags.write) {
      std::fwrite(text.data(), 1, text.size(), stdout);
    } else if (text != source.text) {
      if (const auto written = replace_file(source.name, text, AtomicFile::kShared); !written)
        return report(written.error());
      note(source.name + ": formatted");
    }
  }
  return findings ? kFindings : kDone;
}

std::vector<std::string> names_of(const std::deque<Source>& sources) {
  std::vector<std::string> names;
  for (const auto& source : sources) names.push_back(source.name);
  return names;
}

int run_convert_maps(const ConvertMapFlags& flags, const Session& session) {
  const auto is_xml = flags.to == "xml";
  if (is_xml && flags.version == "R5")
    return report(fail(ErrorCode::option_combination, "a map of R5 is not written as XML", {},
                       "write it as JSON, or as R4"));
  if (flags.to == "map" && (flags.output.pretty || !flags.version.empty()))
    return report(
        fail(ErrorCode::option_combination,
             "--pretty and --fhir-version are for resources, and this writes a map's text", {},
             "leave them out"));
  auto sources = read_map_files(flags.files, session.limits);
  if (!sources) return report(sources.error());
  auto options = flags.output;
  if (is_xml) options = {.path = flags.output.path, .extension = ".xml", .holds_patients = false};
  auto output = Output::open(options, names_of(*sources));
  if (!output) return report(output.error());
  if (is_xml && sources->size() > 1 && !output->is_folder())
    return report(fail(ErrorCode::output_unusable, "one XML document cannot hold several maps",
                       flags.output.path, "name a folder with -o, for one file each"));
  const auto version = flags.version == "R5" ? fml::FhirVersion::r5 : fml::FhirVersion::r4;
  bool findings = false;
  for (auto& source : *sources) {
    diag::Sink sink;
    const bool is_read =
        !format::is_xml(source) ||
        format::make_json(definition::Definitions::builtin(), session.limits, source, sink);
    const auto map = is_read ? fml::load_map(source, session.limits, sink) : nullptr;
    auto text = map == nullptr      ? std::string()
                : flags.to == "map" ? fml::print(*map)
                                    : fml::to_structure_map(*map, version, false);
    if (is_xml && map != nullptr)
      text = format::xml_of_json(definition::Definitions::builtin(), {source.name, text},
                                 flags.output.pretty, session.limits, sink);
    log_all(sink);
    findings = findings || !sink.all().empty();
    if (map == nullptr) continue;
    const auto name = fs::path(source.name).stem().string();
    const auto written = flags.to == "map" ? output->write_text(text) : output->write(name, text);
    if (!written) return report(written.error());
  }
  if (const auto finished = output->finish(); !finished) return report(finished.error());
  return findings ? kFindings : kDone;
}

void add_format(CLI::App& maps, Session& session) {
  auto flags = std::make_shared<FormatFlags>();
  auto* verb = maps.add_subcommand("fmt", "Print maps in their canonical form");
  verb->footer(
      "Comments are kept. Without -w the text goes to standard output.\n\n"
      "Examples:\n"
      "  paraneo maps fmt -w mappings/\n"
      "  paraneo maps fmt --check mappings/record/export/record.map");
  verb->add_option("FILE", flags->files, ".map files, or folders of them")->required();
  auto* check =
      verb->add_flag("--check", flags->check,
                     "Only name the files that are not formatted; exit code 1 if there are any");
  verb->add_flag("-w,--write", flags->write, "Rewrite the files")->excludes(check);
  add_limit_option(*verb, session.limits);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_format(*flags, session); };
  });
}

void add_convert(CLI::App& maps, Session& session) {
  auto flags = std::make_shared<ConvertMapFlags>();
  auto* verb =
      maps.add_subcommand("convert", "Between .map text and StructureMap resources, without loss");
  verb->footer(
      "What the other form has no syntax for is carried: elements of the resource as lines /// path = value,\n"
      "comments as documentation or as extensions.\n\n"
      "Examples:\n"
      "  paraneo maps convert --to json mappings/record/export/record.map -o StructureMap-record.json\n"
      "  paraneo maps convert --to map StructureMap-record.json");
  verb->add_option("FILE", flags->files, ".map files, or StructureMap resources in JSON or XML")
      ->required();
  verb->add_option("--to", flags->to, "json, xml or map")
      ->required()
      ->check(CLI::IsMember({"json", "xml", "map"}));
  verb->add_option("--fhir-version", flags->version, "Of the resource: R4 (without it) or R5")
      ->check(CLI::IsMember({"R4", "R5"}));
  verb->add_option("-o,--output", flags->output.path,
                   "FILE, or DIR for one file each; standard output without it");
  verb->add_flag("--pretty", flags->output.pretty, "Indent");
  add_limit_option(*verb, session.limits);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_convert_maps(*flags, session); };
  });
}

}  // namespace

Result<std::deque<Source>> read_map_files(const std::vector<std::string>& paths,
                                          const Limits& limits) {
  std::vector<std::string> files;
  for (const auto& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    const auto inside = find_files(path, is_map_name, ".map or .fml");
    if (!inside) return inside.error();
    if (!inside->unreadable.empty()) return inside->unreadable.front();
    files.insert(files.end(), inside->files.begin(), inside->files.end());
  }
  std::deque<Source> out;
  for (const auto& file : files) {
    auto text = read_file(file, limits);
    if (!text) return text.error();
    out.push_back({file, std::move(*text)});
  }
  return out;
}

void add_maps(CLI::App& app, Session& session) {
  auto* maps =
      app.add_subcommand("maps", "Check, format and convert maps; see what they leave out");
  maps->require_subcommand(1);
  add_format(*maps, session);
  add_convert(*maps, session);
  add_maps_check(*maps, session);
  add_maps_coverage(*maps, session);
}

}  // namespace paraneo::cli
