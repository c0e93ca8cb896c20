// What export and import share: texts in, texts out, in order, with messages and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal/output.h"
#include "cli/verb.h"
#include "definition/definitions.h"
#include "diag/diagnostic.h"
#include "record/gather/account.h"
#include "record/gather/bundle_of_chart.h"
#include "record/gather/read_entries.h"
#include "record/gather/written_list.h"
#include "record/unmapped.h"

namespace paraneo::cli {

// What export and import are told alike.
struct ConvertFlags {
  std::vector<std::string> inputs;
  std::vector<std::string> maps_and_definitions;  // read beside the inputs: not to be written over
  OutputOptions output;
  std::string report_path;    // NDJSON of what became of each input resource
  std::string unmapped_path;  // CSV of the codes that no concept map knows
  std::size_t jobs = 1;
  bool inputs_are_records = false;  // whose ids may stand there only once
  bool unmapped_is_finding = true;  // not where an unmapped code is kept as it is
  // Inputs in XML become JSON by these; null for a verb that reads both.
  const definition::Definitions* definitions = nullptr;
  bool xml = false;          // the output is XML: each piece is one document
  bool show_source = false;  // the line of the input under a message; may hold patient data
};

// One text of output.
struct Piece {
  std::string name;
  std::string record;  // its id; empty: it is none
  std::string text;    // JSON, or XML
  std::map<std::string, std::size_t, std::less<>> resources;
  record::LeftOut left_out;                            // by written lists
  record::SenderCounts senders = {};                   // by whose maps the resources were read
  std::shared_ptr<record::Account> account = nullptr;  // of the input resources, for the report
  enum class Write : std::uint8_t { yes, is_there, not_wanted, refused };
  Write write = Write::yes;
};

// What is worked on at a time: an input text, or something that was put together of several.
struct Task {
  std::unique_ptr<Source> text;
  std::size_t number = 0;  // of what was put together
};

// What one worker makes of one task.
using Convert = std::function<std::vector<Piece>(const Task&, diag::Sink&)>;

// Of one thread each.
struct Worker {
  Convert convert;
  // Called once, at the end, from the worker's results.
  std::function<const record::UnmappedCodes&()> unmapped;
};

// What export and import have in common.
void add_convert_options(CLI::App& verb, ConvertFlags& flags);
// --format, for verbs that write FHIR.
void add_format_option(CLI::App& verb, ConvertFlags& flags);

// For a verb that must see all inputs before it can work on any. But for `read` called by one
// thread, while no worker is at work.
struct PutTogether {
  std::function<record::ReadText(const Source&, diag::Sink&)> read;  // called by many threads
  std::function<Result<void>(record::ReadText)> add;                 // in the order of the inputs
  // After the last input, and again when what it gave is worked off: how many tasks there are; none
  // at the end.
  std::function<Result<std::optional<std::size_t>>(diag::Sink&)> next;
  // Of all tasks that will come; 0: nobody knows more than what next() said. The following are
  // called after next().
  std::function<std::size_t()> expected;
  std::function<record::LeftOut()> left_out;
  std::function<std::string()> account;  // of what became part of no task
};

// Runs the whole verb. `what` names an output ("record").
int run_convert(const ConvertFlags& flags, const Session& session, std::string_view what,
                const std::function<std::shared_ptr<Worker>()>& make_worker,
                const PutTogether* put_together = nullptr);

}  // namespace paraneo::cli
