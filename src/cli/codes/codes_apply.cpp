// paraneo codes apply SHEET...
#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/atomic_file.h"
#include "cli/codes/codes.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/log.h"
#include "codebook/book.h"
#include "diag/counted.h"
#include "json/read.h"
#include "knowledge/guide.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

struct ApplyFlags {
  std::vector<std::string> sheets;
  std::string output;
  std::string base;
  bool replace = false;
};

bool is_file(const std::string& path) {
  std::error_code error;
  return path.ends_with(".json") && !fs::is_directory(path, error);
}

Result<void> read_resources(codebook::Book& book, const fs::path& file, const Limits& limits) {
  auto text = knowledge::text_of_file(file, limits);
  if (!text) return text.error();
  Arena arena;
  diag::Sink sink;
  const auto* resource = json::read(*text, arena, limits, sink);
  if (resource == nullptr)
    return fail(ErrorCode::sheet_invalid, "what was applied before is no JSON", file.string(),
                "restore it, or give another folder");
  const auto* entries = resource->find("entry");
  if (entries == nullptr) return book.read(*resource);
  for (const auto& entry : entries->items())
    if (const auto* each = entry.find("resource"))
      if (const auto read = book.read(*each); !read) return read;
  return {};
}

// What was applied before stays: decisions are added to.
Result<void> read_former(codebook::Book& book, const std::string& output, const Limits& limits) {
  std::error_code error;
  if (!fs::exists(output, error)) return {};
  if (is_file(output)) return read_resources(book, output, limits);
  for (const auto& entry : fs::directory_iterator(output, error)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with("ConceptMap-") || !name.ends_with(".json")) continue;
    if (const auto read = read_resources(book, entry.path(), limits); !read) return read;
  }
  return error ? Result<void>(fail(ErrorCode::folder_unreadable, "the folder cannot be read",
                                   output, error.message()))
               : Result<void>();
}

Result<void> write_book(const codebook::Book& book, const std::string& output) {
  if (!is_file(output)) {
    const auto lock = FolderLock::take(output);
    if (!lock) return lock.error();
    for (const auto& each : book.resources())
      if (const auto written = replace_file(output + "/" + each.name + ".json", each.json + "\n",
                                            AtomicFile::kShared);
          !written)
        return written;
    return {};
  }
  std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
  for (const auto& each : book.resources())
    text += (text.ends_with('[') ? "" : ",") + (R"({"resource":)" + each.json + "}");
  return replace_file(output, text + "]}\n", AtomicFile::kShared);
}

// A mistake of the row goes to the sink.
void take_row(codebook::Book& book, const codebook::SheetReader& sheet, const codebook::Row& row,
              const terminology::ConceptMaps& maps, std::size_t& taken, diag::Sink& sink) {
  const auto decision = codebook::decision_of(row[codebook::kDecision]);
  if (decision != codebook::Decision::map && decision != codebook::Decision::none_fits) return;
  auto entry = codebook::entry_of(row, maps);
  if (entry.targets.empty())
    return sink.report(
        diag::Code::codes_decision, "this concept of ours has no standard code itself",
        codebook::span_of(sheet.source(), row, codebook::kTargetCode),
        codebook::place_of(row, codebook::kTargetCode), "write a standard code, or none fits");
  book.replace(codebook::key_of(row), std::move(entry));
  ++taken;
}

int run_apply(const ApplyFlags& flags, const Session& session) {
  const auto output = flags.output.empty() ? session.codes_folder : flags.output;
  if (output.empty())
    return report(fail(ErrorCode::option_missing, "nobody says where the codes go", {},
                       "give -o DIR, or a folder in the configuration: [codes] folder = ..."));
  const auto knowledge = knowledge_of_codes(session);
  if (!knowledge) return report(knowledge.error());
  if (*knowledge == nullptr) return kFindings;
  const codebook::KnownCodes known((*knowledge)->displays());
  // Sheets that decide otherwise about one code are refused by the check.
  codebook::Book sheets(flags.base);
  std::size_t taken = 0;
  const auto done = check_sheets(
      flags.sheets, known, session,
      [&](const auto& sheet, const codebook::Row& row, diag::Sink& sink) {
        take_row(sheets, sheet, row, (*knowledge)->library().concept_maps(), taken, sink);
      });
  if (done.exit != kDone) return done.exit;
  if (done.errors > 0) {
    const auto text =
        "nothing was applied: the sheets have " + diag::counted(done.errors, "mistake");
    return report(
        fail(done.conflicts == done.errors ? ErrorCode::decisions_differ : ErrorCode::sheet_invalid,
             text, {}, "mend them, then apply again"));
  }
  codebook::Book former(flags.base);
  if (const auto read = read_former(former, output, session.limits); !read)
    return report(read.error());
  const auto is_first = former.entries().empty();
  auto& book = is_first ? sheets : former;
  for (const auto& [key, entry] : sheets.entries()) {
    if (is_first) break;
    if (flags.replace) book.replace(key, entry);
    else if (book.add(key, entry) != nullptr)
      return report(fail(ErrorCode::decisions_differ,
                         "what was applied before decides otherwise about \"" + key.code +
                             "\"; nothing was applied",
                         output, "decide for one of the two; --replace lets the sheets decide"));
  }
  if (book.entries().empty()) {
    log(Level::info, "no row has a decision: nothing was applied", {{"applied", std::size_t{0}}});
    return kDone;
  }
  if (const auto written = write_book(book, output); !written) return report(written.error());
  log(Level::info,
      diag::counted(taken, "row") + " applied, " + diag::counted(book.entries().size(), "code") +
          " in " + output + "; use it: --ig " + output,
      {{"applied", taken}, {"codes", book.entries().size()}});
  return kDone;
}

}  // namespace

void add_codes_apply(CLI::App& codes, Session& session) {
  auto flags = std::make_shared<ApplyFlags>();
  auto* verb = codes.add_subcommand(
      "apply", "Make ConceptMaps, a CodeSystem and a ValueSet of filled sheets, for --ig");
  verb->footer(
      "Rows decided as map or none fits are added to what was applied there before; nothing is taken away. Applying\n"
      "twice is applying once, and the order of the sheets does not count. Sheets with mistakes (codes check) are refused\n"
      "whole (1); rows that decide otherwise about one code, here or before, are for a person (5).\n\n"
      "Example:\n"
      "  paraneo codes apply sheet.csv --base https://registry.example.org/fhir -o codes/\n\n"
      "Then codes/ is for --ig, in every verb.");
  verb->add_option("SHEET", flags->sheets, "Filled sheets")->required();
  verb->add_option("-o,--output", flags->output,
                   "DIR, or FILE.json for one Bundle; without it, the folder of the configuration");
  verb->add_option("--base", flags->base, "URL that the registry's resources are below")
      ->required()
      ->check([](const std::string& url) {
        const auto is_url = (url.starts_with("http://") || url.starts_with("https://")) &&
                            url.find_first_of(" \t|#?\"<>") == std::string::npos;
        return is_url && !url.ends_with('/')
                   ? std::string()
                   : "this is no base: an http or https URL without a / at the end";
      });
  verb->add_flag("--replace", flags->replace,
                 "Where the sheets and what was applied before differ, the sheets decide");
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] {
    session.run = [flags, &session] { return run_apply(*flags, session); };
  });
}

}  // namespace paraneo::cli
