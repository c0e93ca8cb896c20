#include "json/write.h"

namespace paraneo::json {
namespace {

bool plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out.push_back(kHex[byte >> 4]);
  out.push_back(kHex[byte & 15]);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (plain(text[i])) continue;
    out.append(text, begin, i - begin);
    append_escape(out, text[i]);
    begin = i + 1;
  }
  out.append(text, begin);
  out.push_back('"');
}

void Writer::new_line() {
  out_.push_back('\n');
  out_.append(depth_ * 2, ' ');
}

void Writer::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!empty_) out_.push_back(',');
  if (pretty_) new_line();
  empty_ = false;
}

void Writer::open(char bracket) {
  separate();
  out_.push_back(bracket);
  ++depth_;
  empty_ = true;
}

void Writer::close(char bracket) {
  --depth_;
  if (pretty_ && !empty_) new_line();
  out_.push_back(bracket);
  empty_ = false;
}

void Writer::key(std::string_view name) {
  separate();
  append_string(out_, name);
  out_ += pretty_ ? ": " : ":";
  after_key_ = true;
}

void Writer::string(std::string_view text) {
  separate();
  append_string(out_, text);
}

void Writer::raw(std::string_view text) {
  separate();
  out_ += text;
}

// Depth is bounded by the reader's limit, so this may recurse.
void Writer::value(const Value& tree) {
  switch (tree.kind) {
    case Kind::null: null(); return;
    case Kind::boolean: boolean(tree.truth); return;
    case Kind::number: raw(tree.text()); return;
    case Kind::string: string(tree.text()); return;
    case Kind::array:
      begin_array();
      for (const auto& item : tree.items()) value(item);
      end_array();
      return;
    case Kind::object:
      begin_object();
      for (const auto& member : tree.members()) {
        key(member.name);
        value(member.value);
      }
      end_object();
      return;
  }
}

}  // namespace paraneo::json
