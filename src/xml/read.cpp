// expat's events to a tree. Entry point: read().
#include "xml/read.h"

#include <expat.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "base/utf8.h"
#include "xml/markup.h"
#include "xml/namespaces.h"

namespace paraneo::xml {
namespace {

using diag::Code;

constexpr std::string_view kBom = "\xef\xbb\xbf";
constexpr std::string_view kWhite = " \t\r\n";
constexpr std::size_t kPieceBytes = std::size_t{1} << 30;  // expat counts in int

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Where in a part between two tags a text begins that is no white space; npos for none. Comments
// and processing instructions are none.
std::size_t find_text(std::string_view part) {
  constexpr std::string_view kCData = "<![CDATA[";
  const auto behind = [&](std::string_view end, std::size_t from) {
    const auto at = part.find(end, from);
    return at == std::string_view::npos ? part.size() : at + end.size();
  };
  for (std::size_t at = 0;;) {
    at = part.find_first_not_of(kWhite, at);
    if (at == std::string_view::npos) return at;
    const auto rest = part.substr(at);
    if (rest.starts_with("<!--")) at = behind("-->", at + 4);
    else if (rest.starts_with("<?")) at = behind("?>", at + 2);
    else if (rest.starts_with(kCData)) {
      const auto end = behind("]]>", at);
      const auto inside = part.substr(at + kCData.size(), end - at - kCData.size() - 3);
      if (inside.find_first_not_of(kWhite) != std::string_view::npos) return at;
      at = end;
    } else return at;
  }
}

struct ParserDeleter {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

class Reader {
 public:
  Reader(const Source& source, const ReadOptions& options, Arena& arena, const Limits& limits,
         diag::Sink& sink, const Budget* budget)
      : source_(source), text_(source.text), options_(options), arena_(arena), limits_(limits),
        sink_(sink), budget_(budget), time_(budget), namespaces_(arena),
        parser_(XML_ParserCreate("UTF-8")) {
    if (parser_ == nullptr) throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** attributes) {
          static_cast<Reader*>(self)->start(name, attributes);
        },
        [](void* self, const char* name) { static_cast<Reader*>(self)->end(name); });
    XML_SetStartDoctypeDeclHandler(parser_.get(),
                                   [](void* self, const char*, const char*, const char*, int) {
                                     static_cast<Reader*>(self)->doctype();
                                   });
    XML_SetXmlDeclHandler(parser_.get(), [](void* self, const char*, const char* encoding, int) {
      static_cast<Reader*>(self)->declaration(encoding);
    });
  }

  const Node* read() {
    for (std::size_t at = 0;;) {
      const auto size = std::min(kPieceBytes, text_.size() - at);
      const bool is_last = at + size == text_.size();
      if (XML_Parse(parser_.get(), text_.data() + at, static_cast<int>(size), is_last ? 1 : 0) !=
          XML_STATUS_OK) {
        if (!stopped_) report_syntax();
        return nullptr;
      }
      at += size;
      if (is_last) return root_;
    }
  }

 private:
  std::size_t here() const {
    return static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get()));
  }
  std::size_t behind_event() const {
    return here() + static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get()));
  }

  void stop(Code code, std::string message, std::size_t begin, std::size_t end,
            std::string advice) {
    // expat may tell of one more event before it ends.
    if (!stopped_) report(code, std::move(message), begin, end, std::move(advice));
    stopped_ = true;
    XML_StopParser(parser_.get(), XML_FALSE);
  }
  void report(Code code, std::string message, std::size_t begin, std::size_t end,
              std::string advice) {
    sink_.report(code, std::move(message),
                 {&source_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, {},
                 std::move(advice));
  }

  void doctype() {
    const auto at = text_.rfind("<!DOCTYPE", here());
    stop(Code::xml_doctype,
         "a document type (DOCTYPE), which FHIR does not have and which is not read", at, at + 9,
         "remove it, and write out what its entities stand for");
  }
  void declaration(const char* encoding) {
    std::string name = encoding == nullptr ? "utf-8" : encoding;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name != "utf-8" && name != "us-ascii" && name != "ascii")
      stop(Code::xml_encoding, "the encoding " + std::string(encoding) + " is not read", here(),
           behind_event(), "save the file as UTF-8; FHIR knows no other");
  }

  void start(const char* qualified, const char** attributes) {
    if (stopped_) return;
    const auto at = here();
    if (++elements_ > limits_.xml_elements_max)
      return stop(
          Code::xml_size,
          "more than " + std::to_string(limits_.xml_elements_max) + " elements in one document", at,
          at + 1, limit_advice("xml-elements"));
    if (depth_ >= limits_.xml_depth_max)
      return stop(Code::xml_depth,
                  "nested deeper than " + std::to_string(limits_.xml_depth_max) + " levels", at,
                  at + 1, "no FHIR resource needs this depth; " + limit_advice("xml-depth"));
    if (time_.is_late())
      return stop(
          Code::xml_time,
          "to read the input takes more than " + std::to_string(budget_->time_ms_max()) + " ms", 0,
          0, limit_advice("time"));
    ++depth_;
    const std::string_view name(text_.data() + at + 1, std::strlen(qualified));
    const auto count = declare(attributes);
    if (count > limits_.xml_attributes_max)
      return stop(
          Code::xml_size,
          "an element with more than " + std::to_string(limits_.xml_attributes_max) + " attributes",
          at, at + 1, limit_advice("xml-attributes"));
    const auto prefix = prefix_of(name);
    const auto* space = space_of(prefix, at);
    if (space == nullptr) return;
    if (markup_.is_open()) inside_markup(name, prefix, *space, attributes, at);
    else add(name, prefix, *space, attributes, count, at);
    behind_ = behind_event();
  }

  // How many other attributes there are.
  std::size_t declare(const char** attributes) {
    std::size_t count = 0;
    declares_default_ = false;
    for (; *attributes != nullptr; attributes += 2) {
      if (!Namespaces::is_declaration(attributes[0])) {
        ++count;
        continue;
      }
      namespaces_.declare(depth_, attributes[0], attributes[1]);
      declares_default_ = declares_default_ || attributes[0][5] == '\0';
    }
    return count;
  }

  const std::string_view* space_of(std::string_view prefix, std::size_t at) {
    if (prefix.empty()) return &(default_space_ = namespaces_.without_prefix());
    const auto* space = namespaces_.find(prefix);
    if (space == nullptr)
      stop(Code::xml_namespace, "the prefix \"" + std::string(prefix) + "\" is not declared",
           at + 1, at + 1 + prefix.size(),
           "declare it with xmlns:" + std::string(prefix) + "=\"...\"");
    return space;
  }

  void add(std::string_view name, std::string_view prefix, std::string_view space,
           const char** attributes, std::size_t count, std::size_t at) {
    note_text(at);
    auto* node = arena_.make<Node>();
    node->name = prefix.empty() ? name : name.substr(prefix.size() + 1);
    node->space = space;
    node->offset = static_cast<std::uint32_t>(at);
    node->parent = open_;
    if (open_ == nullptr) root_ = node;
    else (open_->last == nullptr ? open_->first : open_->last->next) = node;
    if (open_ != nullptr) open_->last = node;
    open_ = node;
    if (!options_.markup_space.empty() && space == options_.markup_space) {
      markup_.begin(text_, at, prefix, name.size(), space, declares_default_ && prefix.empty());
      markup_.enter();
      if (!prefix.empty() && declares_default_)
        spoil_markup(at, "a narrative with a prefix and a namespace of its own");
      refuse_prefixed(attributes, at);
    } else {
      node->attributes = read_attributes(attributes, count, at + 1 + name.size());
    }
  }

  // expat has decoded them, in the order in which they stand.
  std::span<const Attribute> read_attributes(const char** attributes, std::size_t count,
                                             std::size_t at) {
    if (count == 0) return {};
    const auto out = arena_.make_array<Attribute>(count);
    std::size_t index = 0;
    const auto* text = text_.data();
    for (; *attributes != nullptr; attributes += 2) {
      while (is_white(text[at])) ++at;
      const std::string_view name(text + at, std::strlen(attributes[0]));
      auto quote = at + name.size();
      while (text[quote] != '"' && text[quote] != '\'') ++quote;
      auto end = quote + 1;
      bool is_decoded = true;  // a parser changes nothing in it
      for (; text[end] != text[quote]; ++end)
        is_decoded = is_decoded && text[end] != '&' && static_cast<unsigned char>(text[end]) >= ' ';
      if (!Namespaces::is_declaration(name))
        out[index++] = {
            name,
            is_decoded ? text_.substr(quote + 1, end - quote - 1) : arena_.copy(attributes[1]),
            static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(quote)};
      at = end + 1;
    }
    return out;
  }

  void inside_markup(std::string_view name, std::string_view prefix, std::string_view space,
                     const char** attributes, std::size_t at) {
    markup_.enter();
    if (space != options_.markup_space)
      spoil_markup(at, "inside of the narrative, <" + std::string(name) +
                           "> is not of the namespace " + std::string(options_.markup_space));
    refuse_prefixed(attributes, at);
    markup_.drop_prefix(at + 1, prefix);
  }

  // Their declaration may stand outside.
  void refuse_prefixed(const char** attributes, std::size_t at) {
    for (; *attributes != nullptr; attributes += 2) {
      const auto prefix = prefix_of(attributes[0]);
      if (!prefix.empty() && prefix != "xml" && prefix != "xmlns")
        return spoil_markup(at, "inside of the narrative, the attribute " +
                                    std::string(attributes[0]) + " is none of XHTML");
    }
  }
  void spoil_markup(std::size_t at, std::string message) {
    if (markup_.is_right())
      report(Code::xml_narrative, std::move(message), at, at + 1,
             "a narrative is XHTML alone; it is left out");
    markup_.spoil();
  }

  void end(const char* qualified) {
    if (stopped_) return;
    const auto at = here();
    const auto behind = behind_event();
    if (markup_.is_open()) {
      // The end of <br/> is no tag.
      if (behind > at)
        markup_.drop_prefix(at + 2, prefix_of({text_.data() + at + 2, std::strlen(qualified)}));
      if (markup_.leave()) finish_markup(behind);
    } else {
      note_text(at);
      open_ = open_->parent;
    }
    namespaces_.leave(depth_--);
    behind_ = behind;
  }

  void finish_markup(std::size_t behind) {
    const bool is_right = markup_.is_right();
    std::string changed;
    const auto text = markup_.finish(behind, changed);
    if (is_right) open_->markup = changed.empty() ? text : arena_.copy(text);
    open_ = open_->parent;
  }

  // What stands between the last tag and this one.
  void note_text(std::size_t at) {
    const auto between = text_.substr(behind_, at - behind_);
    if (between.empty() || open_ == nullptr || open_->text_offset != Node::kNone) return;
    if (const auto found = find_text(between); found != std::string_view::npos)
      open_->text_offset = static_cast<std::uint32_t>(behind_ + found);
  }

  void report_syntax() {
    const auto code = XML_GetErrorCode(parser_.get());
    const auto at = std::min(here(), text_.size());
    const auto say = [&](std::string message, std::string advice = {}) {
      report(Code::xml_syntax, std::move(message), at, at + 1, std::move(advice));
    };
    if (const auto wrong = utf8::first_invalid(text_); wrong != std::string_view::npos)
      return report(Code::xml_encoding, "this is not valid UTF-8", wrong, wrong + 1,
                    "save the file as UTF-8");
    switch (code) {
      case XML_ERROR_NO_ELEMENTS:
      case XML_ERROR_UNCLOSED_TOKEN:
      case XML_ERROR_PARTIAL_CHAR:
      case XML_ERROR_UNCLOSED_CDATA_SECTION:
        return say("the text ends in the middle of the document",
                   "the file is cut off; write or fetch it again");
      case XML_ERROR_TAG_MISMATCH:
        return say(open_ == nullptr || markup_.is_open()
                       ? "the end tag does not fit the one that is open"
                       : "the end tag does not fit the one that is open, <" +
                             std::string(open_->name) + ">",
                   "close what was opened last");
      case XML_ERROR_UNDEFINED_ENTITY:
        return say("an entity that XML itself does not have",
                   "write the character, or its number: &#160; for &nbsp;");
      case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        return say("something stands behind the end of the document", "one file is one document");
      case XML_ERROR_DUPLICATE_ATTRIBUTE:
        return say("an attribute stands twice in one tag", "keep one of the two");
      default: break;
    }
    if (at < text_.size() && static_cast<unsigned char>(text_[at]) < 0x20 && !is_white(text_[at]))
      return say(text_[at] == '\0' ? "a NUL character" : "a control character",
                 "XML cannot have it; remove it");
    say(XML_ErrorString(code));
  }

  const Source& source_;
  const std::string_view text_;
  const ReadOptions& options_;
  Arena& arena_;
  const Limits& limits_;
  diag::Sink& sink_;
  const Budget* budget_;
  TimeCheck time_;
  Namespaces namespaces_;
  std::unique_ptr<XML_ParserStruct, ParserDeleter> parser_;
  std::string_view default_space_;
  bool declares_default_ = false;  // the tag that is read
  Node* root_ = nullptr;
  Node* open_ = nullptr;
  Markup markup_;
  std::size_t behind_ = 0;  // the last tag
  std::size_t depth_ = 0;
  std::size_t elements_ = 0;
  bool stopped_ = false;
};

bool is_utf16(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
         (text.size() > 1 && (text[0] == '\0') != (text[1] == '\0'));
}

}  // namespace

const Node* read(const Source& source, const ReadOptions& options, Arena& arena,
                 const Limits& limits, diag::Sink& sink, const Budget* budget) {
  if (source.text.size() > limits.xml_bytes_max) {
    sink.report(Code::xml_size,
                "the text has " + std::to_string(source.text.size()) + " bytes; the limit is " +
                    std::to_string(limits.xml_bytes_max),
                {&source, 0, 0}, {}, limit_advice("xml-size"));
    return nullptr;
  }
  if (is_utf16(source.text)) {
    sink.report(Code::xml_encoding, "this is UTF-16, which is not read", {&source, 0, 0}, {},
                "save the file as UTF-8; FHIR knows no other");
    return nullptr;
  }
  return Reader(source, options, arena, limits, sink, budget).read();
}

bool looks_like_xml(std::string_view text) {
  if (is_utf16(text))
    return text.size() > 3 &&
           (text[2] == '<' || text[3] == '<' || text[0] == '<' || text[1] == '<');
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  const auto first = text.find_first_not_of(kWhite);
  return first != std::string_view::npos && text[first] == '<';
}

}  // namespace paraneo::xml
