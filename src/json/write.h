// Writes JSON: canonical (no white space) or indented. Strings are escaped as little as RFC 8259
// allows, numbers are written as they are given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace paraneo::json {

void append_string(std::string& out, std::string_view text);  // with its quotes

// Appends to a string that the caller owns. Calls must nest as JSON does.
class Writer {
 public:
  explicit Writer(std::string& out, bool pretty = false) : out_(out), pretty_(pretty) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  // Both escape what JSON demands, and nothing else.
  void key(std::string_view name);
  void string(std::string_view text);
  void raw(std::string_view text);  // a number as written, true, false, null
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  void value(const Value& tree);
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();
  void new_line();

  std::string& out_;
  bool pretty_;
  bool after_key_ = false;
  bool empty_ = true;  // nothing yet in the innermost container
  std::size_t depth_ = 0;
};

}  // namespace paraneo::json
