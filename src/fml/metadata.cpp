#include "fml/metadata.h"

#include <algorithm>
#include <array>

#include "definition/definitions.h"

namespace paraneo::fml {
namespace {

using ast::Metadata;

// The order of StructureMap's elements without syntax of their own in FHIR R5, which has all of
// R4's.
constexpr std::array<std::string_view, 26> kOrder = {"id",
                                                     "meta",
                                                     "implicitRules",
                                                     "language",
                                                     "text",
                                                     "contained",
                                                     "extension",
                                                     "modifierExtension",
                                                     "url",
                                                     "identifier",
                                                     "version",
                                                     "versionAlgorithmString",
                                                     "versionAlgorithmCoding",
                                                     "name",
                                                     "title",
                                                     "status",
                                                     "experimental",
                                                     "date",
                                                     "publisher",
                                                     "contact",
                                                     "description",
                                                     "useContext",
                                                     "jurisdiction",
                                                     "purpose",
                                                     "copyright",
                                                     "copyrightLabel"};

// The others, and what a text has for them.
struct OwnSyntax {
  std::string_view name;
  std::string_view advice;
};
constexpr std::array<OwnSyntax, 5> kOwnSyntax = {
    {{"resourceType", "leave it out: a map is a StructureMap"},
     {"structure", "write: uses \"URL\" as source"},
     {"import", "write: imports \"URL\""},
     {"const", "write: let name = value;"},
     {"group", "write: group name(source s, target t) { ... }"}}};

std::string_view without_shadow(std::string_view name) {
  return name.substr(name.starts_with('_') ? 1 : 0);
}

struct Node {
  std::string_view name;
  const Metadata* line = nullptr;
  std::vector<Node> children;
};

// The lines below one top element as a tree: a line begins a new node under the last one of its
// parent.
void insert(std::vector<Node>& nodes, const Metadata& line) {
  auto* level = &nodes;
  auto path = line.path;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    const auto name = path.substr(0, dot);
    path.remove_prefix(dot + 1);
    const auto found =
        std::find_if(level->rbegin(), level->rend(), [&](const Node& n) { return n.name == name; });
    level = found == level->rend() ? &level->emplace_back(Node{name, nullptr, {}}).children
                                   : &found->children;
  }
  level->push_back({path, &line, {}});
}

// What the definitions say of a member of a type; R4's: R5's further elements are no lists.
struct Shape {
  bool list = false;
  definition::TypeId type = 0;
};

Shape shape_of(definition::TypeId type, std::string_view name) {
  const auto& definitions = definition::Definitions::builtin();
  const auto shadow = name.starts_with('_');
  name = without_shadow(name);
  const auto* member = type == 0 ? nullptr : definitions.member(type, name);
  if (member == nullptr)
    return {name == "extension" || name == "contained",
            name == "extension" ? definitions.find_type("Extension") : 0};
  return {definitions.element_at(member->element).is_list(),
          shadow ? definitions.find_type("Element") : member->type};
}

void write_value(const Node& node, definition::TypeId type, json::Writer& writer);

void write_members(const std::vector<Node>& nodes, definition::TypeId type, json::Writer& writer) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto same = [&](const Node& n) { return n.name == nodes[i].name; };
    if (std::find_if(nodes.begin(), nodes.end(), same) !=
        nodes.begin() + static_cast<std::ptrdiff_t>(i))
      continue;
    const auto shape = shape_of(type, nodes[i].name);
    const auto list = shape.list || std::count_if(nodes.begin(), nodes.end(), same) > 1;
    writer.key(nodes[i].name);
    if (list) writer.begin_array();
    for (const auto& node : nodes)
      if (same(node)) write_value(node, shape.type, writer);
    if (list) writer.end_array();
  }
}

void write_value(const Node& node, definition::TypeId type, json::Writer& writer) {
  const auto kind = node.line == nullptr ? Metadata::Kind::none : node.line->kind;
  if (!node.children.empty() || kind == Metadata::Kind::none) {
    for (const auto& child : node.children)
      if (child.name == "resourceType" && child.line != nullptr)
        type = definition::Definitions::builtin().find_type(child.line->value);
    writer.begin_object();
    write_members(node.children, type, writer);
    writer.end_object();
    return;
  }
  if (kind != Metadata::Kind::raw) writer.string(node.line->value);
  else if (node.line->value == "{}") writer.null();
  else writer.raw(node.line->value);
}

}  // namespace

ast::Metadata::Kind text_kind(std::string_view text) {
  const auto lines = text.find('\n') != std::string_view::npos &&
                     text.find("\"\"\"") == std::string_view::npos &&
                     text.find('\r') == std::string_view::npos && !text.ends_with('"');
  return lines ? Metadata::Kind::markdown : Metadata::Kind::string;
}

void flatten(std::string_view path, const json::Value& value, const Source& source, Arena& arena,
             std::vector<Metadata>& to) {
  const Span span{&source, value.offset, value.offset + 1};
  switch (value.kind) {
    case json::Kind::array:
      for (const auto& item : value.items()) flatten(path, item, source, arena, to);
      return;
    case json::Kind::object:
      to.push_back({path, {}, Metadata::Kind::none, span});
      for (const auto& member : value.members())
        flatten(arena.copy(std::string(path) + "." + std::string(member.name)), member.value,
                source, arena, to);
      return;
    case json::Kind::string:
      to.push_back({path, value.text(), text_kind(value.text()), span});
      return;
    case json::Kind::number: to.push_back({path, value.text(), Metadata::Kind::raw, span}); return;
    case json::Kind::boolean:
      to.push_back({path, value.truth ? "true" : "false", Metadata::Kind::raw, span});
      return;
    case json::Kind::null: to.push_back({path, "{}", Metadata::Kind::raw, span}); return;
  }
}

std::string_view top_element(std::string_view path) { return path.substr(0, path.find('.')); }

std::vector<MetadataMember> members(const std::vector<Metadata>& lines) {
  std::vector<MetadataMember> out;
  for (const auto& line : lines) {
    const auto name = top_element(line.path);
    auto found =
        std::find_if(out.begin(), out.end(), [&](const auto& m) { return m.name == name; });
    if (found == out.end()) found = out.insert(out.end(), {name, {}});
    found->lines.push_back(&line);
  }
  return out;
}

std::size_t metadata_rank(std::string_view name) {
  return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), without_shadow(name)) -
                                  kOrder.begin());
}

std::string_view own_syntax(std::string_view name) {
  const auto found = std::find_if(kOwnSyntax.begin(), kOwnSyntax.end(), [&](const auto& own) {
    return own.name == without_shadow(name);
  });
  return found == kOwnSyntax.end() ? std::string_view{} : found->advice;
}

void write_member(const MetadataMember& member, json::Writer& writer) {
  std::vector<Node> nodes;
  for (const auto* line : member.lines) insert(nodes, *line);
  static const auto type = definition::Definitions::builtin().find_type("StructureMap");
  write_members(nodes, type, writer);
}

}  // namespace paraneo::fml
