// Which node a comment belongs to: the next one, or the one whose line it ends. A comment in the
// middle of a rule goes before the rule. Internal to this folder.
#pragma once

#include <cstdint>

#include "fml/ast.h"
#include "fml/text/map_tokens.h"

namespace paraneo::fml {

// Gives out each comment of the text once, in its order. `offset`s are of the source, in bytes. Not
// thread-safe; the tokens outlive it.
class MapComments {
 public:
  explicit MapComments(const MapTokens& tokens) : tokens_(tokens) {}

  // All that stand before `offset` and were not given out.
  void before(ast::Comments& to, std::uint32_t offset);
  // The same, as the last ones inside a node that ends there.
  void end(ast::Comments& to, std::uint32_t offset);
  // The comment behind the last token, on the same line.
  void after(ast::Comments& to);
  bool has_more() const { return next_ < tokens_.comments().size(); }
  // Whether an empty line stands before what begins at `offset`, its comments included.
  bool blank_before(std::uint32_t offset) const;

 private:
  void take(std::vector<std::string_view>& to, std::uint32_t offset);

  const MapTokens& tokens_;
  std::size_t next_ = 0;
};

}  // namespace paraneo::fml
