// Entry points: print(), expression_text(), cut().
#include "fml/text/print.h"

#include <algorithm>

#include "fml/equivalence.h"
#include "fml/metadata.h"
#include "fml/text/line_layout.h"

namespace paraneo::fml {
namespace {

using namespace ast;

bool is_identifier(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && letter(text[0]) && text != "true" && text != "false" &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\f': out += "\\f"; break;
      default:
        if (c == quote) out.push_back('\\');
        out.push_back(c);
    }
  }
  out.push_back(quote);
  return out;
}

std::string name(std::string_view text) {
  return is_identifier(text) ? std::string(text) : quoted(text, '`');
}
std::string type(std::string_view text) {
  return is_identifier(text) ? std::string(text) : quoted(text, '"');
}

std::string path(std::string_view context, std::string_view element) {
  auto out = name(context);
  // A point that separates nothing belongs to a name.
  if (element.starts_with('.') || element.ends_with('.') ||
      element.find("..") != std::string_view::npos)
    return out + "." + quoted(element, '`');
  for (std::size_t begin = 0; begin < element.size();) {
    const auto end = std::min(element.find('.', begin), element.size());
    out += "." + name(element.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::string_view word(SourceListMode mode) {
  switch (mode) {
    case SourceListMode::all: return "";
    case SourceListMode::first: return "first";
    case SourceListMode::not_first: return "not_first";
    case SourceListMode::last: return "last";
    case SourceListMode::not_last: return "not_last";
    case SourceListMode::only_one: return "only_one";
  }
  return "";
}

std::string_view word(TargetListMode mode) {
  switch (mode) {
    case TargetListMode::none: return "";
    case TargetListMode::first: return "first";
    case TargetListMode::share: return "share";
    case TargetListMode::last: return "last";
    case TargetListMode::single: return "single";
    case TargetListMode::collate: return "collate";
  }
  return "";
}

std::string_view word(ModelMode mode) {
  switch (mode) {
    case ModelMode::source: return "source";
    case ModelMode::queried: return "queried";
    case ModelMode::target: return "target";
    case ModelMode::produced: return "produced";
  }
  return "";
}

class Printer {
 public:
  explicit Printer(const Map& map) : map_(map) {}

  std::string all() {
    header();
    for (const auto& m : map_.concept_maps)
      if (!m.carried) concept_map(m);
    section(map_.structures, [&](const Structure& s) {
      return "uses " + quoted(s.url, '"') + (s.alias.empty() ? "" : " alias " + name(s.alias)) +
             " as " + std::string(word(s.mode));
    });
    section(map_.imports, [&](const Import& i) { return "imports " + quoted(i.url, '"'); });
    section(map_.constants, [&](const Constant& c) {
      return laid_out("let " + name(c.name) + " = " + expression(*c.value) + ";", 0, kPrintColumns);
    });
    for (const auto& g : map_.groups) group(g);
    if (!map_.comments.end.empty()) blank();
    lines(map_.comments.end, 0);
    return std::move(out_);
  }

  std::string rule_line(const Rule& r) {
    auto out = sources(r);
    if (!r.targets.empty()) out += " -> ";
    for (std::size_t i = 0; i < r.targets.size(); ++i)
      out += (i == 0 ? "" : ", ") + target(r.targets[i]);
    return out + calls(r) + (r.rules.empty() ? "" : " then { ... }") + rule_name(r) + ";";
  }

 private:
  void blank() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += "\n";
  }

  void line(std::size_t indent, std::string_view text, const Comments& comments) {
    out_.append(indent, ' ').append(text);
    if (!comments.after.empty()) out_.append(" // ").append(comments.after);
    out_ += "\n";
  }

  void lines(const std::vector<std::string_view>& comments, std::size_t indent) {
    for (const auto text : comments) {
      out_.append(indent, ' ').append(text.empty() ? "//" : "// ").append(text);
      out_ += "\n";
    }
  }

  void header() {
    lines(map_.comments.before, 0);
    if (map_.declared)
      line(0, "map " + quoted(map_.url, '"') + " = " + quoted(map_.name, '"'), map_.comments);
    auto all = members(map_.metadata);
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return metadata_rank(a.name) < metadata_rank(b.name);
    });
    for (const auto& member : all)
      for (const auto* line : member.lines) metadata(*line);
  }

  void metadata(const Metadata& m) {
    out_.append("/// ").append(m.path).append(" =");
    if (m.kind == Metadata::Kind::string) out_ += " " + quoted(m.value, '\'');
    if (m.kind == Metadata::Kind::raw) out_.append(" ").append(m.value);
    if (m.kind == Metadata::Kind::markdown)
      out_.append(" \"\"\"\n").append(m.value).append("\n\"\"\"");
    out_ += "\n";
  }

  void concept_map(const InlineConceptMap& m) {
    blank();
    lines(m.comments.before, 0);
    out_ += "conceptmap " + quoted("#" + std::string(m.id), '"') + " {\n";
    for (const auto& p : m.prefixes)
      out_ += "  prefix " + name(p.name) + " = " + quoted(p.system, '"') + "\n";
    for (const auto prefix : m.unmapped) out_ += "  unmapped for " + name(prefix) + " = provided\n";
    for (const auto& row : m.rows) {
      auto text = name(row.source_prefix) + ":" + code(row.source_code) + " " +
                  std::string(sign(row.equivalence));
      if (row.equivalence != "unmatched")
        text += " " + name(row.target_prefix) + ":" + code(row.target_code);
      lines(row.comments.before, 2);
      line(2, text, row.comments);
    }
    lines(m.comments.end, 2);
    line(0, "}", m.comments);
  }

  static std::string code(std::string_view text) {
    return is_identifier(text) ? std::string(text) : quoted(text, '"');
  }

  static std::string_view sign(std::string_view equivalence) {
    for (const auto& s : kEquivalenceSigns)
      if (s.code == equivalence) return s.symbol;
    return "-";
  }

  template <class T, class Text>
  void section(const std::vector<T>& items, Text text) {
    if (!items.empty()) blank();
    for (const auto& item : items) {
      lines(item.comments.before, 0);
      line(0, text(item), item.comments);
    }
  }

  void group(const Group& g) {
    blank();
    lines(g.comments.before, 0);
    const auto has_comments = std::any_of(g.parameters.begin(), g.parameters.end(),
                                          [](const auto& p) { return !p.comments.none(); });
    auto head = "group " + name(g.name) + "(";
    for (std::size_t i = 0; i < g.parameters.size(); ++i) {
      const auto& p = g.parameters[i];
      if (i > 0) head += has_comments ? "," : ", ";
      if (has_comments) {
        out_ += head + "\n";
        lines(p.comments.before, 4);
        head = "    ";
      }
      head += std::string(p.mode == InputMode::source ? "source " : "target ") + name(p.name) +
              (p.type.empty() ? "" : " : " + type(p.type));
    }
    head += ")";
    if (!g.extends.empty()) head += " extends " + name(g.extends);
    if (g.type_mode != TypeMode::none)
      head += g.type_mode == TypeMode::types ? " <<types>>" : " <<type+>>";
    head += " {";
    line(0, has_comments ? head : laid_out(head, 0, kPrintColumns), g.comments);
    for (const auto& r : g.rules) rule(r, 2);
    lines(g.comments.end, 2);
    out_ += "}\n";
  }

  void rule(const Rule& r, std::size_t indent) {
    if (r.comments.blank_before) blank();
    lines(r.comments.before, indent);
    const auto block = !r.rules.empty() || !r.comments.end.empty();
    const auto rest =
        calls(r) + (block ? (r.dependents.empty() ? " then {" : " {") : rule_name(r) + ";");
    const auto head = rule_lines(r, rest, indent);
    if (!block) return line(indent, head, r.comments);
    line(indent, head, {});
    for (const auto& inner : r.rules) rule(inner, indent + 2);
    lines(r.comments.end, indent + 2);
    line(indent, "}" + rule_name(r) + ";", r.comments);
  }

  // Up to its brackets: in one line, or with each target in a line of its own.
  std::string rule_lines(const Rule& r, const std::string& rest, std::size_t indent) const {
    constexpr std::size_t kDeeper = 4;
    auto head = sources(r);
    if (r.targets.empty()) return laid_out(head + rest, indent, kPrintColumns);
    std::vector<std::string> targets;
    auto flat = head + " ->";
    for (const auto& each : r.targets) {
      targets.push_back(target(each));
      flat += (targets.size() == 1 ? " " : ", ") + targets.back();
    }
    if (flat = laid_out(flat + rest, indent, kPrintColumns); flat.find('\n') == std::string::npos)
      return flat;
    auto out = laid_out(head + " ->", indent, kPrintColumns);
    for (std::size_t i = 0; i < targets.size(); ++i)
      out.append("\n").append(indent + kDeeper, ' ') += laid_out(
          targets[i] + (i + 1 < targets.size() ? "," : rest), indent + kDeeper, kPrintColumns);
    return out;
  }

  static std::string rule_name(const Rule& r) { return r.named ? " " + quoted(r.name, '"') : ""; }

  std::string sources(const Rule& r) const {
    std::string out;
    for (std::size_t i = 0; i < r.sources.size(); ++i)
      out += (i == 0 ? "" : ", ") + source(r.sources[i]);
    return out;
  }

  std::string source(const RuleSource& s) const {
    auto out = path(s.context, s.element);
    if (!s.type.empty()) out += " : " + type(s.type);
    if (s.min || s.max)
      out +=
          " " + std::to_string(s.min.value_or(0)) + ".." + (s.max ? std::to_string(*s.max) : "*");
    if (s.default_value != nullptr) out += " default (" + expression(*s.default_value) + ")";
    if (s.list != SourceListMode::all) out += " " + std::string(word(s.list));
    if (!s.variable.empty()) out += " as " + name(s.variable);
    if (s.where != nullptr) out += " where (" + expression(*s.where) + ")";
    if (s.check != nullptr) out += " check (" + expression(*s.check) + ")";
    if (s.log != nullptr) out += " log (" + expression(*s.log) + ")";
    return out;
  }

  std::string target(const RuleTarget& t) const {
    std::string out;
    if (!t.context.empty()) out = path(t.context, t.element) + (t.transform.empty() ? "" : " = ");
    if (!t.transform.empty()) out += transform(t);
    if (!t.variable.empty()) out += " as " + name(t.variable);
    if (t.list != TargetListMode::none) out += " " + std::string(word(t.list));
    if (t.list == TargetListMode::share) out += " " + name(t.list_rule);
    return out;
  }

  std::string transform(const RuleTarget& t) const {
    if (t.transform == "evaluate" && t.arguments.size() == 1)
      return "(" + argument(t.arguments[0]) + ")";
    if (t.transform == "copy" && t.arguments.size() == 1 && !t.context.empty())
      return argument(t.arguments[0]);
    return name(t.transform) + "(" + arguments(t.arguments) + ")";
  }

  std::string calls(const Rule& r) const {
    std::string out;
    for (const auto& d : r.dependents)
      out += (out.empty() ? " then " : ", ") + name(d.group) + "(" + arguments(d.arguments) + ")";
    return out;
  }

  std::string arguments(const std::vector<Argument>& all) const {
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) out += (i == 0 ? "" : ", ") + argument(all[i]);
    return out;
  }

  std::string argument(const Argument& a) const {
    if (const auto* variable = std::get_if<VariableUse>(&a.value)) return name(variable->name);
    if (const auto* e = std::get_if<const syntax::Expression*>(&a.value)) return expression(**e);
    const auto& literal = std::get<Literal>(a.value);
    switch (literal.kind) {
      case Literal::Kind::string: return quoted(literal.text, '\'');
      case Literal::Kind::date:
      case Literal::Kind::date_time: return "@" + std::string(literal.text);
      case Literal::Kind::time: return "@T" + std::string(literal.text);
      default: return std::string(literal.text);
    }
  }

  std::string expression(const syntax::Expression& e) const { return expression_text(map_, e); }

  const Map& map_;
  std::string out_;
};

}  // namespace

std::string expression_text(const Map& map, const syntax::Expression& expression) {
  if (expression.kind == syntax::ExpressionKind::string) return quoted(expression.text, '\'');
  const auto found = map.expression_texts.find(&expression);
  return found == map.expression_texts.end() ? syntax::print(expression)
                                             : std::string(found->second);
}

std::string cut(std::string_view text) {
  if (text.size() <= kShownChars) return std::string(text);
  auto end = kShownChars;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::string print(const Map& map) { return Printer(map).all(); }
std::string print(const Map& map, const Rule& rule) { return Printer(map).rule_line(rule); }

}  // namespace paraneo::fml
