// Any text: tokens that lie in it one behind the other; an expression that prints back to itself.
#include "fuzz.h"
#include "syntax/parse_expression.h"

namespace {

using namespace paraneo;

void tokens_in_order(const Source& source) {
  Arena arena;
  diag::Sink sink;
  std::vector<syntax::Comment> comments;
  const auto tokens = syntax::tokenize(source, arena, sink, &comments);
  std::uint32_t at = 0;
  for (const auto& token : tokens) {
    fuzz::require(at <= token.begin && token.begin <= token.end && token.end <= source.text.size());
    at = token.end;
  }
  fuzz::require(!tokens.empty() && tokens.back().kind == syntax::TokenKind::end);
  for (const auto& comment : comments)
    fuzz::require(comment.begin < comment.end && comment.end <= source.text.size());
}

void spans_inside(const syntax::Expression& e, const Source& source) {
  fuzz::require(e.span.source == &source && e.span.begin <= e.span.end &&
                e.span.end <= source.text.size());
  for (const auto* operand : e.operands) {
    fuzz::require(operand->depth < e.depth);
    spans_inside(*operand, source);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto limits = fuzz::limits();
  const Source source{"fuzz", fuzz::text(data, size)};
  tokens_in_order(source);
  Arena arena;
  diag::Sink sink;
  const auto* tree = syntax::parse_expression(source, arena, limits, sink);
  fuzz::require((tree == nullptr) == !sink.ok());
  if (tree == nullptr) return 0;
  spans_inside(*tree, source);
  const Source printed{"printed", syntax::print(*tree)};
  diag::Sink again;
  const auto* second = syntax::parse_expression(printed, arena, limits, again);
  // Brackets that print() adds count for the depth.
  const auto too_deep = second == nullptr && tree->depth > limits.expression_depth_max / 3;
  fuzz::require(too_deep || (second != nullptr && syntax::print(*second) == printed.text));
  return 0;
}
