#include <gtest/gtest.h>

#include "expressions.h"

namespace paraneo::fhirpath {
namespace {

class FhirPathTerminology : public Expressions {};

TEST_F(FhirPathTerminology, TakesWhatIsCodedAlikeForEquivalent) {
  EXPECT_EQ(evaluate("code ~ code"), "true");
  EXPECT_EQ(evaluate("code.coding[0] ~ code.coding[1]"), "false");
  EXPECT_EQ(evaluate("note ~ note"), "true");
}

TEST_F(FhirPathTerminology, SaysWhatItDoesNotKnowOfCodes) {
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

TEST_F(FhirPathTerminology, AsksTheTerminologyService) {
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
}

TEST_F(FhirPathTerminology, LooksUpCodesInTheirSystem) {
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
}

TEST_F(FhirPathTerminology, TellsWhichCodeStandsAboveTheOther) {
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

TEST_F(FhirPathTerminology, UnderstandsModifiersThatItIsTold) {
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

TEST_F(FhirPathTerminology, AsksForTerminology) {
  EXPECT_EQ(evaluate("status.memberOf('http://hl7.org/fhir/ValueSet/observation-status')"), "true");
  EXPECT_EQ(evaluate("code.memberOf('http://hl7.org/fhir/ValueSet/observation-status')"), "false");
  EXPECT_EQ(evaluate("status.memberOf('http://x')"),
            "error: the value set http://x is not known here");
  EXPECT_EQ(evaluate("code.coding[0].subsumes(%context.code.coding[0])"), "true");
}

}  // namespace
}  // namespace paraneo::fhirpath
