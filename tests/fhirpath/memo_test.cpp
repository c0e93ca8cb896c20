// The law of what is remembered: an expression gives the same with a memo and without one, the
// first time and every other time, for one variable that stays and others that change.
#include "fhirpath/memo.h"

#include <gtest/gtest.h>

#include "element/path.h"
#include "fhirpath/fhirpath.h"
#include "format/json.h"
#include "syntax/parse_expression.h"

namespace paraneo::fhirpath {
namespace {

// Observations: each second one has an id, some have two codings, one has two notes.
std::string bundle(int count) {
  std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
  for (int i = 0; i < count; ++i) {
    const auto n = std::to_string(i);
    text += std::string(i == 0 ? "" : ",") + R"({"fullUrl":"urn:x:)" + n +
            R"(","resource":{"resourceType":"Observation",)" +
            (i % 2 == 0 ? R"("id":"o)" + n + "\"," : std::string()) + R"("status":")" +
            (i % 3 == 0 ? "final" : "amended") + R"(","code":{"coding":[{"code":"c)" +
            std::to_string(i % 4) + R"("})" + (i % 5 == 0 ? R"(,{"code":"extra"})" : "") +
            R"(]},"valueQuantity":{"value":)" + n + R"(.0,"unit":"mg"}}})";
  }
  return text + "]}";
}

class Remembered : public testing::Test {
 protected:
  void read(int count) {
    source_ = {"bundle.json", bundle(count)};
    root_ = format::read_json(definition::Definitions::builtin(), source_, {}, Limits{}, arena_,
                              sink_, nullptr);
    ASSERT_NE(root_, nullptr);
  }

  std::string shown(const Result<Collection>& result, Arena& arena) const {
    if (!result) return "error: " + result.error().what;
    std::string out;
    for (const auto& item : *result)
      out += (item.is_element() ? element::path_of(engine_.definitions(), *item.element) : "") +
             " " + std::string(text_of(engine_.system_value(item, arena), arena).value_or("")) +
             "; ";
    return out;
  }

  // For each entry as %item and $this, with a memo that all share, or without one.
  std::vector<std::string> evaluate(const std::string& text, bool with_memo) {
    const Source source{"expression", text};
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(source, arena, limits_, sink);
    const std::string_view names[] = {"root", "item", "names"};
    const auto program = tree == nullptr ? nullptr : engine_.compile(*tree, {0, names}, sink);
    if (program == nullptr) return {"refused: " + sink.all().at(0).message};
    Collection listed;
    for (const auto* each : {"o0", "o2", "urn:x:1", "c1"})
      listed.push(arena, Item::of_string(each));
    Memo memo(*root_);
    std::vector<std::string> out;
    auto limits = limits_;
    for (const auto* entry = root_->first; entry != nullptr; entry = entry->next) {
      const Collection item(Item::of(entry));
      const Collection values[] = {Collection(Item::of(root_)), item, listed};
      Environment environment{arena, limits, std::nullopt, nullptr, nullptr, values};
      environment.memo = with_memo ? &memo : nullptr;
      const auto value = engine_.evaluate(*program, item, environment);
      const auto truth = engine_.test(*program, item, environment);
      if (out.size() == 1)
        limits.steps_max = steps_max_later_;  // the first child is the Bundle's type
      out.push_back(shown(value, arena) + (truth ? *truth ? "true" : "false" : "error"));
    }
    return out;
  }

  Source source_;
  Arena arena_;
  diag::Sink sink_;
  element::Element* root_ = nullptr;
  Limits limits_;
  std::uint64_t steps_max_later_ = limits_.steps_max;
  Engine engine_{definition::Definitions::builtin()};
};

TEST_F(Remembered, IsWhatItWouldBeOtherwise) {
  read(24);
  for (const auto* text : {
           "%root.entry.resource.where(status = 'final').count()",
           "%root.entry.resource.where(status = 'final' and code.coding.code = 'c1').id",
           "%root.entry.where(fullUrl = %item.fullUrl).resource.status",
           "%root.entry.where(fullUrl = fullUrl).count()",
           "%root.entry.where(fullUrl in %names).fullUrl",
           "%root.entry.where(fullUrl in ('urn:x:1' | 'urn:x:3' | %item.fullUrl)).fullUrl",
           "%root.entry.where(fullUrl in {}).fullUrl",
           "%root.entry.where(fullUrl = {}).fullUrl",
           "%root.entry.where(fullUrl = 5).fullUrl",
           "%root.entry.where(fullUrl = ('urn:x:1' | 'urn:x:2')).fullUrl",
           "%root.entry.resource.where(id = 'o2').status",
           "%root.entry.resource.where(id in %names).status",
           "%root.entry.resource.where(id in %names or status = 'final').id",
           "%root.entry.resource.code.where(coding = 'c1').count()",
           "%root.entry.resource.code.coding.where(code = 'extra').count()",
           "%root.entry.resource.code.where(coding.code = 'extra').count()",
           "%root.entry.resource.id contains 'o4'",
           "%root.entry.resource.id contains resource.id",
           "%names contains resource.id",
           "%names contains %item.fullUrl",
           "resource.id in %names",
           "resource.id in %root.entry.resource.id",
           "resource.value in %root.entry.resource.value",
           "resource.value.value in %root.entry.resource.value.value",
           "%item.resource.id.subsetOf(%root.entry.resource.id)",
           "%root.entry.exists(fullUrl = %item.fullUrl and resource.status = 'final')",
           "%root.entry.all(fullUrl.exists())",
           "(%root.entry.resource | %item.resource).count()",
           "(%root.entry.resource.code | %root.entry.resource.code).count()",
           "(%root.entry.resource.value | %root.entry.resource.value).count()",
           "%root.entry.resource.code.distinct().count()",
           "%root.entry.select(fullUrl & '!').first()",
           "%root.entry.select(%item.fullUrl).distinct()",
           "%root.entry[3].fullUrl",
           "%root.entry.fullUrl.single()",
           "%root.entry.where(fullUrl + 1 = 2)",
           "%root.entry.where(resource.status and fullUrl = 'x')",
           "%root.entry.resource.ofType(Observation).value.ofType(Quantity).value.first()",
           "%root.descendants().where($this is Coding).code.distinct()",
           "%root.entry.where(resource.where(status = 'final').exists()).fullUrl.count()",
           "%root.entry.where($this.fullUrl = %item.fullUrl).fullUrl",
           "%root.entry.where(fullUrl = $this.fullUrl).fullUrl.count()",
           "%root.entry.trace('x').count()",
       })
    EXPECT_EQ(evaluate(text, true), evaluate(text, false)) << text;
}

// A list that is another one each time is not taken for the first one.
TEST_F(Remembered, IsForgottenForAnotherList) {
  read(10);
  Arena arena;
  const Source source{"expression", "%names contains 'b'"};
  const auto* tree = syntax::parse_expression(source, arena, limits_, sink_);
  const std::string_view names[] = {"names"};
  const auto program = engine_.compile(*tree, {0, names}, sink_);
  ASSERT_NE(program, nullptr);
  Memo memo(*root_);
  std::vector<bool> found;
  for (const std::vector<const char*>& words :
       {std::vector<const char*>{"a", "b"}, {"a", "c"}, {"b", "c"}, {"b"}, {"c"}, {}}) {
    Collection list;
    for (const auto* word : words) list.push(arena, Item::of_string(word));
    const Collection values[] = {list};
    Environment environment{arena, limits_, std::nullopt, nullptr, nullptr, values};
    environment.memo = &memo;
    found.push_back(engine_.test(*program, {}, environment).value());
  }
  EXPECT_EQ(found, (std::vector<bool>{true, false, true, true, false, false}));
  // The beginning of a list lies where the list does.
  Collection list;
  for (const auto* word : {"a", "c", "b"}) list.push(arena, Item::of_string(word));
  found.clear();
  Memo other(*root_);
  for (const auto& part : {list.slice(0, 2), list}) {
    const Collection values[] = {part};
    Environment environment{arena, limits_, std::nullopt, nullptr, nullptr, values};
    environment.memo = &other;
    found.push_back(engine_.test(*program, {}, environment).value());
  }
  EXPECT_EQ(found, (std::vector<bool>{false, true}));
}

// The first evaluation looks at all entries; no other one needs to.
TEST_F(Remembered, IsLookedAtOnce) {
  read(400);
  for (const auto* text :
       {"%root.entry.where(fullUrl = %item.fullUrl and resource.exists()).exists()",
        "%root.entry.select(fullUrl) contains fullUrl",
        "(%root.entry.resource | %root.entry.resource).id contains 'x'",
        "%root.entry.exists(fullUrl = %item.fullUrl & '?')"}) {
    steps_max_later_ = 100;
    const auto results = evaluate(text, true);
    ASSERT_EQ(results.size(), 401U) << text;
    EXPECT_EQ(results[2].find("error"), std::string::npos) << text << " " << results[2];
    EXPECT_NE(evaluate(text, false)[2].find("error"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace paraneo::fhirpath
