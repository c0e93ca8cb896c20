// The law of two interpreters, for maps: the compiled program and the plain walk over the map give
// the same output, and both report an error or neither does. PARANEO_RUNS sets how many,
// PARANEO_SEED where to begin.
#include <gtest/gtest.h>

#include <map>

#include "fml/text/parse.h"
#include "fml/text/print.h"
#include "fml/transform.h"
#include "format/json.h"
#include "json/read.h"
#include "map_generator.h"
#include "plain_map.h"
#include "shrink_input.h"

namespace paraneo::plain {
namespace {

constexpr std::uint64_t kRuns = 12'000;

struct Outcome {
  enum class Kind { output, failure, unsupported };
  Kind kind = Kind::unsupported;
  std::string json;
  std::string why;

  // What went on in spite of an error must be the same, too.
  bool operator==(const Outcome& other) const {
    if (kind == Kind::unsupported || other.kind == Kind::unsupported) return true;
    return kind == other.kind && json == other.json;
  }
};

bool is_uuid(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  }
  return text.size() == 36;
}

// Each UUID as the number of its first place: how one is made is not of the language.
std::string without_uuids(const std::string& json) {
  std::map<std::string, std::size_t> seen;
  std::string out;
  for (std::size_t i = 0; i < json.size();) {
    const auto text = json.substr(i, 36);
    if (!is_uuid(text)) {
      out.push_back(json[i++]);
      continue;
    }
    out += "uuid" + std::to_string(seen.try_emplace(text, seen.size()).first->second);
    i += text.size();
  }
  return out;
}

class Law {
 public:
  Law() {
    const Source source{"Case", case_definition()};
    Arena arena;
    diag::Sink sink;
    definitions_.add(*json::read(source, arena, {}, sink), sink);
    definitions_.link(sink);
    if (!sink.ok()) throw std::logic_error(sink.all().at(0).message);
    engine_ = std::make_unique<fhirpath::Engine>(definitions_);
  }

  Outcome compiled(const fml::ast::Map& map, const Node& input, const std::string& target_type) {
    diag::Sink sink;
    fml::Library library;
    library.add(map);
    const auto program = fml::compile(map, library, *engine_, sink);
    if (program == nullptr) return {Outcome::Kind::unsupported, {}, sink.all().at(0).message};
    const Source source{"input", to_json(input)};
    Arena arena;
    const auto* json = json::read(source, arena, {}, sink);
    const auto* element =
        json == nullptr ? nullptr : format::read_json(definitions_, *json, source, {}, arena, sink);
    if (element == nullptr || !sink.ok())
      throw std::logic_error("the generator made no input: " + source.text + " " +
                             sink.all().at(0).message);
    Limits limits;
    limits.steps_max = 100'000;
    element::Element* targets[] = {element::make_root(arena, definitions_.find_type(target_type))};
    const auto ok = fml::run(*program, *engine_, *element, targets,
                             {arena, limits, sink, "seed", std::nullopt, nullptr});
    Outcome out{ok ? Outcome::Kind::output : Outcome::Kind::failure,
                without_uuids(format::to_json(definitions_, *targets[0])),
                {}};
    for (const auto& message : sink.all()) {
      if (message.code == diag::Code::fml_limit) out.kind = Outcome::Kind::unsupported;
      out.why += message.message + "; ";
    }
    return out;
  }

  static Outcome plain(const fml::ast::Map& map, const Node& input,
                       const std::string& target_type) {
    try {
      const auto result = MapInterpreter::run(map, input, target_type);
      return {result.failed ? Outcome::Kind::failure : Outcome::Kind::output,
              without_uuids(to_json(*result.target)),
              {}};
    } catch (const Unsupported& unsupported) {
      return {Outcome::Kind::unsupported, {}, unsupported.what()};
    }
  }

 private:
  definition::Definitions definitions_ = definition::Definitions::builtin();
  std::unique_ptr<fhirpath::Engine> engine_;
};

// Makes a counterexample smaller as long as it stays one.
class Shrinker {
 public:
  Shrinker(Law& law, fml::ast::Map& map, Node& input, std::string target_type)
      : law_(law), map_(map), input_(input), target_type_(std::move(target_type)) {}

  void shrink() {
    const auto is_broken = [this] { return broken(); };
    while (smaller_list(map_.constants, [](auto&) { return false; }) ||
           smaller_list(map_.groups, [this](auto& g) { return smaller(g); }) ||
           smaller_input(input_, input_, is_broken)) {}
  }

 private:
  // What the compiler refuses has no meaning that the plain interpreter could know.
  bool broken() {
    const auto ours = law_.compiled(map_, input_, target_type_);
    return ours.kind != Outcome::Kind::unsupported &&
           !(ours == Law::plain(map_, input_, target_type_));
  }

  // Without one of the items, or with a smaller one.
  template <class T, class Smaller>
  bool smaller_list(std::vector<T>& list, const Smaller& smaller_item, std::size_t least = 0) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto at = list.begin() + static_cast<std::ptrdiff_t>(i);
      if (list.size() > least) {
        auto kept = *at;
        list.erase(at);
        if (broken()) return true;
        list.insert(list.begin() + static_cast<std::ptrdiff_t>(i), std::move(kept));
      }
      if (smaller_item(list[i])) return true;
    }
    return false;
  }

  // With the part as it is when nobody says anything.
  template <class T>
  bool without(T& part) {
    if (part == T{}) return false;
    const auto kept = std::exchange(part, T{});
    if (broken()) return true;
    part = kept;
    return false;
  }

  bool smaller(fml::ast::Group& group) {
    return without(group.extends) || without(group.type_mode) ||
           smaller_list(group.rules, [this](auto& r) { return smaller(r); });
  }

  bool smaller(fml::ast::Rule& rule) {
    if (smaller_list(rule.rules, [this](auto& r) { return smaller(r); })) return true;
    if (smaller_list(rule.dependents, [](auto&) { return false; })) return true;
    if (rule.simple) return false;
    return smaller_list(rule.targets, [this](auto& t) { return without(t.list); }) ||
           smaller_list(rule.sources, [this](auto& s) { return smaller(s); }, 1);
  }

  bool smaller(fml::ast::RuleSource& s) {
    return without(s.min) || without(s.max) || without(s.default_value) || without(s.list) ||
           without(s.where) || without(s.check) || without(s.log) || without(s.type);
  }

  Law& law_;
  fml::ast::Map& map_;
  Node& input_;
  std::string target_type_;
};

TEST(TwoInterpreters, AgreeOnMaps) {
  const auto first = from_environment("PARANEO_SEED", 1);
  const auto runs = from_environment("PARANEO_RUNS", kRuns);
  Law law;
  std::uint64_t outputs = 0, failures = 0, refused = 0;
  for (auto seed = first; seed < first + runs; ++seed) {
    SeededRandom random(seed);
    const auto input = random_case(random);
    const auto target_type =
        random.pick(std::vector<std::string>{"Case", "Patient", "Patient", "Bundle"});
    const Source source{"map", MapGenerator(random).map(target_type)};
    diag::Sink sink;
    const auto map = fml::parse(source, {}, sink);
    ASSERT_NE(map, nullptr) << "seed " << seed
                            << ": the generator made no map: " << sink.all().at(0).message << "\n"
                            << source.text;
    const auto ours = law.compiled(*map, *input, target_type);
    const auto plain =
        ours.kind == Outcome::Kind::unsupported ? Outcome() : Law::plain(*map, *input, target_type);
    if (ours.kind == Outcome::Kind::unsupported || plain.kind == Outcome::Kind::unsupported)
      ++refused;
    else if (plain.kind == Outcome::Kind::failure) ++failures;
    else if (plain.json.size() > 40) ++outputs;
    if (ours == plain) continue;
    Shrinker(law, *map, *input, target_type).shrink();
    const auto small = law.compiled(*map, *input, target_type);
    const auto small_plain = Law::plain(*map, *input, target_type);
    FAIL() << "seed " << seed << "\n"
           << fml::print(*map) << "\nover " << to_json(*input) << "\ncompiled " << small.json
           << "\n         " << small.why << "\nplain    " << small_plain.json
           << (small_plain.kind == Outcome::Kind::failure ? "\n         an error" : "");
  }
  // The generator must neither have grown silent nor make mistakes only.
  EXPECT_GT(outputs, runs / 4) << failures << " failures, " << refused << " refused";
  EXPECT_GT(failures, runs / 20);
  EXPECT_LT(refused, runs / 5);
}

}  // namespace
}  // namespace paraneo::plain
