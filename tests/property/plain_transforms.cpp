// The transforms.
#include <algorithm>
#include <array>

#include "plain_map.h"

namespace paraneo::plain {

using namespace fml::ast;

std::string plain_text(const List& list) {
  if (list.size() != 1) return "";
  if (list[0].kind == Value::Kind::node) return list[0].node->value.value_or("");
  return text_of(list[0]).value_or("");
}

std::string made_by(std::string_view transform) {
  if (transform == "cc") return "CodeableConcept";
  if (transform == "c") return "Coding";
  if (transform == "qty") return "Quantity";
  if (transform == "id") return "Identifier";
  if (transform == "cp") return "ContactPoint";
  return "";
}

List MapInterpreter::values(const Argument& argument, const Variables& variables) {
  if (const auto* use = std::get_if<VariableUse>(&argument.value))
    return variables.at(std::string(use->name));
  if (const auto* tree = std::get_if<const syntax::Expression*>(&argument.value))
    return evaluate(**tree, {}, variables);
  const auto& literal = std::get<Literal>(argument.value);
  switch (literal.kind) {
    case Literal::Kind::boolean: return one(Value::of_boolean(literal.text == "true"));
    case Literal::Kind::integer:
      return one(Value::of_integer(std::stoll(std::string(literal.text))));
    case Literal::Kind::decimal: return one(Value::of_decimal(*Decimal::parse(literal.text)));
    default: return one(Value::of_string(std::string(literal.text)));
  }
}

std::string MapInterpreter::text(const Argument& argument, const Variables& variables) {
  return plain_text(values(argument, variables));
}

List MapInterpreter::transformed(const RuleTarget& target, const Variables& variables) {
  const auto& name = target.transform;
  const auto& arguments = target.arguments;
  if (name == "copy") return values(arguments[0], variables);
  if (name == "create") return one(Value::of(*detached(type_named(text(arguments[0], variables)))));
  if (!made_by(name).empty()) return one(Value::of(*data_type(target, variables)));
  if (name == "append") {
    std::string out;
    for (const auto& argument : arguments) out += text(argument, variables);
    return one(Value::of_string(out));
  }
  if (name == "truncate") return truncated(target, variables);
  if (name == "escape") return escaped(target, variables);
  if (name == "cast") return cast(target, variables);
  if (name == "translate") return translated(target, variables);
  if (name == "reference") return reference(target, variables);
  if (name == "dateOp") return date(target, variables);
  if (name == "uuid") {
    auto digits = std::to_string(++uuids_);
    digits.insert(0, 12 - digits.size(), '0');
    return one(Value::of_string("00000000-0000-4000-8000-" + digits));
  }
  if (name == "evaluate") {
    if (arguments.size() == 1) return values(arguments[0], variables);
    const auto input = values(arguments[0], variables);
    const auto* tree = std::get_if<const syntax::Expression*>(&arguments[1].value);
    return tree == nullptr ? values(arguments[1], variables) : evaluate(**tree, input, variables);
  }
  throw Unsupported("transform " + std::string(name));
}

List MapInterpreter::truncated(const RuleTarget& target, const Variables& variables) {
  const auto all = text(target.arguments[0], variables);
  const auto length = Decimal::parse(text(target.arguments[1], variables));
  const auto count = length ? length->to_integer() : std::nullopt;
  if (!count || *count < 0) {
    fail();
    return {};
  }
  std::string out;
  std::int64_t characters = 0;
  for (const char c : all) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U && ++characters > *count) break;
    out.push_back(c);
  }
  return one(Value::of_string(out));
}

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// What is written instead of a character in a format.
const Pairs* format_named(const std::string& name) {
  static const Pairs kPlain;
  static const Pairs kXml = {
      {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}};
  static const Pairs kJson = {
      {"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}, {"\r", "\\r"}, {"\t", "\\t"}};
  return name == "plain"                   ? &kPlain
         : name == "xml" || name == "html" ? &kXml
         : name == "json"                  ? &kJson
                                           : nullptr;
}

std::string replaced(const std::string& text, const Pairs& pairs, bool back) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& p) {
      return text.compare(i, (back ? p.second : p.first).size(), back ? p.second : p.first) == 0;
    });
    out += found == pairs.end() ? text.substr(i, 1) : back ? found->first : found->second;
    i += found == pairs.end() ? 1 : (back ? found->second : found->first).size();
  }
  return out;
}

}  // namespace

List MapInterpreter::escaped(const RuleTarget& target, const Variables& variables) {
  const auto& arguments = target.arguments;
  const auto* from = format_named(arguments.size() > 2 ? text(arguments[1], variables) : "plain");
  const auto* to = format_named(text(arguments.back(), variables));
  if (from == nullptr || to == nullptr) {
    fail();
    return {};
  }
  return one(
      Value::of_string(replaced(replaced(text(arguments[0], variables), *from, true), *to, false)));
}

List MapInterpreter::cast(const RuleTarget& target, const Variables& variables) {
  const auto value = values(target.arguments[0], variables);
  if (value.size() != 1 || target.arguments.size() < 2) return value;
  const auto type = type_named(text(target.arguments[1], variables));
  auto* node = detached(type);
  if (!is_primitive(type)) fail();
  else if (assign(*node, value[0])) return one(Value::of(*node));
  return {};
}

List MapInterpreter::reference(const RuleTarget& target, const Variables& variables) {
  const auto value = values(target.arguments[0], variables);
  const auto* node =
      value.size() == 1 && value[0].kind == Value::Kind::node ? value[0].node : nullptr;
  const auto* id = node != nullptr && is_resource(node->type) ? node->child("id") : nullptr;
  if (id != nullptr) return one(Value::of_string(node->type + "/" + id->value.value_or("")));
  fail();
  return {};
}

// dd.MM.yyyy is the one that the generator knows.
List MapInterpreter::date(const RuleTarget& target, const Variables& variables) {
  const auto all = text(target.arguments[0], variables);
  if (all.empty()) return {};
  if (text(target.arguments[1], variables) != "dd.MM.yyyy") throw Unsupported("format");
  if (all.size() == 10 && all[2] == '.' && all[5] == '.') {
    const auto made = all.substr(6) + "-" + all.substr(3, 2) + "-" + all.substr(0, 2);
    if (DateTime::parse_date(made)) return one(Value::of_string(made));
  }
  fail();
  return {};
}

List MapInterpreter::translated(const RuleTarget& target, const Variables& variables) {
  const auto url = text(target.arguments[1], variables);
  const auto found = std::find_if(
      map_.concept_maps.begin(), map_.concept_maps.end(),
      [&](const auto& map) { return "#" + std::string(map.id) == url || map.id == url; });
  if (found == map_.concept_maps.end()) throw Unsupported("concept map");
  std::vector<std::pair<std::string, std::string>> codes, answers;
  const auto add = [&](const Node& coding) {
    const auto* system = coding.child("system");
    const auto* code = coding.child("code");
    codes.emplace_back(system == nullptr ? "" : system->value.value_or(""),
                       code == nullptr ? "" : code->value.value_or(""));
  };
  for (const auto& item : values(target.arguments[0], variables)) {
    if (item.kind != Value::Kind::node || is_primitive(item.node->type)) {
      if (item.kind == Value::Kind::node ? item.node->value.has_value()
                                         : item.kind == Value::Kind::string)
        codes.emplace_back("", plain_text(one(item)));
    } else if (item.node->child("coding") != nullptr) {
      for (const auto& child : item.node->children)
        if (child->name == "coding") add(*child);
    } else if (item.node->child("code") != nullptr) {
      add(*item.node);
    }
  }
  const auto& rows = found->rows;
  const auto translates = [](const CodeRow& row) {
    return row.equivalence == "equivalent" || row.equivalence == "equal" ||
           row.equivalence == "relatedto";
  };
  for (const auto& [system, code] : codes) {
    const auto is_from = std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return translates(row) && row.source_system == system;
    });
    const auto is_to = std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return translates(row) && row.target_system == system;
    });
    const auto backwards = !system.empty() && !is_from && is_to;
    std::vector<std::pair<std::string, std::string>> here;
    for (const auto& row : rows) {
      if (!translates(row)) continue;
      const auto& of_system = backwards ? row.target_system : row.source_system;
      if ((backwards ? row.target_code : row.source_code) != code ||
          (!system.empty() && of_system != system))
        continue;
      here.emplace_back(backwards ? row.source_system : row.target_system,
                        backwards ? row.source_code : row.target_code);
    }
    if (backwards && here.size() > 1) here.clear();
    answers.insert(answers.end(), here.begin(), here.end());
  }
  const auto output = target.arguments.size() > 2 ? text(target.arguments[2], variables) : "code";
  if (answers.empty()) return {};
  if (output == "system") return one(Value::of_string(answers[0].first));
  if (output == "code") return one(Value::of_string(answers[0].second));
  auto* whole = output == "CodeableConcept" ? detached("CodeableConcept") : nullptr;
  List out;
  for (const auto& [system, code] : answers) {
    auto* coding = detached("Coding");
    set(*coding, "system", system);
    set(*coding, "code", code);
    if (whole == nullptr) out.push_back(Value::of(*coding));
    else write(*whole, "coding", Value::of(*coding));
  }
  return whole == nullptr ? out : one(Value::of(*whole));
}

void MapInterpreter::set(Node& to, std::string_view name, const std::string& value) {
  if (!value.empty()) write(to, name, Value::of_string(value));
}

Node* MapInterpreter::data_type(const RuleTarget& target, const Variables& variables) {
  const auto& arguments = target.arguments;
  auto* node = detached(made_by(target.transform));
  const auto argument = [&](std::size_t i) {
    return i < arguments.size() ? text(arguments[i], variables) : "";
  };
  const auto fill = [&](Node& coding) {
    set(coding, "system", argument(0));
    set(coding, "code", argument(1));
    set(coding, "display", argument(2));
  };
  if (target.transform == "c") {
    fill(*node);
  } else if (target.transform == "cc") {
    if (arguments.size() == 1) set(*node, "text", argument(0));
    else fill(*child(*node, "coding", ""));
  } else if (target.transform == "id") {
    set(*node, "system", argument(0));
    set(*node, "value", argument(1));
    if (arguments.size() > 2) {
      auto& coding = *child(*child(*node, "type", ""), "coding", "");
      set(coding, "system", "http://terminology.hl7.org/CodeSystem/v2-0203");
      set(coding, "code", argument(2));
    }
  } else if (target.transform == "cp") {
    // The generator says the system, or gives a value that shows none.
    if (arguments.size() > 1) set(*node, "system", argument(0));
    set(*node, "value", argument(arguments.size() - 1));
  } else {
    quantity(*node, target, variables);
  }
  return node;
}

void MapInterpreter::quantity(Node& to, const RuleTarget& target, const Variables& variables) {
  const auto& arguments = target.arguments;
  if (arguments.size() > 1) {
    const auto value = values(arguments[0], variables);
    if (value.size() == 1) write(to, "value", value[0]);
    constexpr std::array<std::string_view, 4> kNames = {"value", "unit", "system", "code"};
    for (std::size_t i = 1; i < arguments.size(); ++i)
      set(to, kNames[i], text(arguments[i], variables));
    return;
  }
  auto rest = text(arguments[0], variables);
  for (const std::string comparator : {"<=", ">=", "<", ">"}) {
    if (!rest.starts_with(comparator)) continue;
    set(to, "comparator", comparator);
    rest.erase(0, std::min(rest.find_first_not_of(' ', comparator.size()), rest.size()));
    break;
  }
  const auto end = std::min(rest.find_first_not_of("0123456789.-"), rest.size());
  set(to, "value", rest.substr(0, end));
  set(to, "unit", rest.substr(std::min(rest.find_first_not_of(' ', end), rest.size())));
}

}  // namespace paraneo::plain
