#include "fml/observe/trace.h"

#include <algorithm>

#include "diag/render.h"
#include "element/path.h"
#include "fml/text/print.h"
#include "format/json.h"

namespace paraneo::fml {
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

Trace::Trace(const definition::Definitions& definitions, Line line, Observer* next)
    : definitions_(definitions), line_(std::move(line)), next_(next) {}

void Trace::expect(const Source& input, const diag::Sink& sink) {
  input_ = &input;
  sink_ = &sink;
  messages_shown_ = 0;
}

void Trace::line(std::string_view text) {
  line_(std::string(2 * running_.size(), ' ') + diag::shown(text));
}

void Trace::rule_line(const RuleCode& rule) {
  line(diag::file_line_column(rule.span) + "  " + rule_text(rule.span));
}

void Trace::new_messages() {
  if (sink_ == nullptr) return;
  const auto& all = sink_->all();
  for (; messages_shown_ < all.size(); ++messages_shown_)
    line("  ! " + all[messages_shown_].message);
}

// As much of a tree as is shown; the input may be large.
element::Element* Trace::beginning_of(const element::Element& element, std::size_t& elements_left) {
  auto* copy = arena_.make<element::Element>();
  *copy = element;
  copy->parent = copy->first = copy->last = copy->next = nullptr;
  if (element.has_value) copy->set_value(element.value().substr(0, 2 * kShownChars));
  for (const auto* c = element.first; c != nullptr && elements_left > 0; c = c->next) {
    --elements_left;
    auto* child = beginning_of(*c, elements_left);
    child->parent = copy;
    (copy->last == nullptr ? copy->first : copy->last->next) = child;
    copy->last = child;
  }
  return copy;
}

std::string Trace::text_of(const element::Element& element) {
  if (element.empty()) return "(new)";
  if (element.has_value && element.first == nullptr) return cut(element.value());
  auto elements_left = kShownChars;
  auto text = cut(format::to_json(definitions_, *beginning_of(element, elements_left)));
  arena_.reset();
  return text;
}

std::string Trace::text_of(const fhirpath::Item& item) {
  if (item.is_element()) return text_of(*item.element);
  auto text = cut(fhirpath::text_of(item, arena_).value_or(""));
  arena_.reset();
  return text;
}

void Trace::began(const element::Element& source) {
  running_.clear();
  fired_.assign(1, false);
  values_.clear();
  line((input_ == nullptr ? "" : input_->name + ":" + std::to_string(input_->first_line) + "  ") +
       std::string(definitions_.type_name(source.type)));
  if (next_ != nullptr) next_->began(source);
}

void Trace::fired(const RuleCode& rule, std::span<const fhirpath::Collection> frame) {
  new_messages();
  fired_.back() = true;
  running_.push_back(&rule);
  fired_.push_back(false);
  rule_line(rule);
  for (const auto& source : rule.sources)
    for (const auto& item : frame[source.slot])
      line("  < " + (item.is_element() ? path_of(definitions_, *item.element) : "(computed)") +
           " = " + text_of(item));
  if (next_ != nullptr) next_->fired(rule, frame);
}

void Trace::done(const RuleCode& rule) {
  new_messages();
  running_.pop_back();
  fired_.pop_back();
  if (next_ != nullptr) next_->done(rule);
}

void Trace::ended(const RuleCode& rule) {
  if (!fired_.back()) {
    running_.push_back(&rule);
    rule_line(rule);
    new_messages();
    line("  - not run: no source has such a value");
    running_.pop_back();
  }
  fired_.back() = false;
  if (next_ != nullptr) next_->ended(rule);
}

void Trace::assigned(const TargetCode& target, std::span<const fhirpath::Collection> frame) {
  new_messages();
  std::string values;
  for (const auto& item : frame[target.slot])
    values += (values.empty() ? "" : ", ") + text_of(item);
  line("  % " + std::string(target.variable) + " = " + (values.empty() ? "(nothing)" : values));
  if (next_ != nullptr) next_->assigned(target, frame);
}

void Trace::written(const element::Element& target, const fhirpath::Item& source,
                    const RuleCode& rule) {
  new_messages();
  const auto path = path_of(definitions_, target);
  auto value = text_of(target);
  std::string before;
  if (target.has_value) {
    auto& known = values_[path];
    if (!known.empty()) before = " (was " + known + ")";
    known = value;
  }
  line("  > " + path + " = " + value + before);
  if (next_ != nullptr) next_->written(target, source, rule);
}

void Trace::unmapped(const terminology::ConceptMap& map, const terminology::Code& code,
                     const element::Element* source) {
  line("  ! " + std::string(code.code) + " is not in " + std::string(map.url()));
  if (next_ != nullptr) next_->unmapped(map, code, source);
}

}  // namespace paraneo::fml
