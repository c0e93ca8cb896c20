#include <algorithm>
#include <array>
#include <optional>

#include "cli/records/import_sources.h"
#include "cli/terminal/message.h"
#include "codebook/csv.h"
#include "diag/counted.h"
#include "knowledge/guide.h"
#include "record/gather/fact_key.h"
#include "record/gather/literal_reference.h"

namespace paraneo::cli {
namespace {

enum Column : std::size_t { person, source, id, system, value, kColumns };
constexpr std::array<std::string_view, kColumns> kNames = {"person", "source", "id", "system",
                                                           "value"};

class CrosswalkReader {
 public:
  CrosswalkReader(Source& text, const record::Senders& senders, const std::string& only_source)
      : text_(text), senders_(senders), only_source_(only_source),
        reader_(text, codebook::to_utf8(text.text).separator) {}

  Result<record::Crosswalk> read() {
    std::vector<codebook::CsvReader::Cell> cells;
    diag::Sink sink;
    if (!reader_.next(cells, sink) || !take_heading(cells))
      return fail(ErrorCode::file_unusable,
                  "this is no crosswalk: its first line names the columns", text_.name,
                  "person,source,id or person,source,system,value");
    while (reader_.next(cells, sink)) take(cells);
    for (const auto& each : messages_of(sink, &text_, ShowLines::none)) log(each), ++errors_;
    if (errors_ > 0)
      return fail(
          ErrorCode::file_unusable,
          diag::counted(errors_, "row") + " of the crosswalk cannot be used: nothing was imported",
          text_.name, "correct them: half a crosswalk would tear a person apart");
    return std::move(crosswalk_);
  }

 private:
  using Cells = std::vector<codebook::CsvReader::Cell>;

  bool take_heading(const Cells& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      auto name = std::string(codebook::trimmed(cells[i].text));
      std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      const auto found = std::find(kNames.begin(), kNames.end(), name);
      if (found != kNames.end()) columns_[static_cast<std::size_t>(found - kNames.begin())] = i;
    }
    return columns_[person] && columns_[source] &&
           (columns_[id] || (columns_[system] && columns_[value]));
  }

  std::string_view cell(const Cells& cells, Column column) const {
    return columns_[column] && *columns_[column] < cells.size()
               ? codebook::trimmed(codebook::cell_text(cells[*columns_[column]].text))
               : std::string_view();
  }

  // No id stands in a message: it can be a number that people know.
  void take(const Cells& cells) {
    record::Crosswalk::Row row;
    row.person = cell(cells, person);
    row.source = source_of(cell(cells, source));
    row.id = patient_of(cells);
    row.line = reader_.row();
    if (!record::is_usable_key(row.person))
      return wrong("the person has no name that a record can have",
                   "letters, digits, '-' and '.', 64 at most");
    if (row.source.empty())
      return wrong("nothing says the source", "its name, or the base URL of its server");
    if (!is_known(row.source))
      return wrong("nobody knows the source " + row.source,
                   "the name of an [[import.source]], or of --source");
    if (row.id.empty())
      return wrong("nothing says the patient",
                   "the id of its Patient, or system and value of one of its identifiers");
    const auto line = row.line;
    if (const auto* other = crosswalk_.add(std::move(row)))
      wrong("line " + std::to_string(other->line) + " says that this patient is another person",
            "one of the two is wrong", line);
  }

  std::string source_of(std::string_view text) const {
    return record::is_web_address(text)
               ? record::source_of_base(senders_.base_of_source(std::string(text)))
               : std::string(text);
  }

  // A run with --source names one sender, and a crosswalk those of all runs.
  bool is_known(const std::string& name) const {
    return record::is_web_address(name) ||
           (record::is_sender_name(name) &&
            (senders_.empty() || !only_source_.empty() || senders_.knows(name)));
  }

  std::string patient_of(const Cells& cells) const {
    auto text = cell(cells, id);
    constexpr std::string_view kPatient = "Patient/";
    if (text.starts_with(kPatient)) text.remove_prefix(kPatient.size());
    if (!text.empty()) return std::string(text);
    const auto number = cell(cells, value);
    return number.empty() ? std::string()
                          : std::string(cell(cells, system)) + "|" + std::string(number);
  }

  void wrong(const std::string& what, std::string advice) {
    wrong(what, std::move(advice), reader_.row());
  }
  void wrong(const std::string& what, std::string advice, std::size_t line) {
    ++errors_;
    report(fail(ErrorCode::file_unusable, "crosswalk: " + what,
                text_.name + ":" + std::to_string(line), std::move(advice)));
  }

  Source& text_;
  const record::Senders& senders_;
  const std::string& only_source_;
  codebook::CsvReader reader_;
  std::array<std::optional<std::size_t>, kColumns> columns_;
  record::Crosswalk crosswalk_;
  std::size_t errors_ = 0;
};

}  // namespace

Result<record::Crosswalk> read_crosswalk(const std::string& path, const record::Senders& senders,
                                         const std::string& source, const Limits& limits) {
  auto text = knowledge::text_of_file(path, limits);
  if (!text) return text.error();
  return CrosswalkReader(*text, senders, source).read();
}

}  // namespace paraneo::cli
