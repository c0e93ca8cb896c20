// paraneo maps check FILE...
#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "cli/knowledge/knowledge.h"
#include "cli/language/maps.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message.h"
#include "diag/counted.h"
#include "fml/compile/check.h"

namespace paraneo::cli {
namespace {

// Each message once, though loading and checking may both report it; in order of the files.
class Findings {
 public:
  void take(const diag::Sink& sink) {
    for (const auto& d : sink.all()) {
      const auto [file, line, column] = place_of(d);
      if (std::find(files_.begin(), files_.end(), file) == files_.end()) files_.push_back(file);
      if (seen_.insert({d.code, file, line, column, d.message}).second) all_.push_back(d);
    }
    dropped_ += sink.dropped();
    errors_ += sink.errors();
    warnings_ += sink.warnings();
  }

  diag::Sink sorted() {
    const auto place = [&](const diag::Diagnostic& d) {
      const auto [file, line, column] = place_of(d);
      return std::tuple(std::find(files_.begin(), files_.end(), file) - files_.begin(), line,
                        column);
    };
    std::stable_sort(all_.begin(), all_.end(),
                     [&](const auto& a, const auto& b) { return place(a) < place(b); });
    diag::Sink out(all_.size());
    for (auto& d : all_) out.report(d);
    return out;
  }

  std::size_t dropped() const { return dropped_; }
  // Of those that are not shown, nobody knows whether they say the same again.
  std::size_t errors(const diag::Sink& shown) const {
    return dropped_ > 0 ? errors_ : shown.errors();
  }
  std::size_t warnings(const diag::Sink& shown) const {
    return dropped_ > 0 ? warnings_ : shown.warnings();
  }

 private:
  using FileLineColumn = std::tuple<std::string, std::uint32_t, std::uint32_t>;
  static FileLineColumn place_of(const diag::Diagnostic& d) {
    return d.snippet ? FileLineColumn(d.snippet->file, d.snippet->at.line, d.snippet->at.column)
                     : FileLineColumn();
  }

  std::vector<std::string> files_;
  std::set<std::tuple<diag::Code, std::string, std::uint32_t, std::uint32_t, std::string>> seen_;
  std::vector<diag::Diagnostic> all_;
  std::size_t dropped_ = 0;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

int run_check(const std::vector<std::string>& files, const Session& session) {
  Findings findings;
  diag::Sink loading(session.limits.diagnostics_max);
  auto sources = read_map_files(files, session.limits);
  if (!sources) return report(sources.error());
  std::vector<std::string> names;
  for (const auto& source : *sources) names.push_back(source.name);
  const auto knowledge = load_knowledge(session, loading, names);
  if (!knowledge) return report(knowledge.error());
  std::vector<const fml::ast::Map*> maps;
  for (const auto& name : names)
    if (const auto* map = (*knowledge)->map(name)) maps.push_back(map);
  findings.take(loading);
  diag::Sink sink(session.limits.diagnostics_max);
  fml::check_types(maps, (*knowledge)->library(), (*knowledge)->engine(), sink);
  fml::check(maps, (*knowledge)->library(), (*knowledge)->definitions(), sink);
  findings.take(sink);
  const auto all = findings.sorted();
  log_all(all);
  note(
      diag::counted(sources->size(), "map") + ": " + diag::counted(findings.errors(all), "error") +
      ", " + diag::counted(findings.warnings(all), "warning") +
      (findings.dropped() > 0 ? ", and " + diag::counted(findings.dropped(), "more message") : ""));
  return all.errors() + all.warnings() > 0 ? kFindings : kDone;  // what was dropped is milder than
                                                                 // what is shown
}

}  // namespace

void add_maps_check(CLI::App& maps, Session& session) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto* verb = maps.add_subcommand("check", "Find what is wrong or odd in maps");
  verb->footer(
      "Types, elements, groups, imports, parameters; rules that never run, elements that several values meet,\n"
      "required elements that no rule writes, codes mapped twice, names that nobody uses: all in one run.\n"
      "Exit code 1 when there is an error or a warning.\n\n"
      "Examples:\n"
      "  paraneo maps check --ig mappings mappings/record/export\n"
      "  paraneo maps check --ig mappings --ig profiles/built mappings/record/export/record.map");
  verb->add_option("FILE", *files, "Maps, or folders of them")->required();
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([files, &session] {
    session.run = [files, &session] { return run_check(*files, session); };
  });
}

}  // namespace paraneo::cli
