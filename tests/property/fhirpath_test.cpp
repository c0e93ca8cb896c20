// The law of two interpreters: the compiled program and the plain walk over the tree give the same
// items, or both an error. PARANEO_RUNS sets how many, PARANEO_SEED where to begin.
#include "fhirpath/fhirpath.h"

#include <gtest/gtest.h>

#include "element/path.h"
#include "expression_generator.h"
#include "format/json.h"
#include "json/read.h"
#include "plain_fhirpath.h"
#include "shrink_input.h"
#include "syntax/parse_expression.h"

namespace paraneo::plain {
namespace {

constexpr std::uint64_t kRuns = 40'000;
const std::string kKey = "x";

// How an expression came out. Unsupported: nothing to compare.
struct Outcome {
  enum class Kind { items, failure, unsupported };
  Kind kind = Kind::failure;
  std::string text;

  bool operator==(const Outcome& other) const {
    if (kind == Kind::unsupported || other.kind == Kind::unsupported) return true;
    return kind == other.kind && (kind == Kind::failure || text == other.text);
  }
};

std::string shown(const Outcome& outcome) {
  return outcome.kind == Outcome::Kind::items ? "[" + outcome.text + "]" : "error: " + outcome.text;
}

class Law {
 public:
  Outcome compiled(const syntax::Expression& tree, const Node& patient) {
    const Source source{"patient", to_json(patient)};
    Arena arena;
    diag::Sink sink;
    const auto* json = json::read(source, arena, {}, sink);
    const auto* element =
        json == nullptr ? nullptr
                        : format::read_json(engine_.definitions(), *json, source, {}, arena, sink);
    if (element == nullptr || !sink.ok())
      throw std::logic_error("the generator made no patient: " + source.text + " " +
                             sink.all().at(0).message);
    const std::string_view names[] = {"key"};
    const auto program = engine_.compile(tree, {0, names}, sink);
    if (program == nullptr) {
      // The checker refuses what would find nothing.
      const auto unknown = sink.all().at(0).code == diag::Code::fhirpath_unknown_element;
      return {unknown ? Outcome::Kind::unsupported : Outcome::Kind::failure,
              sink.all().at(0).message};
    }
    const fhirpath::Collection values[] = {fhirpath::Collection(fhirpath::Item::of_string(kKey))};
    const fhirpath::Collection input(fhirpath::Item::of(element));
    const fhirpath::Environment environment{arena, limits_, std::nullopt, nullptr, nullptr, values};
    const auto result = engine_.evaluate(*program, input, environment);
    const auto tested = engine_.test(*program, input, environment);
    if (tested.has_value() != result.has_value() ||
        (tested && *tested != is_true(engine_, *result, arena)))
      return {Outcome::Kind::items, "as a condition it is another thing than as a value"};
    if (!result)
      return {result.error().fault == Fault::limit ? Outcome::Kind::unsupported
                                                   : Outcome::Kind::failure,
              result.error().what};
    Outcome out{Outcome::Kind::items, {}};
    for (const auto& item : *result) {
      const auto path =
          item.is_element() ? element::path_of(engine_.definitions(), *item.element) : "";
      const auto text = fhirpath::text_of(engine_.system_value(item, arena), arena);
      out.text +=
          path + " " + engine_.type_name(item) + " " + std::string(text.value_or("")) + "; ";
    }
    return out;
  }

  static Outcome plain(const syntax::Expression& tree, const Node& patient) {
    try {
      Outcome out{Outcome::Kind::items, {}};
      for (const auto& item : Interpreter::evaluate(tree, one(Value::of(patient)),
                                                    {{"key", one(Value::of_string(kKey))}}))
        out.text += (item.kind == Value::Kind::node ? item.node->path : "") + " " +
                    type_name(item) + " " + text_of(system(item)).value_or("") + "; ";
      return out;
    } catch (const Failure& failure) {
      return {Outcome::Kind::failure, failure.what()};
    } catch (const Unsupported& unsupported) {
      return {Outcome::Kind::unsupported, unsupported.what()};
    }
  }

  bool broken(const syntax::Expression& tree, const Node& patient) {
    return !(compiled(tree, patient) == plain(tree, patient));
  }

 private:
  fhirpath::Engine engine_{definition::Definitions::builtin()};
  Limits limits_;
};

// The tree with `from` replaced by `to`.
const syntax::Expression* replaced(const syntax::Expression& tree, const syntax::Expression& from,
                                   const syntax::Expression& to, Arena& arena) {
  if (&tree == &from) return &to;
  auto* out = arena.make<syntax::Expression>(tree);
  out->operands = arena.make_array<const syntax::Expression*>(tree.operands.size());
  for (std::size_t i = 0; i < tree.operands.size(); ++i)
    out->operands[i] = replaced(*tree.operands[i], from, to, arena);
  return out;
}

// Makes a counterexample smaller as long as it stays one.
class Shrinker {
 public:
  Shrinker(Law& law, Node& patient) : law_(law), patient_(patient) {}

  const syntax::Expression* shrink(const syntax::Expression* tree) {
    for (bool changed = true; changed;) {
      changed = smaller_input(patient_, patient_, [&] { return law_.broken(*tree, patient_); });
      if (const auto* next = smaller(*tree, *tree)) {
        tree = next;
        changed = true;
      }
    }
    return tree;
  }

 private:
  // Some part of it replaced by what stands inside that part, or by nothing.
  const syntax::Expression* smaller(const syntax::Expression& tree,
                                    const syntax::Expression& part) {
    for (const auto* operand : part.operands)
      if (const auto* out = replaced(tree, part, *operand, arena_); law_.broken(*out, patient_))
        return out;
    static const syntax::Expression kNothing;
    if (!part.operands.empty())
      if (const auto* out = replaced(tree, part, kNothing, arena_); law_.broken(*out, patient_))
        return out;
    for (const auto* operand : part.operands)
      if (const auto* out = smaller(tree, *operand)) return out;
    return nullptr;
  }

  Law& law_;
  Node& patient_;
  Arena arena_;
};

TEST(TwoInterpreters, AgreeOnExpressions) {
  const auto first = from_environment("PARANEO_SEED", 1);
  const auto runs = from_environment("PARANEO_RUNS", kRuns);
  Law law;
  std::uint64_t values = 0, failures = 0, unsupported = 0;
  for (auto seed = first; seed < first + runs; ++seed) {
    SeededRandom random(seed);
    const auto patient = random_patient(random);
    const Source source{"expression", ExpressionGenerator(random).expression()};
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(source, arena, {}, sink);
    ASSERT_NE(tree, nullptr) << "seed " << seed << ": the generator made no expression\n"
                             << source.text;
    const auto ours = law.compiled(*tree, *patient);
    const auto plain = Law::plain(*tree, *patient);
    if (plain.kind == Outcome::Kind::unsupported || ours.kind == Outcome::Kind::unsupported)
      ++unsupported;
    else if (plain.kind == Outcome::Kind::failure) ++failures;
    else if (!plain.text.empty()) ++values;
    if (ours == plain) continue;
    Shrinker shrinker(law, *patient);  // what it made lives as long
    const auto* small = shrinker.shrink(tree);
    FAIL() << "seed " << seed << "\n"
           << print(*small) << "\nover " << to_json(*patient) << "\ncompiled "
           << shown(law.compiled(*small, *patient)) << "\nplain    "
           << shown(Law::plain(*small, *patient)) << "\n"
           << source.text;
  }
  // The generator must neither have grown silent nor make mistakes only.
  EXPECT_GT(values, runs / 3) << failures << " failures, " << unsupported << " unsupported";
  EXPECT_GT(failures, runs / 50);
  EXPECT_LT(unsupported, runs / 10);
}

}  // namespace
}  // namespace paraneo::plain
