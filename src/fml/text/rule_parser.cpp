#include "fml/text/rule_parser.h"

#include "base/budget.h"

namespace paraneo::fml {

using namespace ast;

bool RuleParser::rules(std::vector<Rule>& to, Comments& comments) {
  if (!tokens_.expect("{")) return false;
  if (++depth_ > tokens_.limits().expression_depth_max)
    return tokens_.fail(
        "rules are nested deeper than " + std::to_string(tokens_.limits().expression_depth_max),
        limit_advice("depth"));
  while (!tokens_.peek().is("}")) {
    if (tokens_.peek().kind == syntax::TokenKind::end) return tokens_.fail("\"}\" is missing");
    Rule r;
    r.comments.blank_before = !to.empty() && comments_.blank_before(tokens_.peek().begin);
    comments_.before(r.comments, tokens_.peek().begin);
    if (rule(r)) {
      if (tokens_.peek().is(":") && r.targets.size() == 1) {
        if (!copies(r, to) && !recover()) return false;
        continue;
      }
      comments_.after(r.comments);
      to.push_back(std::move(r));
    } else if (!recover()) {
      return false;
    }
  }
  comments_.end(comments, tokens_.peek().begin);
  tokens_.take();
  --depth_;
  return true;
}

// Behind the semicolon of the broken rule.
bool RuleParser::recover() {
  int open = 0;
  while (tokens_.peek().kind != syntax::TokenKind::end) {
    if (tokens_.peek().is("{")) ++open;
    if (tokens_.peek().is("}") && open-- == 0) return true;
    if (tokens_.take().is(";") && open == 0) return true;
  }
  return false;
}

bool RuleParser::rule(Rule& r) {
  const auto first = tokens_.peek();
  do {
    if (!sources_.parse(r.sources.emplace_back())) return false;
  } while (tokens_.take_symbol(","));
  if (tokens_.take_symbol("->")) {
    // "src -> tgt: a, b": the caller makes a rule of each.
    const auto is_list = MapTokens::is_name(tokens_.peek()) && tokens_.peek(1).is(":") &&
                         r.sources.size() == 1 && r.sources[0].element.empty();
    if (is_list) return tokens_.name(r.targets.emplace_back().context, "a variable");
    do {
      if (!targets_.parse(r.targets.emplace_back())) return false;
    } while (tokens_.take_symbol(","));
  }
  if (tokens_.take_word("then") && !then(r)) return false;
  if (tokens_.peek().kind == syntax::TokenKind::quoted || MapTokens::is_name(tokens_.peek())) {
    r.name = tokens_.take().text;
    r.named = true;
  }
  if (!tokens_.expect(";")) return false;
  comments_.before(r.comments, tokens_.last_end());
  r.span = tokens_.since(first);
  r.simple = r.sources.size() == 1 && r.targets.size() == 1 && r.targets[0].transform.empty() &&
             r.sources[0].variable.empty() && !r.sources[0].element.empty() &&
             r.targets[0].variable.empty() && r.rules.empty() && r.dependents.empty();
  return true;
}

// src -> tgt: a, b; is src.a -> tgt.a; src.b -> tgt.b;
bool RuleParser::copies(const Rule& first, std::vector<Rule>& to) {
  const auto begin = to.size();
  do {
    tokens_.take();  // the colon, then commas
    Rule r;
    r.simple = true;
    r.sources.push_back(first.sources[0]);
    r.targets.push_back(first.targets[0]);
    const auto at = tokens_.peek();
    if (!tokens_.name(r.sources[0].element, "an element")) return false;
    r.targets[0].element = r.sources[0].element;
    r.span = r.sources[0].span = r.targets[0].span = tokens_.since(at);
    r.sources[0].element_span = r.targets[0].element_span = r.span;
    if (to.size() == begin) r.comments = first.comments;
    to.push_back(std::move(r));
  } while (tokens_.peek().is(","));
  // One name for all of them.
  if (tokens_.peek().kind == syntax::TokenKind::quoted) {
    const auto rule_name = tokens_.take().text;
    for (auto i = begin; i < to.size(); ++i) {
      to[i].name = rule_name;
      to[i].named = true;
    }
  }
  if (!tokens_.expect(";")) return false;
  comments_.after(to.back().comments);
  return true;
}

bool RuleParser::then(Rule& r) {
  if (!tokens_.peek().is("{")) {
    do {
      const auto first = tokens_.peek();
      Dependent d;
      if (!tokens_.name(d.group, "a group's name") || !targets_.arguments(d.arguments))
        return false;
      d.span = tokens_.since(first);
      r.dependents.push_back(std::move(d));
    } while (tokens_.take_symbol(","));
  }
  if (!tokens_.peek().is("{")) return true;
  comments_.before(r.comments, tokens_.peek().begin);
  return rules(r.rules, r.comments);
}

}  // namespace paraneo::fml
