#include "cli/terminal/message.h"

#include "cli/terminal/terminal.h"
#include "diag/counted.h"
#include "diag/render.h"

namespace paraneo::cli {
namespace {

Level level_of(diag::Severity severity) {
  switch (severity) {
    case diag::Severity::error: return Level::error;
    case diag::Severity::warning: return Level::warning;
    case diag::Severity::information: return Level::info;
  }
  return Level::error;
}

Message for_programs(const diag::Diagnostic& d, const Source* input) {
  Message message{
      level_of(d.severity), d.message, {{"code", std::string(diag::info(d.code).name)}}, {}, {}};
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) message.fields.emplace_back(name, std::move(value));
  };
  add("where", diag::file_line_column(d));
  if (input != nullptr) add("input", input->name + ":" + std::to_string(input->first_line));
  add("element", d.element);
  add("advice", d.advice);
  return message;
}

}  // namespace

Message message_of(const diag::Diagnostic& d, const Source* input, ShowLines lines) {
  if (logs_json()) return for_programs(d, input);
  diag::RenderOptions options;
  options.colour = shows_colours();
  options.show_source_line =
      lines == ShowLines::all || (lines == ShowLines::all_but_input && d.span.source != input);
  options.input = input;
  auto text = diag::render(d, options);
  text.pop_back();  // the line's end is the log's to write
  // What is wrong in a map is of interest for the input that met it.
  auto place = input != nullptr && d.span.source != input
                   ? input->name + ":" + std::to_string(input->first_line)
                   : diag::file_line_column(d);
  return {level_of(d.severity), std::move(text), {}, diag::info(d.code).name, std::move(place)};
}

void log(const Message& message) { log(message.level, message.text, message.fields); }

std::vector<Message> messages_of(const diag::Sink& sink, const Source* input, ShowLines lines) {
  std::vector<Message> out;
  for (const auto& d : sink.all()) out.push_back(message_of(d, input, lines));
  if (sink.dropped() > 0)
    out.push_back({Level::info,
                   (input == nullptr ? "" : input->name + ": ") + "... and " +
                       diag::counted(sink.dropped(), "more message"),
                   {},
                   {},
                   {}});
  return out;
}

void log_all(const diag::Sink& sink) {
  for (const auto& message : messages_of(sink, nullptr, ShowLines::all)) log(message);
}

}  // namespace paraneo::cli
