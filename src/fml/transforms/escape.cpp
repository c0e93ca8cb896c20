// escape(text, to) and escape(text, from, to): the special characters of a format (xml, html, json,
// plain).
#include <algorithm>
#include <array>

#include "fml/transforms/transforms.h"

namespace paraneo::fml {
namespace {

struct Escape {
  char plain;
  std::string_view json, xml;
};
constexpr std::array<Escape, 9> kEscapes = {{{'\\', "\\\\", ""},
                                             {'"', "\\\"", "&quot;"},
                                             {'\n', "\\n", ""},
                                             {'\r', "\\r", ""},
                                             {'\t', "\\t", ""},
                                             {'&', "", "&amp;"},
                                             {'<', "", "&lt;"},
                                             {'>', "", "&gt;"},
                                             {'\'', "", "&#39;"}}};

bool is_format(std::string_view name) {
  return name == "json" || name == "xml" || name == "html" || name == "plain";
}

std::string_view form_of(const Escape& escape, std::string_view format) {
  return format == "json" ? escape.json : format == "plain" ? std::string_view() : escape.xml;
}

std::string escaped(std::string_view text, std::string_view format) {
  std::string out;
  for (const char c : text) {
    const auto found = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const Escape& e) {
      return e.plain == c && !form_of(e, format).empty();
    });
    if (found == kEscapes.end()) out.push_back(c);
    else out += form_of(*found, format);
  }
  return out;
}

// What is no escape of the format stays.
std::string unescaped(std::string_view text, std::string_view format) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    const auto found = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const Escape& e) {
      const auto form = form_of(e, format);
      return !form.empty() && rest.starts_with(form);
    });
    out.push_back(found == kEscapes.end() ? rest[0] : found->plain);
    i += found == kEscapes.end() ? 1 : form_of(*found, format).size();
  }
  return out;
}

}  // namespace

Collection escape_transform(Runner& runner, const TargetCode& code, Frame frame) {
  const auto text = runner.text(code.operands[0], frame, code.span);
  const auto to = runner.text(code.operands.back(), frame, code.span);
  const auto from = code.operands.size() > 2 ? runner.text(code.operands[1], frame, code.span)
                                             : std::string_view("plain");
  for (const auto format : {from, to}) {
    if (is_format(format)) continue;
    runner.complain(diag::Code::fml_value,
                    "escape() knows json, xml, html and plain, not \"" + std::string(format) + "\"",
                    code.span);
    return {};
  }
  auto& arena = runner.environment.arena;
  return Collection(Item::of_string(arena.copy(escaped(unescaped(text, from), to))));
}

}  // namespace paraneo::fml
