// Which rules of a program ran, and which fields of the inputs a rule took. One for each thread;
// merge() adds them up.
#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "fml/compile/compile.h"
#include "fml/run/run.h"

namespace paraneo::fml {

class Coverage final : public Observer {
 public:
  struct Rule {
    const RuleCode* code = nullptr;
    std::string_view group;
    std::uint64_t fired = 0;
  };
  // A field is an element by its names from the root, without indexes: "Patient.name.given".
  struct Field {
    std::uint64_t present = 0;
    std::uint64_t taken = 0;  // by a rule, or copied with what holds it
    bool named = false;       // in an expression of a rule that ran: most likely read there
  };

  // `names` are the elements that the expressions of each rule name, by the rule's id.
  Coverage(const Program& program, const definition::Definitions& definitions,
           std::map<std::uint32_t, std::vector<std::string>> names);

  void began(const element::Element& source) override;
  void fired(const RuleCode& rule, std::span<const fhirpath::Collection> frame) override;
  // See Observer.
  void written(const element::Element& target, const fhirpath::Item& source,
               const RuleCode& rule) override;
  void unmapped(const terminology::ConceptMap&, const terminology::Code&,
                const element::Element*) override {}
  // Ends an input; the trees that it read may go then.
  void finish();

  // Adds what another one saw of the same program: that of another thread.
  void merge(const Coverage& other);
  // Marks the fields that expressions of rules that ran name. Once, at the end.
  void name_fields();

  const std::vector<Rule>& rules() const { return rules_; }  // in the order of the text
  const std::map<std::string, Field>& fields() const { return fields_; }
  std::uint64_t inputs() const { return inputs_; }

 private:
  void add_rules(const std::vector<RuleCode>& rules, std::string_view group);
  void count(const element::Element& element, const std::string& path, bool taken);

  const definition::Definitions& definitions_;
  std::map<std::uint32_t, std::vector<std::string>> names_;
  std::vector<Rule> rules_;  // by id
  std::map<std::string, Field> fields_;
  std::uint64_t inputs_ = 0;

  // Of the input that is being run.
  const element::Element* source_ = nullptr;
  std::unordered_set<const element::Element*> taken_;
  std::unordered_set<const element::Element*> copied_;
};

// The elements that the expressions of each rule name.
std::map<std::uint32_t, std::vector<std::string>> expression_names(const Program& program,
                                                                   const Library& library);

}  // namespace paraneo::fml
