// %terminologies (FHIR R4 2.9.3, "Terminology Service API"): the operations of FHIR's terminology
// service as far as value sets, code systems and concept maps that are here can answer them. "If
// any of the parameters are empty, or a collection with more than one value [...] the return value
// is empty" (FHIR R5 2.1.9.4); what is not known here is an error.
#include <algorithm>

#include "base/percent.h"
#include "fhirpath/coded.h"
#include "fhirpath/element_maker.h"
#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

Collection of(const element::Element* made) {
  return made == nullptr ? Collection() : Collection(Item::of(made));
}

Collection fail(Run& run, const Node& node, std::string message) {
  run.fail(node, std::move(message));
  return {};
}

// A Parameters resource while it is made.
class Answer {
 public:
  Answer(Run& run, const Node& node) : maker_(run, node), root_(maker_.make("Parameters")) {}

  void add(std::string_view name, const Item& value) { add_to(root_, "parameter", name, value); }
  void add_text(std::string_view name, std::string_view value) {
    if (!value.empty()) add(name, Item::of_string(value));
  }
  element::Element* add_parameter(std::string_view name) {
    auto* parameter = root_ == nullptr ? nullptr : maker_.add_new(*root_, "parameter");
    if (parameter != nullptr) maker_.add_text(*parameter, "name", name);
    return parameter;
  }
  void add_part(element::Element* parameter, std::string_view name, const element::Element* value) {
    if (value != nullptr) add_to(parameter, "part", name, Item::of(value));
  }
  ElementMaker& maker() { return maker_; }
  Collection done() const { return of(root_); }

 private:
  void add_to(element::Element* parent, std::string_view list, std::string_view name,
              const Item& value) {
    auto* made = parent == nullptr ? nullptr : maker_.add_new(*parent, list);
    if (made != nullptr && maker_.add_text(*made, "name", name)) maker_.add(*made, "value", value);
  }

  ElementMaker maker_;
  element::Element* root_;
};

// The arguments of one call: single values, or the call has no answer.
class Arguments {
 public:
  Arguments(Run& run, const Node& node, const Scope& scope, std::uint32_t params_at)
      : run_(run), node_(node), scope_(scope) {
    if (node.operand_count <= params_at) return;
    const auto params = text(params_at);
    if (params) read(*params);
  }

  // None for none or several, and where the call has failed.
  std::optional<Item> item(std::uint32_t i) {
    const auto values = run_.eval(node_, i, scope_);
    if (values.size() != 1 || run_.failed() || run_.engine.lacks_value(run_.value(values[0])))
      return std::nullopt;
    return values[0];
  }
  // A canonical URL; a resource in its place is not supported.
  std::optional<std::string_view> text(std::uint32_t i) {
    const auto value = item(i);
    return value ? run_.string(node_, Collection(*value)) : std::nullopt;
  }
  // With the system that the parameters name for a code that has none.
  std::optional<std::vector<Coded>> coded(std::uint32_t i) {
    const auto value = item(i);
    if (!value) return std::nullopt;
    auto out = codes_of(run_, *value);
    for (auto& each : out)
      if (each.system.empty()) each.system = system_;
    if (!out.empty()) return out;
    run_.fail(node_, "a code, Coding or CodeableConcept with a code is needed here, found " +
                         run_.engine.type_name(*value));
    return std::nullopt;
  }

 private:
  // "A URL encoded string with other parameters".
  void read(std::string_view params) {
    while (!params.empty()) {
      const auto end = std::min(params.find('&'), params.size());
      const auto pair = params.substr(0, end);
      params.remove_prefix(std::min(end + 1, params.size()));
      const auto name = pair.substr(0, pair.find('='));
      if (name == "system")
        system_ =
            run_.arena.copy(percent_decoded(pair.substr(std::min(name.size() + 1, pair.size()))));
      else if (!name.empty())
        run_.fail(node_, "the parameter \"" + std::string(name) +
                             "\" is not supported here; \"system\" is");
    }
  }

  Run& run_;
  const Node& node_;
  const Scope& scope_;
  std::string_view system_;
};

// "A ValueSet with an expansion. If an error occurs, the return value is empty."
Collection expand(Run& run, const Node& node, const Collection&, const Scope& scope) {
  Arguments arguments(run, node, scope, 2);
  const auto url = arguments.text(1);
  if (!url || run.failed()) return {};
  const auto codes = terminology_of(run).codes_of(*url);
  if (!codes || !run.work(codes->size())) return {};
  ElementMaker maker(run, node);
  auto* out = maker.make("ValueSet");
  if (out == nullptr || !maker.add_text(*out, "url", *url) ||
      !maker.add_text(*out, "status", "active"))
    return {};
  auto* expansion = maker.add_new(*out, "expansion");
  if (expansion == nullptr) return {};
  if (run.environment.now &&
      !maker.add(*expansion, "timestamp", Item::of(run.arena, *run.environment.now)))
    return {};
  maker.add(*expansion, "total", Item::of_integer(static_cast<std::int64_t>(codes->size())));
  for (const auto& code : *codes) {
    auto* each = maker.add_new(*expansion, "contains");
    if (each == nullptr) return {};
    if (!code.system.empty()) maker.add_text(*each, "system", code.system);
    maker.add_text(*each, "code", code.code);
    if (!code.display.empty()) maker.add_text(*each, "display", code.display);
  }
  return run.failed() ? Collection() : of(out);
}

// What CodeSystem/$lookup says of a code, as far as it is kept here: what it is called.
Collection lookup(Run& run, const Node& node, const Collection&, const Scope& scope) {
  Arguments arguments(run, node, scope, 2);
  const auto codes = arguments.coded(1);
  if (!codes || run.failed()) return {};
  const auto& terminology = terminology_of(run);
  for (const auto& coded : *codes) {
    if (terminology.has_code(coded.system, coded.code) != true) continue;
    Answer answer(run, node);
    answer.add_text("display", run.arena.copy(terminology.display(coded.system, coded.code)));
    return answer.done();
  }
  const auto& first = codes->front();
  return fail(run, node,
              "the code \"" + std::string(first.code) + "\" is not known here" +
                  (first.system.empty()
                       ? ": it does not say its system, give 'system=URL' as the last argument"
                       : " in " + std::string(first.system)));
}

Collection validated(Run& run, const Node& node, bool is_valid, const Coded& valid,
                     std::string_view message) {
  Answer answer(run, node);
  answer.add("result", Item::of_boolean(is_valid));
  if (is_valid)
    answer.add_text("display",
                    run.arena.copy(terminology_of(run).display(valid.system, valid.code)));
  else answer.add_text("message", run.arena.copy(message));
  return answer.done();
}

Collection validate_in_value_set(Run& run, const Node& node, const Collection&,
                                 const Scope& scope) {
  Arguments arguments(run, node, scope, 3);
  const auto url = arguments.text(1);
  const auto codes = arguments.coded(2);
  if (!url || !codes || run.failed()) return {};
  const auto is_valid = is_member(run, node, *url, *codes);
  if (!is_valid) return {};
  const auto found = std::find_if(codes->begin(), codes->end(), [&](const Coded& coded) {
    return terminology_of(run).member_of(*url, coded.system, coded.code) == true;
  });
  return validated(run, node, *is_valid, found == codes->end() ? Coded() : *found,
                   "no code of it is in the value set " + std::string(*url));
}

Collection validate_in_code_system(Run& run, const Node& node, const Collection&,
                                   const Scope& scope) {
  Arguments arguments(run, node, scope, 3);
  const auto url = arguments.text(1);
  const auto codes = arguments.coded(2);
  if (!url || !codes || run.failed()) return {};
  for (auto coded : *codes) {
    if (coded.system.empty()) coded.system = *url;
    if (coded.system != *url) continue;
    const auto is_there = terminology_of(run).has_code(*url, coded.code);
    if (!is_there)
      return fail(run, node,
                  "which codes the system " + std::string(*url) + " has is not known here");
    if (*is_there) return validated(run, node, true, coded, {});
  }
  return validated(run, node, false, {},
                   "no code of it is in the code system " + std::string(*url));
}

// The outcome of CodeSystem/$subsumes, as a code.
Collection subsumes(Run& run, const Node& node, const Collection&, const Scope& scope) {
  Arguments arguments(run, node, scope, 4);
  const auto system = arguments.text(1);
  const auto a = arguments.coded(2);
  const auto b = arguments.coded(3);
  if (!system || !a || !b || run.failed()) return {};
  if (a->size() != 1 || b->size() != 1) return fail(run, node, "one code each is needed here");
  for (const auto& coded : {a->front(), b->front()})
    if (!coded.system.empty() && coded.system != *system)
      return fail(run, node,
                  "the code \"" + std::string(coded.code) + "\" is of another system than " +
                      std::string(*system));
  const auto& terminology = terminology_of(run);
  const auto above = terminology.subsumes(*system, a->front().code, b->front().code);
  const auto below = terminology.subsumes(*system, b->front().code, a->front().code);
  if (!above || !below)
    return fail(run, node, "how these codes stand to each other is not known here");
  const auto* outcome = *above && *below ? "equivalent"
                        : *above         ? "subsumes"
                        : *below         ? "subsumed-by"
                                         : "not-subsumed";
  return of(ElementMaker(run, node).make_primitive(run.engine.definitions().find_type("code"),
                                                   Item::of_string(outcome)));
}

// What ConceptMap/$translate says: a match for each code that means the same. Rows that say
// something else (wider, narrower ...) are not kept here.
Collection translate(Run& run, const Node& node, const Collection&, const Scope& scope) {
  Arguments arguments(run, node, scope, 3);
  const auto url = arguments.text(1);
  const auto codes = arguments.coded(2);
  if (!url || !codes || run.failed()) return {};
  const auto* map = terminology_of(run).concept_map(*url);
  if (map == nullptr)
    return fail(run, node, "the concept map " + std::string(*url) + " is not known here");
  std::vector<const terminology::Code*> found;
  for (const auto& coded : *codes) {
    const auto before = found.size();
    map->translate(coded.system, coded.code, found);
    if (found.size() == before && map->mentions(coded.system, coded.code))
      return fail(run, node,
                  "the concept map " + std::string(*url) +
                      " has no code that means the same as \"" + std::string(coded.code) +
                      "\", and what else it says of it is not known here");
  }
  Answer answer(run, node);
  answer.add("result", Item::of_boolean(!found.empty()));
  auto& maker = answer.maker();
  for (const auto* code : found) {
    auto* match = answer.add_parameter("match");
    auto* coding = match == nullptr ? nullptr : maker.make("Coding");
    if (coding == nullptr) return {};
    if (!code->system.empty()) maker.add_text(*coding, "system", code->system);
    maker.add_text(*coding, "code", code->code);
    if (!code->display.empty()) maker.add_text(*coding, "display", code->display);
    const auto& definitions = run.engine.definitions();
    answer.add_part(
        match, "equivalence",
        maker.make_primitive(definitions.find_type("code"), Item::of_string("equivalent")));
    answer.add_part(match, "concept", coding);
    answer.add_part(match, "source",
                    maker.make_primitive(definitions.find_type("uri"), Item::of_string(*url)));
  }
  return run.failed() ? Collection() : answer.done();
}

constexpr Function kFunctions[] = {
    {"expand", 1, 2, expand},
    {"lookup", 1, 2, lookup},
    {"validateVS", 2, 3, validate_in_value_set},
    {"validateCS", 2, 3, validate_in_code_system},
    {"subsumes", 3, 4, subsumes},
    {"translate", 2, 3, translate},
};

}  // namespace

std::span<const Function> terminology_service_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
