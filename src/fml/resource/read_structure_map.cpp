// Entry points: read_structure_map(), load_map().
#include <algorithm>
#include <array>

#include "fml/text/comment_lines.h"
#include "fml/resource/embedded_concept_map.h"
#include "fml/metadata.h"
#include "fml/text/parse.h"
#include "fml/resource/structure_map.h"
#include "json/read.h"
#include "syntax/parse_expression.h"

namespace paraneo::fml {
namespace {

using namespace ast;
using diag::Code;

template <class Mode, std::size_t N>
std::optional<Mode> mode_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Mode>(found - names.begin());
}

class MapReader {
 public:
  MapReader(const Source& source, const Limits& limits, diag::Sink& sink)
      : source_(source), limits_(limits), sink_(sink), map_(std::make_unique<Map>()) {}

  std::unique_ptr<Map> read(const json::Value& resource) {
    map_->span = {&source_, 0, static_cast<std::uint32_t>(source_.text.size())};
    if (resource.text_of("resourceType") != "StructureMap") {
      complain(Code::fml_structure_map, "this is no StructureMap", resource);
      return nullptr;
    }
    map_->url = resource.text_of("url");
    map_->name = resource.text_of("name");
    if (const auto* extensions = resource.find("extension"))
      for (const auto& e : extensions->items())
        if (e.text_of("url") == extension::kForm)
          (e.text_of("valueCode") == "declared" ? map_->declared : status_assumed_) = true;
    for (const auto& member : resource.members()) root(member);
    return std::move(map_);
  }

 private:
  Span span(const json::Value& value) const { return {&source_, value.offset, value.offset + 1}; }
  void complain(Code code, std::string message, const json::Value& at, std::string advice = {}) {
    sink_.report(code, std::move(message), span(at), {}, std::move(advice));
  }

  // Members that nothing here takes are lost in the text form: said, not kept.
  void only(const json::Value& object, std::string_view what,
            std::initializer_list<std::string_view> names) {
    for (const auto& member : object.members())
      if (std::find(names.begin(), names.end(), member.name) == names.end())
        complain(Code::fml_left_out,
                 "a map has no syntax for " + std::string(member.name) + " of a " +
                     std::string(what) + ": left out",
                 member.value);
  }

  std::span<const json::Value> items(const json::Value& object, std::string_view name) {
    const auto* list = object.find(name);
    if (list == nullptr) return {};
    if (!list->is_array())
      complain(Code::fml_structure_map, std::string(name) + " must be a list", *list);
    return list->items();
  }

  std::string_view required(const json::Value& object, std::string_view name) {
    const auto value = object.text_of(name);
    if (value.empty()) complain(Code::fml_structure_map, std::string(name) + " is missing", object);
    return value;
  }

  void root(const json::Member& member) {
    const auto name = member.name;
    const auto& value = member.value;
    if (name == "resourceType") return;
    if (name == "_import") return import_comments(value);
    if (map_->declared && (name == "url" || name == "name")) return;
    if (status_assumed_ && name == "status") return;
    const auto list = value.items();
    if (name == "contained") {
      for (const auto& item : list) contained(item);
    } else if (name == "extension") {
      for (const auto& item : list) root_extension(item);
    } else if (name == "structure") {
      for (const auto& item : list) structure(item);
    } else if (name == "import") {
      for (const auto& item : list) map_->imports.push_back({item.text(), {}, span(item)});
    } else if (name == "const") {
      for (const auto& item : list)
        constant(item, item.text_of("name"), item.text_of("value"), item.find("extension"));
    } else if (name == "group") {
      for (const auto& item : list) group(item);
    } else {
      if (own_syntax(name).empty()) flatten(name, value, source_, map_->arena, map_->metadata);
      else
        complain(Code::fml_left_out, "a map has no syntax for " + std::string(name) + ": left out",
                 value);
      return;
    }
    if (!value.is_array())
      complain(Code::fml_structure_map, std::string(name) + " must be a list", value);
  }

  // Stands behind the list that it belongs to.
  void import_comments(const json::Value& list) {
    const auto count = std::min(list.items().size(), map_->imports.size());
    for (std::size_t i = 0; i < count; ++i)
      comments(list.items()[i].find("extension"), map_->imports[i].comments);
  }

  void contained(const json::Value& resource) {
    InlineConceptMap made;
    if (resource.text_of("resourceType") == "ConceptMap") {
      made.carried = !read_concept_map(resource, source_, map_->arena, made);
      map_->concept_maps.push_back(std::move(made));
      if (!map_->concept_maps.back().carried) return;
    }
    flatten("contained", resource, source_, map_->arena, map_->metadata);
  }

  void root_extension(const json::Value& item) {
    const auto url = item.text_of("url");
    if (url == extension::kForm || comment(item, map_->comments)) return;
    if (url != extension::kConst)
      return flatten("extension", item, source_, map_->arena, map_->metadata);
    std::string_view name, value;
    const auto* parts = item.find("extension");
    if (parts == nullptr) return;
    for (const auto& part : parts->items()) {
      if (part.text_of("url") == "name") name = part.text_of("valueId");
      if (part.text_of("url") == "value") value = part.text_of("valueString");
    }
    constant(item, name, value, parts);
  }

  bool comment(const json::Value& item, Comments& to) const {
    const auto url = item.text_of("url");
    const auto text = item.text_of("valueString");
    if (url == extension::kCommentBefore) split(text, to.before);
    else if (url == extension::kCommentAfter) to.after = text;
    else if (url == extension::kCommentEnd) split(text, to.end);
    else return false;
    return true;
  }

  void comments(const json::Value* extensions, Comments& to) {
    if (extensions == nullptr) return;
    for (const auto& item : extensions->items())
      if (!comment(item, to) && !item.text_of("url").starts_with("value") &&
          item.text_of("url") != "name")
        complain(Code::fml_left_out, "a map has no syntax for this extension: left out", item);
  }

  void documentation(const json::Value& object, Comments& to) {
    const auto text = object.text_of("documentation");
    if (text.empty()) return;
    std::string_view place;
    if (const auto* shadow = object.find("_documentation"))
      for (const auto& e : items(*shadow, "extension"))
        if (e.text_of("url") == extension::kCommentPlace) place = e.text_of("valueCode");
    const auto last = text.rfind('\n');
    if (place == "around" && last != std::string_view::npos) {
      split(text.substr(0, last), to.before);
      to.after = text.substr(last + 1);
    } else if (place == "before" || last != std::string_view::npos) {
      split(text, to.before);
    } else {
      to.after = text;
    }
  }

  void structure(const json::Value& item) {
    constexpr std::array<std::string_view, 4> kModes = {"source", "queried", "target", "produced"};
    only(item, "structure", {"url", "mode", "alias", "documentation", "_documentation"});
    Structure s;
    s.url = required(item, "url");
    s.alias = item.text_of("alias");
    s.span = span(item);
    const auto mode = mode_of<ModelMode>(kModes, item.text_of("mode"));
    if (!mode)
      complain(Code::fml_structure_map, "the mode is source, queried, target or produced", item);
    s.mode = mode.value_or(ModelMode::source);
    documentation(item, s.comments);
    map_->structures.push_back(std::move(s));
  }

  void constant(const json::Value& item, std::string_view name, std::string_view value,
                const json::Value* extensions) {
    Constant c;
    c.name = name;
    c.span = span(item);
    c.value = expression(value, item);
    comments(extensions, c.comments);
    if (name.empty()) complain(Code::fml_structure_map, "a constant has a name", item);
    if (c.value != nullptr && !name.empty()) map_->constants.push_back(std::move(c));
  }

  const syntax::Expression* expression(std::string_view text, const json::Value& at) {
    auto& source = map_->sources.emplace_back(Source{source_.name, std::string(text)});
    if (const auto place = locate(source_, at.offset); text.find('\n') == std::string_view::npos)
      source.first_line = place.line;
    diag::Sink own;
    const auto tokens = syntax::tokenize(source, map_->arena, own);
    syntax::Cursor cursor{&source, tokens, 0};
    const auto* e = own.ok() ? syntax::parse_expression(cursor, map_->arena, limits_, own,
                                                        {.quoted_is_string = true})
                             : nullptr;
    if (e != nullptr && cursor.peek().kind != syntax::TokenKind::end)
      own.report(Code::syntax_expression, "the expression should end here",
                 cursor.span(cursor.peek()));
    for (const auto& d : own.all()) sink_.report(d);
    if (!own.ok()) return nullptr;
    map_->expression_texts.emplace(e, std::string_view(source.text));
    return e;
  }

  // A member that is an expression; null when there is none.
  const syntax::Expression* condition(const json::Value& object, std::string_view name) {
    const auto* value = object.find(name);
    return value == nullptr ? nullptr : expression(value->text(), *value);
  }

  void group(const json::Value& item) {
    only(item, "group",
         {"name", "extends", "typeMode", "documentation", "_documentation", "input", "rule",
          "extension"});
    Group g;
    g.name = required(item, "name");
    g.extends = item.text_of("extends");
    const auto mode = item.text_of("typeMode");
    g.type_mode = mode == "types"            ? TypeMode::types
                  : mode == "type-and-types" ? TypeMode::type_and_types
                                             : TypeMode::none;
    g.span = span(item);
    documentation(item, g.comments);
    comments(item.find("extension"), g.comments);
    for (const auto& input : items(item, "input")) {
      only(input, "input", {"name", "type", "mode", "documentation"});
      Parameter p;
      p.name = required(input, "name");
      p.type = input.text_of("type");
      const auto mode = input.text_of("mode");
      if (mode != "source" && mode != "target")
        complain(Code::fml_structure_map, "the mode is source or target", input);
      p.mode = mode == "target" ? InputMode::target : InputMode::source;
      p.span = span(input);
      if (const auto text = input.text_of("documentation"); !text.empty())
        split(text, p.comments.before);
      g.parameters.push_back(std::move(p));
    }
    for (const auto& rule_item : items(item, "rule")) rule(rule_item, g.rules.emplace_back());
    map_->groups.push_back(std::move(g));
  }

  void rule(const json::Value& item, Rule& r) {
    only(item, "rule",
         {"name", "_name", "source", "target", "rule", "dependent", "documentation",
          "_documentation", "extension"});
    r.name = item.text_of("name");
    r.named = !r.name.empty() && item.find("_name") == nullptr;
    r.span = span(item);
    documentation(item, r.comments);
    comments(item.find("extension"), r.comments);
    for (const auto& s : items(item, "source")) source(s, r.sources.emplace_back());
    for (const auto& t : items(item, "target")) target(t, r.targets.emplace_back());
    for (const auto& nested : items(item, "rule")) rule(nested, r.rules.emplace_back());
    for (const auto& d : items(item, "dependent")) dependent(d, r.dependents.emplace_back());
    if (r.sources.empty()) complain(Code::fml_structure_map, "a rule has a source", item);
    simplify(r);
  }

  // The resource form of src.a -> tgt.b.
  static void simplify(Rule& r) {
    if (r.sources.size() != 1 || r.targets.size() != 1 || !r.rules.empty() || !r.dependents.empty())
      return;
    auto& s = r.sources[0];
    auto& t = r.targets[0];
    if (s.variable != kSimpleVariable || t.variable != kSimpleVariable || t.transform != "create" ||
        !t.arguments.empty())
      return;
    if (s.element.empty() || t.element.empty()) return;
    s.variable = t.variable = t.transform = {};
    r.simple = true;
  }

  void source(const json::Value& item, RuleSource& s) {
    constexpr std::array<std::string_view, 6> kModes = {"",     "first",    "not_first",
                                                        "last", "not_last", "only_one"};
    s.context = required(item, "context");
    s.element = item.text_of("element");
    s.type = item.text_of("type");
    s.variable = item.text_of("variable");
    s.span = s.element_span = span(item);
    if (const auto* min = item.find("min")) s.min = number(min->text());
    if (const auto max = item.text_of("max"); !max.empty() && max != "*") s.max = number(max);
    if (s.max && !s.min) s.min = 0;
    if (!s.max && !s.min && item.find("max") != nullptr) s.min = 0;
    const auto mode = mode_of<SourceListMode>(kModes, item.text_of("listMode"));
    if (!mode)
      complain(Code::fml_structure_map,
               "there is no list mode " + std::string(item.text_of("listMode")), item);
    s.list = mode.value_or(SourceListMode::all);
    for (const auto& member : item.members())
      if (member.name.starts_with("defaultValue")) default_value(member, item, s);
    s.where = condition(item, "condition");
    s.check = condition(item, "check");
    s.log = condition(item, "logMessage");
    only(item, "source",
         {"context", "element", "type", "variable", "min", "max", "listMode", "condition", "check",
          "logMessage", "defaultValue", "defaultValueString", "_defaultValueString",
          "defaultValueBoolean", "defaultValueInteger", "defaultValueDecimal", "defaultValueDate",
          "defaultValueDateTime", "defaultValueTime"});
  }

  static std::uint32_t number(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits.substr(0, 9))
      if (c >= '0' && c <= '9') value = value * 10 + static_cast<std::uint32_t>(c - '0');
    return value;
  }

  // A value of R4 as an expression; R5 has one already.
  void default_value(const json::Member& member, const json::Value& item, RuleSource& s) {
    const auto kind = member.name.substr(12);
    const auto text = std::string(member.value.text());
    if (kind == "String" && item.find("_defaultValueString") == nullptr) {
      auto* e = map_->arena.make<syntax::Expression>();
      e->kind = syntax::ExpressionKind::string;
      e->text = member.value.text();
      e->span = span(member.value);
      s.default_value = e;
    } else if (kind.empty() || kind == "String" || kind == "Integer" || kind == "Decimal") {
      s.default_value = expression(text, member.value);
    } else if (kind == "Boolean") {
      s.default_value = expression(member.value.truth ? "true" : "false", member.value);
    } else if (kind == "Date" || kind == "DateTime") {
      s.default_value = expression("@" + text, member.value);
    } else if (kind == "Time") {
      s.default_value = expression("@T" + text, member.value);
    }
  }

  void target(const json::Value& item, RuleTarget& t) {
    constexpr std::array<std::string_view, 6> kModes = {"",     "first",  "share",
                                                        "last", "single", "collate"};
    only(item, "target",
         {"context", "contextType", "element", "variable", "listMode", "listRuleId", "transform",
          "parameter"});
    t.context = item.text_of("context");
    t.element = item.text_of("element");
    t.variable = item.text_of("variable");
    t.transform = item.text_of("transform");
    t.list_rule = item.text_of("listRuleId");
    t.span = t.element_span = span(item);
    if (item.text_of("contextType") == "type")
      complain(Code::fml_left_out, "a context that is a type has no syntax: read as a variable",
               item);
    for (const auto& mode : items(item, "listMode")) {
      const auto known = mode_of<TargetListMode>(kModes, mode.text());
      if (!known)
        complain(Code::fml_structure_map, "there is no list mode " + std::string(mode.text()),
                 mode);
      else if (t.list != TargetListMode::none)
        complain(Code::fml_left_out, "a target of a map has one list mode: this one is left out",
                 mode);
      else t.list = *known;
    }
    const auto parameters = items(item, "parameter");
    for (std::size_t i = 0; i < parameters.size(); ++i)
      parameter(parameters[i], t.transform == "evaluate" && i + 1 == parameters.size(),
                t.arguments.emplace_back());
    if (t.context.empty() && t.transform.empty())
      complain(Code::fml_structure_map, "a target has a context or a transform", item);
  }

  static std::string_view kind_extension(const json::Value* shadow) {
    const auto* list = shadow == nullptr ? nullptr : shadow->find("extension");
    if (list == nullptr) return {};
    for (const auto& e : list->items())
      if (e.text_of("url") == extension::kKind) return e.text_of("valueCode");
    return {};
  }

  void parameter(const json::Value& item, bool is_expression, Argument& to) {
    to.span = span(item);
    to.value = Literal{};
    for (const auto& member : item.members()) {
      if (member.name.starts_with('_')) continue;
      if (!member.name.starts_with("value")) {
        complain(
            Code::fml_left_out,
            "a map has no syntax for " + std::string(member.name) + " of a parameter: left out",
            member.value);
        continue;
      }
      auto kind = kind_extension(item.find("_" + std::string(member.name)));
      const auto name = member.name.substr(5);
      if (is_expression && name == "String") kind = "expression";
      if (kind.empty()) kind = name;
      argument(kind, member.value, to);
    }
  }

  void argument(std::string_view kind, const json::Value& value, Argument& to) {
    using Kind = Literal::Kind;
    const auto text =
        value.kind == json::Kind::boolean ? (value.truth ? "true" : "false") : value.text();
    const auto is_path = text.find('.') != std::string_view::npos;
    if (kind == "expression" || kind == "path" || (kind == "Id" && is_path)) {
      if (const auto* e = expression(text, value)) to.value = e;
    } else if (kind == "Id" || kind == "id") {
      to.value = VariableUse{text};
    } else if (kind == "String" || kind == "string") {
      to.value = Literal{Kind::string, text};
    } else if (kind == "Boolean" || kind == "boolean") {
      to.value = Literal{Kind::boolean, text};
    } else if (kind == "Integer" || kind == "integer") {
      to.value = Literal{Kind::integer, text};
    } else if (kind == "Decimal" || kind == "decimal") {
      to.value = Literal{Kind::decimal, text};
    } else if (kind == "Date" || kind == "date") {
      to.value = Literal{Kind::date, text};
    } else if (kind == "DateTime" || kind == "dateTime") {
      to.value = Literal{Kind::date_time, text};
    } else if (kind == "Time" || kind == "time") {
      to.value = Literal{Kind::time, text};
    } else {
      complain(Code::fml_structure_map, "a parameter is no " + std::string(kind), value);
    }
  }

  void dependent(const json::Value& item, Dependent& d) {
    only(item, "dependent", {"name", "variable", "_variable", "parameter"});
    d.group = required(item, "name");
    d.span = span(item);
    for (const auto& p : items(item, "parameter")) parameter(p, false, d.arguments.emplace_back());
    const auto variables = items(item, "variable");
    const auto* shadows = item.find("_variable");
    for (std::size_t i = 0; i < variables.size(); ++i) {
      const auto* shadow =
          shadows != nullptr && i < shadows->items().size() ? &shadows->items()[i] : nullptr;
      const auto kind = kind_extension(shadow);
      auto& to = d.arguments.emplace_back();
      to.span = span(variables[i]);
      to.value = Literal{};
      argument(kind.empty() ? "Id" : kind, variables[i], to);
    }
  }

  const Source& source_;
  const Limits& limits_;
  diag::Sink& sink_;
  std::unique_ptr<Map> map_;
  bool status_assumed_ = false;
};

}  // namespace

std::unique_ptr<Map> read_structure_map(const json::Value& resource, const Source& source,
                                        const Limits& limits, diag::Sink& sink) {
  const auto errors = sink.errors();
  auto map = MapReader(source, limits, sink).read(resource);
  if (sink.errors() != errors) return nullptr;
  return map;
}

std::unique_ptr<Map> load_map(const Source& source, const Limits& limits, diag::Sink& sink) {
  auto text = std::string_view(source.text);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return parse(source, limits, sink);
  Arena arena;
  const auto* json = json::read(source, arena, limits, sink);
  if (json == nullptr) return nullptr;
  auto map = read_structure_map(*json, source, limits, sink);
  // Decoded texts live in the arena of the JSON tree.
  if (map != nullptr) map->json = std::move(arena);
  return map;
}

}  // namespace paraneo::fml
