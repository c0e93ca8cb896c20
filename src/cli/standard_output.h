// Standard output's end: whether all of it arrived.
#pragma once

namespace paraneo::cli {

// Somebody who reads enough and closes the pipe, as in "| head". Then there is nothing to complain about.
bool reader_has_gone();
// As a program ends that does not ignore it: by SIGPIPE, 141 in a shell.
[[noreturn]] void end_without_reader();

// To be called last, with the verb's exit code: writes out what is buffered. What could not be written
// is an error (2).
int close_standard_output(int code);

}  // namespace paraneo::cli
