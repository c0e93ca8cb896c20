// JSON without a model, as elements: a model is made of what comes. Strings, numbers and booleans
// are System types of FHIRPath, each object a type of its own, "Untyped", "Untyped.address" and so
// on. What is a list in one object of a place is a list in all of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/source.h"
#include "diag/diagnostic.h"
#include "element/element.h"
#include "json/value.h"
#include "json/write.h"

namespace paraneo::format {

// Not thread-safe.
class UntypedModel {
 public:
  UntypedModel();
  ~UntypedModel();

  // Makes the model of the value. True when definitions() is a new object, because the last value
  // had another shape: what was made of the former one is void. Cost: of the value.
  bool learn(const json::Value& value);
  const definition::Definitions& definitions() const {
    return *definitions_;
  }  // after the first learn()

  // The value, which was learnt. Null for what is no object. Names with a dot or brackets, which a
  // path cannot say, are reported and left out; a null is nothing; a list in a list is one list.
  // Points into the value and the arena.
  element::Element* read(const json::Value& value, const Source& source, Arena& arena,
                         diag::Sink& sink) const;
  // One of its elements as JSON, in the order in which names came first.
  void write(const element::Element& element, json::Writer& writer) const;

 private:
  struct Shape;
  static void extend(Shape& shape, const json::Value& value);
  void define();
  static void define_object(definition::Definitions& to, const std::string& path,
                            const Shape& shape);

  std::unique_ptr<Shape> root_;
  std::unique_ptr<definition::Definitions> definitions_;
};

}  // namespace paraneo::format
