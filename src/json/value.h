// A JSON text as a tree in an arena. Numbers keep their digits (they stay text), every value knows
// where it stood. All of it, the texts too, lives in the arena.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"

namespace paraneo::json {

// What a JSON value is.
enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

struct Member;

// One value of a text. A view: it lives in an arena, and points into that and into the source.
struct Value {
  Kind kind = Kind::null;
  bool truth = false;        // of a boolean
  std::uint32_t offset = 0;  // byte offset of the first character in the source
  std::uint32_t size = 0;    // of text, items or members
  union {
    const char* chars = nullptr;  // number (as written) or string (decoded)
    const Value* first_item;
    const Member* first_member;
  };

  bool is_object() const { return kind == Kind::object; }
  bool is_array() const { return kind == Kind::array; }
  bool is_string() const { return kind == Kind::string; }

  // Text of a string or number; empty for the others.
  std::string_view text() const {
    return kind == Kind::string || kind == Kind::number ? std::string_view(chars, size)
                                                        : std::string_view();
  }
  std::span<const Value> items() const {
    return kind == Kind::array ? std::span(first_item, size) : std::span<const Value>();
  }
  inline std::span<const Member> members() const;
  // The member's value, or null. Names are unique in a parsed object.
  inline const Value* find(std::string_view name) const;
  // Text of the string member, or empty.
  inline std::string_view text_of(std::string_view name) const;
};

// A member of an object, in the order of the text.
struct Member {
  std::string_view name;
  std::uint32_t name_offset = 0;
  Value value;
};

inline std::span<const Member> Value::members() const {
  return kind == Kind::object ? std::span(first_member, size) : std::span<const Member>();
}

// In time proportional to the members. Of doubled names the first one.
inline const Value* Value::find(std::string_view name) const {
  for (const auto& member : members())
    if (member.name == name) return &member.value;
  return nullptr;
}

// Empty where there is none, or it is no string.
inline std::string_view Value::text_of(std::string_view name) const {
  const auto* value = find(name);
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

}  // namespace paraneo::json
