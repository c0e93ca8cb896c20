#include "map_generator.h"

#include <algorithm>

namespace paraneo::plain {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kConceptMap = R"(conceptmap "#m" {
  prefix s = "http://s"
  prefix t = "http://t"
  s:a == t:A
  s:b - t:B
  s:male = t:A
  s:x-1 <= t:X
}
)";

bool is_complex(const std::string& type) { return !type.empty() && !is_primitive(type); }

std::string in_brackets(const std::string& text) { return "(" + text + ")"; }

}  // namespace

std::string MapGenerator::map(const std::string& target_type) {
  std::string out = "map \"http://example.org/m\" = \"m\"\n" + std::string(kConceptMap) +
                    "uses \"" + std::string(kCaseUrl) + "\" alias Case as source\n";
  if (target_type != "Case")
    out += "uses \"http://hl7.org/fhir/StructureDefinition/" + target_type + "\" alias " +
           target_type + " as target\n";
  if (random_.chance(30))
    out += "let k = " + random_.pick(Texts{"'x'", "2", "1.50", "'a' + 'b'"}) + ";\n";
  const Group entry{"main", "Case", target_type};
  const Texts kTypes = {"Case", "Quantity", "CodeableConcept", "HumanName", "string", "Case", ""};
  for (auto n = random_.below(4); n > 0; --n) {
    Group other{name('g'), random_.pick(kTypes),
                random_.chance(50) ? target_type
                                   : random_.pick(Texts{"Quantity", "CodeableConcept", "HumanName",
                                                        "string", "Coding", ""})};
    groups_.push_back(other);
  }
  out += group(entry, groups_.empty() || !random_.chance(20) ? ""
                      : groups_[0].source == "Case" && groups_[0].target == target_type
                          ? " extends " + groups_[0].name
                          : "");
  const auto known = groups_;
  std::vector<std::string> modes;
  for (const auto& other : known) {
    const auto has_types = !other.source.empty() && !other.target.empty();
    const auto pair = other.source + ">" + other.target;
    const auto is_new = std::none_of(modes.begin(), modes.end(), [&](const auto& m) {
      return m.starts_with(other.source + ">");
    });
    auto mode = has_types && is_new && other.source != "Case" && random_.chance(40)
                    ? random_.pick(Texts{" <<types>>", " <<type+>>"})
                    : "";
    if (!mode.empty()) modes.push_back(pair);
    // Calls go to later groups only, mostly: recursion ends at a limit.
    if (!random_.chance(5)) groups_.erase(groups_.begin());
    out += group(other, mode);
  }
  return out;
}

std::string MapGenerator::group(const Group& group, const std::string& after) {
  const auto typed = [](const std::string& type) { return type.empty() ? "" : " : " + type; };
  Scope scope;
  scope.sources.push_back({"src", group.source});
  scope.targets.push_back({"tgt", group.target});
  return "group " + group.name + "(source src" + typed(group.source) + ", target tgt" +
         typed(group.target) + ")" + after + " {\n" + rules(scope, 0) + "}\n";
}

std::string MapGenerator::rules(const Scope& scope, int depth) {
  std::string out;
  for (auto n = 1 + random_.below(depth == 0 ? 5 : 3); n > 0; --n)
    out += random_.chance(20) ? simple_rule(scope) : rule(scope, depth);
  return out;
}

const MapGenerator::Variable* MapGenerator::complex_of(const std::vector<Variable>& variables) {
  std::vector<const Variable*> found;
  for (const auto& v : variables)
    if (is_complex(v.type) && !elements_of(v.type).empty()) found.push_back(&v);
  return found.empty() ? nullptr : random_.pick(found);
}

std::string MapGenerator::simple_rule(const Scope& scope) {
  const auto* from = complex_of(scope.sources);
  const auto* to = complex_of(scope.targets);
  if (from == nullptr || to == nullptr) return "";
  const auto& element = random_.pick(elements_of(from->type));
  // Mostly what has the same type.
  const auto fits = [&](const ModelElement& other) {
    return other.types == element.types && (other.is_list || !element.is_list);
  };
  auto other = random_.pick(elements_of(to->type));
  for (int tries = 0; tries < 20 && !fits(other); ++tries)
    other = random_.pick(elements_of(to->type));
  if (!fits(other) && random_.chance(90)) return "";
  return from->name + "." + element.name + " -> " + to->name + "." + other.name + ";\n";
}

std::string MapGenerator::rule(Scope scope, int depth) {
  auto out = source(scope);
  if (random_.chance(12)) out += ", " + source(scope);
  if (const auto all = targets(scope); !all.empty()) out += " -> " + all;
  out += then(scope, depth);
  return out + (random_.chance(20) ? " \"r" + std::to_string(++names_) + "\"" : "") + ";\n";
}

std::string MapGenerator::source(Scope& scope) {
  const auto* from = random_.chance(85) ? complex_of(scope.sources) : &random_.pick(scope.sources);
  if (from == nullptr) from = &scope.sources[0];
  auto out = from->name;
  auto type = from->type;
  if (!is_complex(type) && random_.chance(40)) {
    out += ".value";
    type = type.empty() ? "" : "string";
  }
  for (auto chance = 85U; is_complex(type) && random_.chance(chance); chance = 20) {
    const auto& element = random_.pick(elements_of(type));
    out += "." + element.name;
    type = element.types.size() == 1 ? element.types[0] : "";
    if (type.empty() && random_.chance(70)) out += " : " + (type = random_.pick(element.types));
    if (out.find(':') != std::string::npos) break;
  }
  if (random_.chance(6)) out += random_.pick(Texts{" 0..*", " 0..*", " 0..1", " 1..*"});
  if (random_.chance(12) && is_primitive(type)) out += " default " + in_brackets(literal(type));
  if (random_.chance(15))
    out += random_.pick(Texts{" first", " last", " not_first", " not_last",
                              random_.chance(30) ? " only_one" : " first"});
  const auto variable = name('s');
  out += " as " + variable;
  out += conditions(type);
  scope.sources.push_back({variable, type});
  return out;
}

std::string MapGenerator::conditions(const std::string& type) {
  const auto condition = [&]() -> std::string {
    if (random_.chance(30))
      return random_.pick(
          Texts{"true", "true", "false", "{}", "%src.exists()", "1", "'x'", "$this.exists()"});
    if (type == "Case")
      return random_.pick(Texts{"item.exists()", "name = 'a'", "tags.count() > 1",
                                "item.codes.exists($this = 'a')", "size.value > 1"});
    if (type == "Case.item")
      return random_.pick(Texts{"part.exists()", "label = 'a'", "notes.count() > 1",
                                "codes.exists($this = 'a')", "size.value > 1"});
    if (type == "string" || type == "code")
      return random_.pick(
          Texts{"$this = 'a'", "length() > 1", "startsWith('x')", "$this != 'b'", "upper() = 'A'"});
    if (type == "integer" || type == "decimal")
      return random_.pick(Texts{"$this > 1", "$this = 1.5", "$this + 1 < 3"});
    if (type == "Quantity") return random_.pick(Texts{"value.exists()", "value > 1", "code = 'a'"});
    return random_.pick(Texts{"$this.exists()", "id.exists()", "$this = 1", "children().exists()"});
  };
  std::string out;
  if (random_.chance(15)) out += " where " + in_brackets(condition());
  if (random_.chance(3)) out += " check " + in_brackets(random_.chance(70) ? "true" : condition());
  if (random_.chance(3)) out += " log " + in_brackets(condition());
  return out;
}

std::string MapGenerator::targets(Scope& scope) {
  std::string out;
  for (auto n = random_.below(4); n > 0; --n)
    out += (out.empty() ? "" : ", ") + (random_.chance(12) ? detached(scope) : target(scope));
  return out;
}

// Without an element: a value, or something that finds its place later.
std::string MapGenerator::detached(Scope& scope) {
  const auto type = random_.pick(
      Texts{"HumanName", "Quantity", "CodeableConcept", "Coding", "Case.item", "Patient", ""});
  const auto variable = name(type.empty() ? 'v' : 't');
  std::string out = "create('" + type + "')";
  if (type.empty())
    out = random_.chance(50) ? "append(" + text_operand(scope) + ", '!')"
                             : "evaluate(" + value_expression(scope) + ")";
  if (type == "CodeableConcept" && random_.chance(50)) out = "cc('http://s', 'a')";
  (type.empty() ? scope.values : scope.targets).push_back({variable, type});
  return out + " as " + variable;
}

std::string MapGenerator::target(Scope& scope) {
  const auto* to = complex_of(scope.targets);
  if (to == nullptr) to = &scope.targets.back();
  if (to->type.empty()) return "create('Coding') as " + name('t');
  if (is_primitive(to->type))
    return to->name +
           ".value = " + (to->type == "string" ? text_operand(scope) : literal(to->type));
  auto path = to->name;
  const auto* element = &random_.pick(elements_of(to->type));
  while (element->types.size() == 1 && is_complex(element->types[0]) &&
         element->types[0] != "Resource" && random_.chance(15)) {
    path += "." + element->name;
    element = &random_.pick(elements_of(element->types[0]));
  }
  const auto type = element->types[0] == "Resource" ? "Patient" : random_.pick(element->types);
  const auto must_say = element->types.size() > 1 || type != element->types[0];
  path += "." + element->name;
  if (is_primitive(type)) {
    if (!must_say && random_.chance(10)) {
      const auto variable = name('t');
      scope.targets.push_back({variable, type});
      return path + " as " + variable + list_mode(element->is_list);
    }
    auto out = path + " = " + primitive_target(type, scope);
    if (random_.chance(15)) { out += " as " + name('t') + list_mode(false); }
    return out;
  }
  auto out = path;
  auto may_share = true;
  if (random_.chance(35)) {
    out += " = " + complex_target(type, scope);
    may_share = false;
  } else if (must_say || random_.chance(10)) {
    out += " = create('" + type + "')";
  }
  const auto variable = name('t');
  out += " as " + variable + list_mode(may_share && element->is_list);
  scope.targets.push_back({variable, type});
  return out;
}

std::string MapGenerator::list_mode(bool may_share) {
  if (!random_.chance(20)) return "";
  if (!may_share) return random_.pick(Texts{" first", " last"});
  return random_.pick(Texts{" first", " last", " share one", " share two", " collate", " single"});
}

std::string MapGenerator::complex_target(const std::string& type, Scope& scope) {
  Texts known;
  for (const auto* list : {&scope.sources, &scope.targets})
    for (const auto& v : *list)
      if (v.type == type || (v.type.empty() && random_.chance(10))) known.push_back(v.name);
  if (!known.empty() && random_.chance(60)) return random_.pick(known);
  if (type == "Quantity") {
    if (random_.chance(5)) return "qty(" + text_operand(scope) + ")";
    return random_.pick(Texts{"qty('<4.5 mg')", "qty('5')", "qty('>= 2mg')", "qty(1.50, 'mg')",
                              "qty(5, 'mg', 'http://s', 'mg')",
                              "qty('26.0', " + text_operand(scope) + ")"});
  }
  if (type == "CodeableConcept") {
    if (random_.chance(30)) return translation(scope) + ", 'CodeableConcept')";
    return random_.pick(Texts{"cc(" + text_operand(scope) + ")",
                              "cc('http://s', 'a', " + text_operand(scope) + ")",
                              "cc('http://s', 'a', 'A')"});
  }
  if (type == "Coding") {
    if (random_.chance(30)) return translation(scope) + ", 'Coding')";
    return random_.pick(
        Texts{"c('http://s', 'b')", "c('http://s', 'a', " + text_operand(scope) + ")"});
  }
  if (type == "Identifier")
    return random_.pick(
        Texts{"id('http://s', " + text_operand(scope) + ")", "id('http://s', 'a', 'MR')"});
  if (type == "ContactPoint")
    return random_.pick(Texts{"cp('phone', " + text_operand(scope) + ")", "cp('x y')"});
  return "create('" + type + "')";
}

std::string MapGenerator::primitive_target(const std::string& type, Scope& scope) {
  Texts fitting;
  for (const auto& v : scope.sources)
    if (v.type == type || (v.type == "string" && random_.chance(10)) ||
        (v.type.empty() && random_.chance(5)))
      fitting.push_back(v.name);
  if (!fitting.empty() && random_.chance(50)) return random_.pick(fitting);
  // What gives a text fits a text, and now and then something else.
  const auto is_text = type == "string" || random_.chance(6);
  if (!is_text)
    return random_.chance(70)   ? literal(type)
           : random_.chance(50) ? "cast(" + literal(type) + ", '" + type + "')"
                                : in_brackets(literal(type));
  switch (random_.below(10)) {
    case 0: return literal(type);
    case 1: return "append(" + text_operand(scope) + ", " + text_operand(scope) + ")";
    case 2:
      return "truncate(" + text_operand(scope) + ", " +
             random_.pick(Texts{"1", "3", "'2'", random_.chance(10) ? "-1" : "2"}) + ")";
    case 3:
      return "escape(" + text_operand(scope) +
             random_.pick(Texts{", 'xml')", ", 'json')", ", 'xml', 'plain')",
                                random_.chance(90) ? ", 'plain', 'html')" : ", 'csv')"});
    case 4:
      return "cast(" + text_operand(scope) +
             (random_.chance(80)
                  ? ", '" +
                        random_.pick(
                            Texts{type, "string", random_.chance(20) ? "integer" : "code"}) +
                        "')"
                  : ")");
    case 5: return in_brackets(value_expression(scope));
    case 6:
      return "evaluate(" + random_.pick(scope.sources).name + ", " +
             random_.pick(
                 Texts{"$this.exists()", "children().count()", "exists()", "$this.count()"}) +
             ")";
    case 7: return translation(scope) + random_.pick(Texts{")", ", 'code')", ", 'system')"});
    case 8:
      return random_.chance(70)
                 ? "uuid()"
                 : "dateOp(" + (random_.chance(70) ? "'05.10.2003'" : text_operand(scope)) +
                       ", 'dd.MM.yyyy')";
    default:
      return random_.chance(20) ? "reference(" + random_.pick(scope.targets).name + ")"
                                : random_.pick(scope.sources).name;
  }
}

std::string MapGenerator::text_operand(const Scope& scope) {
  if (random_.chance(35))
    return random_.pick(Texts{"'a'", "'x y'", "'05.10.2003'", "'<b>'",
                              random_.chance(20) ? "''" : "'b'", "5", "1.50", "true", "'Käse'"});
  if (random_.chance(15)) return in_brackets(value_expression(scope));
  if (!scope.values.empty() && random_.chance(30)) return random_.pick(scope.values).name;
  Texts fitting;
  for (const auto& v : scope.sources)
    if (is_primitive(v.type) || random_.chance(4)) fitting.push_back(v.name);
  return fitting.empty() ? "'none'" : random_.pick(fitting);
}

std::string MapGenerator::literal(const std::string& type) {
  if (type == "boolean") return random_.pick(Texts{"true", "false"});
  if (type == "integer") return random_.pick(Texts{"5", "-1", "'7'"});
  if (type == "decimal") return random_.pick(Texts{"1.50", "2", "'0.30'"});
  if (type == "date" || type == "dateTime")
    return random_.pick(Texts{"'2003-10'", "'2003-10-05'", "@2003"});
  if (type == "uri") return "'http://t'";
  if (type == "code" || type == "id") return random_.pick(Texts{"'a'", "'b'", "'male'"});
  return random_.pick(Texts{"'a'", "'x y'", "'Käse'", "'5'"});
}

std::string MapGenerator::value_expression(const Scope& scope) {
  const auto variable = random_.pick(scope.sources).name;
  if (!scope.values.empty() && random_.chance(20))
    return "%" + random_.pick(scope.values).name + ".count()";
  switch (random_.below(9)) {
    case 0: return "%" + variable + ".count().toString() + 'x'";
    case 1: return variable + ".exists().toString().upper()";
    case 2: return "%" + variable + ".count() + 1";
    case 3: return random_.chance(20) ? "'a' | 'b'" : "'b'";
    case 4: return "%" + variable + ".exists()";
    case 5: return "%src.children().ofType(string).first()";
    case 6:
      return random_.pick(Texts{random_.chance(20) ? "1 + 'x'" : "1 + 2", "1.50 + 1", "{}",
                                "@2003-10", "'a' & 'b'", "2 > 1"});
    case 7: return "%" + variable + ".ofType(string).first()";
    default: return random_.chance(20) ? "%" + variable : "%" + variable + ".ofType(string)";
  }
}

std::string MapGenerator::translation(const Scope& scope) {
  return "translate(" + (random_.chance(30) ? "'a'" : random_.pick(scope.sources).name) + ", '#m'";
}

std::string MapGenerator::then(const Scope& scope, int depth) {
  std::string out;
  if (!groups_.empty() && random_.chance(20)) out = call(scope);
  if (depth < 2 && random_.chance(35))
    out += (out.empty() ? "" : " ") + std::string("{\n") + rules(scope, depth + 1) + "}";
  return out.empty() ? "" : " then " + out;
}

std::string MapGenerator::call(const Scope& scope) {
  for (int tries = 0; tries < 6; ++tries) {
    const auto& group = random_.pick(groups_);
    const auto& from = random_.pick(scope.sources);
    const auto& to = random_.pick(scope.targets);
    // A group without types takes anything, one with them what may have them.
    const auto fits = [&](const std::string& wanted, const std::string& type) {
      return wanted.empty() || wanted == type || (type.empty() && random_.chance(20));
    };
    if (fits(group.source, from.type) && fits(group.target, to.type) && !to.type.empty())
      return group.name + "(" + from.name + ", " + to.name + ")";
  }
  return "";
}

}  // namespace paraneo::plain
