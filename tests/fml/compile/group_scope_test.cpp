#include "fml/compile/group_scope.h"

#include <gtest/gtest.h>

namespace paraneo::fml {
namespace {

class GroupScopeTest : public testing::Test {
 protected:
  std::uint32_t add(std::string_view name) {
    const auto slot = scope.add_slot();
    scope.add({name, slot});
    return slot;
  }

  const fhirpath::Engine engine{definition::Definitions::builtin()};
  Library library;
  diag::Sink sink;
  CompileContext context{library, engine, sink};
  GroupScope scope{context};
  ast::Map map;
};

TEST_F(GroupScopeTest, AnInnerVariableHidesAnOuterOneUntilItsScopeEnds) {
  scope.begin(map);
  const auto outer = add("a");
  const auto mark = scope.mark();
  const auto inner = add("a");
  EXPECT_NE(inner, outer);
  EXPECT_EQ(scope.known("a", {})->slot, inner);
  add("b");
  scope.leave(mark);
  EXPECT_EQ(scope.known("a", {})->slot, outer);
  EXPECT_EQ(scope.find("b"), nullptr);
}

TEST_F(GroupScopeTest, SlotsServeOneScopeAfterTheOther) {
  scope.begin(map);
  add("a");
  for (int i = 0; i < 10; ++i) {
    const auto mark = scope.mark();
    add("b");
    add("c");
    scope.leave(mark);
  }
  EXPECT_EQ(scope.slots_most(), 3U);
  scope.begin(map);
  EXPECT_EQ(scope.slots_most(), 0U);
  EXPECT_EQ(scope.find("a"), nullptr);
}

TEST_F(GroupScopeTest, WhatIsUnknownIsSaidWithWhatIsNear) {
  scope.begin(map);
  add("patient");
  scope.add({scope.hidden_name(), scope.add_slot()});
  EXPECT_EQ(scope.known("patent", {}), nullptr);
  ASSERT_EQ(sink.errors(), 1U);
  EXPECT_EQ(sink.all()[0].code, diag::Code::fml_unknown_variable);
  EXPECT_NE(sink.all()[0].advice.find("patient"), std::string::npos);
  EXPECT_EQ(sink.all()[0].advice.find("1"), std::string::npos);  // nobody can write the hidden one
}

}  // namespace
}  // namespace paraneo::fml
