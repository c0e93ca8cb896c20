// A diagnostic as it goes to standard error: for people a text with a caret, for programs an object
// with its code, place and advice.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/terminal/log.h"
#include "diag/diagnostic.h"

namespace paraneo::cli {

// Lines of an input may hold patient data; those of maps and expressions do not.
enum class ShowLines { none, all_but_input, all };

// A diagnostic or an error as the terminal, or the log, shows it.
struct Message {
  Level level = Level::info;
  std::string text;
  LogFields fields;
  std::string_view kind;  // the diagnostic's code; may be empty
  std::string place;      // file:line:column; may be empty
};

// `input` is what was being read, if anything was.
Message message_of(const diag::Diagnostic& diagnostic, const Source* input, ShowLines lines);
void log(const Message& message);

// All messages of a sink, and how many it did not keep.
std::vector<Message> messages_of(const diag::Sink& sink, const Source* input, ShowLines lines);
// Those about maps, definitions and expressions.
void log_all(const diag::Sink& sink);

}  // namespace paraneo::cli
