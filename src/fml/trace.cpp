#include "fml/trace.h"

#include <algorithm>

namespace paraneo::fml {
namespace {

std::string cut(std::string text) {
  if (text.size() <= kTraceValueChars) return text;
  auto end = kTraceValueChars;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::string place(Span span) {
  if (span.source == nullptr) return {};
  const auto at = locate(*span.source, span.begin);
  return span.source->name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string value_of(const fhir::Definitions& definitions, const fhir::Element& element) {
  if (element.empty()) return "(new)";
  if (element.has_value && element.first == nullptr) return cut(std::string(element.value()));
  return cut(fhir::to_json(definitions, element));
}

}  // namespace

std::string rule_text(Span span) {
  if (span.source == nullptr) return {};
  const auto text = std::string_view(span.source->text).substr(span.begin, span.end - span.begin);
  std::string out;
  for (const char c : text) {
    if (c == '{') break;
    const auto space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) out.push_back(c);
    else if (!out.empty() && out.back() != ' ') out.push_back(' ');
  }
  while (out.ends_with(' ')) out.pop_back();
  return cut(out);
}

Trace::Trace(const fhir::Definitions& definitions, Line line, Observer* next)
    : definitions_(definitions), line_(std::move(line)), next_(next) {}

void Trace::began(const fhir::Element& source) {
  depth_ = 0;
  line_(std::string(definitions_.type_name(source.type)));
  if (next_ != nullptr) next_->began(source);
}

void Trace::fired(const RuleCode& rule, std::span<const fhirpath::Collection> frame) {
  ++depth_;
  line_(indent() + place(rule.span) + "  " + rule_text(rule.span));
  for (const auto& source : rule.sources) {
    for (const auto& item : frame[source.slot]) {
      if (item.is_element())
        line_(indent() + "  < " + path_of(definitions_, *item.element) + " = " + value_of(definitions_, *item.element));
      else
        line_(indent() + "  < a value");
    }
  }
  if (next_ != nullptr) next_->fired(rule, frame);
}

void Trace::done(const RuleCode& rule) {
  if (depth_ > 0) --depth_;
  if (next_ != nullptr) next_->done(rule);
}

void Trace::written(const fhir::Element& target, const fhirpath::Item& source, const RuleCode& rule) {
  line_(indent() + "  > " + path_of(definitions_, target) + " = " + value_of(definitions_, target));
  if (next_ != nullptr) next_->written(target, source, rule);
}

void Trace::unmapped(const terminology::ConceptMap& map, const terminology::Code& code, const fhir::Element* source) {
  line_(indent() + "  ! " + std::string(code.code) + " is not in " + std::string(map.url()));
  if (next_ != nullptr) next_->unmapped(map, code, source);
}

}  // namespace paraneo::fml
