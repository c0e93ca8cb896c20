#include "fhirpath/xhtml.h"

#include <algorithm>
#include <array>
#include <vector>

namespace paraneo::fhirpath {
namespace {

constexpr auto kElements = std::to_array<std::string_view>(
    {"p",          "br",     "div",     "h1",     "h2",    "h3",   "h4",      "h5",
     "h6",         "a",      "span",    "b",      "em",    "i",    "strong",  "small",
     "big",        "tt",     "dfn",     "q",      "var",   "abbr", "acronym", "cite",
     "blockquote", "hr",     "address", "bdo",    "kbd",   "sub",  "sup",     "ul",
     "ol",         "li",     "dl",      "dt",     "dd",    "pre",  "table",   "caption",
     "colgroup",   "col",    "thead",   "tr",     "tfoot", "th",   "td",      "tbody",
     "code",       "samp",   "img",     "map",    "area",  "u",    "s",       "ins",
     "del",        "strike", "font",    "center", "label", "nobr", "wbr",     "figure",
     "figcaption", "section"});
constexpr auto kAttributes = std::to_array<std::string_view>(
    {"title",     "style",    "class", "id",      "lang",        "xml:lang",    "dir",
     "accesskey", "tabindex", "span",  "width",   "align",       "valign",      "char",
     "charoff",   "abbr",     "axis",  "headers", "scope",       "rowspan",     "colspan",
     "summary",   "border",   "frame", "rules",   "cellpadding", "cellspacing", "nowrap",
     "name",      "href",     "rel",   "rev",     "charset",     "hreflang",    "type",
     "coords",    "shape",    "src",   "alt",     "longdesc",    "height",      "usemap",
     "xmlns"});
constexpr std::size_t kOpenMax = 1000;  // elements inside each other

template <std::size_t N>
bool among(const std::array<std::string_view, N>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
         c == '-' || c == '_';
}

// Whether a "&" begins what XML knows: "there is no support for HTML entities like &nbsp; or
// &copy;" (FHIR R4 2.4.0.1). `text` begins with it.
bool is_reference(std::string_view text) {
  constexpr std::size_t kDigitsMax = 8;
  const auto end = text.find(';');
  if (end == std::string_view::npos) return false;
  auto name = text.substr(1, end - 1);
  if (!name.starts_with('#'))
    return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
  const auto is_hex = name.starts_with("#x");
  name.remove_prefix(is_hex ? 2 : 1);
  return !name.empty() && name.size() <= kDigitsMax &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return (c >= '0' && c <= '9') ||
                  (is_hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
         });
}

class Checker {
 public:
  explicit Checker(std::string_view text) : rest_(text) {}

  std::string fault() {
    skip_space();
    if (!rest_.starts_with("<div")) return "the text must be a <div>";
    while (!rest_.empty()) {
      if (rest_[0] == '<' ? !markup() : !text()) return fault_;
      if (open_.empty()) break;
    }
    skip_space();
    if (!open_.empty()) return "<" + std::string(open_.back()) + "> is not closed";
    if (!rest_.empty()) return "there is more than one <div>";
    return has_content_ ? std::string() : "the text has nothing but white space";
  }

 private:
  void skip_space() {
    while (!rest_.empty() && is_space(rest_[0])) rest_.remove_prefix(1);
  }

  std::string_view name() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name);
    const auto out = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(out.size());
    return out;
  }

  bool text() {
    const auto next = std::min(rest_.find('<'), rest_.size());
    const auto part = rest_.substr(0, next);
    if (!has_only_references(part)) return false;
    for (const char c : part) has_content_ = has_content_ || !is_space(c);
    rest_.remove_prefix(next);
    return true;
  }

  bool has_only_references(std::string_view part) {
    for (auto at = part.find('&'); at != std::string_view::npos; at = part.find('&', at + 1))
      if (!is_reference(part.substr(at)))
        return fail(
            "an & begins nothing that XML knows: of names it has amp, lt, gt, quot and apos");
    return true;
  }

  // Takes what stands between the marks, and them.
  bool skip(std::string_view open, std::string_view close, std::string_view what) {
    const auto end = rest_.find(close, open.size());
    if (end == std::string_view::npos) return fail(std::string(what) + " is not closed");
    skipped_ = rest_.substr(open.size(), end - open.size());
    rest_.remove_prefix(end + close.size());
    return true;
  }

  bool markup() {
    if (rest_.starts_with("<!--")) return skip("<!--", "-->", "a comment");
    if (rest_.starts_with("<?")) return skip("<?", "?>", "a processing instruction");
    if (rest_.starts_with("<![CDATA[")) {
      if (!skip("<![CDATA[", "]]>", "a CDATA section")) return false;
      for (const char c : skipped_) has_content_ = has_content_ || !is_space(c);
      return true;
    }
    rest_.remove_prefix(1);
    return rest_.starts_with('/') ? end_tag() : start_tag();
  }

  bool end_tag() {
    rest_.remove_prefix(1);
    const auto tag = name();
    skip_space();
    if (!rest_.starts_with('>') || open_.empty() || open_.back() != tag)
      return fail("</" + std::string(tag) + "> closes nothing, or something else");
    rest_.remove_prefix(1);
    open_.pop_back();
    return true;
  }

  bool start_tag() {
    const auto tag = name();
    attributes_.clear();
    if (tag.empty()) return fail("a < begins no element");
    if (!among(kElements, tag))
      return fail("the element <" + std::string(tag) + "> is not allowed in a narrative");
    if (open_.size() >= kOpenMax)
      return fail("more than " + std::to_string(kOpenMax) + " elements inside each other");
    has_content_ = has_content_ || tag == "img";
    for (;;) {
      skip_space();
      if (rest_.starts_with("/>")) {
        rest_.remove_prefix(2);
        return true;
      }
      if (rest_.starts_with('>')) {
        rest_.remove_prefix(1);
        open_.push_back(tag);
        return true;
      }
      if (!attribute()) return false;
    }
  }

  bool attribute() {
    const auto attribute = name();
    skip_space();
    if (!among(kAttributes, attribute) && !attribute.starts_with("xmlns:"))
      return fail("the attribute \"" + std::string(attribute) + "\" is not allowed in a narrative");
    if (std::find(attributes_.begin(), attributes_.end(), attribute) != attributes_.end())
      return fail("the attribute \"" + std::string(attribute) + "\" stands twice in one element");
    attributes_.push_back(attribute);
    if (!rest_.starts_with('=')) return fail("an attribute without a value");
    rest_.remove_prefix(1);
    skip_space();
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\''))
      return fail("the value of an attribute stands in no quotes");
    const auto close = rest_.find(rest_[0], 1);
    if (close == std::string_view::npos) return fail("the value of an attribute is not closed");
    const auto value = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    const auto is_link = attribute == "href" || attribute == "src";
    if (value.find('<') != std::string_view::npos) return fail("the value of an attribute has a <");
    if (!has_only_references(value)) return false;
    return !(is_link && value.starts_with("javascript:")) || fail("a link runs a script");
  }

  bool fail(std::string why) {
    fault_ = std::move(why);
    return false;
  }

  std::string_view rest_;
  std::string fault_;
  std::vector<std::string_view> open_;
  std::vector<std::string_view> attributes_;  // of the element that is being read
  std::string_view skipped_;
  bool has_content_ = false;
};

}  // namespace

std::string xhtml_fault(std::string_view text) { return Checker(text).fault(); }

}  // namespace paraneo::fhirpath
