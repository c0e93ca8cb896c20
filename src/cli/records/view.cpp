// paraneo view RECORD...
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <set>

#include "cli/knowledge/knowledge.h"
#include "cli/records/record_ids.h"
#include "cli/records/record_text.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message_table.h"
#include "cli/terminal/namespace_option.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"
#include "format/xml.h"
#include "knowledge/built_in_files.h"
#include "record/identity.h"
#include "record/gather/intake.h"
#include "record/import.h"
#include "view/page.h"

namespace paraneo::cli {
namespace {

constexpr std::string_view kRulesFile = "profiles/view/course.json",
                           kStyleFile = "profiles/view/page.css";

struct ViewFlags {
  std::vector<std::string> inputs;
  std::string output;
  std::string format;  // empty: by the name of the output
  std::string rules;   // file
  record::ChartOptions charts;

  bool is_svg() const { return format == "svg" || (format.empty() && output.ends_with(".svg")); }
};

// One page or picture of the output.
struct Seen {
  view::Chapter chapter;
  std::string text;  // SVG, or empty
};

// Makes pictures of records, of one thread.
class Viewer {
 public:
  Viewer(const record::RecordMaps& maps, const Limits& limits, view::CourseRules rules)
      : definitions_(maps.definitions()), rules_(std::move(rules)), reader_(maps, limits),
        fields_(definitions_, [this](std::string_view system,
                                     std::string_view code) { return display(system, code); }),
        units_(maps.knowledge().library().concept_maps().find(std::string(record::kBase) +
                                                              "/ConceptMap/units")) {
    for (const auto& each : maps.knowledge().displays())
      if (!each.display.empty()) displays_.try_emplace(each.system + "|" + each.code, each.display);
  }

  // None, with diagnostics, when the text is no record.
  std::optional<Seen> run(const Source& text, bool is_svg, std::size_t number, diag::Sink& sink) {
    arena_.reset();
    auto* record = reader_.read(text, arena_, sink);
    if (record == nullptr) return {};
    // The order of facts says nothing, and changes nothing.
    record::sort_facts(definitions_, *record);
    const view::UnitCode unit_code = [this](std::string_view spelling) {
      return code_of(spelling);
    };
    Seen out;
    if (is_svg) {
      out.chapter.record_id = fields_.text(*record, "id");
      out.text = view::svg_of(fields_, *record, rules_, unit_code);
    } else {
      out.chapter =
          view::chapter_of(fields_, *record, rules_, unit_code, "record-" + std::to_string(number));
    }
    return out;
  }

 private:
  std::string_view display(std::string_view system, std::string_view code) const {
    const auto found = displays_.find(std::string(system) + "|" + std::string(code));
    return found == displays_.end() ? std::string_view() : std::string_view(found->second);
  }
  std::string_view code_of(std::string_view spelling) const {
    if (units_ == nullptr) return {};
    if (const auto* known = units_->only_translation(spelling)) return known->code;
    return units_->keeps({}, spelling) ? spelling : std::string_view();
  }

  const definition::Definitions& definitions_;
  view::CourseRules rules_;
  record::RecordReader reader_;
  Arena arena_;
  std::unordered_map<std::string, std::string> displays_;
  view::Fields fields_;
  const terminology::ConceptMap* units_;
};

// Letters that every file system and address takes; no two records have one name.
std::string file_name(std::string_view id, std::set<std::string>& taken) {
  std::string name;
  for (const char c : id) {
    const bool is_plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    name += is_plain ? c : '_';
  }
  constexpr std::size_t kNameMax = 100;
  name.resize(std::min(name.size(), kNameMax));
  if (name.empty() || name.front() == '.' || name == "index") name.insert(0, "record-");
  auto unused = name;
  for (int i = 2; !taken.insert(unused).second; ++i) unused = name + "-" + std::to_string(i);
  return unused;
}

class View {
 public:
  View(const ViewFlags& flags, const Session& session, const record::RecordMaps& maps,
       view::CourseRules rules)
      : flags_(flags), session_(session), maps_(maps),
        viewer_(maps, session.limits, std::move(rules)),
        style_(knowledge::built_in_text(kStyleFile)),
        progress_(session.progress && !flags.output.empty() && flags.output != "-", "records") {}

  int run(Input& input, Output& output) {
    const record::WrittenList written_list(maps_.definitions(), maps_.knowledge().value_sets());
    auto options = flags_.charts;
    options.written_list = &written_list;
    record::Intake intake(session_.limits, options);
    while (!failed_ && read(input, output, intake)) {}
    draw_charts(intake, output);
    if (!failed_) finish(output);
    messages_.finish();
    if (failed_) return *failed_;
    log(Level::info,
        diag::counted(records_, "record") +
            (refused_ > 0 ? "; " + diag::counted(refused_, "input") + " gave nothing" : ""),
        {{"records", records_}, {"refused", refused_}});
    return unread_ ? kUsage : refused_ > 0 || records_ == 0 ? kFindings : kDone;
  }

 private:
  // Of the patients of whom FHIR came.
  void draw_charts(record::Intake& intake, Output& output) {
    diag::Sink sink(session_.limits.diagnostics_max);
    record::Importer importer(maps_, session_.limits);
    std::size_t patients = 0;
    while (!failed_) {
      sink.clear();
      const auto charts = intake.next(sink);
      if (!charts) failed_ = report(charts.error());
      if (!charts || *charts == nullptr) break;
      patients += (*charts)->charts().size();
      if (patients == 0 && intake.is_last() && records_ == 0 && refused_ == 0)
        sink.report(diag::Code::import_no_patient,
                    "there is no record and no patient in these inputs", {}, {},
                    "give case records, or a Patient and what refers to it");
      say(sink, nullptr);
      for (const auto& chart : (*charts)->charts()) {
        if (failed_) break;
        sink.clear();
        const auto made = importer.run(**charts, chart, sink);
        say(sink, nullptr);
        if (made) take({"record " + made->record_id, made->json}, output);
      }
    }
  }

  // False at the end.
  bool read(Input& input, Output& output, record::Intake& intake) {
    auto text = input.next();
    if (!text) {
      messages_.take(text.error());
      unread_ = unread_ || text.error().fault == Fault::io;
      ++refused_;
      return true;
    }
    if (*text == nullptr) return false;
    diag::Sink sink(session_.limits.diagnostics_max);
    const bool is_json = !format::is_xml(**text) ||
                         format::make_json(maps_.definitions(), session_.limits, **text, sink);
    if (is_json && is_record((*text)->text)) {
      take(**text, output);
    } else if (is_json) {
      if (const auto added = intake.add(**text, sink); !added) failed_ = report(added.error());
    }
    say(sink, text->get());
    progress_.update(records_, input.bytes_done(), input.bytes_total());
    return true;
  }

  // Of FHIR only what gives no record at all: the rest is what import says.
  void say(const diag::Sink& sink, const Source* text) {
    for (const auto& each : sink.all())
      if (each.severity == diag::Severity::error)
        messages_.take(message_of(each, text, ShowLines::none));
    refused_ += sink.errors() > 0 ? 1U : 0U;
  }

  void take(const Source& text, Output& output) {
    diag::Sink sink(session_.limits.diagnostics_max);
    auto seen = viewer_.run(text, flags_.is_svg(), records_ + 1, sink);
    say(sink, &text);
    if (!seen) return;
    if (const auto other = ids_.other(seen->chapter.record_id, text.name, text.first_line)) {
      messages_.take(message_of(
          {diag::Code::record_duplicate,
           diag::Severity::error,
           "another record has the same id, and was drawn before this one came: " + other->place,
           {&text, 0, 0},
           "id",
           "one id names one record: give each its own, or leave one out"},
          &text, ShowLines::none));
      ++refused_;
      return;
    }
    ++records_;
    if (const auto written = write(*seen, output); !written) failed_ = report(written.error());
  }

  Result<void> write(const Seen& seen, Output& output) {
    if (flags_.is_svg()) {
      if (output.is_folder())
        return output.write(file_name(seen.chapter.record_id, names_), seen.text);
      if (records_ > 1)
        return fail(ErrorCode::output_unusable, "one SVG picture is of one record", flags_.output,
                    "name a folder with -o, for one file each");
      return output.write_text(seen.text);
    }
    if (output.is_folder()) {
      const auto name = file_name(seen.chapter.record_id, names_);
      index_ += view::index_entry(seen.chapter, name + ".html");
      const auto back = "<p><a href=\"index.html\">All records</a></p>\n";
      return output.write(name, view::page_begin(seen.chapter.record_id, style_) + back +
                                    seen.chapter.section + view::page_end());
    }
    index_ += view::index_entry(seen.chapter, "#record-" + std::to_string(records_));
    if (title_.empty()) title_ = seen.chapter.record_id;
    body_ += seen.chapter.section;
    return {};
  }

  void finish(Output& output) {
    Result<void> written;
    const auto index = view::index_begin(records_) + index_ + view::index_end();
    const auto title = diag::counted(records_, "record");
    if (!flags_.is_svg() && output.is_folder())
      written = output.write("index", view::page_begin(title, style_) + index + view::page_end());
    else if (!flags_.is_svg() && records_ > 0)
      written = output.write_text(view::page_begin(records_ == 1 ? title_ : title, style_) +
                                  (records_ == 1 ? "" : index) + body_ + view::page_end());
    if (written) written = output.finish();
    if (!written) failed_ = report(written.error());
  }

  const ViewFlags& flags_;
  const Session& session_;
  const record::RecordMaps& maps_;
  Viewer viewer_;
  std::string_view style_;
  Progress progress_;
  MessageTable messages_;
  RecordIds ids_;
  std::set<std::string> names_;
  std::string index_, body_, title_;
  std::size_t records_ = 0, refused_ = 0;
  bool unread_ = false;
  std::optional<int> failed_;
};

// The program's own, or those of a file.
Result<std::optional<view::CourseRules>> rules_of(const ViewFlags& flags, const Session& session,
                                                  diag::Sink& sink) {
  if (flags.rules.empty())
    return view::CourseRules::read(
        {std::string(kRulesFile), std::string(knowledge::built_in_text(kRulesFile))}, sink);
  auto input = Input::open({flags.rules}, session.limits);
  if (!input) return input.error();
  const auto text = input->next();
  if (!text) return text.error();
  if (*text == nullptr)
    return fail(ErrorCode::file_unusable, "there is nothing in this file", flags.rules,
                "profiles/view/course.json shows the form");
  auto rules = view::CourseRules::read(**text, sink);
  if (rules && !rules->unknown.empty())
    return fail(ErrorCode::file_unusable,
                "there is nothing that is called \"" + rules->unknown.front() +
                    "\" in groups of conditions",
                flags.rules, "profiles/view/course.json shows the form");
  if (rules && rules->groups.empty())
    return fail(ErrorCode::file_unusable, "there are no groups of conditions in this file",
                flags.rules, "profiles/view/course.json shows the form");
  return rules;
}

int run_view(const ViewFlags& flags, const Session& session) {
  diag::Sink sink;
  const auto maps = record_maps_with_displays(session, sink);
  if (!maps) return report(maps.error());
  auto rules = rules_of(flags, session, sink);
  if (!rules) return report(rules.error());
  log_all(sink);
  if (*maps == nullptr || !*rules) return kFindings;
  auto input = Input::open(flags.inputs, session.limits);
  if (!input) return report(input.error());
  for (const auto& file : input->skipped())
    note(file + ": left out, because its name does not end in .json, .ndjson or .xml");
  auto output = Output::open(
      {.path = flags.output, .extension = flags.is_svg() ? ".svg" : ".html", .is_prompt = false},
      input->files());
  if (!output) return report(output.error());
  return View(flags, session, **maps, std::move(**rules)).run(*input, *output);
}

}  // namespace

void add_view(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ViewFlags>();
  auto* verb = app.add_subcommand("view", "Draw the clinical course of case records");
  verb->footer(
      "A page that needs nothing else: conditions, treatments, values and events over time, the facts that are not drawn\n"
      "(with the reason), and a table of all. FHIR is imported first. Several records are one page with an index; with\n"
      "-o DIR/ a page each. docs/view.md says what is drawn how.\n\n"
      "Examples:\n"
      "  paraneo view tests/records/seed-002.json -o case.html\n"
      "  paraneo view tests/records/seed-002.json --format svg -o case.svg\n"
      "  paraneo view tests/records -o pages/\n"
      "  paraneo export tests/records/seed-002.json | paraneo view - -o from-fhir.html");
  verb->add_option("RECORD", flags->inputs, kInputsHelp)->required();
  verb->add_option("-o,--output", flags->output,
                   "FILE, or DIR/ for one file each; standard output without it");
  verb->add_option("--format", flags->format,
                   "html, or svg: only the picture, of one record a file")
      ->check(CLI::IsMember({"html", "svg"}));
  verb->add_option(
      "--groups", flags->rules,
      "FILE.json in the place of profiles/view/course.json: which conditions stand together, and what time around them is shaded");
  add_namespace_option(*verb, flags->charts.name_space);
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback(
      [flags, &session] { session.run = [flags, &session] { return run_view(*flags, session); }; });
}

}  // namespace paraneo::cli
