// Elements to XML (FHIR R4 2.6.1). Entry point: append_xml().
#include "element/path.h"
#include "format/xml.h"
#include "xml/read.h"
#include "xml/write.h"

namespace paraneo::format {
namespace {

using diag::Code;

class XmlWriter {
 public:
  XmlWriter(const definition::Definitions& definitions, bool pretty, diag::Sink& sink,
            std::string& to)
      : definitions_(definitions), pretty_(pretty), sink_(sink), to_(to),
        xhtml_(definitions.find_symbol("xhtml")) {}

  void root(const element::Element& element) {
    const auto name = definitions_.type_name(element.type);
    to_.append("<").append(name).append(" xmlns=\"").append(kFhirSpace).append("\"");
    rest(element, name);
  }

 private:
  bool is_attribute(const element::Element& element) const {
    return definitions_.element_at(element.def).attribute;
  }

  // Behind the name of an opening tag. The depth is that of what was read or made.
  void rest(const element::Element& element, std::string_view name, bool has_value = false) {
    bool has_children = false;
    for (const auto* child = element.first; child != nullptr; child = child->next) {
      if (!is_attribute(*child)) has_children = true;
      else if (is_writable(*child)) attribute(definitions_.name(child->name), *child);
    }
    if (has_value) attribute("value", element);
    if (!has_children) {
      to_ += "/>";
      return;
    }
    to_ += '>';
    ++depth_;
    for (const auto* child = element.first; child != nullptr; child = child->next)
      if (!is_attribute(*child)) write(*child);
    --depth_;
    new_line();
    to_.append("</").append(name).append(">");
  }

  // False, after a report, for a value that no XML can have.
  bool is_writable(const element::Element& element) {
    if (!element.has_value || xml::first_unwritable(element.value()) == std::string_view::npos)
      return true;
    report(
        Code::xml_character, element,
        "a control character, which XML cannot have; the value is left out",
        "FHIR's texts have no characters below 32 but tabs and line breaks: remove it at the source, or write JSON");
    return false;
  }

  void attribute(std::string_view name, const element::Element& element) {
    to_.append(" ").append(name).append("=\"");
    xml::append_attribute_value(to_, element.value());
    to_ += '"';
  }

  void write(const element::Element& element) {
    if (definitions_.type(element.type).name == xhtml_) return narrative(element);
    const auto name = definitions_.name(
        definitions_.json_name(definitions_.element_at(element.def), element.type));
    const auto has_value =
        definitions_.is_primitive(element.type) && element.has_value && is_writable(element);
    if (element.has_value && !has_value && element.first == nullptr) return;
    new_line();
    to_.append("<").append(name);
    if (!definitions_.is_resource(element.type)) return rest(element, name, has_value);
    const auto type = definitions_.type_name(element.type);
    to_ += '>';
    ++depth_;
    new_line();
    to_.append("<").append(type);
    rest(element, type);
    --depth_;
    new_line();
    to_.append("</").append(name).append(">");
  }

  // As it is, once it is known to be XML.
  void narrative(const element::Element& element) {
    Source markup{"text.div", std::string(element.value())};
    Arena arena;
    diag::Sink own;
    const auto* node = xml::read(markup, {kXhtmlSpace}, arena, Limits{}, own);
    const auto is_div = node != nullptr && node->name == "div" &&
                        (node->space.empty() || node->space == kXhtmlSpace) && own.ok();
    if (!is_div) {
      report(Code::xml_narrative, element,
             "the narrative is no XHTML: " +
                 (own.all().empty() ? "it is no <div>" : own.all().front().message) +
                 "; it is left out",
             "it must be one well-formed <div xmlns=\"" + std::string(kXhtmlSpace) + "\">");
      return;
    }
    new_line();
    const auto text = element.value();
    if (!node->space.empty()) {
      to_ += node->markup;
      return;
    }
    const auto begin = std::size_t{node->offset};
    const auto behind_name = begin + 1 + node->name.size();
    to_.append(text.substr(begin, behind_name - begin))
        .append(" xmlns=\"")
        .append(kXhtmlSpace)
        .append("\"")
        .append(text.substr(behind_name));
  }

  void new_line() {
    if (!pretty_) return;
    to_ += '\n';
    to_.append(depth_ * 2, ' ');
  }

  void report(Code code, const element::Element& element, std::string message, std::string advice) {
    sink_.report(code, std::move(message), {}, element::path_of(definitions_, element),
                 std::move(advice));
  }

  const definition::Definitions& definitions_;
  const bool pretty_;
  diag::Sink& sink_;
  std::string& to_;
  const definition::Symbol xhtml_;
  std::size_t depth_ = 0;
};

}  // namespace

void append_xml(const definition::Definitions& definitions, const element::Element& element,
                bool pretty, diag::Sink& sink, std::string& to) {
  XmlWriter(definitions, pretty, sink, to).root(element);
}

std::string xml_of_json(const definition::Definitions& definitions, const Source& json, bool pretty,
                        const Limits& limits, diag::Sink& sink) {
  Arena arena;
  std::string out;
  if (const auto* root = read_json(definitions, json, {}, limits, arena, sink))
    append_xml(definitions, *root, pretty, sink, out);
  return out;
}

}  // namespace paraneo::format
