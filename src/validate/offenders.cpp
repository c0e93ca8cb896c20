#include "validate/offenders.h"

#include <algorithm>
#include <map>
#include <optional>

#include "diag/suggest.h"
#include "syntax/parse_expression.h"

namespace paraneo::validate {
namespace {

struct Clause {
  enum class Kind { subset, distinct, disjoint };
  Kind kind = Kind::subset;
  std::string_view list;
  std::string_view other;
};

// Where the text goes on outside of brackets and quotes: calls visit(position) until it says true.
template <class Visit>
std::size_t outside(std::string_view text, const Visit& visit) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    if (depth == 0 && visit(i)) return i;
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
  }
  return std::string_view::npos;
}

std::vector<std::string_view> conjunction(std::string_view text) {
  constexpr std::string_view kAnd = " and ";
  std::vector<std::string_view> out;
  while (true) {
    const auto at = outside(text, [&](std::size_t i) { return text.substr(i).starts_with(kAnd); });
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + kAnd.size());
  }
}

// X and Y of "X" NAME "Y" TAIL.
std::optional<Clause> call(std::string_view text, std::string_view name, std::string_view tail,
                           Clause::Kind kind) {
  if (!text.ends_with(tail)) return std::nullopt;
  const auto at = outside(text, [&](std::size_t i) { return text.substr(i).starts_with(name); });
  if (at == std::string_view::npos) return std::nullopt;
  const auto begin = at + name.size();
  return Clause{kind, text.substr(0, at), text.substr(begin, text.size() - tail.size() - begin)};
}

std::optional<Clause> clause_of(std::string_view text) {
  if (const auto subset = call(text, ".subsetOf(", ")", Clause::Kind::subset)) return subset;
  if (const auto disjoint = call(text, ".intersect(", ").empty()", Clause::Kind::disjoint))
    return disjoint;
  return call(text, ".isDistinct(", ")", Clause::Kind::distinct);
}

}  // namespace

std::vector<fhirpath::Item> Offenders::evaluated(std::string_view expression,
                                                 const element::Element& root, Visit& visit) {
  auto source = std::make_unique<Source>();
  source->text = expression;
  Arena trees;
  diag::Sink unheard;
  const auto* tree = syntax::parse_expression(*source, trees, context_.limits, unheard);
  const auto program = tree == nullptr ? nullptr : context_.engine.compile(*tree, {0, {}}, unheard);
  expressions_.push_back(std::move(source));
  if (program == nullptr) return {};
  lists_.push_back(program);  // its literals are in what it gives
  const fhirpath::Environment environment{visit.arena, context_.limits, std::nullopt,
                                          nullptr,     &visit.root,     {}};
  const auto result = context_.engine.evaluate(
      *program, fhirpath::Collection(fhirpath::Item::of(&root)), environment);
  std::vector<fhirpath::Item> out;
  if (result)
    for (const auto& item : *result) out.push_back(item);
  return out;
}

bool Offenders::report(std::string_view expression, const std::string& rule,
                       const element::Element& root, Visit& visit) {
  const auto text_of = [](const fhirpath::Item& item) {
    return item.is_element() ? item.element->value() : item.string();
  };
  bool found = false;
  for (const auto part : conjunction(expression)) {
    const auto clause = clause_of(part);
    if (!clause) continue;
    auto list = clause->list;
    if (list.ends_with(".distinct()")) list.remove_suffix(std::string_view(".distinct()").size());
    std::map<std::string_view, std::size_t> others;
    if (!clause->other.empty())
      for (const auto& item : evaluated(clause->other, root, visit)) ++others[text_of(item)];
    std::map<std::string_view, std::size_t> seen;
    for (const auto& item : evaluated(list, root, visit)) {
      if (!item.is_element()) continue;
      const auto value = item.element->value();
      const auto is_known = others.contains(value);
      const auto breaks = clause->kind == Clause::Kind::subset     ? !is_known
                          : clause->kind == Clause::Kind::disjoint ? is_known
                                                                   : seen[value]++ > 0;
      if (!breaks) continue;
      found = true;
      const auto near = clause->kind == Clause::Kind::subset
                            ? diag::closest(visit.sink, value, others,
                                            [](const auto& each) { return each.first; })
                            : std::string_view();
      visit.report(diag::Code::validate_invariant, *item.element,
                   "\"" + std::string(value) + "\": " + rule,
                   near.empty() ? std::string() : diag::did_you_mean(near));
    }
  }
  return found;
}

}  // namespace paraneo::validate
