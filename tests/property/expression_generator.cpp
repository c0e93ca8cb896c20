#include "expression_generator.h"

namespace paraneo::plain {
namespace {

using Texts = std::vector<std::string>;

const Texts kWords = {"x",        "y",    "A",  "a", "",   "Käse", "KÄSE",     "a b",
                      "a\u00a0b", "a  b", " a", "1", "-7", "abc",  "official", "mg"};
const Texts kDates = {"2003", "2003-10", "2003-10-05", "2004-02-29"};
const Texts kDateTimes = {"2003-10-05T12:30:00Z", "2003-10-05T14:30:00+02:00", "2003-10-05",
                          "2003"};
const Texts kDecimals = {"1.50", "1.5", "-0.25", "26.0", "0.0", "3.14159"};

// Now and then a primitive has no value but says why.
Node& sometimes_absent(Node& primitive, SeededRandom& random) {
  if (!random.chance(8)) return primitive;
  primitive.value.reset();
  auto& extension = primitive.add("extension", "Extension");
  extension.is_list = true;
  extension.add("url", "uri", "http://x/absent");
  extension.add("value", "code", "unknown").is_choice = true;
  return primitive;
}

void add_extension(Node& parent, SeededRandom& random) {
  auto& extension = parent.add("extension", "Extension");
  extension.is_list = true;
  extension.add("url", "uri", "http://x/" + std::to_string(random.below(3)));
  Node* value = nullptr;
  switch (random.below(5)) {
    case 0: value = &extension.add("value", "decimal", random.pick(kDecimals)); break;
    case 1: value = &extension.add("value", "string", random.pick(kWords) + "z"); break;
    case 2: value = &extension.add("value", "date", random.pick(kDates)); break;
    case 3: value = &sometimes_absent(extension.add("value", "code", "x"), random); break;
    default:
      value = &extension.add("value", "Quantity");
      sometimes_absent(value->add("value", "decimal", random.pick(kDecimals)), random);
      value->add("code", "code", random.pick(Texts{"mg", "g"}));
  }
  value->is_choice = true;
}

void add_concept(Node& patient, SeededRandom& random) {
  auto& made = patient.add("maritalStatus", "CodeableConcept");
  if (random.chance(30)) made.add("id", "string", "c");
  for (auto n = random.below(3); n > 0; --n) {
    auto& coding = made.add("coding", "Coding");
    coding.is_list = true;
    if (random.chance(70)) coding.add("system", "uri", random.pick(Texts{"http://s", "http://t"}));
    coding.add("code", "code", random.pick(Texts{"M", "m", "S"}));
    if (random.chance(50)) coding.add("display", "string", random.pick(kWords) + "d");
  }
  if (made.children.empty() || random.chance(40))
    made.add("text", "string", random.pick(kWords) + "t");
}

void add_name(Node& patient, SeededRandom& random) {
  auto& name = patient.add("name", "HumanName");
  name.is_list = true;
  if (random.chance(50)) name.add("use", "code", random.pick(Texts{"official", "usual"}));
  if (random.chance(60)) name.add("family", "string", random.pick(kWords) + "m");
  for (auto n = 1 + random.below(random.chance(20) ? 10 : 3); n > 0; --n) {
    auto& given =
        name.add("given", "string", random.pick(Texts{"x", "y", "z", "Käse", "a b", "X"}));
    given.is_list = true;
    if (random.chance(20)) given.add("id", "string", "e");
    else sometimes_absent(given, random);
  }
}

}  // namespace

std::unique_ptr<Node> random_patient(SeededRandom& random) {
  auto out = std::make_unique<Node>();
  auto& patient = *out;
  patient.name = patient.type = "Patient";
  const auto choice = [](Node& node) { node.is_choice = true; };
  if (random.chance(50)) patient.add("id", "id", "p");
  for (auto n = random.below(4); n > 0; --n) add_extension(patient, random);
  if (random.chance(60))
    sometimes_absent(patient.add("active", "boolean", random.chance(50) ? "true" : "false"),
                     random);
  for (auto n = random.below(4); n > 0; --n) add_name(patient, random);
  if (random.chance(50))
    sometimes_absent(patient.add("gender", "code", random.pick(Texts{"male", "female"})), random);
  if (random.chance(60)) patient.add("birthDate", "date", random.pick(kDates));
  if (random.chance(30))
    choice(sometimes_absent(patient.add("deceased", "boolean", "true"), random));
  else if (random.chance(40)) choice(patient.add("deceased", "dateTime", random.pick(kDateTimes)));
  if (random.chance(80)) add_concept(patient, random);
  if (random.chance(50))
    choice(patient.add("multipleBirth", "integer", std::to_string(random.below(4))));
  name_paths(patient);
  return out;
}

std::string ExpressionGenerator::expression() {
  variables_.clear();
  variable_count_ = lambdas_ = 0;
  return any(1 + static_cast<int>(random_.below(4)));
}

std::string ExpressionGenerator::any(int depth) {
  return of(static_cast<ResultKind>(random_.below(7)), depth);
}

std::string ExpressionGenerator::of(ResultKind kind, int depth) {
  if (random_.chance(2)) return any(depth);  // of a type that does not fit here
  if (random_.chance(2)) return "{}";
  if (depth <= 0) return literal(kind);
  if (!variables_.empty() && random_.chance(6)) return "%" + random_.pick(variables_);
  switch (kind) {
    case ResultKind::boolean: return boolean(depth - 1);
    case ResultKind::integer: return integer(depth - 1);
    case ResultKind::decimal: return decimal(depth - 1);
    case ResultKind::string: return string(depth - 1);
    case ResultKind::date: return date(depth - 1);
    case ResultKind::quantity: return quantity(depth - 1);
    case ResultKind::elements: return elements(depth - 1);
  }
  return "{}";
}

std::string ExpressionGenerator::lambda(ResultKind kind, int depth) {
  const auto known = variables_.size();
  ++lambdas_;
  auto out = of(kind, depth);
  --lambdas_;
  variables_.resize(known);
  return out;
}

std::string ExpressionGenerator::literal(ResultKind kind) {
  switch (kind) {
    case ResultKind::boolean: return random_.pick(Texts{"true", "false", "active", "deceased"});
    case ResultKind::integer:
      if (random_.chance(3))
        return random_.pick(Texts{"9223372036854775807", "9223372036854775807L"});
      return lambdas_ > 0 && random_.chance(20)
                 ? "$index"
                 : random_.pick(
                       Texts{"0", "1", "2", "3", "7", "2L", "5L", "multipleBirth", "-1", "10"});
    case ResultKind::decimal:
      return random_.pick(Texts{"1.5", "1.50", "0.0", "-2.5", "26.0", "0.3",
                                "extension.value.ofType(decimal).first()"});
    case ResultKind::string: {
      if (random_.chance(50))
        return random_.pick(Texts{"gender", "name.family.first()", "name.given.first()",
                                  "name[0].use", "%key", "id"});
      return "'" + random_.pick(kWords) + "'";
    }
    case ResultKind::date:
      if (random_.chance(40))
        return random_.pick(Texts{"birthDate", "deceased", "extension.value.ofType(date).first()"});
      return "@" + random_.pick(Texts{"2003", "2003-10", "2003-10-05", "2003-10-05T12:30:00Z",
                                      "2003-10-05T12", "T12:30", "T12:30:00", "2004-02-29"});
    case ResultKind::quantity:
      return random_.pick(Texts{"1.5 'mg'", "2 'g'", "1500 'mg'", "4 days", "1 month", "2 years",
                                "3 '1'", "extension.value.ofType(Quantity).first()"});
    case ResultKind::elements: return path();
  }
  return "{}";
}

std::string ExpressionGenerator::path() {
  if (lambdas_ > 0 && random_.chance(30))
    return random_.pick(Texts{"$this", "given", "value", "use", "family", "url", "code", "id"});
  return random_.pick(Texts{"name",
                            "name.given",
                            "name.given",
                            "extension.value",
                            "Patient.name.family",
                            "name.use",
                            "%context",
                            "extension",
                            "maritalStatus",
                            "maritalStatus.coding",
                            "name[1]",
                            "name.given.value",
                            "deceased",
                            "active",
                            "children()",
                            "descendants()",
                            "name.given.id",
                            "birthDate",
                            "nothing",
                            "%resource.name.given",
                            "extension.value.ofType(Quantity)",
                            "name.given | name.family"});
}

std::string ExpressionGenerator::boolean(int depth) {
  const auto same = static_cast<ResultKind>(random_.below(6));
  switch (random_.below(12)) {
    case 0:
      return focus(ResultKind::boolean, depth) +
             random_.pick(Texts{" and ", " or ", " xor ", " implies "}) +
             focus(ResultKind::boolean, depth);
    case 1:
      return focus(same, depth) + random_.pick(Texts{" = ", " != ", " ~ ", " !~ "}) +
             focus(same, depth);
    case 2:
      return focus(same, depth) + (random_.chance(90) ? "" : ".value") +
             random_.pick(Texts{" < ", " <= ", " > ", " >= "}) + focus(same, depth);
    case 3:
      return focus(ResultKind::elements, depth) + random_.pick(Texts{" = ", " != ", " ~ "}) +
             focus(ResultKind::elements, depth);
    case 4:
      return focus(ResultKind::elements, depth) + random_.pick(Texts{".all(", ".exists("}) +
             lambda(ResultKind::boolean, depth) + ")";
    case 5:
      return focus(ResultKind::elements, depth) +
             random_.pick(Texts{".exists()", ".empty()", ".isDistinct()"});
    case 6:
      if (random_.chance(50))
        return focus(ResultKind::string, depth) + " in " + focus(ResultKind::elements, depth);
      return focus(ResultKind::string, depth) +
             random_.pick(Texts{".startsWith(", ".endsWith(", ".contains("}) +
             of(ResultKind::string, depth) + ")";
    case 7: return focus(ResultKind::boolean, depth) + ".not()";
    case 8:
      return focus(ResultKind::elements, depth) +
             random_.pick(Texts{".subsetOf(", ".supersetOf("}) + of(ResultKind::elements, depth) +
             ")";
    case 9:
      return focus(random_.chance(50) ? ResultKind::elements : same, depth) + ".first() is " +
             random_.pick(Texts{"string", "code", "Quantity", "System.String", "Integer", "Long",
                                "Boolean", "FHIR.date", "Element", "HumanName", "Patient",
                                "DomainResource"});
    case 10:
      return focus(ResultKind::elements, depth) + ".select(" + lambda(ResultKind::boolean, depth) +
             ")" + random_.pick(Texts{".allTrue()", ".anyTrue()", ".allFalse()", ".anyFalse()"});
    default:
      return focus(random_.chance(70) ? ResultKind::string : ResultKind::integer, depth) +
             random_.pick(Texts{".convertsToInteger()", ".convertsToLong()"});
  }
}

std::string ExpressionGenerator::integer(int depth) {
  switch (random_.below(7)) {
    case 0: return focus(ResultKind::elements, depth) + ".count()";
    case 1: return focus(ResultKind::string, depth) + ".length()";
    case 2:
      return focus(ResultKind::string, depth) + random_.pick(Texts{".indexOf(", ".lastIndexOf("}) +
             of(ResultKind::string, depth) + ")";
    case 3:
      return focus(ResultKind::decimal, depth) +
             random_.pick(Texts{".floor()", ".ceiling()", ".truncate()", " div (1.5)"});
    case 4:
      return focus(random_.chance(70) ? ResultKind::string : ResultKind::integer, depth) +
             random_.pick(Texts{".toInteger()", ".toLong()", ".toLong().abs()"});
    case 5:
      return focus(ResultKind::elements, depth) + ".aggregate($total + " +
             focus(ResultKind::integer, lambdas_ > 0 ? 0 : depth) + ", " +
             of(ResultKind::integer, depth) + ")";
    default:
      return focus(ResultKind::integer, depth) +
             random_.pick(Texts{" + ", " - ", " * ", " div ", " mod "}) +
             focus(ResultKind::integer, depth);
  }
}

std::string ExpressionGenerator::decimal(int depth) {
  switch (random_.below(4)) {
    case 0: return focus(ResultKind::integer, depth) + " / " + focus(ResultKind::integer, depth);
    case 1:
      return focus(ResultKind::elements, depth) + ".select(" + lambda(ResultKind::decimal, depth) +
             ")" + random_.pick(Texts{".sum()", ".avg()", ".min()", ".max()"});
    case 2: return "-" + focus(ResultKind::decimal, depth);
    default:
      return focus(ResultKind::decimal, depth) + random_.pick(Texts{" + ", " - ", " * ", " mod "}) +
             focus(ResultKind::decimal, depth);
  }
}

std::string ExpressionGenerator::string(int depth) {
  switch (random_.below(9)) {
    case 0:
      return focus(ResultKind::string, depth) + random_.pick(Texts{" + ", " & "}) +
             focus(ResultKind::string, depth);
    case 1:
      return focus(ResultKind::string, depth) +
             random_.pick(Texts{".upper()", ".lower()", ".trim()", ".toString()"});
    case 2:
      return focus(ResultKind::string, depth) + ".substring(" + of(ResultKind::integer, depth) +
             (random_.chance(50) ? ", " + of(ResultKind::integer, depth) : "") + ")";
    case 3:
      return focus(ResultKind::string, depth) + ".replace(" + of(ResultKind::string, depth) + ", " +
             of(ResultKind::string, depth) + ")";
    case 4:
      return focus(ResultKind::elements, depth) + ".select(" + lambda(ResultKind::string, depth) +
             ").join(" + (random_.chance(70) ? of(ResultKind::string, depth) : "") + ")";
    case 5: return focus(ResultKind::decimal, depth) + ".toString()";
    case 6:
      return "iif(" + of(ResultKind::boolean, depth) + ", " + of(ResultKind::string, depth) +
             (random_.chance(60) ? ", " + of(ResultKind::string, depth) : "") + ")";
    case 7: return focus(ResultKind::date, depth) + ".toString()";
    default:
      return focus(ResultKind::elements, depth) +
             random_.pick(Texts{".first()", ".last()", ".single()", "[0]", "[1]"});
  }
}

std::string ExpressionGenerator::date(int depth) {
  return focus(ResultKind::date, depth) + random_.pick(Texts{" + ", " - "}) +
         focus(ResultKind::quantity, depth);
}

std::string ExpressionGenerator::quantity(int depth) {
  if (random_.chance(30)) return "-" + focus(ResultKind::quantity, depth);
  if (random_.chance(15))
    return focus(ResultKind::quantity, depth) +
           random_.pick(Texts{".abs()", ".floor()", ".ceiling()", ".truncate()"});
  if (random_.chance(20))
    return focus(ResultKind::quantity, depth) + random_.pick(Texts{" * ", " / ", " + "}) +
           focus(ResultKind::integer, depth);
  return focus(ResultKind::quantity, depth) + random_.pick(Texts{" + ", " - "}) +
         focus(ResultKind::quantity, depth);
}

std::string ExpressionGenerator::elements(int depth) {
  switch (random_.below(10)) {
    case 9: return made(depth);
    case 0:
      return focus(ResultKind::elements, depth) + ".where(" + lambda(ResultKind::boolean, depth) +
             ")";
    case 1:
      return focus(ResultKind::elements, depth) + ".select(" +
             lambda(random_.chance(50) ? ResultKind::elements : ResultKind::string, depth) + ")";
    case 2:
      return focus(ResultKind::elements, depth) + " | " +
             focus(random_.chance(70) ? ResultKind::elements : ResultKind::string, depth);
    case 3: return list(depth);
    case 4: return sublist(depth);
    case 5:
      return focus(ResultKind::elements, depth) + ".repeat(" +
             random_.pick(Texts{"children()", "given", "extension.value", "$this"}) + ")";
    case 6:
      return focus(ResultKind::string, depth) +
             random_.pick(Texts{".toChars()", ".split('a')", ".split('')"});
    case 7: {
      const auto number = std::to_string(variable_count_++);
      const auto name = "v" + number;
      // A computed name may be one that is there, or none.
      const auto right = "'v' & '" + number + "'";
      const auto computed =
          random_.pick(Texts{right, right, right, "'v' + " + number + ".toString()",
                             "'v' & name.count().toString()", "%key"});
      auto out = focus(ResultKind::elements, depth) + ".defineVariable(" +
                 (random_.chance(85) ? "'" + name + "'" : computed);
      out += random_.chance(50) ? ", " + lambda(ResultKind::elements, depth) + ")" : ")";
      variables_.push_back(name);
      out += ".select(" + lambda(ResultKind::elements, depth) + ")";
      variables_.pop_back();
      return out;
    }
    default: return path();
  }
}

std::string ExpressionGenerator::made(int depth) {
  const auto text = [&] { return of(ResultKind::string, depth); };
  switch (random_.below(7)) {
    case 0:
      return "%factory.HumanName(" + text() + ", " + of(ResultKind::elements, 0) +
             (random_.chance(50) ? ", {}, " + text() : "") + ")" +
             random_.pick(Texts{"", ".given", ".family", ".children()"});
    case 1:
      return "%factory.Coding('http://s', " + text() + (random_.chance(50) ? ", " + text() : "") +
             ")" + random_.pick(Texts{"", ".code", ".system"});
    case 2:
      return "%factory.CodeableConcept(maritalStatus.coding | %factory.Coding('http://s', 'M'), " +
             text() + ")" + random_.pick(Texts{"", " ~ maritalStatus", ".coding"});
    case 3:
      return "%factory.Extension('http://x/1', " + any(depth) + ")" +
             random_.pick(Texts{"", ".value", ".url"});
    case 4:
      return "%factory." +
             random_.pick(Texts{"string", "code", "date", "decimal", "integer", "boolean"}) + "(" +
             any(depth) + ")";
    case 5:
      return "%factory.withProperty(" + random_.pick(Texts{"name[0]", "maritalStatus", "gender"}) +
             ", " + random_.pick(Texts{"'text'", "'given'", "'value'", "'coding'"}) + ", " +
             any(0) + ")";
    default:
      return "%factory.withExtension(" + random_.pick(Texts{"name[0]", "gender", "'a'", "1"}) +
             ", 'http://x/1', " + any(depth) + ").extension";
  }
}

std::string ExpressionGenerator::list(int depth) {
  return focus(ResultKind::elements, depth) +
         random_.pick(Texts{".union(", ".combine(", ".intersect(", ".exclude("}) +
         of(ResultKind::elements, depth) + ")";
}

std::string ExpressionGenerator::sublist(int depth) {
  switch (random_.below(4)) {
    case 0:
      return focus(ResultKind::elements, depth) +
             random_.pick(Texts{".first()", ".last()", ".tail()", ".distinct()"});
    case 1:
      return focus(ResultKind::elements, depth) + random_.pick(Texts{".skip(", ".take("}) +
             of(ResultKind::integer, depth) + ")";
    case 2:
      return focus(ResultKind::elements, depth) +
             random_.pick(Texts{".ofType(", ".ofType(", ".first().as("}) +
             random_.pick(Texts{"string", "code", "Quantity", "HumanName", "System.String",
                                "Integer", "Element"}) +
             ")";
    default: return focus(ResultKind::elements, depth) + "[" + of(ResultKind::integer, depth) + "]";
  }
}

}  // namespace paraneo::plain
