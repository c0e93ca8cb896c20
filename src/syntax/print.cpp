// An expression tree back to text. Entry point: print(). Depth is bounded by the parser.
#include "syntax/expression.h"

namespace paraneo::syntax {
namespace {

using Kind = ExpressionKind;

bool is_plain_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const auto reserved :
       {"div", "mod", "in", "and", "or", "xor", "implies", "is", "as", "true", "false"})
    if (name == reserved) return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  return true;
}

void quote(std::string& out, std::string_view text, char quote) {
  out.push_back(quote);
  for (const char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else if (c == '\f') out += "\\f";
    else {
      if (c == quote || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
  }
  out.push_back(quote);
}

void name(std::string& out, std::string_view text) {
  if (is_plain_name(text)) out += text;
  else quote(out, text, '`');
}

// With its namespace, where it has one.
void type_name(std::string& out, std::string_view text) {
  for (const std::string_view space : {"System.", "FHIR."}) {
    if (!text.starts_with(space)) continue;
    out += space;
    return name(out, text.substr(space.size()));
  }
  name(out, text);
}

void append(std::string& out, const Expression& e);

bool needs_brackets(const Expression& e) {
  return e.kind == Kind::binary || e.kind == Kind::unary || e.kind == Kind::type_is ||
         e.kind == Kind::type_as;
}

void operand(std::string& out, const Expression& e) {
  if (needs_brackets(e)) out.push_back('(');
  append(out, e);
  if (needs_brackets(e)) out.push_back(')');
}

void call(std::string& out, const Expression& e) {
  std::size_t i = 0;
  if (e.has_focus) {
    operand(out, *e.operands[i++]);
    out.push_back('.');
  }
  out += e.text;  // between backquotes it would be a member
  out.push_back('(');
  for (bool first = true; i < e.operands.size(); ++i, first = false) {
    if (!first) out += ", ";
    append(out, *e.operands[i]);
  }
  out.push_back(')');
}

void append(std::string& out, const Expression& e) {
  switch (e.kind) {
    case Kind::empty: out += "{}"; return;
    case Kind::boolean:
    case Kind::integer:
    case Kind::decimal: out += e.text; return;
    case Kind::long_integer: out.append(e.text).push_back('L'); return;
    case Kind::string: quote(out, e.text, '\''); return;
    case Kind::date:
    case Kind::date_time: out.append("@").append(e.text); return;
    case Kind::time: out.append("@T").append(e.text); return;
    case Kind::quantity:
      out.append(e.text).push_back(' ');
      if (e.calendar_unit) out += e.unit;
      else quote(out, e.unit, '\'');
      return;
    case Kind::variable:
      out.push_back('%');
      name(out, e.text);
      return;
    case Kind::this_item: out += "$this"; return;
    case Kind::index: out += "$index"; return;
    case Kind::total: out += "$total"; return;
    case Kind::member:
      if (e.has_focus) {
        operand(out, *e.operands[0]);
        out.push_back('.');
      }
      name(out, e.text);
      return;
    case Kind::call: call(out, e); return;
    case Kind::indexer:
      operand(out, *e.operands[0]);
      out.push_back('[');
      append(out, *e.operands[1]);
      out.push_back(']');
      return;
    case Kind::unary:
      if (e.text != "desc") out += e.text;
      operand(out, *e.operands[0]);
      if (e.text == "desc") out += " desc";
      return;
    case Kind::binary:
      operand(out, *e.operands[0]);
      out.append(" ").append(e.text).append(" ");
      operand(out, *e.operands[1]);
      return;
    case Kind::type_is:
    case Kind::type_as:
      operand(out, *e.operands[0]);
      out += e.kind == Kind::type_is ? " is " : " as ";
      type_name(out, e.text);
      return;
  }
}

}  // namespace

std::string print(const Expression& expression) {
  std::string out;
  append(out, expression);
  return out;
}

}  // namespace paraneo::syntax
