#include "fml/text/map_comments.h"

#include <gtest/gtest.h>

namespace paraneo::fml {
namespace {

class MapCommentsTest : public testing::Test {
 protected:
  using Lines = std::vector<std::string_view>;

  const Source source{"m.map",
                      "// first\n"
                      "/* second\n"
                      " * third */\n"
                      "one; // behind one\n"
                      "two; // not alone\n"
                      "// of three\n"
                      "\n"
                      "three;\n"
                      "// at the end\n"};
  Limits limits;
  ast::Map map;
  diag::Sink sink;
  MapTokens tokens{source, limits, map, sink};
  MapComments comments{tokens};
};

TEST_F(MapCommentsTest, EachGoesToTheNextNodeOrToTheOneOfItsLine) {
  ast::Comments one;
  comments.before(one, tokens.peek().begin);
  EXPECT_EQ(one.before, (Lines{"first", "second", "third"}));
  tokens.take();
  tokens.take();
  comments.after(one);
  EXPECT_EQ(one.after, "behind one");

  ast::Comments two;
  comments.before(two, tokens.peek().begin);
  EXPECT_TRUE(two.before.empty());
  tokens.take();
  tokens.take();
  comments.after(two);
  EXPECT_EQ(two.after, "not alone");

  ast::Comments three;
  EXPECT_FALSE(comments.blank_before(tokens.peek().begin));  // its comment comes first
  comments.before(three, tokens.peek().begin);
  EXPECT_EQ(three.before, Lines{"of three"});
  EXPECT_TRUE(comments.blank_before(tokens.peek().begin));
  tokens.take();
  tokens.take();
  comments.after(three);
  EXPECT_TRUE(three.after.empty());
  ASSERT_TRUE(comments.has_more());
  comments.end(three, tokens.peek().end + 1);
  EXPECT_EQ(three.end, Lines{"at the end"});
  EXPECT_FALSE(comments.has_more());
}

}  // namespace
}  // namespace paraneo::fml
