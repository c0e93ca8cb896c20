// Transforms that give a value: copy, append, truncate, cast, evaluate, uuid, reference.
#include <string>

#include "base/copy_text.h"
#include "fml/transforms/transforms.h"

namespace paraneo::fml {
namespace {

using diag::Code;

Collection of_text(std::string_view text) { return Collection(Item::of_string(text)); }

std::string_view joined(Arena& arena, std::span<const Item> parts, std::size_t size) {
  auto* text = static_cast<char*>(arena.allocate(size, 1));
  auto* end = text;
  for (const auto& part : parts) end = copy_text(end, part.string());
  return {text, size};
}

Collection append(Runner& runner, const TargetCode& code, Frame frame) {
  std::size_t size = 0;
  auto parts = runner.environment.arena.make_array<Item>(code.operands.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = runner.text_item(code.operands[i], frame, code.span);
    size += parts[i].size;
  }
  return of_text(joined(runner.environment.arena, parts, size));
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
  return of_text(text.substr(0, end));
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
  // A date is a dateTime of lower precision; the writer checks the form.
  if (!runner.writer.assign(*made, value[0], code.span)) return {};
  return Collection(Item::of(made));
}

Collection evaluate(Runner& runner, const TargetCode& code, Frame frame) {
  if (code.operands.size() == 1) return runner.value(code.operands[0], frame, code.span);
  const auto input = runner.value(code.operands[0], frame, code.span);
  if (code.operands[1].kind != OperandCode::Kind::expression)
    return runner.value(code.operands[1], frame, code.span);
  return runner.evaluate(code.operands[1].expression, input, frame, code.span);
}

// The address of a resource that this map made.
Collection reference(Runner& runner, const TargetCode& code, Frame frame) {
  const auto value = runner.value(code.operands[0], frame, code.span);
  const auto& definitions = runner.engine.definitions();
  if (value.size() != 1 || !value[0].is_element() ||
      !definitions.is_resource(value[0].element->type)) {
    runner.complain(Code::fml_value, "reference() needs one resource", code.span);
    return {};
  }
  const auto* id = value[0].element->child(runner.program.data_types.id);
  if (id == nullptr) {
    runner.complain(Code::fml_value, "reference() needs a resource with an id", code.span);
    return {};
  }
  const Item parts[] = {Item::of_string(definitions.type_name(value[0].element->type)),
                        Item::of_string("/"), Item::of_string(id->value())};
  return of_text(joined(runner.environment.arena, parts, parts[0].size + 1 + parts[2].size));
}

Collection copy(Runner& runner, const TargetCode& code, Frame frame) {
  return runner.value(code.operands[0], frame, code.span);
}

Collection uuid(Runner& runner, const TargetCode& code, Frame) {
  return of_text(runner.next_uuid(code));
}

}  // namespace

TransformBody text_transform(Transform transform) {
  switch (transform) {
    case Transform::append: return append;
    case Transform::truncate: return truncate;
    case Transform::cast: return cast;
    case Transform::evaluate: return evaluate;
    case Transform::uuid: return uuid;
    case Transform::reference:
    case Transform::pointer: return reference;
    default: return copy;
  }
}

}  // namespace paraneo::fml
