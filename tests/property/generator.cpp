#include "generator.h"

#include <algorithm>
#include <array>

#include "record/identity.h"

namespace paraneo::record {
namespace {

constexpr int kDepthMax = 6;
constexpr int kTries = 60;

constexpr std::array<std::string_view, 11> kLists = {
    "encounters", "conditions",    "observations", "medications",   "procedures", "adverseEvents",
    "allergies",  "familyHistory", "reports",      "immunizations", "orders"};

// Which facts an element may name (the record's invariants), by type and element; "" is any type.
struct Rule {
  std::string_view type, element, lists;
};
constexpr std::array<Rule, 16> kRules = {{
    {"", "anchor", "*"},
    {"", "encounter", "encounters"},
    {"ObservationFact", "about", "*"},
    {"ConditionFact.evidence", "fact", "*"},
    {"ConditionFact", "related", "conditions"},
    {"AdverseEventFact", "condition", "conditions"},
    {"ProcedureFact", "complication", "conditions"},
    {"ObservationFact", "member", "observations"},
    {"ObservationFact", "derivedFrom", "observations"},
    {"ObservationFact", "follows", "observations"},
    {"ConditionFact.stage", "assessment", "observations"},
    {"Cause", "fact", "conditions+medications+procedures"},
    {"AdverseEventFact.suspect", "fact", "medications+procedures"},
    {"", "reasonFact", "conditions+observations"},
    {"", "partOf", "procedures"},
    {"ReportFact", "result", "observations"},
}};

}  // namespace

Generator::Generator(const RecordMaps& maps, const Limits& limits)
    : maps_(maps), definitions_(maps.definitions()), limits_(limits),
      context_{maps.engine(), terminology::ValueSets::builtin(), limits_}, validator_(context_) {}

bool Generator::valid(const element::Element& element, Arena& arena) {
  diag::Sink sink;
  return validator_.validate(element, nullptr, arena, sink);
}

void Generator::set(element::Element& parent, std::string_view name, const std::string& value) {
  const auto* def = definitions_.element(parent.type, definitions_.find_symbol(name));
  append_child(*arena_, definitions_, parent, *def, definitions_.types(*def)[0].type)
      ->set_value(arena_->copy(value));
}

element::Element* Generator::record(std::uint64_t seed, std::size_t facts_max, Arena& arena) {
  begin(seed, arena);
  return filled(seed, random_.below(facts_max + 1));
}

element::Element* Generator::record_of(std::uint64_t seed, std::size_t facts, Arena& arena) {
  begin(seed, arena);
  return filled(seed, facts);
}

void Generator::begin(std::uint64_t seed, Arena& arena) {
  random_ = SeededRandom(seed);
  arena_ = &arena;
  keys_.clear();
  all_.clear();
  pools_.clear();
}

element::Element* Generator::filled(std::uint64_t seed, std::size_t count) {
  auto* record = element::make_root(*arena_, maps_.record_type());
  set(*record, "id", "r" + std::to_string(seed));
  set(*record, "version", "1");
  for (std::size_t i = 0; i < count; ++i) {
    const auto list = kLists[random_.below(kLists.size())];
    const auto key = std::string(list.substr(0, 3)) + "-" + std::to_string(i);
    keys_[std::string(list)].push_back(key);
    all_.push_back(key);
  }
  for (const auto* name : {"source", "subject"})
    if (random_.chance(60))
      add(*record, *definitions_.element(record->type, definitions_.find_symbol(name)), 0);
  for (const auto& [list, keys] : keys_) {
    const auto* def = definitions_.element(record->type, definitions_.find_symbol(list));
    for (const auto& key : keys) {
      pools_["key"] = {key};
      // Others name the fact by its key, so it must be there: at worst with little in it.
      while (!add(*record, *def, 0)) {}
    }
  }
  return record;
}

bool Generator::add(element::Element& parent, const definition::ElementDef& def, int depth) {
  for (int i = 0; i < kTries; ++i)
    if (add_once(parent, def, depth)) return true;
  return false;
}

bool Generator::add_once(element::Element& parent, const definition::ElementDef& def, int depth) {
  const auto types = definitions_.types(def);
  const auto type = types[random_.below(types.size())].type;
  auto* child = append_child(*arena_, definitions_, parent, def, type);
  bool ok = false;
  if (definitions_.is_primitive(type)) {
    const auto value = primitive(parent, def, definitions_.type_name(type));
    ok = !value.empty();
    child->set_value(arena_->copy(value));
  } else if (definitions_.type_name(type) == "RecordCoding" && random_.chance(50)) {
    ok = fill_standard(*child);
  } else {
    ok = depth < kDepthMax && fill(*child, depth + 1);
  }
  ok = ok && valid(*child, *arena_);
  if (!ok) remove_child(parent, *child);
  return ok;
}

bool Generator::fill(element::Element& element, int depth) {
  const auto optional_percent = depth > 3 ? 15U : 30U;
  for (const auto& def : definitions_.elements(element.type)) {
    if (def.max == 0) continue;
    const auto name = definitions_.name(def.name);
    if (name == "id" || name == "extension" || name == "modifierExtension") continue;
    auto count = std::uint64_t{def.min};
    if (count == 0 && random_.chance(optional_percent))
      count = def.max > 1 ? 1 + random_.below(2) : 1;
    for (std::uint64_t i = 0; i < count; ++i)
      if (!add(element, def, depth) && i < def.min) return false;
  }
  return element.first != nullptr;
}

const std::vector<std::string>* Generator::references(const element::Element& parent,
                                                      std::string_view name) const {
  static const std::vector<std::string> kNone;
  const auto type = definitions_.type_name(parent.type);
  for (const auto& rule : kRules) {
    if (rule.element != name || (!rule.type.empty() && rule.type != type)) continue;
    if (rule.lists == "*") return &all_;
    thread_local std::vector<std::string> joined;
    joined.clear();
    for (const auto& [list, keys] : keys_)
      if (rule.lists.find(list) != std::string_view::npos)
        joined.insert(joined.end(), keys.begin(), keys.end());
    return &joined;
  }
  return nullptr;
}

// The local codes that may stand there.
std::vector<std::string_view> Generator::codes_for(const element::Element& parent,
                                                   const definition::ElementDef& def) const {
  const auto& sets = terminology::ValueSets::builtin();
  constexpr std::size_t kAll = 10'000;
  if (definitions_.type_name(parent.type) == "RecordCoding") return {};
  const auto& place = definitions_.element_at(parent.def);
  if (definitions_.is_place_of_codes(place))
    return sets.some_codes(definitions_.text(place.binding), kAll);
  return def.strength == definition::BindingStrength::extensible
             ? sets.some_codes(definitions_.text(def.binding), kAll)
             : std::vector<std::string_view>();
}

// A coding that repeats what the concept's local code translates to, or another one of the map.
bool Generator::fill_standard(element::Element& coding) {
  const auto* map = maps_.knowledge().library().concept_maps().find(
      "https://paraneo.github.io/fhir/ConceptMap/concepts");
  std::vector<const terminology::Code*> codes;
  if (const auto* local = coding.parent->child(definitions_.find_symbol("code")))
    map->translate({}, local->value(), codes);
  const auto& row = map->rows()[random_.below(map->rows().size())];
  const auto& chosen = codes.empty() || random_.chance(30) ? row.to : *random_.pick(codes);
  set(coding, "system", std::string(chosen.system));
  set(coding, "code", std::string(chosen.code));
  if (random_.chance(30)) set(coding, "display", "named");
  return true;
}

std::string Generator::primitive(const element::Element& parent, const definition::ElementDef& def,
                                 std::string_view type) {
  const auto name = definitions_.name(def.name);
  if (name == "key") return pools_["key"].front();
  if (name == "anchorTime") {
    const auto* anchor = parent.child(definitions_.find_symbol("anchor"));
    if (anchor == nullptr ||
        !(anchor->value().starts_with("con") || anchor->value().starts_with("all")))
      return "";
  }
  // Only facts that came before, so that no moments go round in a circle.
  if (name == "anchor" && pools_.contains("key")) {
    const auto before = static_cast<std::size_t>(
        std::find(all_.begin(), all_.end(), pools_["key"].front()) - all_.begin());
    return before == 0 ? "" : all_[random_.below(before)];
  }
  if (type == "id")
    if (const auto* keys = references(parent, name))
      return keys->empty() ? "" : random_.pick(*keys);
  if (def.strength == definition::BindingStrength::required) {
    const auto codes =
        terminology::ValueSets::builtin().some_codes(definitions_.text(def.binding), 1000);
    if (!codes.empty()) return std::string(codes[random_.below(codes.size())]);
  }
  if (type == "code" && name == "code")
    if (const auto codes = codes_for(parent, def); !codes.empty() && random_.chance(90))
      return std::string(random_.pick(codes));
  static const std::vector<std::string> kUnits = {"mg", "IU/L",     "ng/mL", "%",
                                                  "UI", "x normal", "mg/m2"};
  // None of these is what a unit above translates to.
  static const std::vector<std::string> kUnitCodes = {"mol/L", "{foo}", "10*3/uL"};
  static const std::vector<std::string> kCodes = {"a", "b-1", "0815"};
  if (name == "unit" || name == "perUnit") return random_.pick(kUnits);
  // Beside a unit that is known another code is refused.
  if (name == "unitCode" || name == "perUnitCode") {
    const auto* unit =
        parent.child(definitions_.find_symbol(name == "unitCode" ? "unit" : "perUnit"));
    return unit == nullptr || unit->value() == "x normal" ? random_.pick(kUnitCodes) : "";
  }
  if (type == "code") return random_.pick(kCodes);
  if (type == "uri" || type == "url")
    return "http://example.org/" + std::to_string(random_.below(5));
  if (type == "boolean") return random_.chance(50) ? "true" : "false";
  if (type == "decimal") return decimal();
  if (type == "integer") return std::to_string(static_cast<std::int64_t>(random_.below(200)) - 100);
  if (type == "positiveInt") return std::to_string(1 + random_.below(99));
  if (type == "date") return date(false);
  if (type == "dateTime") return date(true);
  return string();
}

std::string Generator::string() {
  static const std::vector<std::string> kParts = {
      "a", "Käse", " ", "\"", "\\", "<b>", "½", "λ", "\n", "'", "#", "😀", "0", "urn:x", "|", "{}"};
  std::string out = random_.chance(50) ? "w" : "";
  for (auto n = random_.below(5); n > 0; --n) out += random_.pick(kParts);
  return out + "z";
}

std::string Generator::decimal() {
  std::string out = random_.chance(15) ? "-" : "";
  out += std::to_string(random_.below(random_.chance(30) ? 100000 : 12));
  if (random_.chance(60)) {
    out += '.';
    for (auto n = 1 + random_.below(4); n > 0; --n)
      out += static_cast<char>('0' + random_.below(10));
  }
  return out;
}

std::string Generator::date(bool with_time) {
  const auto two = [&](std::uint64_t low, std::uint64_t high) {
    const auto n = low + random_.below(high - low + 1);
    return (n < 10 ? "0" : "") + std::to_string(n);
  };
  auto out = std::to_string(1950 + random_.below(80));
  if (random_.chance(70)) {
    out += "-" + two(1, 12);
    if (random_.chance(70)) {
      out += "-" + two(1, 28);
      if (with_time && random_.chance(40)) {
        out += "T" + two(0, 23) + ":" + two(0, 59) + ":" + two(0, 59);
        if (random_.chance(30)) out += "." + two(0, 99);
        out += random_.chance(50) ? "Z" : "+0" + std::to_string(random_.below(9)) + ":30";
      }
    }
  }
  return out;
}

}  // namespace paraneo::record
