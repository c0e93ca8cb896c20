// Values of the plain interpreter: trees and lists that own themselves, nothing of the engine's.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/date_time.h"
#include "base/decimal.h"

namespace paraneo::plain {

// The expression is in error.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The plain interpreter has no opinion: this run proves nothing.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// An element of the input.
struct Node {
  std::string name, type, path;
  bool is_list = false;    // its name stands for a JSON array
  bool is_choice = false;  // its JSON name ends with the type
  std::optional<std::string> value;
  std::vector<std::unique_ptr<Node>> children;

  Node& add(std::string child_name, std::string child_type,
            std::optional<std::string> child_value = {});
  const Node* child(std::string_view child_name) const;
};

// With all that is below it.
std::unique_ptr<Node> copy_of(const Node& original);
// Sets the path of all that is below, and of `root`.
void name_paths(Node& root);
// What has neither a value nor content is left out (FHIR R4 2.6.2: objects are never empty).
std::string to_json(const Node& root);
bool is_primitive(std::string_view type);
bool is_a(std::string_view type, std::string_view ancestor);

struct Value {
  enum class Kind { node, boolean, integer, long_integer, decimal, string, date_time, quantity };
  Kind kind = Kind::boolean;
  const Node* node = nullptr;
  bool boolean = false;
  std::int64_t integer = 0;
  Decimal number;    // decimal, quantity
  std::string text;  // string; unit of a quantity
  bool calendar = false;
  DateTime date_time;

  static Value of(const Node& node);
  static Value of_boolean(bool boolean);
  static Value of_integer(std::int64_t integer);
  static Value of_long(std::int64_t integer);
  static Value of_string(std::string text);
  static Value of_decimal(const Decimal& number);
  static Value of_date_time(const DateTime& date_time);
  static Value of_quantity(const Decimal& number, std::string unit, bool calendar);

  bool is_whole() const { return kind == Kind::integer || kind == Kind::long_integer; }
  bool is_number() const { return is_whole() || kind == Kind::decimal; }
  Decimal as_decimal() const { return is_whole() ? Decimal(integer) : number; }
  bool is_time() const { return kind == Kind::date_time && date_time.kind == DateTime::Kind::time; }
};
using List = std::vector<Value>;

// A primitive element, or a Quantity, as what it says; what says nothing stays as it is.
Value system(const Value& value);
// Of what system() gave: a primitive with extensions only, a Quantity without a number. As a value,
// it is none.
bool says_nothing(const Value& system_value);
// "FHIR.string", "System.Integer".
std::string type_name(const Value& value);
std::optional<std::string> text_of(const Value& system_value);

// None: nobody can know.
using Truth = std::optional<bool>;
Truth equal(const Value& a, const Value& b);
Truth equal(const List& a, const List& b);
bool equivalent(const Value& a, const Value& b);
bool equivalent(const List& a, const List& b);
bool contains(const List& list, const Value& value);
List distinct(const List& list);
// Negative, zero, positive. Fails for what has no order.
std::optional<int> order(Value a, Value b);
// A number beside a quantity is a quantity of unit 1.
void numbers_as_quantities(Value& a, Value& b);
std::string cased(std::string text, bool upper);

}  // namespace paraneo::plain
