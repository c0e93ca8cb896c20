// The rows of the index of types: plain numbers, so that a table of them is written and read in one
// piece. Texts are ids of a NamePool.
#pragma once

#include <cstdint>
#include <limits>

namespace paraneo::definition {

using Symbol = std::uint32_t;  // 0: no name
using TypeId = std::uint32_t;  // 0: no type
inline constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();

// What a StructureDefinition defines; backbone: an element with elements of its own.
enum class TypeKind : std::uint8_t { primitive, complex, backbone, resource, logical };
// Which of the written forms of FHIR R4 2.24.0.1 a primitive has.
enum class PrimitiveForm : std::uint8_t {
  text,
  boolean,
  decimal,
  integer,
  unsigned_int,
  positive_int,
  date,
  date_time,
  instant,
  time,
  id,
  code,
  oid,
  uuid,
  base64,
  uri,
};
// How a primitive is written in JSON (FHIR R4 2.6.2.2).
enum class JsonForm : std::uint8_t { string, number, boolean };
// How much a value set binds (FHIR R4 binding-strength), the least first.
enum class BindingStrength : std::uint8_t { none, example, preferred, extensible, required };

// One type that an element may have.
struct TypeRef {
  TypeId type = 0;
  Symbol json_name = 0;       // "valueQuantity" for a choice, else the element's own name
  std::uint32_t profile = 0;  // text id of the one profile of the type that the value must be of; 0
                              // for none
};

// One element of one type. Inherited elements are repeated in each type that has them.
struct ElementDef {
  Symbol name = 0;  // without [x]
  std::uint32_t min = 0;
  std::uint32_t max = 1;       // kUnbounded for *
  std::uint32_t base_max = 1;  // of the definition that introduced it: decides whether JSON has a
                               // list
  std::uint32_t first_type = 0;
  std::uint32_t type_count = 0;
  std::uint32_t binding = 0;  // text id of the value set's canonical URL, 0 for none
  std::uint32_t first_constraint = 0;
  std::uint32_t constraint_count = 0;
  std::uint32_t first_target = 0;
  std::uint32_t target_count = 0;  // of a Reference or a canonical; 0: it may refer to anything
  std::uint32_t maximum = 0;       // text id of the value set that all its codes must be of
                                   // (maxValueSet)
  BindingStrength strength = BindingStrength::none;
  bool choice = false;
  bool attribute = false;     // in XML (representation xmlAttr): ids of elements, Extension.url
  std::uint8_t reserved = 0;  // no byte of a table is indeterminate: serialize()

  bool is_list() const { return base_max > 1; }
};

// An invariant (ElementDefinition.constraint).
struct ConstraintDef {
  std::uint32_t key = 0;  // text ids
  std::uint32_t human = 0;
  std::uint32_t expression = 0;
  bool error = true;  // severity; false is a warning
  std::uint8_t reserved[3] = {};
};

// A type, backbone elements included. Counts and firsts are ranges of the index's lists.
struct TypeDef {
  Symbol name = 0;  // "Observation", "Observation.component", "string"
  TypeId base = 0;
  std::uint32_t url = 0;  // text id; 0 for backbones
  std::uint32_t first_element = 0;
  std::uint32_t element_count = 0;
  std::uint32_t first_member = 0;
  std::uint32_t member_count = 0;
  std::uint32_t first_constraint = 0;  // of the root element
  std::uint32_t constraint_count = 0;
  std::uint32_t pattern = 0;  // text id of a primitive's regular expression
  TypeKind kind = TypeKind::complex;
  JsonForm form = JsonForm::string;
  PrimitiveForm primitive = PrimitiveForm::text;
  bool abstract = false;
  std::uint8_t release = 0;  // of FHIR: 0 is R4
  std::uint8_t reserved[3] = {};
};

// What a JSON member name means inside a type.
struct Member {
  Symbol json_name = 0;
  std::uint32_t element = 0;  // index into all elements
  TypeId type = 0;            // of the value; 0 where the value is any resource
};

// How an element is written in JSON, as far as its definition says it alone.
struct JsonShape {
  enum class Value : std::uint8_t {
    object,
    resource,
    text,
    bare,
    open
  };  // bare: without quotes; open: the element's type says it
  std::uint32_t key = 0;  // for Definitions::json_key()
  std::uint32_t key_chars = 0;
  Value value = Value::open;
  bool is_list = false;
};

}  // namespace paraneo::definition
