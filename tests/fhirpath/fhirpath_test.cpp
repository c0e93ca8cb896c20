#include "fhirpath/fhirpath.h"

#include <gtest/gtest.h>

#include "format/json.h"
#include "json/read.h"
#include "syntax/parse_expression.h"

namespace paraneo::fhirpath {
namespace {

constexpr const char* kObservation =
    R"({"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2157-6"},{"code":"local"}],"text":"CK"},)"
    R"("_effectiveDateTime":{"extension":[{"url":"http://x/absent","valueCode":"unknown"}]},"valueQuantity":{"value":26.0,"unit":"U/L"},"note":[{"text":"a#b"}]})";

class FhirPath : public testing::Test {
 protected:
  FhirPath() : source_{"observation.json", kObservation} {
    root_ = format::read_json(definition::Definitions::builtin(),
                              *json::read(source_, arena_, {}, sink_), source_, {}, arena_, sink_);
  }

  // The result as text, or what is wrong.
  std::string evaluate(const std::string& text, Limits limits = {}) {
    const Source source{"expression", text};
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(source, arena, limits, sink);
    if (tree == nullptr) return "syntax";
    const std::string_view names[] = {"key"};
    const auto program = engine_.compile(*tree, {root_->type, names}, sink);
    if (program == nullptr) return std::string(diag::info(sink.all().at(0).code).name);
    const Collection variables[] = {Collection(Item::of_string("ck-1"))};
    const Environment environment{arena, limits, std::nullopt, nullptr, nullptr, variables};
    const auto result = engine_.evaluate(*program, Collection(Item::of(root_)), environment);
    if (!result) return "error: " + result.error().what;
    std::string out;
    for (const auto& item : *result) {
      if (!out.empty()) out += ", ";
      out += text_of(engine_.system_value(item, arena), arena)
                 .value_or("<" + engine_.type_name(item) + ">");
    }
    return out;
  }

  Source source_;
  Arena arena_;
  diag::Sink sink_;
  element::Element* root_ = nullptr;
  Engine engine_{definition::Definitions::builtin()};
};

TEST_F(FhirPath, NavigatesAndFilters) {
  EXPECT_EQ(evaluate("code.coding.where(system = %loinc).code"), "2157-6");
  EXPECT_EQ(evaluate("Observation.code.coding[1].code"), "local");
  EXPECT_EQ(evaluate("code.coding.count()"), "2");
  EXPECT_EQ(evaluate("value.ofType(Quantity).value"), "26.0");
}

TEST_F(FhirPath, SeesExtensionsOfPrimitivesWithoutValue) {
  EXPECT_EQ(evaluate("effective.hasValue()"), "false");
  EXPECT_EQ(evaluate("effective.extension('http://x/absent').value"), "unknown");
}

// effective is a dateTime that says only why it is absent.
TEST_F(FhirPath, TakesAPrimitiveWithoutValueForNone) {
  EXPECT_EQ(evaluate("effective.exists()"), "true");
  for (const auto* text : {"effective and true",
                           "effective or false",
                           "effective.not()",
                           "effective = @2020",
                           "effective != @2020",
                           "effective > @2020",
                           "effective + 1 day",
                           "effective.toString()",
                           "effective.convertsToString()",
                           "effective.type().name.upper().lower().substring(effective)",
                           "effective.getValue()",
                           "effective.value",
                           "effective.yearOf()",
                           "effective.lowBoundary()",
                           "(effective).join('-')",
                           "-effective",
                           "effective.memberOf('http://hl7.org/fhir/ValueSet/observation-status')",
                           "effective.toDate()",
                           "effective.select($this).allTrue()",
                           "(effective).allFalse()"})
    EXPECT_EQ(evaluate(text), "") << text;
  EXPECT_EQ(evaluate("effective & 'x'"), "x");
  EXPECT_EQ(evaluate("(status | effective).join('-')"), "final");
  EXPECT_EQ(evaluate("iif(effective, 'yes', 'no')"), "no");
  EXPECT_EQ(evaluate("effective.where($this).count()"), "0");
  EXPECT_EQ(evaluate("effective.all($this)"), "false");
  EXPECT_EQ(evaluate("effective ~ @2020"), "false");
  EXPECT_EQ(evaluate("effective = effective"), "true");
  EXPECT_EQ(evaluate("(status | effective).sort().last()"), "final");
  EXPECT_EQ(evaluate("((2 > 1) | effective).anyTrue()"), "true");
}

TEST_F(FhirPath, KnowsPrimitivesByTheirOwnTypeOnly) {
  EXPECT_EQ(evaluate("status.ofType(string)"), "");
  EXPECT_EQ(evaluate("status.as(string)"), "");
  EXPECT_EQ(evaluate("status as string"), "");
  EXPECT_EQ(evaluate("status is string"), "true");
  EXPECT_EQ(evaluate("status as code"), "final");
  EXPECT_EQ(evaluate("status.ofType(Element)"), "final");
  EXPECT_EQ(evaluate("(status as System.String) is System.String"), "true");
  EXPECT_EQ(evaluate("status.ofType(System.String)"), "");
  EXPECT_EQ(evaluate("code.coding.code as code"), "2157-6, local");
  EXPECT_EQ(evaluate("code.coding.as(Coding)"), "error: as() takes one item; ofType() takes many");
  EXPECT_EQ(evaluate("code.descendants().as(code)"), "2157-6, local");
}

TEST_F(FhirPath, TakesALowerCaseNameForAnElement) {
  EXPECT_EQ(evaluate("code.coding.where(code.exists()).count()"), "2");
  EXPECT_EQ(evaluate("descendants().where(code.exists()).count()"), "2");
  EXPECT_EQ(evaluate("status.select(code)"), "fhirpath-unknown-element");
  EXPECT_EQ(evaluate("code.coding.select(Coding.code)"), "2157-6, local");
}

TEST_F(FhirPath, HasAPrimitivesValueAsItsChild) {
  EXPECT_EQ(evaluate("status.value"), "final");
  EXPECT_EQ(evaluate("status.value.exists() and status.value is System.String"), "true");
  EXPECT_EQ(evaluate("note.text.value.length()"), "3");
  EXPECT_EQ(evaluate("%key.value"), "");
}

TEST_F(FhirPath, KnowsCaseAndWhiteSpaceOfAllScripts) {
  EXPECT_EQ(evaluate("'stra\u00dfe \u00e9\u03b2\u0434'.upper()"), "STRASSE \u00c9\u0392\u0414");
  EXPECT_EQ(evaluate("'\u00c9\u0392\u0414'.lower()"), "\u00e9\u03b2\u0434");
  EXPECT_EQ(evaluate("'STRASSE' ~ 'stra\u00dfe'"), "true");
  EXPECT_EQ(evaluate("'\u00c4 b' ~ '\u00e4\u00a0B'"), "true");
  EXPECT_EQ(evaluate("'a\\tb' ~ 'a b'"), "true");
  EXPECT_EQ(evaluate("'a  b' ~ 'a b'"), "false");
  EXPECT_EQ(evaluate("' a' ~ 'a'"), "false");
  EXPECT_EQ(evaluate("' \\t\\r\\na\u00a0 '.trim()"), "a\u00a0");
}

TEST_F(FhirPath, KnowsTheRegularExpressionsThatPeopleWrite) {
  EXPECT_EQ(evaluate("'Passw0rd'.matches('^(?=.*[0-9])(?=.*[A-Z]).{8,}$')"), "true");
  EXPECT_EQ(evaluate("'password'.matches('^(?=.*[0-9]).*$')"), "false");
  EXPECT_EQ(evaluate("'abab'.matchesFull('(ab)\\\\1')"), "true");
  EXPECT_EQ(evaluate("'xabab'.matchesFull('(ab)\\\\1')"), "false");
  EXPECT_EQ(evaluate("'a1b2'.replaceMatches('[a-z](?=2)', '<$0>')"), "a1<b>2");
  EXPECT_EQ(
      evaluate(
          "'11/30/1972'.replaceMatches('(?<month>[0-9]{1,2})/(?<day>[0-9]{1,2})/(?<year>[0-9]{2,4})', '${day}-${month}-${year}')"),
      "30-11-1972");
  EXPECT_EQ(evaluate("'one\\nTwo'.matches('^two$', 'im')"), "true");
  EXPECT_EQ(evaluate("'one\\nTwo'.matches('^two$', 'i')"), "false");
  EXPECT_EQ(evaluate("'aXbx'.replaceMatches('x', '-', 'i')"), "a-b-");
  EXPECT_EQ(evaluate("'a'.matches('a', 'q')"),
            "error: \"q\" are no flags of a regular expression: these are i and m");
  EXPECT_EQ(evaluate("'a'.matches('(?<=')").substr(0, 41),
            "error: the regular expression cannot be u");
}

TEST_F(FhirPath, CountsInLongs) {
  EXPECT_EQ(
      evaluate(
          "5L is Long and 5L is System.Long and (5L is Integer).not() and 5L.type().name = 'Long'"),
      "true");
  EXPECT_EQ(evaluate("9223372036854775807L"), "9223372036854775807");
  EXPECT_EQ(evaluate("9223372036854775808L"), "fhirpath-literal");
  EXPECT_EQ(evaluate("1 Long"), "syntax");
  EXPECT_EQ(evaluate("1Lx"), "syntax");
  // An Integer beside it is one, and both beside a Decimal are that.
  EXPECT_EQ(
      evaluate(
          "((5L div 2) | (5 + 5L) | (7L mod 4L) | -5L | 2L * 2).select($this is Long).allTrue()"),
      "true");
  EXPECT_EQ(evaluate("5L + 4.5"), "9.5");
  EXPECT_EQ(evaluate("(5L / 2) is Decimal"), "true");
  EXPECT_EQ(evaluate("9223372036854775807L + 1"), "");
  EXPECT_EQ(
      evaluate(
          "2L = 2 and 2 = 2L and 2L = 2.0 and 2L ~ 2 and 1L < 2 and 3.5 > 3L and (1L | 1).count() = 1 and 2L in (1 | 2)"),
      "true");
  EXPECT_EQ(evaluate("2L * 3 'mg'"), "6 'mg'");
  EXPECT_EQ(evaluate("1L & 'x'"), "1x");
  EXPECT_EQ(
      evaluate(
          "42.toLong() is Long and '-42'.toLong() = -42 and '+1'.toLong() = 1 and true.toLong() = 1 and 7L.toLong() = 7"),
      "true");
  EXPECT_EQ(evaluate("'9223372036854775807'.toLong()"), "9223372036854775807");
  for (const auto* text : {"'9223372036854775808'", "'1.0'", "1.5", "'a'", "''", "1 'mg'"}) {
    EXPECT_EQ(evaluate(std::string(text) + ".toLong()"), "") << text;
    EXPECT_EQ(evaluate(std::string(text) + ".convertsToLong()"), "false") << text;
  }
  EXPECT_EQ(evaluate("'5'.convertsToLong() and 5.convertsToLong() and false.convertsToLong()"),
            "true");
  EXPECT_EQ(evaluate("{}.toLong()"), "");
  EXPECT_EQ(evaluate("5L.toInteger() is Integer"), "true");
  EXPECT_EQ(evaluate("3000000000L.toInteger()"), "");
  EXPECT_EQ(
      evaluate(
          "5L.toDecimal() is Decimal and 5L.toString() = '5' and 1L.toBoolean() and 5L.toQuantity() = 5 '1'"),
      "true");
  EXPECT_EQ(
      evaluate(
          "(3L.abs() | (-3L).abs() | 3L.floor() | 3L.ceiling() | 3L.truncate()).select($this is Long).allTrue()"),
      "true");
  EXPECT_EQ(evaluate("2L.power(40)"), "1099511627776");
  EXPECT_EQ(evaluate("(1L | 2L).sum() is Long and (1L | 2L).max() = 2"), "true");
  EXPECT_EQ(evaluate("code.coding[1L]"), "error: an integer is needed here, found System.Long");
}

TEST_F(FhirPath, ComputesNamesOfVariables) {
  EXPECT_EQ(evaluate("code.coding.defineVariable('a' & 'b', 7).select(%ab)"), "7, 7");
  EXPECT_EQ(evaluate("defineVariable(status, code.text).select(%final)"), "CK");
  EXPECT_EQ(
      evaluate(
          "defineVariable(defineVariable('param', 'ppp').select(%param), defineVariable('param', 'value').select(%param)).select(%ppp)"),
      "value");
  EXPECT_EQ(evaluate("defineVariable('a' & '', 1).select(%b)"), "error: there is no variable %b");
  EXPECT_EQ(evaluate("%b"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("select(defineVariable('a' & '', 1)).select(%a)"),
            "error: there is no variable %a");
  for (const auto* name :
       {"'con' & 'text'", "%key.substring(0, 0) & 'key'", "'x' & ''", "'y' & ''"})
    EXPECT_EQ(evaluate("defineVariable('x', 1).defineVariable('y' & '', 2).defineVariable(" +
                       std::string(name) + ", 3)")
                  .substr(0, 34),
              "error: there is already a variable")
        << name;
  EXPECT_EQ(evaluate("defineVariable('a' & '', 1).defineVariable('a', 2)"),
            "error: there is already a variable %a");
  EXPECT_EQ(evaluate("defineVariable({}, 1)"), "");
  EXPECT_EQ(evaluate("defineVariable(1, 1)"),
            "error: a string is needed here, found System.Integer");
  EXPECT_EQ(evaluate("(1 | 3 | 2).sort($this.defineVariable('a' & '', $this).select(%a) desc)"),
            "3, 2, 1");
}

TEST_F(FhirPath, TakesWhatIsCodedAlikeForEquivalent) {
  EXPECT_EQ(evaluate("code ~ code"), "true");
  EXPECT_EQ(evaluate("code.coding[0] ~ code.coding[1]"), "false");
  EXPECT_EQ(evaluate("note ~ note"), "true");
}

TEST_F(FhirPath, CalculatesFarFromThePoint) {
  EXPECT_EQ(evaluate("(-564).exp() > 0 and (-564).exp() < 0.00000001"), "true");
  EXPECT_EQ(evaluate("(1 / 10000000000) / 10000000000"), "0.00000000000000000001");
  EXPECT_EQ(evaluate("(-800).exp()"), "");
  EXPECT_EQ(evaluate("2.power(-100) > 0"), "true");
  EXPECT_EQ(evaluate("2.power(200)"), "");
}

TEST_F(FhirPath, SaysWhatItDoesNotKnowOfCodes) {
  EXPECT_EQ(evaluate("status.memberOf('http://hl7.org/fhir/ValueSet/observation-status')"), "true");
  EXPECT_EQ(evaluate("status.memberOf('http://hl7.org/fhir/ValueSet/observation-status|4.0.1')"),
            "true");
  EXPECT_EQ(evaluate("code.memberOf('http://hl7.org/fhir/ValueSet/observation-status')"), "false");
  EXPECT_EQ(evaluate("'final'.memberOf('http://hl7.org/fhir/ValueSet/observation-status')"),
            "true");
  EXPECT_EQ(
      evaluate("status.memberOf('http://hl7.org/fhir/ValueSet/all-languages')"),
      "error: whether the value set http://hl7.org/fhir/ValueSet/all-languages has the code \"final\" is not known here: not all codes of its systems are here");
  EXPECT_EQ(evaluate("status.memberOf('http://hl7.org/fhir/ValueSet/none')"),
            "error: the value set http://hl7.org/fhir/ValueSet/none is not known here");
  EXPECT_EQ(
      evaluate("'active'.memberOf('http://hl7.org/fhir/ValueSet/observation-interpretation')"),
      "false");
  EXPECT_EQ(
      evaluate("'M'.memberOf('http://hl7.org/fhir/ValueSet/marital-status')"),
      "error: the value set http://hl7.org/fhir/ValueSet/marital-status has codes of several systems, and a string does not say which one it is of");
}

TEST_F(FhirPath, MakesInstances) {
  EXPECT_EQ(evaluate("%factory.code('final') is code and %factory.code('final') = status"), "true");
  EXPECT_EQ(evaluate("%factory.date('2003-10') + 1 month"), "2003-11");
  EXPECT_EQ(evaluate("%factory.decimal('26.0').value is Decimal"), "true");
  EXPECT_EQ(evaluate("%factory.integer(3) + 1"), "4");
  EXPECT_EQ(evaluate("%factory.integer(code)"), "error: integer takes no FHIR.CodeableConcept");
  EXPECT_EQ(evaluate("%factory.date('x')"), "error: \"x\" is no date");
  EXPECT_EQ(
      evaluate(
          "%factory.string('a', %factory.Extension('http://x', 'v')).extension('http://x').value"),
      "v");
  EXPECT_EQ(evaluate("%factory.string({}, %factory.Extension('http://x', 'v')).hasValue()"),
            "false");
  EXPECT_EQ(
      evaluate(
          "%factory.Coding('http://s', 'c', 'd', '1').select(system & code & display & version)"),
      "http://scd1");
  EXPECT_EQ(
      evaluate(
          "%factory.CodeableConcept(code.coding | %factory.Coding({}, 'x'), 't').select(coding.count().toString() & text)"),
      "3t");
  EXPECT_EQ(
      evaluate(
          "%factory.HumanName('f', 'a' | 'b', {}, {}, 't', 'usual').select(family & given.join('-') & prefix.count().toString() & text & use)"),
      "fa-b0tusual");
  EXPECT_EQ(
      evaluate(
          "%factory.Identifier('http://s', 'v', 'official', %factory.CodeableConcept({}, 't')).type.text"),
      "t");
  EXPECT_EQ(evaluate("%factory.ContactPoint('email', 'a@b', 'work').use"), "work");
  EXPECT_EQ(
      evaluate(
          "%factory.Address('l', 'c', 'EW', '0000', {}, 'home', 'physical').select(line & city & state & postalCode & use & type)"),
      "lcEW0000homephysical");
  EXPECT_EQ(
      evaluate("%factory.Quantity('http://unitsofmeasure.org', 'mg', '5.03', 'mg') = 5.03 'mg'"),
      "true");
  for (const auto* value : {"1", "1.5", "'x'", "true", "@2003", "@2003-10-05T12:00:00Z",
                            "@T12:00:00", "2 'mg'", "%factory.code('x')", "code", "value"})
    EXPECT_EQ(
        evaluate("%factory.Extension('http://x', " + std::string(value) + ").value = " + value),
        "true")
        << value;
  EXPECT_EQ(evaluate("%factory.Extension('http://x', %factory.code('x')).value is code"), "true");
  EXPECT_EQ(evaluate("%factory.create(Period) is Period"), "true");
  EXPECT_EQ(evaluate("%factory.create(FHIR.Period).exists()"), "true");
  EXPECT_EQ(evaluate("%factory.create(System.String)"), "fhirpath-unknown-type");
  EXPECT_EQ(evaluate("%factory.create(Resource)"), "error: Resource is abstract");
  EXPECT_EQ(evaluate("%factory.withExtension(code, 'http://x', 7).extension('http://x').value"),
            "7");
  EXPECT_EQ(evaluate("%factory.withExtension('a', 'http://x', 7) is FHIR.string"), "true");
  EXPECT_EQ(evaluate("code.extension.exists()"), "false");
  EXPECT_EQ(
      evaluate(
          "%factory.withProperty(code, 'text', 'other').select(text & coding.count().toString())"),
      "other2");
  EXPECT_EQ(evaluate("%factory.withProperty(code, 'coding', {}).coding.empty()"), "true");
  EXPECT_EQ(evaluate("code.coding.count()"), "2");
  EXPECT_EQ(evaluate("%factory.withProperty($this, 'status', 'amended').status"), "amended");
  EXPECT_EQ(evaluate("%factory.withProperty(code, 'txt', 1)"),
            "error: CodeableConcept has no element \"txt\"");
  EXPECT_EQ(evaluate("%factory.withProperty(code, 'text', 'a' | 'b')"),
            "error: \"text\" takes one value, there are 2");
  EXPECT_EQ(evaluate("%factory.withProperty(code, 'text', code)"),
            "error: \"text\" of CodeableConcept takes no FHIR.CodeableConcept");
  EXPECT_EQ(evaluate("%factory.withProperty({}, 'text', 'a')"), "");
  EXPECT_EQ(evaluate("%factory.Nothing('a')"), "fhirpath-unknown-function");
  EXPECT_EQ(evaluate("%factory.code('a', 'b', 'c')"), "fhirpath-arguments");
  EXPECT_EQ(evaluate("%factory"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("defineVariable('factory', 1)"), "fhirpath-arguments");
}

TEST_F(FhirPath, AsksTheTerminologyService) {
  const std::string status = "'http://hl7.org/fhir/ValueSet/observation-status'";
  EXPECT_EQ(
      evaluate("%terminologies.expand(" + status +
               ").expansion.select(total.toString() & contains.where(code = 'final').display)"),
      "8Final");
  EXPECT_EQ(evaluate("%terminologies.expand('http://none')"), "");
  EXPECT_EQ(evaluate("%terminologies.expand({})"), "");
  EXPECT_EQ(evaluate("%terminologies.expand('http://hl7.org/fhir/ValueSet/all-languages')"), "");
  EXPECT_EQ(evaluate("%terminologies.validateVS(" + status +
                     ", status).parameter.where(name = 'result').value"),
            "true");
  EXPECT_EQ(evaluate("%terminologies.validateVS(" + status +
                     ", code).parameter.where(name = 'result').value"),
            "false");
  EXPECT_EQ(evaluate("%terminologies.validateVS(" + status +
                     ", code).parameter.where(name = 'message').exists()"),
            "true");
  EXPECT_EQ(evaluate("%terminologies.validateVS('http://none', status)"),
            "error: the value set http://none is not known here");
  EXPECT_EQ(evaluate("%terminologies.validateVS(" + status + ", status, 'date=2020')"),
            "error: the parameter \"date\" is not supported here; \"system\" is");
  EXPECT_EQ(
      evaluate(
          "%terminologies.validateVS(" + status +
          ", status, 'system=http%3A%2F%2Fhl7.org%2Ffhir%2Fobservation-status').parameter.where(name = 'display').value"),
      "Final");
  EXPECT_EQ(evaluate("%terminologies.validateVS(" + status +
                     ", status, 'system=http://other').parameter.where(name = 'result').value"),
            "false");
  EXPECT_EQ(evaluate("%terminologies.validateVS(" + status + ", {})"), "");
  EXPECT_EQ(evaluate("%terminologies.validateVS(" + status + ", code.coding)"), "");
  EXPECT_EQ(
      evaluate("%terminologies.validateVS(" + status + ", value)"),
      "error: a code, Coding or CodeableConcept with a code is needed here, found FHIR.Quantity");
  const std::string system = "'http://hl7.org/fhir/observation-status'";
  EXPECT_EQ(evaluate("%terminologies.validateCS(" + system +
                     ", status).parameter.where(name = 'result').value"),
            "true");
  EXPECT_EQ(evaluate("%terminologies.validateCS(" + system +
                     ", code).parameter.where(name = 'result').value"),
            "false");
  EXPECT_EQ(evaluate("%terminologies.validateCS(%loinc, code)"),
            "error: which codes the system http://loinc.org has is not known here");
  EXPECT_EQ(evaluate("%terminologies.lookup(%factory.Coding(" + system +
                     ", 'final')).parameter.where(name = 'display').value"),
            "Final");
  EXPECT_EQ(
      evaluate(
          "%terminologies.lookup(status, 'system=http://hl7.org/fhir/observation-status').parameter.where(name = 'display').value"),
      "Final");
  EXPECT_EQ(evaluate("%terminologies.lookup(status)").substr(0, 43),
            "error: the code \"final\" is not known here: ");
  EXPECT_EQ(evaluate("%terminologies.lookup(code)"),
            "error: the code \"2157-6\" is not known here in http://loinc.org");
  const std::string acts = "'http://terminology.hl7.org/CodeSystem/v3-ActCode'";
  EXPECT_EQ(evaluate("%terminologies.subsumes(" + acts +
                     ", %factory.code('_ActAccountCode'), %factory.code('ACCTRECEIVABLE'))"),
            "subsumes");
  EXPECT_EQ(
      evaluate("%terminologies.subsumes(" + acts +
               ", %factory.code('ACCTRECEIVABLE'), %factory.code('_ActAccountCode')) is code"),
      "true");
  EXPECT_EQ(evaluate("%terminologies.subsumes(" + acts +
                     ", %factory.code('ACCTRECEIVABLE'), %factory.code('_ActAccountCode'))"),
            "subsumed-by");
  EXPECT_EQ(evaluate("%terminologies.subsumes(" + acts +
                     ", %factory.code('CASH'), %factory.code('ACCTRECEIVABLE'))"),
            "not-subsumed");
  EXPECT_EQ(evaluate("%terminologies.subsumes(" + acts +
                     ", %factory.code('CASH'), %factory.code('CASH'))"),
            "equivalent");
  EXPECT_EQ(evaluate("%terminologies.subsumes(%loinc, %factory.code('a'), %factory.code('b'))"),
            "error: how these codes stand to each other is not known here");
  EXPECT_EQ(evaluate("%terminologies.subsumes(" + acts + ", code.coding[0], %factory.code('b'))")
                .substr(0, 44),
            "error: the code \"2157-6\" is of another syste");
  EXPECT_EQ(evaluate("%terminologies.translate('http://m', status)"),
            "error: the concept map http://m is not known here");
  EXPECT_EQ(evaluate("%terminologies.at('http://x')"), "fhirpath-unknown-function");
  EXPECT_EQ(evaluate("%terminologies"), "fhirpath-unknown-variable");
}

TEST_F(FhirPath, UnderstandsModifiersThatItIsTold) {
  const std::string modified =
      "%factory.withProperty($this, 'modifierExtension', %factory.Extension('http://m', true) | %factory.Extension('http://n', true))";
  EXPECT_EQ(evaluate("checkModifiers().status"), "final");
  EXPECT_EQ(evaluate(modified + ".checkModifiers('http://m', 'http://n').status"), "final");
  EXPECT_EQ(evaluate(modified + ".checkModifiers('http://n, http://m').status"), "final");
  EXPECT_EQ(evaluate(modified + ".checkModifiers('http://m').status"),
            "error: the modifier extension http://n is not understood here");
  EXPECT_EQ(evaluate(modified + ".checkModifiers().status"),
            "error: the modifier extension http://m is not understood here");
}

TEST_F(FhirPath, SaysWhichNumbersItCannotUse) {
  EXPECT_EQ(evaluate("%factory.decimal('1E-900') > 0"), "true");
  EXPECT_EQ(evaluate("%factory.decimal('1E-2000')"), "error: \"1E-2000\" is no decimal");
}

TEST_F(FhirPath, ShowsDefinitions) {
  EXPECT_EQ(
      evaluate(
          "status.elementDefinition().select(path & ' ' & min.toString() & '..' & max & ' ' & type.code & ' ' & binding.strength)"),
      "Observation.status 1..1 code required");
  EXPECT_EQ(evaluate("value.elementDefinition().select(path & ' ' & type.count().toString())"),
            "Observation.value[x] 11");
  EXPECT_EQ(evaluate("code.coding.elementDefinition().path"),
            "CodeableConcept.coding, CodeableConcept.coding");
  EXPECT_EQ(
      evaluate(
          "elementDefinition().select(path & ' ' & max & ' ' & constraint.where(key = 'obs-6').severity)"),
      "Observation * error");
  EXPECT_EQ(evaluate("(1 | 'a').elementDefinition()"), "");
  EXPECT_EQ(evaluate("{}.elementDefinition()"), "");
  EXPECT_EQ(evaluate("note.slice('http://none', 'x')"),
            "error: there is no profile http://none here");
  EXPECT_EQ(evaluate("{}.slice('http://none', 'x')"), "");
}

TEST_F(FhirPath, Aggregates) {
  EXPECT_EQ(evaluate("(1 | 2 | 3).sum()"), "6");
  EXPECT_EQ(evaluate("(1.0 | 2.5).sum()"), "3.5");
  EXPECT_EQ(evaluate("(1.0 'mg' | 2.0 'mg').sum()"), "3.0 'mg'");
  EXPECT_EQ(evaluate("(5.5 | 4.7 | 4.8).avg()"), "5");
  EXPECT_EQ(evaluate("(1 | 2).avg()"), "1.5");
  EXPECT_EQ(evaluate("(2 'cm' | 4 'cm').avg()"), "3 'cm'");
  EXPECT_EQ(evaluate("(2 | 8 | 4).min() & '-' & (2 | 8 | 4).max()"), "2-8");
  EXPECT_EQ(evaluate("(@2012-12-31 | @2013-01-01 | @2012-01-01).max()"), "2013-01-01");
  EXPECT_EQ(evaluate("('b' | 'a').min()"), "a");
  EXPECT_EQ(evaluate("{}.sum() | {}.min() | {}.avg()"), "");
  EXPECT_EQ(evaluate("(1 | 'a').sum()"),
            "error: sum() takes items of one type, found System.Integer and System.String");
  EXPECT_EQ(evaluate("('a' | 'b').sum()"), "error: a number is needed here, found System.String");
  EXPECT_EQ(evaluate("(@2012 | @2012-01).min()"), "") << "nobody knows";
  EXPECT_EQ(evaluate("(9223372036854775807 | 1).sum()"), "");
}

TEST_F(FhirPath, RoundsQuantities) {
  EXPECT_EQ(evaluate("(2.56 'mg').round(1)"), "2.6 'mg'");
  EXPECT_EQ(evaluate("(-2.5 'mg').floor()"), "-3 'mg'");
  EXPECT_EQ(evaluate("(2.5 days).ceiling()"), "3 days");
  EXPECT_EQ(evaluate("(2.5 'mg').truncate()"), "2 'mg'");
}

TEST_F(FhirPath, EncodesToAscii) {
  EXPECT_EQ(evaluate("'K\u00e4se'.encode('ascii')"), "K?se");
  EXPECT_EQ(evaluate("'ff'.decode('hex')"), "") << "no UTF-8";
}

TEST_F(FhirPath, MakesQuantitiesOfNumbers) {
  EXPECT_EQ(evaluate("2 'kg' * 5"), "10 'kg'");
  EXPECT_EQ(evaluate("5 * 2 'kg'"), "10 'kg'");
  EXPECT_EQ(evaluate("10 'kg' / 4"), "2.5 'kg'");
  EXPECT_EQ(evaluate("3 days * 2"), "6 days");
  EXPECT_EQ(evaluate("2 > 1 '1'"), "true");
  EXPECT_EQ(evaluate("9 = 9 '1'"), "true");
  EXPECT_EQ(evaluate("9.0 '1' ~ 9"), "true");
  EXPECT_EQ(evaluate("2 > 1 'mg'"), "");
  EXPECT_EQ(evaluate("(2 years).value + 1"), "3");
  EXPECT_EQ(evaluate("(2 years).unit"), "year");
  EXPECT_EQ(evaluate("(2 years).value.exists()"), "true");
  EXPECT_EQ(evaluate("45.toQuantity('m')"), "45 'm'");
}

TEST_F(FhirPath, ConvertsCalendarDurations) {
  EXPECT_EQ(evaluate("7 days.toQuantity('wk')"), "1 'wk'");
  EXPECT_EQ(evaluate("182.5 days.toQuantity('a')"), "0.5 'a'");
  EXPECT_EQ(evaluate("24 months.toQuantity('a')"), "2 'a'");
  EXPECT_EQ(evaluate("2 years.toQuantity('month')"), "24 months");
  EXPECT_EQ(evaluate("1 year.toQuantity('d')"), "365 'd'");
  EXPECT_EQ(evaluate("1 'a'.toQuantity('d')"), "365.25 'd'");
  EXPECT_EQ(evaluate("1 year = 1 'a'"), "");
}

TEST_F(FhirPath, ComparesAllThatIsWrittenOfASecond) {
  EXPECT_EQ(evaluate("@2020-01-01T00:00:00.1234567Z = @2020-01-01T00:00:00.1234568Z"), "false");
  EXPECT_EQ(evaluate("@2020-01-01T00:00:00.1234567Z < @2020-01-01T00:00:00.1234568Z"), "true");
  EXPECT_EQ(evaluate("@2020-01-01T00:00:00.1230Z = @2020-01-01T00:00:00.123Z"), "true");
  EXPECT_EQ(evaluate("@T00:00:00.1234567.toString()"), "00:00:00.1234567");
  EXPECT_EQ(evaluate("@2016-12-31T23:59:60Z < @2017-01-01T00:00:00Z"), "true");
}

TEST_F(FhirPath, SaysThatJsonHasAnotherName) {
  EXPECT_EQ(evaluate("valueQuantity"), "fhirpath-unknown-element");
  EXPECT_EQ(evaluate("descendants().valueDate"), "fhirpath-unknown-element");
}

TEST_F(FhirPath, KeepsWrittenDecimals) {
  EXPECT_EQ(evaluate("value.value.toString()"), "26.0");
  EXPECT_EQ(evaluate("value.value = 26"), "true");
}

TEST_F(FhirPath, TakesTheCallersVariables) { EXPECT_EQ(evaluate("'#' & %key"), "#ck-1"); }

// A condition is decided by other code than a value (decision.h).
TEST_F(FhirPath, DecidesAConditionAsItsValueIs) {
  const auto element = [&](std::string_view name) {
    return root_->child(engine_.definitions().find_symbol(name));
  };
  const Collection one(Item::of(element("code")));
  Collection two = one;
  two.push(arena_, Item::of(element("note")));
  const Collection inputs[] = {Collection(Item::of(root_)),
                               one,
                               two,
                               Collection(),
                               Collection(Item::of(element("status"))),
                               Collection(Item::of(element("effective"))),
                               Collection(Item::of_string("final"))};
  const std::string focuses[] = {"status", "code", "code.text", "coding",      "text",   "value",
                                 "$this",  "%key", "%key.text", "Observation", "nothing"};
  const std::string ends[] = {".exists()", ".empty()", " = 'final'", " != 'final'", " = 'CK'"};
  std::vector<std::string> atoms;
  for (const auto& focus : focuses)
    for (const auto& end : ends) atoms.push_back(focus + end);
  atoms.emplace_back("'final' = status");
  atoms.emplace_back("exists()");
  std::vector<std::string> conditions = atoms;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const auto& other = atoms[(i * 7 + 3) % atoms.size()];
    conditions.push_back(atoms[i] + " and " + other);
    conditions.push_back(atoms[i] + " or " + other);
    conditions.push_back(atoms[i] + " and (" + other + " or " + atoms[(i * 5 + 1) % atoms.size()] +
                         ")");
  }
  std::size_t held = 0;
  for (const auto& text : conditions) {
    const Source source{"expression", text};
    diag::Sink sink;
    const std::string_view names[] = {"key"};
    const auto* tree = syntax::parse_expression(source, arena_, {}, sink);
    ASSERT_NE(tree, nullptr) << text;
    const auto program = engine_.compile(*tree, {0, names}, sink);
    ASSERT_NE(program, nullptr) << text << ": " << sink.all().at(0).message;
    for (const auto& variable : inputs) {
      for (const auto& input : inputs) {
        const Limits limits;
        const Environment environment{arena_,  limits,  std::nullopt,
                                      nullptr, nullptr, {&variable, 1}};
        const auto value = engine_.evaluate(*program, input, environment);
        const auto tested = engine_.test(*program, input, environment);
        ASSERT_TRUE(value && tested) << text;
        EXPECT_EQ(*tested, is_true(engine_, *value, arena_))
            << text << " of input " << &input - inputs << ", %key " << &variable - inputs;
        if (*tested) ++held;
      }
    }
  }
  EXPECT_GT(held, conditions.size());
}

TEST_F(FhirPath, CutsStrings) {
  EXPECT_EQ(evaluate("note.text.split('#').last()"), "b");
  EXPECT_EQ(evaluate("'a,b'.replaceMatches('([a-z]),([a-z])', '$2-$1')"), "b-a");
  EXPECT_EQ(evaluate("'aXbX'.replaceMatches('X?', '-')"), "-a-b-");
  EXPECT_EQ(evaluate("'K\u00e4se'.replaceMatches('x*', '-')"), "-K-\xC3\xA4-s-e-");
  EXPECT_EQ(evaluate("'käse'.substring(1, 2)"), "äs");
}

TEST_F(FhirPath, FindsMistakesBeforeItRuns) {
  EXPECT_EQ(evaluate("code.codding"), "fhirpath-unknown-element");
  EXPECT_EQ(evaluate("valueQuantity.value"), "fhirpath-unknown-element");
  EXPECT_EQ(evaluate("code.frist()"), "fhirpath-unknown-function");
  EXPECT_EQ(evaluate("code.first(1)"), "fhirpath-arguments");
  EXPECT_EQ(evaluate("%nothing"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("value.ofType(Nothing)"), "fhirpath-unknown-type");
}

TEST_F(FhirPath, ReportsWrongCardinality) {
  EXPECT_EQ(evaluate("code.coding.single()"), "error: single() found 2 items");
  EXPECT_EQ(evaluate("code.coding.code + 'x'"), "error: one item is needed here, there are 2");
}

TEST_F(FhirPath, StopsWhatNeverEnds) {
  Limits limits;
  limits.steps_max = 10'000;
  EXPECT_EQ(evaluate("1.repeat($this + 1)", limits),
            "error: the expression takes more than 10000 steps");
}

TEST_F(FhirPath, DoesNotBlowUpOnRegularExpressions) {
  EXPECT_EQ(evaluate("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+$')"), "false");
}

TEST_F(FhirPath, AsksForTheClockInsteadOfReadingIt) {
  EXPECT_EQ(evaluate("now()"), "error: the time of day is not available here");
}

TEST_F(FhirPath, ComparesQuantitiesAcrossUnits) {
  EXPECT_EQ(evaluate("4 'g' = 4000.0 'mg'"), "true");
  EXPECT_EQ(evaluate("4 'g' ~ 4040 'mg'"), "true");
  EXPECT_EQ(evaluate("1 'cm' = 1 's'"), "");
  EXPECT_EQ(evaluate("1 '[IU]/L' > 1 'U/L'"), "");
  EXPECT_EQ(evaluate("1 year = 1 'a'"), "");
  EXPECT_EQ(evaluate("1 year ~ 1 'a'"), "true");
  EXPECT_EQ(evaluate("1 year = 12 months"), "true");
  EXPECT_EQ(evaluate("7 days = 1 'wk'"), "true");
}

TEST_F(FhirPath, CalculatesWithUnits) {
  EXPECT_EQ(evaluate("3 'm' + 3 'cm'"), "303 'cm'");
  EXPECT_EQ(evaluate("2 'm2' * 3 'm2' = 6 'm4'"), "true");
  EXPECT_EQ(evaluate("6 'g' / 2 'mg/L' = 3000 'L'"), "true");
  EXPECT_EQ(evaluate("1 year + 3 months"), "15 months");
  EXPECT_EQ(evaluate("1 'cm' + 1 's'"), "");
  EXPECT_EQ(evaluate("(1 'kg').toQuantity('g')"), "1000 'g'");
  EXPECT_EQ(evaluate("(1 'kg').convertsToQuantity('s')"), "false");
  EXPECT_EQ(evaluate("@T10:00 + 1 day"), "error: a time has no days");
}

TEST_F(FhirPath, DividesIntegersWithoutRounding) {
  EXPECT_EQ(evaluate("9223372036854775806 div 9223372036854775807"), "0");
  EXPECT_EQ(evaluate("9223372036854775806 mod 9223372036854775807"), "9223372036854775806");
  EXPECT_EQ(evaluate("(-7) div 2"), "-3");
  EXPECT_EQ(evaluate("(-7) mod 2"), "-1");
  // What does not fit has no value.
  for (const auto* text : {"-(-9223372036854775807 - 1)", "(-9223372036854775807 - 1).abs()",
                           "9223372036854775807 + 1", "9223372036854775807 * 9223372036854775807",
                           "9223372036854775807 * 7"})
    EXPECT_EQ(evaluate(text), "") << text;
}

TEST_F(FhirPath, HasNoLogarithmOfOrToWhatHasNone) {
  for (const auto* none : {"10.log(0)", "10.log(1)", "1.log(1)", "10.log(-2)", "0.log(10)",
                           "(-1).log(10)", "0.ln()", "(-1).ln()", "{}.log(2)", "2.log({})"})
    EXPECT_EQ(evaluate(none), "") << none;
  EXPECT_EQ(evaluate("1.log(10)"), "0");
  EXPECT_EQ(evaluate("8.log(0.5)"), "-3");
  EXPECT_EQ(evaluate("1000.log(10)"), "3");
}

TEST_F(FhirPath, RaisesToWholePowersExactly) {
  EXPECT_EQ(evaluate("2.power(62)"), "4611686018427387904");
  EXPECT_EQ(evaluate("2.power(62) is Integer"), "true");
  EXPECT_EQ(evaluate("2.power(64)"), "18446744073709551616");
  EXPECT_EQ(evaluate("(-3).power(39)"), "-4052555153018976267");
  EXPECT_EQ(evaluate("1.1.power(2)"), "1.21");
  EXPECT_EQ(evaluate("1.0.power(1000)"), "1");
  EXPECT_EQ(evaluate("0.power(0)"), "1");
  EXPECT_EQ(evaluate("2.power(-1)"), "0.5");
  EXPECT_EQ(evaluate("1.power(9223372036854775807)"), "1");
  EXPECT_EQ(evaluate("1.0000001.power(100)"), "1.000010000049506");
}

TEST_F(FhirPath, IsEmptyWhereANumberCannotBeSaid) {
  for (const auto* none :
       {"(-1).sqrt()", "(-1).power(0.5)", "0.power(-1)", "10.power(40)",
        "2.power(9223372036854775807)", "10.power(-400)", "1000.exp()", "(-1000).exp()"})
    EXPECT_EQ(evaluate(none), "") << none;
  EXPECT_EQ(evaluate("10.power(-40)"), "0.0000000000000000000000000000000000000001");
  EXPECT_EQ(evaluate("(-50).exp()"), "0.00000000000000000000019287498479639178");
}

TEST_F(FhirPath, Sorts) {
  EXPECT_EQ(evaluate("(3 | 1 | 2).sort()"), "1, 2, 3");
  EXPECT_EQ(evaluate("(3 | 1 | 2).sort($this desc)"), "3, 2, 1");
  EXPECT_EQ(evaluate("code.coding.sort(system).code"), "local, 2157-6");
  EXPECT_EQ(evaluate("code.coding.sort(system desc).code"), "2157-6, local");
  EXPECT_EQ(evaluate("('a' | 1).sort()"),
            "error: System.Integer and System.String cannot be compared");
}

TEST_F(FhirPath, DefinesVariablesInTheirScope) {
  EXPECT_EQ(evaluate("code.defineVariable('c').coding.select(%c.text & ':' & code)"),
            "CK:2157-6, CK:local");
  EXPECT_EQ(evaluate("code.defineVariable('n', coding.count()).select(%n + 1)"), "3");
  EXPECT_EQ(evaluate("code.select(defineVariable('x')).select(%x)"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("code.defineVariable('x').text | %x"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("defineVariable('key')"), "fhirpath-arguments");
  EXPECT_EQ(evaluate("defineVariable('a').defineVariable('a')"), "fhirpath-arguments");
}

TEST_F(FhirPath, FindsBoundaries) {
  EXPECT_EQ(evaluate("1.587.lowBoundary()"), "1.58650000");
  EXPECT_EQ(evaluate("0.0034.highBoundary(1)"), "0.1");
  EXPECT_EQ(evaluate("@2014-02.highBoundary()"), "2014-02-28");
  EXPECT_EQ(evaluate("@9999.highBoundary()"), "9999-12-31");
  EXPECT_EQ(evaluate("@2014-01-01T08.highBoundary(17)"), "2014-01-01T08:59:59.999-12:00");
  EXPECT_EQ(evaluate("@T10:30.highBoundary()"), "10:30:59.999");
  EXPECT_EQ(evaluate("1.lowBoundary(29)"), "");
}

TEST_F(FhirPath, TakesDatesApart) {
  EXPECT_EQ(
      evaluate(
          "@2012-03-01T12:30:00.002-07:00.select(yearOf() | monthOf() | hourOf() | millisecondOf())"),
      "2012, 3, 12, 2");
  EXPECT_EQ(evaluate("@2012-03-01T12:30:00-07:00.select(timezoneOffsetOf())"), "-7");
  EXPECT_EQ(evaluate("@2012.monthOf()"), "");
  EXPECT_EQ(evaluate("@2012-03-01T12:30:00Z.dateOf()"), "2012-03-01");
  EXPECT_EQ(evaluate("@2012-03-01T12:30:00Z.timeOf()"), "12:30:00");
}

TEST_F(FhirPath, AsksForTerminology) {
  EXPECT_EQ(evaluate("status.memberOf('http://hl7.org/fhir/ValueSet/observation-status')"), "true");
  EXPECT_EQ(evaluate("code.memberOf('http://hl7.org/fhir/ValueSet/observation-status')"), "false");
  EXPECT_EQ(evaluate("status.memberOf('http://x')"),
            "error: the value set http://x is not known here");
  EXPECT_EQ(evaluate("code.coding[0].subsumes(%context.code.coding[0])"), "true");
}

TEST_F(FhirPath, ChecksNarrative) {
  EXPECT_EQ(
      evaluate(
          "%factory.xhtml('<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a<br/></p></div>').htmlChecks()"),
      "true");
  EXPECT_EQ(evaluate("'<div/>'.htmlChecks()"), "");
  EXPECT_EQ(evaluate("code.htmlChecks()"), "");
  for (const auto* text :
       {"<p>a</p>", "<div></div>", "<div>a", "<div><p>a</div></p>", "<div>a</div>b",
        "<div><script>a</script></div>", "<div onclick=\"x\">a</div>", "<div><>a</></div>",
        "<div =\"x\">a</div>", "<div><a href=\"javascript:x\">a</a></div>"})
    EXPECT_EQ(evaluate("%factory.xhtml('" + std::string(text) + "').htmlChecks()"), "false")
        << text;
}

TEST_F(FhirPath, StopsWhatGrowsWithoutEnd) {
  Limits limits;
  limits.evaluation_bytes_max = 1 << 20;
  const auto stopped = "error: the expression needs more than 1048576 bytes of memory";
  std::string many = "(0";
  for (int i = 1; i < 64; ++i) many += "|" + std::to_string(i);
  many += ")";
  EXPECT_EQ(evaluate(many + ".aggregate($total.combine($total), 1)", limits), stopped);
  EXPECT_EQ(evaluate(many + ".aggregate($total & $total, 'a')", limits), stopped);
  EXPECT_EQ(evaluate(many + ".aggregate($total.replace('', $total), 'ab')", limits), stopped);
  EXPECT_EQ(evaluate(many + ".aggregate($total.replaceMatches('.', $total), 'ab')", limits),
            stopped);
  limits.steps_max = 10'000;
  EXPECT_EQ(evaluate("1.repeatAll($this)", limits),
            "error: the expression takes more than 10000 steps");
}

}  // namespace
}  // namespace paraneo::fhirpath
