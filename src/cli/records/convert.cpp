#include "cli/records/convert.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include "cli/records/record_ids.h"
#include "cli/records/sheet_rows.h"
#include "cli/terminal/input.h"
#include "cli/terminal/message_table.h"
#include "cli/terminal/ordered.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"
#include "format/xml.h"
#include "record/gather/sender_maps.h"

namespace paraneo::cli {
namespace {

struct Made {
  std::string name;  // of the input, and where it begins
  std::uint32_t line = 1;
  std::vector<Piece> pieces;
  std::vector<Message> messages;
  std::size_t errors = 0;
  std::size_t findings = 0;
};

// After it was made so, where it was XML.
bool is_json(const ConvertFlags& flags, const Session& session, Source& text, diag::Sink& sink) {
  return flags.definitions == nullptr || !format::is_xml(text) ||
         format::make_json(*flags.definitions, session.limits, text, sink);
}

ShowLines shown_lines(const ConvertFlags& flags) {
  return flags.show_source ? ShowLines::all : ShowLines::none;
}

Made made_of(const Convert& convert, Task& task, const ConvertFlags& flags,
             const Session& session) {
  diag::Sink sink(session.limits.diagnostics_max);
  Made made;
  if (task.text != nullptr) {
    made.name = task.text->name;
    made.line = task.text->first_line;
  }
  if (task.text == nullptr || is_json(flags, session, *task.text, sink))
    made.pieces = convert(task, sink);
  made.messages = messages_of(sink, task.text.get(), shown_lines(flags));
  made.errors = sink.errors();
  made.findings = sink.errors() + sink.warnings();
  return made;
}

// Indented by whoever makes the XML.
OutputOptions output_of(const ConvertFlags& flags) {
  auto options = flags.output;
  if (flags.xml) options.extension = ".xml";
  if (flags.xml) options.pretty = false;
  return options;
}

// A bar among lines of data is no help.
bool shows_progress(const ConvertFlags& flags, const Session& session) {
  const bool to_terminal =
      (flags.output.path.empty() || flags.output.path == "-") && isatty(STDOUT_FILENO) != 0;
  return session.progress && !to_terminal;
}

// Everything that happens in the calling thread.
class Conversion {
 public:
  // `unmapped_file`: nothing where no report is asked for.
  Conversion(const ConvertFlags& flags, const Session& session, std::string_view what,
             Output& output, std::optional<Output>& unmapped_file,
             std::optional<Output>& report_file)
      : flags_(flags), what_(what), output_(output), unmapped_file_(unmapped_file),
        report_file_(report_file), gathering_(shows_progress(flags, session), "texts"),
        progress_(shows_progress(flags, session), std::string(what) + "s") {
    if (flags.inputs_are_records) ids_.look_through(flags.inputs, session.limits);
  }

  void take(Made&& made, const Input& input) {
    for (const auto& message : made.messages) messages_.take(message);
    std::erase_if(made.pieces, [&](const Piece& piece) {
      if (!is_double(piece, made)) return false;
      if (piece.account != nullptr) {
        piece.account->refuse_all(diag::info(diag::Code::record_duplicate).name);
        write_account(piece.account->lines({}));
      }
      return true;
    });
    const auto is_refused =
        made.pieces.empty() || made.pieces.front().write == Piece::Write::refused;
    if (made.findings > 0 || is_refused) findings_ = true;
    if (is_refused) ++refused_;
    for (const auto& piece : made.pieces) {
      if (failed_) return;
      if (pieces_ > 0 && is_one_text()) {
        failed_ = report(several_in_one());
        return;
      }
      if (piece.account != nullptr) write_account(piece.account->lines(piece.record));
      if (piece.write == Piece::Write::refused) continue;
      if (piece.write == Piece::Write::not_wanted) {
        ++unwanted_;
        continue;
      }
      if (piece.write == Piece::Write::is_there) {
        ++unchanged_;
      } else if (const auto written = output_.write(piece.name, piece.text); !written) {
        failed_ = report(written.error());
        return;
      }
      ++pieces_;
      for (const auto& [type, count] : piece.resources) resources_[type] += count;
      for (const auto& [kind, count] : piece.senders) senders_[kind] += count;
      leave_out(piece.left_out);
    }
    if (tasks_ > 0) progress_.update(pieces_, ++taken_, tasks_);
    else progress_.update(pieces_, input.bytes_done(), input.bytes_total());
  }

  // Before anything is converted: texts were read.
  void gathered(std::size_t texts, const Input& input) {
    gathering_.update(texts_ += texts, input.bytes_done(), input.bytes_total());
  }
  // All was read, and gives so many tasks, or more.
  void expect(std::size_t tasks) { tasks_ = std::max(tasks_, tasks); }
  void fail_with(const Error& error) { failed_ = report(error); }

  void say(const std::vector<Message>& messages, bool has_findings) {
    for (const auto& message : messages) messages_.take(message);
    findings_ = findings_ || has_findings;
  }

  void input_failed(const Error& error) {
    messages_.take(error);
    // What cannot be read is no finding in the data.
    unread_ = unread_ || error.fault == Fault::io;
    findings_ = true;
    ++refused_;
  }

  void leave_out(const record::LeftOut& left_out) {
    for (const auto& [path, count] : left_out) left_out_[path] += count;
  }

  void write_account(const std::string& lines) {
    if (!report_file_ || failed_) return;
    if (const auto written = report_file_->write_text(lines); !written)
      failed_ = report(written.error());
  }

  bool stopped() const { return failed_.has_value(); }

  int finish(const record::UnmappedCodes& unmapped) {
    if (!failed_)
      if (const auto finished = output_.finish(); !finished) failed_ = report(finished.error());
    // Lists of a run that broke off would be of a part of it.
    if (!failed_)
      if (const auto written = write_unmapped(unmapped); !written)
        failed_ = report(written.error());
    if (report_file_ && !failed_)
      if (const auto finished = report_file_->finish(); !finished)
        failed_ = report(finished.error());
    messages_.finish();
    if (failed_) {
      if (pieces_ > 0) say_broken_off();
      return *failed_;
    }
    summary(unmapped);
    say_senders();
    say_left_out();
    if (unread_) return kUsage;
    return findings_ || (flags_.unmapped_is_finding && !unmapped.empty()) ? kFindings : kDone;
  }

 private:
  // By its name; what reads such a file expects one.
  bool is_one_text() const {
    if (flags_.xml) return !output_.is_folder();
    std::string_view path = flags_.output.path;
    if (path.ends_with(".gz")) path.remove_suffix(3);
    return path.ends_with(".json") && !output_.is_folder();
  }

  Error several_in_one() const {
    const auto several = " cannot hold several " + std::string(what_) + "s";
    return flags_.xml
               ? fail(ErrorCode::output_unusable, "one XML document" + several, flags_.output.path,
                      "name a folder with -o, for one file each")
               : fail(ErrorCode::output_unusable,
                      "one JSON text" + several + "; nothing was written", flags_.output.path,
                      "name it .ndjson, for one a line, or name a folder");
  }

  bool is_double(const Piece& piece, const Made& made) {
    if (piece.record.empty()) return false;
    const auto other = ids_.other(piece.record, made.name, made.line);
    if (!other) return false;
    const Source source{made.name, {}, made.line};
    messages_.take(
        message_of({diag::Code::record_duplicate,
                    diag::Severity::error,
                    other->is_written
                        ? "another record has the same id, and was written before this one came: " +
                              other->place
                        : "another record has the same id, and both are refused: " + other->place,
                    {&source, 0, 0},
                    "id",
                    "one id names one record: give each its own, or leave one out"},
                   &source, ShowLines::none));
    return findings_ = true;
  }

  Result<void> write_unmapped(const record::UnmappedCodes& unmapped) {
    if (!unmapped_file_) return {};
    const auto write = [&](std::string_view text) { return unmapped_file_->write_text(text); };
    if (const auto written = write_sheet(unmapped, write); !written) return written;
    return unmapped_file_->finish();
  }

  // What was made is not what is there: a disk may have been full.
  void say_broken_off() const {
    log(Level::info,
        "the run broke off, with " + std::to_string(output_.kept()) + " of " +
            diag::counted(pieces_ - unchanged_, what_) + " written",
        {{"outputs", output_.kept()}, {"unchanged", unchanged_}, {"refused", refused_}});
  }

  void summary(const record::UnmappedCodes& unmapped) {
    std::size_t total = 0;
    std::string by_type;
    for (const auto& [type, count] : resources_) {
      total += count;
      by_type += (by_type.empty() ? "" : ", ") + type + " " + std::to_string(count);
    }
    auto text = diag::counted(pieces_, what_) + ", " + diag::counted(total, "resource") +
                (by_type.empty() ? "" : " (" + by_type + ")");
    if (unchanged_ > 0)
      text += "; " + diag::counted(unchanged_, what_) + " already " +
              (unchanged_ == 1 ? "says" : "say") + " all that";
    if (unwanted_ > 0) text += "; " + diag::counted(unwanted_, what_) + " not of the cohort";
    if (refused_ > 0) text += "; " + diag::counted(refused_, "input") + " gave nothing";
    if (!unmapped.empty())
      text +=
          "; " +
          (flags_.unmapped_is_finding
               ? diag::counted(unmapped.size(), "code is not mapped", "codes are not mapped")
               : diag::counted(unmapped.size(), "code has no standard code and is kept as it is",
                               "codes have no standard code and are kept as they are")) +
          (flags_.unmapped_path.empty() ? " (list them with --unmapped FILE.csv)" : "");
    // Of what was refused nothing is known.
    else if (total > 0) text += "; every code is mapped";
    log(Level::info, text,
        {{"outputs", pieces_},
         {"unchanged", unchanged_},
         {"resources", total},
         {"refused", refused_},
         {"unmapped", unmapped.size()}});
  }

  // The most frequent first. Where all is as R4 says there is nothing to tell.
  void say_senders() const {
    if (senders_.empty() || (senders_.size() == 1 && senders_.contains(record::kNoSender))) return;
    std::vector<std::pair<std::string, std::uint64_t>> rows(senders_.begin(), senders_.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string shown;
    LogFields fields;
    for (const auto& [kind, count] : rows) {
      shown += (shown.empty() ? "" : ", ") + kind + " " + std::to_string(count);
      fields.emplace_back(kind, count);
    }
    log(Level::info, "read with the maps of the senders that the resources show: " + shown, fields);
  }

  // The most frequent first.
  void say_left_out() const {
    constexpr std::size_t kShownMax = 6;
    if (left_out_.empty()) return;
    std::vector<std::pair<std::string, std::uint64_t>> rows(left_out_.begin(), left_out_.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::uint64_t total = 0;
    std::string shown;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      total += rows[i].second;
      if (i < kShownMax)
        shown += (i == 0 ? "" : ", ") + rows[i].first + " " + std::to_string(rows[i].second);
    }
    if (rows.size() > kShownMax)
      shown += ", and " + diag::counted(rows.size() - kShownMax, "kind") + " more";
    LogFields fields;
    for (const auto& [path, count] : rows) fields.emplace_back(path, count);
    log(Level::info,
        "left out by written lists, as what a record does not need or who a person is: " +
            std::to_string(total) + " (" + shown + ")",
        fields);
  }

  const ConvertFlags& flags_;
  std::string_view what_;
  Output& output_;
  std::optional<Output>& unmapped_file_;
  std::optional<Output>& report_file_;
  Progress gathering_;
  Progress progress_;
  MessageTable messages_;
  RecordIds ids_;
  std::map<std::string, std::size_t, std::less<>> resources_;
  record::LeftOut left_out_;
  record::SenderCounts senders_;
  std::size_t pieces_ = 0;
  std::size_t texts_ = 0;      // gathered
  std::size_t tasks_ = 0;      // that were gathered; 0: each text is one
  std::size_t taken_ = 0;      // of these
  std::size_t unchanged_ = 0;  // there already
  std::size_t unwanted_ = 0;   // not of the cohort
  std::size_t refused_ = 0;
  bool findings_ = false;
  bool unread_ = false;
  std::optional<int> failed_;
};

// Several texts that are read together: lines are too little work for a thread each.
struct Batch {
  std::vector<std::unique_ptr<Source>> texts;
  std::optional<Error> unread;  // behind these
};

struct ReadBatch {
  std::vector<record::ReadText> texts;
  std::vector<Message> messages;
  std::optional<Error> unread;  // behind these
  bool has_findings = false;
};

void gather(const ConvertFlags& flags, const Session& session, const PutTogether& put_together,
            Input& input, Conversion& conversion) {
  constexpr std::size_t kBatchBytes = std::size_t{1} << 18;
  bool is_at_end = false;
  const auto next = [&]() -> std::unique_ptr<Batch> {
    auto batch = std::make_unique<Batch>();
    for (std::size_t bytes = 0;
         bytes < kBatchBytes && !is_at_end && !batch->unread && !conversion.stopped();) {
      auto text = input.next();
      if (!text) {
        batch->unread = text.error();
      } else if (*text == nullptr) {
        is_at_end = true;
      } else {
        bytes += (*text)->text.size();
        batch->texts.push_back(std::move(*text));
      }
    }
    return batch->texts.empty() && !batch->unread ? nullptr : std::move(batch);
  };
  const auto read = [&](Batch& batch) {
    ReadBatch out;
    out.unread = batch.unread;
    diag::Sink sink(session.limits.diagnostics_max);
    for (auto& text : batch.texts) {
      sink.clear();
      if (is_json(flags, session, *text, sink)) out.texts.push_back(put_together.read(*text, sink));
      for (auto& message : messages_of(sink, text.get(), shown_lines(flags)))
        out.messages.push_back(std::move(message));
      out.has_findings = out.has_findings || sink.errors() + sink.warnings() > 0;
    }
    return out;
  };
  run_ordered<Batch, ReadBatch>(
      flags.jobs, next, [&] { return read; },
      [&](ReadBatch&& batch) {
        conversion.say(batch.messages, batch.has_findings);
        if (batch.unread) conversion.input_failed(*batch.unread);
        for (auto& text : batch.texts) {
          if (conversion.stopped()) return;
          if (const auto added = put_together.add(std::move(text)); !added)
            conversion.fail_with(added.error());
        }
        conversion.gathered(batch.texts.size(), input);
      });
}

// The number of its tasks; none at the end, or when that failed.
std::optional<std::size_t> next_part(const ConvertFlags& flags, const Session& session,
                                     const PutTogether& put_together, Conversion& conversion) {
  if (conversion.stopped()) return std::nullopt;
  diag::Sink sink(session.limits.diagnostics_max);
  const auto tasks = put_together.next(sink);
  conversion.say(messages_of(sink, nullptr, shown_lines(flags)),
                 sink.errors() + sink.warnings() > 0);
  if (!tasks) conversion.fail_with(tasks.error());
  if (!tasks || !*tasks) return std::nullopt;
  conversion.expect(std::max(**tasks, put_together.expected()));
  conversion.leave_out(put_together.left_out());
  conversion.write_account(put_together.account());
  return *tasks;
}

}  // namespace

void add_convert_options(CLI::App& verb, ConvertFlags& flags) {
  verb.add_option("-o,--output", flags.output.path,
                  "FILE, or DIR for one file each; standard output without it");
  verb.add_flag("--pretty", flags.output.pretty, "Indent");
  verb.add_option(
      "--unmapped", flags.unmapped_path,
      "Write what has no standard code, most frequent first, to this CSV: a sheet for codes check and apply");
  verb.add_option("-j,--jobs", flags.jobs, "Threads; the output is the same for any number")
      ->check(CLI::Range(1, 256));
  verb.add_flag("--show-source", flags.show_source,
                "Show the input's line under each message (it may hold patient data)");
}

void add_format_option(CLI::App& verb, ConvertFlags& flags) {
  verb.add_option_function<std::string>(
          "--format", [&flags](const std::string& form) { flags.xml = form == "xml"; },
          "json or xml: of the output; an input is known by what it is")
      ->check(CLI::IsMember({"json", "xml"}));
}

int run_convert(const ConvertFlags& flags, const Session& session, std::string_view what,
                const std::function<std::shared_ptr<Worker>()>& make_worker,
                const PutTogether* put_together) {
  auto input = Input::open(flags.inputs, session.limits);
  if (!input) return report(input.error());
  for (const auto& file : input->skipped())
    note(file + ": left out, because its name does not end in .json, .ndjson or .xml");
  auto read = input->files();
  read.insert(read.end(), flags.maps_and_definitions.begin(), flags.maps_and_definitions.end());
  auto output = Output::open(output_of(flags), read);
  if (!output) return report(output.error());
  std::optional<Output> unmapped_file;
  std::optional<Output> report_file;
  for (const auto& [path, file] : {std::pair(&flags.unmapped_path, &unmapped_file),
                                   std::pair(&flags.report_path, &report_file)}) {
    if (path->empty()) continue;
    auto opened = Output::open({.path = *path}, read);
    if (!opened) return report(opened.error());
    *file = std::move(*opened);
  }
  Conversion conversion(flags, session, what, *output, unmapped_file, report_file);
  const auto next_text = [&]() -> std::unique_ptr<Source> {
    while (!conversion.stopped()) {
      auto text = input->next();
      if (text) return std::move(*text);
      conversion.input_failed(text.error());
    }
    return nullptr;
  };
  if (put_together != nullptr) gather(flags, session, *put_together, *input, conversion);
  std::mutex mutex;
  std::vector<std::shared_ptr<Worker>> workers;
  std::size_t at_work = 0;
  const auto work_off = [&](const std::function<std::unique_ptr<Task>()>& next) {
    at_work = 0;
    run_ordered<Task, Made>(
        flags.jobs, next,
        [&] {
          const std::lock_guard lock(mutex);
          if (at_work == workers.size()) workers.push_back(make_worker());
          return [&, worker = workers[at_work++]](Task& task) {
            return made_of(worker->convert, task, flags, session);
          };
        },
        [&](Made&& made) { conversion.take(std::move(made), *input); });
  };
  if (put_together == nullptr) {
    work_off([&]() -> std::unique_ptr<Task> {
      auto text = next_text();
      return text == nullptr ? nullptr : std::make_unique<Task>(Task{std::move(text)});
    });
  } else {
    while (const auto tasks = next_part(flags, session, *put_together, conversion)) {
      std::size_t given = 0;
      work_off([&] {
        return given == *tasks || conversion.stopped()
                   ? nullptr
                   : std::make_unique<Task>(Task{nullptr, given++});
      });
    }
  }
  record::UnmappedCodes unmapped;
  for (const auto& worker : workers) unmapped.merge(worker->unmapped());
  return conversion.finish(unmapped);
}

}  // namespace paraneo::cli
