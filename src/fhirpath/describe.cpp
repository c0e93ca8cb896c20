#include "fhirpath/describe.h"

#include <array>

namespace paraneo::fhirpath {
namespace {

constexpr std::array<std::string_view, 22> kBinaries = {
    "=", "!=",  "~",   "!~", "<", "<=", ">",        ">=",  "+",  "-",   "*",
    "/", "div", "mod", "&",  "|", "in", "contains", "and", "or", "xor", "implies"};

std::string name_of(const Engine& engine, const TypeSpec& type) {
  if (type.type != 0) return "FHIR." + std::string(engine.definitions().type_name(type.type));
  if (type.kind == ItemKind::element) return "no type of System";
  Item item;
  item.kind = type.kind;
  DateTime date;
  date.kind = type.temporal;
  if (type.kind == ItemKind::date_time) item.date_time = &date;
  return engine.type_name(item);
}

std::string label(const Engine& engine, const Item& literal, Arena& arena) {
  return engine.type_name(literal) + " " + std::string(text_of(literal, arena).value_or(""));
}

std::string label(const Engine& engine, const Program& program, const Node& node, Arena& arena) {
  switch (node.op) {
    case Op::constant: return label(engine, node.value, arena);
    case Op::texts: {
      std::string out;
      for (const auto& literal : program.texts[node.slot].value)
        out += (out.empty() ? "" : " | ") + label(engine, literal, arena);
      return out;
    }
    case Op::empty: return "{}";
    case Op::focus: return "input";
    case Op::this_item: return "$this";
    case Op::index: return "$index";
    case Op::total: return "$total";
    case Op::variable: return "variable " + std::to_string(node.slot);
    case Op::local: return "local " + std::to_string(node.slot);
    case Op::define: return "define local " + std::to_string(node.slot);
    case Op::named: return "named " + std::string(node.text);
    case Op::define_named: return "define named";
    case Op::scoped: return "scope";
    case Op::context: return "%context";
    case Op::resource: return "%resource";
    case Op::root_resource: return "%rootResource";
    case Op::member:
    case Op::root_member: return "name " + std::string(node.text);
    case Op::call:
    case Op::any:
    case Op::none: {
      const auto type = node.type.known ? " " + name_of(engine, node.type) : "";
      return "call " + std::string(node.function->name) + type;
    }
    case Op::indexer: return "index";
    case Op::negate: return "negate";
    case Op::descending: return "descending";
    case Op::binary:
      return "operator " + std::string(kBinaries[static_cast<std::size_t>(node.binary)]);
    case Op::is_type: return "is " + name_of(engine, node.type);
    case Op::as_type: return "as " + name_of(engine, node.type);
  }
  return {};
}

void append(std::string& out, const Engine& engine, const Program& program, std::uint32_t index,
            std::size_t depth, Arena& arena) {
  const auto& node = program.nodes[index];
  out.append(depth * 2, ' ').append(label(engine, program, node, arena)).append("\n");
  for (std::uint32_t i = 0; i < node.operand_count; ++i)
    append(out, engine, program, program.operand(node, i), depth + 1, arena);
}

}  // namespace

std::string describe(const Engine& engine, const Program& program) {
  std::string out;
  Arena arena;
  append(out, engine, program, program.root, 0, arena);
  return out;
}

}  // namespace paraneo::fhirpath
