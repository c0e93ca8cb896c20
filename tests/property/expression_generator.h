// Random patients, and expressions over them: mostly well-typed, now and then not. The same seed
// gives the same ones.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plain_value.h"
#include "random.h"

namespace paraneo::plain {

std::unique_ptr<Node> random_patient(SeededRandom& random);

class ExpressionGenerator {
 public:
  explicit ExpressionGenerator(SeededRandom& random) : random_(random) {}

  // What it gives: one value of a type, or elements.
  enum class ResultKind { boolean, integer, decimal, string, date, quantity, elements };

  std::string expression();

 private:
  std::string of(ResultKind kind, int depth);
  std::string focus(ResultKind kind, int depth) { return "(" + of(kind, depth) + ")"; }
  std::string any(int depth);
  // With $this known inside.
  std::string lambda(ResultKind kind, int depth);
  std::string literal(ResultKind kind);
  std::string boolean(int depth);
  std::string integer(int depth);
  std::string decimal(int depth);
  std::string string(int depth);
  std::string date(int depth);
  std::string quantity(int depth);
  std::string elements(int depth);
  std::string path();
  std::string made(int depth);  // by %factory
  std::string list(int depth);
  std::string sublist(int depth);

  SeededRandom& random_;
  std::vector<std::string> variables_;
  int variable_count_ = 0;
  int lambdas_ = 0;
};

}  // namespace paraneo::plain
