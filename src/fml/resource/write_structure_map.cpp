// Entry points: write_structure_map(), to_structure_map().
#include <algorithm>
#include <array>

#include "fml/text/comment_lines.h"
#include "fml/resource/embedded_concept_map.h"
#include "fml/metadata.h"
#include "fml/text/print.h"
#include "fml/resource/structure_map.h"
#include "json/read.h"

namespace paraneo::fml {
namespace {

using namespace ast;
using json::Writer;

class MapWriter {
 public:
  MapWriter(const Map& map, FhirVersion version, Writer& writer)
      : map_(map), r5_(version == FhirVersion::r5), out_(writer) {}

  void all() {
    out_.begin_object();
    text("resourceType", "StructureMap");
    auto lines = members(map_.metadata);
    const auto missing = [&](std::string_view name) {
      return std::none_of(lines.begin(), lines.end(),
                          [&](const auto& m) { return m.name == name; });
    };
    const auto no_status = missing("status");
    for (const std::string_view name : {"contained", "extension", "url", "name", "status"})
      if (missing(name)) lines.push_back({name, {}});
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
      return metadata_rank(a.name) < metadata_rank(b.name);
    });
    for (const auto& member : lines) {
      if (member.name == "contained") contained(member);
      else if (member.name == "extension") root_extensions(member, no_status);
      else if (!member.lines.empty()) write_member(member, out_);
      else if (member.name == "status") text("status", "draft");
      else text(member.name, member.name == "url" ? map_.url : map_.name);
    }
    structures();
    imports();
    if (r5_) constants();
    out_.key("group");
    out_.begin_array();
    for (const auto& g : map_.groups) group(g);
    out_.end_array();
    out_.end_object();
  }

 private:
  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out_.key(key);
    out_.string(value);
  }

  void extension(std::string_view url, std::string_view value_key, std::string_view value) {
    out_.begin_object();
    text("url", url);
    out_.key(value_key);
    out_.string(value);
    out_.end_object();
  }

  void contained(const MetadataMember& member) {
    const auto own = std::any_of(map_.concept_maps.begin(), map_.concept_maps.end(),
                                 [](const auto& m) { return !m.carried; });
    if (!own && member.lines.empty()) return;
    out_.key("contained");
    out_.begin_array();
    for (const auto& m : map_.concept_maps) {
      if (m.carried) continue;
      write_concept_map(
          m, r5_ ? FhirVersion::r5 : FhirVersion::r4, [&] { comment_items(m.comments, true); },
          out_);
    }
    write_items(member);
    out_.end_array();
  }

  // The items of a list that this map carries as metadata, behind those made here.
  void write_items(const MetadataMember& member) {
    if (member.lines.empty()) return;
    std::string list;
    Writer writer(list);
    writer.begin_object();
    write_member(member, writer);
    const auto open = list.find('[');
    if (open != std::string::npos && list.size() > open + 2)
      out_.raw(std::string_view(list).substr(open + 1, list.size() - open - 2));
  }

  void root_extensions(const MetadataMember& member, bool no_status) {
    const auto constants_here = !r5_ && !map_.constants.empty();
    const auto& c = map_.comments;
    if (member.lines.empty() && !map_.declared && !no_status && c.none() && !constants_here) return;
    out_.key("extension");
    out_.begin_array();
    if (map_.declared) extension(extension::kForm, "valueCode", "declared");
    if (no_status) extension(extension::kForm, "valueCode", "status-assumed");
    comment_items(c, true);
    if (constants_here)
      for (const auto& constant : map_.constants) {
        out_.begin_object();
        out_.key("extension");
        out_.begin_array();
        extension("name", "valueId", constant.name);
        extension("value", "valueString", expression_text(map_, *constant.value));
        comment_items(constant.comments, true);
        out_.end_array();
        text("url", extension::kConst);
        out_.end_object();
      }
    write_items(member);
    out_.end_array();
  }

  // The comments that have no place in documentation; `all`: there is no documentation at all.
  void comment_items(const Comments& c, bool all) {
    if (all && !c.before.empty())
      extension(extension::kCommentBefore, "valueString", joined(c.before));
    if (all && !c.after.empty()) extension(extension::kCommentAfter, "valueString", c.after);
    if (!c.end.empty()) extension(extension::kCommentEnd, "valueString", joined(c.end));
  }

  void comment_extensions(const Comments& c, bool all) {
    if (c.end.empty() && (!all || c.none())) return;
    out_.key("extension");
    out_.begin_array();
    comment_items(c, all);
    out_.end_array();
  }

  // A single line without more said is what stands behind the item; several lines stand before it.
  void documentation(const Comments& c) {
    if (c.before.empty() && c.after.empty()) return;
    auto all = joined(c.before);
    if (!c.before.empty() && !c.after.empty()) all += "\n";
    all += c.after;
    if (all.empty()) return;  // a resource has no empty texts
    const auto place = !c.before.empty() && !c.after.empty() ? "around"
                       : c.before.size() == 1                ? "before"
                                                             : "";
    out_.key("documentation");
    out_.string(all);
    if (*place == '\0') return;
    shadow("documentation", extension::kCommentPlace, "valueCode", place);
  }

  void shadow(std::string_view name, std::string_view url, std::string_view value_key,
              std::string_view value) {
    out_.key("_" + std::string(name));
    out_.begin_object();
    out_.key("extension");
    out_.begin_array();
    extension(url, value_key, value);
    out_.end_array();
    out_.end_object();
  }

  void structures() {
    if (map_.structures.empty()) return;
    constexpr std::array<std::string_view, 4> kModes = {"source", "queried", "target", "produced"};
    out_.key("structure");
    out_.begin_array();
    for (const auto& s : map_.structures) {
      out_.begin_object();
      text("url", s.url);
      text("mode", kModes[static_cast<std::size_t>(s.mode)]);
      text("alias", s.alias);
      documentation(s.comments);
      out_.end_object();
    }
    out_.end_array();
  }

  void imports() {
    if (map_.imports.empty()) return;
    out_.key("import");
    out_.begin_array();
    for (const auto& i : map_.imports) out_.string(i.url);
    out_.end_array();
    if (std::all_of(map_.imports.begin(), map_.imports.end(),
                    [](const auto& i) { return i.comments.none(); }))
      return;
    out_.key("_import");
    out_.begin_array();
    for (const auto& i : map_.imports) {
      if (i.comments.none()) {
        out_.null();
        continue;
      }
      out_.begin_object();
      comment_extensions(i.comments, true);
      out_.end_object();
    }
    out_.end_array();
  }

  void constants() {
    if (map_.constants.empty()) return;
    out_.key("const");
    out_.begin_array();
    for (const auto& c : map_.constants) {
      out_.begin_object();
      comment_extensions(c.comments, true);
      text("name", c.name);
      text("value", expression_text(map_, *c.value));
      out_.end_object();
    }
    out_.end_array();
  }

  void group(const Group& g) {
    out_.begin_object();
    comment_extensions(g.comments, false);
    text("name", g.name);
    text("extends", g.extends);
    if (g.type_mode != TypeMode::none || !r5_)
      text("typeMode", g.type_mode == TypeMode::none    ? "none"
                       : g.type_mode == TypeMode::types ? "types"
                                                        : "type-and-types");
    documentation(g.comments);
    if (!g.parameters.empty()) {
      out_.key("input");
      out_.begin_array();
      for (const auto& p : g.parameters) {
        out_.begin_object();
        text("name", p.name);
        text("type", p.type);
        text("mode", p.mode == InputMode::source ? "source" : "target");
        text("documentation", joined(p.comments.before));
        out_.end_object();
      }
      out_.end_array();
    }
    rules(g.rules);
    out_.end_object();
  }

  void rules(const std::vector<Rule>& all) {
    if (all.empty()) return;
    out_.key("rule");
    out_.begin_array();
    for (const auto& r : all) rule(r);
    out_.end_array();
  }

  void rule(const Rule& r) {
    ++rule_count_;
    out_.begin_object();
    comment_extensions(r.comments, false);
    if (r.named) {
      text("name", r.name);
    } else if (!r5_) {
      text("name", "rule-" + std::to_string(rule_count_));
      shadow("name", extension::kGeneratedName, "valueCode", "generated");
    }
    out_.key("source");
    out_.begin_array();
    for (const auto& s : r.sources) source(s, r.simple);
    out_.end_array();
    if (!r.targets.empty()) {
      out_.key("target");
      out_.begin_array();
      for (const auto& t : r.targets) target(t, r.simple);
      out_.end_array();
    }
    rules(r.rules);
    if (!r.dependents.empty()) dependents(r);
    documentation(r.comments);
    out_.end_object();
  }

  void source(const RuleSource& s, bool simple) {
    constexpr std::array<std::string_view, 6> kModes = {"",     "first",    "not_first",
                                                        "last", "not_last", "only_one"};
    out_.begin_object();
    text("context", s.context);
    if (s.min) {
      out_.key("min");
      out_.raw(std::to_string(*s.min));
    }
    if (s.min || s.max) text("max", s.max ? std::to_string(*s.max) : "*");
    text("type", s.type);
    if (s.default_value != nullptr) default_value(*s.default_value);
    text("element", s.element);
    text("listMode", kModes[static_cast<std::size_t>(s.list)]);
    text("variable", simple ? kSimpleVariable : s.variable);
    if (s.where != nullptr) text("condition", expression_text(map_, *s.where));
    if (s.check != nullptr) text("check", expression_text(map_, *s.check));
    if (s.log != nullptr) text("logMessage", expression_text(map_, *s.log));
    out_.end_object();
  }

  // R4 has a value of any type, R5 an expression.
  void default_value(const syntax::Expression& e) {
    using Kind = syntax::ExpressionKind;
    const auto all = expression_text(map_, e);
    if (r5_) return text("defaultValue", all);
    const auto literal = [&](std::string_view key, bool raw) {
      out_.key(key);
      if (raw) out_.raw(e.text);
      else out_.string(e.text);
    };
    switch (e.kind) {
      case Kind::string: return literal("defaultValueString", false);
      case Kind::boolean: return literal("defaultValueBoolean", true);
      case Kind::integer: return literal("defaultValueInteger", true);
      case Kind::decimal: return literal("defaultValueDecimal", true);
      case Kind::date: return literal("defaultValueDate", false);
      case Kind::date_time: return literal("defaultValueDateTime", false);
      case Kind::time: return literal("defaultValueTime", false);
      default:
        text("defaultValueString", all);
        shadow("defaultValueString", extension::kKind, "valueCode", "expression");
    }
  }

  void target(const RuleTarget& t, bool simple) {
    constexpr std::array<std::string_view, 6> kModes = {"",     "first",  "share",
                                                        "last", "single", "collate"};
    out_.begin_object();
    text("context", t.context);
    if (!r5_ && !t.context.empty()) text("contextType", "variable");
    text("element", t.element);
    text("variable", simple ? kSimpleVariable : t.variable);
    if (t.list != TargetListMode::none) {
      out_.key("listMode");
      out_.begin_array();
      out_.string(kModes[static_cast<std::size_t>(t.list)]);
      out_.end_array();
    }
    text("listRuleId", t.list_rule);
    text("transform", simple ? "create" : t.transform);
    if (!t.arguments.empty()) {
      out_.key("parameter");
      out_.begin_array();
      for (std::size_t i = 0; i < t.arguments.size(); ++i)
        parameter(t.arguments[i], t.transform == "evaluate" && i + 1 == t.arguments.size());
      out_.end_array();
    }
    out_.end_object();
  }

  void dependents(const Rule& r) {
    out_.key("dependent");
    out_.begin_array();
    for (const auto& d : r.dependents) {
      out_.begin_object();
      text("name", d.group);
      if (!d.arguments.empty()) {
        if (r5_) {
          out_.key("parameter");
          out_.begin_array();
          for (const auto& a : d.arguments) parameter(a, false);
          out_.end_array();
        } else {
          variables(d.arguments);
        }
      }
      out_.end_object();
    }
    out_.end_array();
  }

  // R4 knows variables only: a literal is its text, marked.
  void variables(const std::vector<Argument>& all) {
    out_.key("variable");
    out_.begin_array();
    for (const auto& a : all) out_.string(value_of(a).text);
    out_.end_array();
    if (std::all_of(all.begin(), all.end(),
                    [](const auto& a) { return std::holds_alternative<VariableUse>(a.value); }))
      return;
    out_.key("_variable");
    out_.begin_array();
    for (const auto& a : all) {
      if (std::holds_alternative<VariableUse>(a.value)) {
        out_.null();
        continue;
      }
      out_.begin_object();
      out_.key("extension");
      out_.begin_array();
      extension(extension::kKind, "valueCode", value_of(a).kind);
      out_.end_array();
      out_.end_object();
    }
    out_.end_array();
  }

  struct Value {
    std::string_view kind;
    std::string text;
    std::string_view key;  // of value[x]
    bool raw = false;
    bool marked = false;  // the key does not say the kind
  };

  Value value_of(const Argument& a) const {
    if (const auto* variable = std::get_if<VariableUse>(&a.value))
      return {"id", std::string(variable->name), "valueId"};
    if (const auto* e = std::get_if<const syntax::Expression*>(&a.value)) {
      if (is_path(**e)) return {"path", syntax::print(**e), "valueId"};
      return {"expression", expression_text(map_, **e), "valueString", false, true};
    }
    const auto& literal = std::get<Literal>(a.value);
    const auto all = std::string(literal.text);
    switch (literal.kind) {
      case Literal::Kind::string: return {"string", all, "valueString"};
      case Literal::Kind::integer: return {"integer", all, "valueInteger", true};
      case Literal::Kind::decimal: return {"decimal", all, "valueDecimal", true};
      case Literal::Kind::boolean: return {"boolean", all, "valueBoolean", true};
      case Literal::Kind::date:
        return {"date", all, r5_ ? "valueDate" : "valueString", false, !r5_};
      case Literal::Kind::date_time:
        return {"dateTime", all, r5_ ? "valueDateTime" : "valueString", false, !r5_};
      case Literal::Kind::time:
        return {"time", all, r5_ ? "valueTime" : "valueString", false, !r5_};
    }
    return {};
  }

  static bool is_path(const syntax::Expression& e) {
    using Kind = syntax::ExpressionKind;
    const auto* at = &e;
    while (at->kind == Kind::member && at->has_focus) at = at->operands[0];
    return at->kind == Kind::member && &e != at && syntax::print(e).find('`') == std::string::npos;
  }

  void parameter(const Argument& a, bool is_expression) {
    auto value = value_of(a);
    if (const auto* e = std::get_if<const syntax::Expression*>(&a.value);
        is_expression && e != nullptr)
      value = {"expression", expression_text(map_, **e), "valueString"};
    out_.begin_object();
    out_.key(value.key);
    if (value.raw) out_.raw(value.text);
    else out_.string(value.text);
    if (value.marked) shadow(value.key, extension::kKind, "valueCode", value.kind);
    out_.end_object();
  }

  const Map& map_;
  bool r5_;
  Writer& out_;
  std::size_t rule_count_ = 0;
};

}  // namespace

void write_structure_map(const Map& map, FhirVersion version, Writer& writer) {
  MapWriter(map, version, writer).all();
}

std::string to_structure_map(const Map& map, FhirVersion version, bool pretty) {
  Source compact{"StructureMap", {}};
  Writer writer(compact.text);
  write_structure_map(map, version, writer);
  if (!pretty) return compact.text;
  Arena arena;
  diag::Sink sink;
  std::string out;
  Writer indented(out, true);
  if (const auto* tree = json::read(compact, arena, {}, sink)) indented.value(*tree);
  return out;
}

}  // namespace paraneo::fml
