// Standard output's end: whether all of it arrived.
#pragma once

namespace paraneo::cli {

// To be called last, with the verb's exit code: writes out what is buffered. What could not be
// written is an error (2). A reader that has enough and has closed the pipe (| head) is none: then
// the program ends as one does that does not ignore it, by SIGPIPE (141 in a shell).
int close_standard_output(int code);

}  // namespace paraneo::cli
