// paraneo transform --map FILE|URL [INPUT...]
#include <CLI/CLI.hpp>
#include <memory>

#include "base/clock.h"
#include "cli/knowledge/knowledge.h"
#include "cli/records/convert.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message.h"
#include "fml/observe/trace.h"
#include "format/xml.h"

namespace paraneo::cli {
namespace {

struct TransformFlags {
  ConvertFlags convert;
  std::string map;
  bool trace = false;
};

int run_transform(const TransformFlags& flags, const Session& session) {
  if (flags.trace && flags.convert.jobs > 1)
    return report(fail(ErrorCode::option_combination,
                       "--trace runs one input at a time, --jobs does not count there", {},
                       "leave one of the two out"));
  diag::Sink sink;
  const auto knowledge = load_knowledge(session, sink, {flags.map});
  if (!knowledge) return report(knowledge.error());
  const auto transform = (*knowledge)->transformation(flags.map, sink);
  log_all(sink);
  if (transform == nullptr) return kFindings;
  const auto now = DateTime::of_epoch_ms(system_clock().now_ms());
  auto convert = flags.convert;
  convert.maps_and_definitions = session.definitions;
  convert.maps_and_definitions.push_back(flags.map);
  return run_convert(convert, session, "output", [&] {
    auto arena = std::make_shared<Arena>();
    auto unmapped = std::make_shared<record::UnmappedCodes>(true);
    auto worker = std::make_shared<Worker>();
    // Lines of one input stay together: tracing runs one at a time.
    auto trace = flags.trace
                     ? std::make_shared<fml::Trace>(
                           transform->definitions(),
                           [](std::string_view line) { note(std::string(line)); }, unmapped.get())
                     : nullptr;
    // The next output is about as long as the last one.
    worker->convert = [arena, unmapped, trace, transform, now, bytes = std::size_t{0},
                       is_xml = convert.xml, is_pretty = convert.output.pretty,
                       &session](const Task& task, diag::Sink& messages) mutable {
      const auto& source = *task.text;
      std::vector<Piece> pieces;
      arena->reset();
      unmapped->stand_in(transform->definitions(), source);
      if (trace != nullptr) trace->expect(source, messages);
      fml::Observer* observer =
          trace != nullptr ? static_cast<fml::Observer*>(trace.get()) : unmapped.get();
      for (const auto* made : transform->run(source, {*arena, session.limits, messages, source.text,
                                                      now, observer, &steady_clock()})) {
        auto& piece = pieces.emplace_back();
        piece.text.reserve(bytes + bytes / 4);
        if (is_xml)
          format::append_xml(transform->definitions(), *made, is_pretty, messages, piece.text);
        else format::append_json(transform->definitions(), *made, piece.text);
        bytes = piece.text.size();
        piece.name = source.name;
        piece.resources.emplace(transform->definitions().type_name(made->type), 1);
      }
      return pieces;
    };
    worker->unmapped = [unmapped]() -> const record::UnmappedCodes& { return *unmapped; };
    return worker;
  });
}

}  // namespace

void add_transform(CLI::App& app, Session& session) {
  auto flags = std::make_shared<TransformFlags>();
  auto* verb = app.add_subcommand("transform", "Run a map of the FHIR Mapping Language");
  verb->footer(
      "Each input gives one line for each target of the map's first group. An input that the map\n"
      "does not fit is refused with the place; the others go through. uuid() is derived from the\n"
      "input: the same input gives the same output.\n\n"
      "Examples:\n"
      "  paraneo transform --map mappings/record/export/record.map --ig mappings tests/records -o bundles.ndjson\n"
      "  paraneo transform --map https://paraneo.github.io/fhir/StructureMap/export --ig mappings tests/records/seed-000.json --trace");
  verb->add_option("INPUT", flags->convert.inputs, kInputsHelp)->required();
  verb->add_option("--map", flags->map, "The map: a file, or the URL of one that --ig loads")
      ->required();
  verb->add_flag("--trace", flags->trace,
                 "Show each rule that runs with the values it takes and writes, on standard error");
  add_convert_options(*verb, flags->convert);
  add_format_option(*verb, flags->convert);
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_transform(*flags, session); };
  });
}

}  // namespace paraneo::cli
