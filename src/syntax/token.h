// Tokens shared by FHIRPath (2.0, "Lexical Elements") and the FHIR Mapping Language.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"

namespace paraneo::syntax {

// What a token is.
enum class TokenKind : std::uint8_t {
  identifier,  // name, also of keywords: the parsers tell
  delimited,   // `name`
  string,      // 'text'
  quoted,      // "text": a name for FHIRPath 1, a string for the mapping language
  integer,
  long_integer,  // 1L; text: without the L
  decimal,
  date,       // @2003-10
  date_time,  // @2003-10-05T..
  time,       // @T12:00
  symbol,     // operators and brackets
  metadata,   // the rest of a line after ///, with all lines of a text in """
  end,
};

// A token; begin and end are bytes of the source.
struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string_view text;  // decoded: without quotes, escapes, @

  bool is(std::string_view symbol) const { return kind == TokenKind::symbol && text == symbol; }
  bool is_word(std::string_view word) const {
    return kind == TokenKind::identifier && text == word;
  }
};

// A comment, without its marks; one between /* and */ may have several lines.
struct Comment {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string_view text;
};

// All tokens of the text, the last one `end`. Decoded texts live in the arena or in the source.
// What is no token is reported and skipped. Comments are left out, or put where `comments` points.
std::vector<Token> tokenize(const Source& source, Arena& arena, diag::Sink& sink,
                            std::vector<Comment>* comments = nullptr);

}  // namespace paraneo::syntax
