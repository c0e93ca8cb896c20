#include <gtest/gtest.h>

#include "expressions.h"

namespace paraneo::fhirpath {
namespace {

class FhirPathStructure : public Expressions {};

TEST_F(FhirPathStructure, KnowsPrimitivesByTheirOwnTypeOnly) {
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

TEST_F(FhirPathStructure, MakesInstances) {
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
}

TEST_F(FhirPathStructure, ChangesCopiesOnly) {
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

TEST_F(FhirPathStructure, ShowsDefinitions) {
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

TEST_F(FhirPathStructure, ChecksNarrative) {
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

}  // namespace
}  // namespace paraneo::fhirpath
