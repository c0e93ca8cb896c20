// Transforms that give a value: copy, append, truncate, escape, cast, evaluate, uuid, reference.
#include <string>

#include "fml/transforms/transforms.h"

namespace paraneo::fml {
namespace {

using diag::Code;

Collection of_text(Runner& runner, std::string_view text) {
  return Collection(runner.environment.arena, Item::of_string(text));
}

Collection append(Runner& runner, const TargetCode& code, Frame frame) {
  std::string out;
  for (const auto& operand : code.operands) out += runner.text(operand, frame, code.span);
  return of_text(runner, runner.environment.arena.copy(out));
}

Collection truncate(Runner& runner, const TargetCode& code, Frame frame) {
  const auto text = runner.text(code.operands[0], frame, code.span);
  const auto length = Decimal::parse(runner.text(code.operands[1], frame, code.span));
  const auto count = length ? length->to_integer() : std::nullopt;
  if (!count || *count < 0) {
    runner.complain(Code::fml_value, "truncate() needs a length", code.span);
    return {};
  }
  std::size_t end = 0;
  for (auto left = *count; left > 0 && end < text.size(); --left) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  }
  return of_text(runner, text.substr(0, end));
}

struct Escape {
  std::string_view plain, json, xml;
};
constexpr Escape kEscapes[] = {{"\\", "\\\\", ""}, {"\"", "\\\"", "&quot;"}, {"\n", "\\n", ""}, {"\r", "\\r", ""},
                               {"\t", "\\t", ""},  {"&", "", "&amp;"},       {"<", "", "&lt;"}, {">", "", "&gt;"},
                               {"'", "", "&#39;"}};

// escape(text, 'xml'|'html'|'json'): the special characters of that format, escaped.
Collection escape(Runner& runner, const TargetCode& code, Frame frame) {
  const auto text = runner.text(code.operands[0], frame, code.span);
  const auto format = runner.text(code.operands[1], frame, code.span);
  const auto json = format == "json";
  if (!json && format != "xml" && format != "html") {
    runner.complain(Code::fml_value, "escape() knows json, xml and html, not \"" + std::string(format) + "\"", code.span);
    return {};
  }
  std::string out;
  for (const char c : text) {
    std::string_view by;
    for (const auto& e : kEscapes)
      if (e.plain[0] == c) by = json ? e.json : e.xml;
    if (by.empty()) out.push_back(c);
    else out += by;
  }
  return of_text(runner, runner.environment.arena.copy(out));
}

// cast(value, 'type'): the value as that type; without a type the target decides.
Collection cast(Runner& runner, const TargetCode& code, Frame frame) {
  const auto value = runner.value(code.operands[0], frame, code.span);
  if (value.size() != 1 || code.type == 0) return value;
  if (!runner.engine.definitions().is_primitive(code.type)) {
    runner.complain(Code::fml_value, "cast() gives primitive types", code.span);
    return {};
  }
  auto* made = runner.writer.detached(code.type);
  const auto symbol = runner.engine.definitions().find_symbol("value");
  const auto errors = runner.environment.sink.errors();
  // A date is a dateTime of lower precision; the writer checks the form.
  runner.writer.write(*made, symbol, value[0], code.span);
  if (runner.environment.sink.errors() != errors) return {};
  return Collection(runner.environment.arena, Item::of(made));
}

// Several values need an element that is a list.
Collection for_element(Runner& runner, const TargetCode& code, Frame frame, Collection values) {
  if (values.size() < 2 || code.context == kNone || frame[code.context].size() != 1) return values;
  const auto& parent = frame[code.context][0];
  const auto* def = parent.is_element() ? runner.engine.definitions().element(parent.element->type, code.element) : nullptr;
  if (def == nullptr || def->max > 1) return values;
  runner.complain(Code::fml_cardinality, "the expression has " + std::to_string(values.size()) + " values, the element takes one", code.span);
  return {};
}

Collection evaluate(Runner& runner, const TargetCode& code, Frame frame) {
  if (code.operands.size() == 1) return runner.value(code.operands[0], frame, code.span);
  const auto input = runner.value(code.operands[0], frame, code.span);
  if (code.operands[1].kind != OperandCode::Kind::expression) return runner.value(code.operands[1], frame, code.span);
  return runner.evaluate(code.operands[1].expression, input, frame, code.span);
}

// The address of a resource that this map made.
Collection reference(Runner& runner, const TargetCode& code, Frame frame) {
  const auto value = runner.value(code.operands[0], frame, code.span);
  const auto& definitions = runner.engine.definitions();
  if (value.size() != 1 || !value[0].is_element() || !definitions.is_resource(value[0].element->type)) {
    runner.complain(Code::fml_value, "reference() needs one resource", code.span);
    return {};
  }
  const auto* id = value[0].element->child(definitions.find_symbol("id"));
  if (id == nullptr) {
    runner.complain(Code::fml_value, "reference() needs a resource with an id", code.span);
    return {};
  }
  const auto text = std::string(definitions.type_name(value[0].element->type)) + "/" + std::string(id->value());
  return of_text(runner, runner.environment.arena.copy(text));
}

}  // namespace

Collection text_transform(Runner& runner, const TargetCode& code, Frame frame) {
  switch (code.transform) {
    case Transform::copy: return runner.value(code.operands[0], frame, code.span);
    case Transform::append: return append(runner, code, frame);
    case Transform::truncate: return truncate(runner, code, frame);
    case Transform::escape: return escape(runner, code, frame);
    case Transform::cast: return cast(runner, code, frame);
    case Transform::evaluate: return for_element(runner, code, frame, evaluate(runner, code, frame));
    case Transform::uuid: return of_text(runner, runner.next_uuid());
    case Transform::reference: case Transform::pointer: return reference(runner, code, frame);
    default: return {};
  }
}

}  // namespace paraneo::fml
